package sheet

import (
	"encoding/csv"
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
	// SkipBad, when set, receives the bad rows as a CSV with a further column "error", and
	// bad rows are no error any more. Mended, the file can be read as it is.
	SkipBad io.Writer
}

// LogCount is what ReadLog saw, the heading and empty lines left out.
type LogCount struct {
	Rows int // given to the function
	Bad  int
}

// ReadLog reads an interaction CSV row by row, in constant memory, and gives each good row
// with its line to the function; an error of the function ends the reading and is
// returned as it is. Rows are good or bad one by one: who wants all or nothing reads
// once with a function that does nothing, and again when there was no error. Bad rows give
// a *models.Error naming the first hundred as "name:line:column" with the number of all.
//
// Empty cells: channel is chat, kind is text, matched is false, ok is true (nothing says
// that it failed), and msg_key is derived from the row, so that reading a file twice gives
// the same keys.
func ReadLog(name string, r io.Reader, o LogOptions, fn func(line int, i models.Interaction) error) (LogCount, error) {
	var count LogCount
	text, err := stream(name, r)
	if err != nil {
		return count, err
	}
	meter := &meter{r: text, left: longestRow}
	rows := csv.NewReader(meter)
	rows.ReuseRecord = true
	rows.FieldsPerRecord = -1
	l := &logReader{faults: &faults{file: name}, zone: shanghai(), rows: rows, meter: meter}
	if !l.head() {
		return count, l.faults.err()
	}
	if o.SkipBad != nil {
		l.bad = &rowWriter{w: o.SkipBad}
	}
	for {
		i, line, err := l.next()
		switch {
		case errors.Is(err, io.EOF):
			return count, l.finish()
		case errors.Is(err, errBadRow):
			count.Bad++
		case errors.Is(err, errLongRow):
			return count, l.faults.err()
		case err != nil:
			return count, fmt.Errorf("sheet: read %s: %w", name, err)
		default:
			count.Rows++
			if err := fn(line, i); err != nil {
				return count, err
			}
		}
	}
}

var (
	errBadRow  = errors.New("sheet: bad row")
	errLongRow = errors.New("sheet: row without end")
)

type logReader struct {
	faults  *faults
	zone    *time.Location
	rows    *csv.Reader
	heading []string
	at      [logWidth]int // column of the file, -1 = absent
	cells   [logWidth]string
	meter   *meter
	line    int // of the last row read
	bad     *rowWriter
	written bool // the heading of the bad rows
}

// required are the columns without which no row makes sense.
func required() []int { return []int{colAccount, colOpenID, colAt, colDir, colActor} }

// head reads the heading.
func (l *logReader) head() bool {
	row, err := l.rows.Read()
	if err != nil {
		l.faults.add(1, 1, "文件是空的，第一行应为表头 "+strings.Join(LogColumns(), ","))
		return false
	}
	names := LogColumns()
	for i := range l.at {
		l.at[i] = -1
	}
	for i, cell := range row {
		line, column := l.rows.FieldPos(i)
		cell = strings.TrimSpace(cell)
		l.heading = append(l.heading, cell)
		k := slices.Index(names, cell)
		switch {
		case cell == errorColumn:
		case k < 0:
			l.faults.addf(line, column, "没有 %s 这一列，可用的有 %s", quote(cell), strings.Join(names, "、"))
		case l.at[k] >= 0:
			l.faults.addf(line, column, "%s 这一列写了两次", cell)
		default:
			l.at[k] = i
		}
	}
	for _, k := range required() {
		if l.at[k] < 0 {
			l.faults.addf(1, 1, "表头缺少 %s 这一列", names[k])
		}
	}
	return l.faults.total == 0
}

// next reads the next row; errBadRow means that it was named and put aside.
func (l *logReader) next() (models.Interaction, int, error) {
	var i models.Interaction
	row, err := l.read()
	for err == nil && len(row) == 1 && row[0] == "" {
		row, err = l.read()
	}
	var p *csv.ParseError
	if errors.Is(err, errLongRow) {
		l.faults.addf(l.line+1, 1, "从这一行起超过 %d MiB 没有换行，很可能缺少一个双引号", longestRow>>20)
		return i, l.line + 1, errLongRow
	}
	if errors.As(err, &p) {
		return i, p.StartLine, l.refuse(p.StartLine, 1, nil, "引号不成对：含有引号、逗号或换行的内容要用双引号括起，里面的双引号写两遍")
	}
	if err != nil {
		return i, 0, err
	}
	line, _ := l.rows.FieldPos(0)
	l.line = line
	if len(row) != len(l.heading) {
		return i, line, l.refuse(line, 1, row, fmt.Sprintf("这一行有 %d 列，表头有 %d 列", len(row), len(l.heading)))
	}
	for k, at := range l.at {
		l.cells[k] = ""
		if at >= 0 {
			l.cells[k] = strings.TrimSpace(unguard(row[at]))
		}
	}
	if at := l.at[colContent]; at >= 0 {
		l.cells[colContent] = unguard(row[at])
	}
	if k, problem := l.parse(&i); problem != "" {
		_, column := l.rows.FieldPos(max(l.at[k], 0))
		return i, line, l.refuse(line, column, row, LogColumns()[k]+" "+problem)
	}
	return i, line, nil
}

func (l *logReader) read() ([]string, error) {
	l.meter.left = longestRow
	return l.rows.Read()
}

// refuse names a bad row and puts it aside.
func (l *logReader) refuse(line, column int, row []string, problem string) error {
	l.faults.add(line, column, problem)
	if l.bad == nil || row == nil {
		return errBadRow
	}
	keep := slices.DeleteFunc(slices.Clone(l.heading), func(s string) bool { return s == errorColumn })
	if !l.written {
		l.bad.begin()
		l.bad.row(append(keep, errorColumn))
		l.written = true
	}
	cells := make([]string, 0, len(row)+1)
	for i, cell := range row {
		if i >= len(l.heading) || l.heading[i] != errorColumn {
			cells = append(cells, unguard(cell))
		}
	}
	l.bad.row(append(cells, fmt.Sprintf("第 %d 行: %s", line, problem)))
	return errBadRow
}

// finish is the error of the whole reading.
func (l *logReader) finish() error {
	if l.bad == nil {
		return l.faults.err()
	}
	return l.bad.flush()
}
