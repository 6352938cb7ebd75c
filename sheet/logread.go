package sheet

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// LogOptions are the choices of ReadLog.
type LogOptions struct {
	// Now, when set, makes rows that are to happen only after it bad.
	Now time.Time
	// SkipBad, when set, receives the bad rows as a CSV with a further column "error", and
	// bad rows are no error any more. Mended, the file can be read as it is.
	SkipBad io.Writer
	// Judge, when set, is asked about good rows, some hundreds at a time, and says by their
	// index what is wrong with a msg_key. An error of it ends the reading.
	Judge func(rows []models.Interaction) (problems map[int]string, err error)
}

// LogCount is what ReadLog saw, the heading and empty lines left out.
type LogCount struct {
	Rows int // given to the function
	Bad  int
}

// ReadLog reads a log of interactions, CSV or xlsx, row by row and gives each good row with
// its line to the function; an error of the function ends the reading and is returned as it
// is. Of every row that brings a msg_key some 40 bytes are kept, to find keys that stand for
// two rows. Rows are good or bad one by one: who wants all or nothing reads
// once with a function that does nothing, and again when there was no error. Bad rows give
// a *models.Error naming the first hundred as "name:line:column" with the number of all.
//
// Empty cells: channel is chat, kind is text, matched is false, ok is true (nothing says
// that it failed), and msg_key is derived from the row, so that reading a file twice gives
// the same keys.
func ReadLog(name string, r io.Reader, o LogOptions, fn func(line int, i models.Interaction) error) (LogCount, error) {
	rows, f, err := openTable(name, r, false)
	if err != nil {
		return LogCount{}, err
	}
	l := &logReader{faults: f, zone: shanghai(), rows: rows, options: o, keys: newKeyBook(), give: fn, choices: logChoices(), kinds: kindChoices()}
	if c, ok := rows.(*csvRows); ok {
		l.lossy = c.lossy
	}
	if !l.head() {
		return l.count, l.faults.err()
	}
	if o.SkipBad != nil {
		l.bad = &rowWriter{w: o.SkipBad}
	}
	if err := l.all(); err != nil {
		return l.count, err
	}
	return l.count, l.finish()
}

// all reads every row behind the heading.
func (l *logReader) all() error {
	for {
		row, err := nextFilled(l.rows)
		switch {
		case errors.Is(err, io.EOF):
			return l.hand()
		case err == nil:
			l.take(row)
		case l.faults.unreadable(err):
			l.count.Bad++
		default:
			return cmp.Or(l.hand(), l.faults.err())
		}
		if len(l.waiting) < logBatch {
			continue
		}
		if err := l.hand(); err != nil {
			return err
		}
	}
}

var errLongRow = errors.New("sheet: row without end")

// logBatch is how many rows are judged together.
const logBatch = 500

type logReader struct {
	faults  *faults
	zone    *time.Location
	rows    rows
	options LogOptions
	lossy   bool
	heading []string
	columns []int         // see headings
	at      [logWidth]int // column of the file, -1 = absent
	cells   [logWidth]string
	keys    *keyBook
	choices map[int][]choice // of the columns that have few words
	kinds   []choice         // of messages, by their Chinese words
	waiting []waitingRow     // good so far, not judged yet
	count   LogCount
	give    func(line int, i models.Interaction) error
	bad     *rowWriter
	written bool // the heading of the bad rows
}

// waitingRow is a row that is still to be judged.
type waitingRow struct {
	models.Interaction
	line, column int      // of its msg_key
	cells        []string // as they were, when bad rows are kept
}

// required are the columns without which no row makes sense.
func required() []int { return []int{colAccount, colOpenID, colAt, colDir, colActor} }

// head reads the heading.
func (l *logReader) head() bool {
	row, err := nextFilled(l.rows)
	if errors.Is(err, io.EOF) {
		l.faults.add(1, 1, "文件是空的，第一行应为表头 "+strings.Join(LogColumns(), ","))
		return false
	}
	if err != nil {
		l.faults.unreadable(err)
		return false
	}
	known := logTitles()
	for i := range l.at {
		l.at[i] = -1
	}
	l.columns = l.faults.headings(row, known, passedOverInLog()...)
	for i, k := range l.columns {
		l.heading = append(l.heading, tidy(row.cells[i]))
		if k >= 0 {
			l.at[k] = i
		}
	}
	for _, k := range required() {
		if l.at[k] < 0 {
			l.faults.addf(row.line, 1, "表头缺少 %s（%s）这一列", known[k].name, known[k].chinese[0])
		}
	}
	return l.faults.total == 0
}

// take reads a row; a bad one is named and put aside.
func (l *logReader) take(row *row) {
	var i models.Interaction
	if at, problem := misfit(row, l.columns, l.rows.exact()); problem != "" {
		line, column := row.pos(at)
		l.refuse(line, column, row.cells, problem)
		return
	}
	k, problem := l.fill(row)
	if problem == "" {
		k, problem = l.parse(&i)
	}
	if problem == "" && l.cells[colMsgKey] != "" {
		k, problem = colMsgKey, l.keys.enter(row.line, &i)
	}
	line, column := row.pos(max(l.at[k], 0))
	if problem != "" {
		l.refuse(line, column, row.cells, LogColumns()[k]+" "+problem)
		return
	}
	w := waitingRow{Interaction: i, line: line}
	_, w.column = row.pos(max(l.at[colMsgKey], 0))
	if l.bad != nil {
		w.cells = slices.Clone(row.cells)
	}
	l.waiting = append(l.waiting, w)
}

// fill takes the cells of a row, or names the first that holds nothing usable. What citizens
// wrote is taken as it is.
func (l *logReader) fill(row *row) (column int, problem string) {
	for k, at := range l.at {
		l.cells[k] = ""
		if at < 0 || at >= len(row.cells) {
			continue
		}
		if k == colContent {
			l.cells[k], problem = row.cells[at], row.problems[at]
		} else {
			l.cells[k], problem = tidy(row.cells[at]), row.problem(at)
		}
		if problem != "" {
			return k, problem
		}
	}
	return 0, ""
}

// hand has the waiting rows judged and gives the good ones on.
func (l *logReader) hand() error {
	problems := map[int]string{}
	if l.options.Judge != nil && len(l.waiting) > 0 {
		list := make([]models.Interaction, len(l.waiting))
		for n := range l.waiting {
			list[n] = l.waiting[n].Interaction
		}
		var err error
		if problems, err = l.options.Judge(list); err != nil {
			return err
		}
	}
	for n := range l.waiting {
		w := &l.waiting[n]
		if problem := problems[n]; problem != "" {
			l.refuse(w.line, w.column, w.cells, LogColumns()[colMsgKey]+" "+problem)
			continue
		}
		l.count.Rows++
		if err := l.give(w.line, w.Interaction); err != nil {
			return err
		}
	}
	l.waiting = l.waiting[:0]
	return nil
}

// refuse names a bad row and puts it aside.
func (l *logReader) refuse(line, column int, row []string, problem string) {
	l.count.Bad++
	l.faults.add(line, column, problem)
	if l.bad == nil || row == nil {
		return
	}
	keep := slices.DeleteFunc(slices.Clone(l.heading), func(s string) bool { return s == errorColumn })
	if !l.written {
		l.bad.begin()
		l.bad.row(append(keep, errorColumn))
		l.written = true
	}
	cells := make([]string, 0, len(row)+1)
	for i, cell := range row {
		if i >= len(l.heading) && tidy(cell) == "" || i < len(l.heading) && l.heading[i] == errorColumn {
			continue
		}
		cells = append(cells, cell)
	}
	for len(cells) < len(keep) {
		cells = append(cells, "") // a workbook ends a row behind its last cell
	}
	l.bad.row(append(cells, fmt.Sprintf("第 %d 行: %s", line, problem)))
}

// finish is the error of the whole reading.
func (l *logReader) finish() error {
	if l.bad == nil {
		return l.faults.err()
	}
	return l.bad.flush()
}
