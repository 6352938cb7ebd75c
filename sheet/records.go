package sheet

import (
	"errors"
	"io"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"
)

// Column is one column of a small table; one that is not required may be absent.
type Column struct {
	Name     string   // the heading that is written
	Chinese  []string // headings that are understood as well, at least one
	Required bool
}

// records reads a small table, CSV or workbook, with a heading of any order into rows of
// named cells. Unknown columns are faults; nothing is given out of a file with a fault in
// its heading.
type records struct {
	faults   *faults
	rows     rows
	now      time.Time
	at       map[string]int // name to position in the file
	headings []int
}

// ReadRecords reads a small table, CSV or xlsx, and gives every row to fn; what fn finds wrong it names
// by Record.Fault. The error names every fault of the file by line and cell, and nothing of such a file
// should be used. Times behind now are faults.
func ReadRecords(name string, r io.Reader, now time.Time, columns []Column, fn func(*Record)) error {
	rows, f, err := openTable(name, r, true)
	if err != nil {
		return err
	}
	t := &records{faults: f, rows: rows, now: now, at: map[string]int{}}
	if !t.head(columns) {
		return t.faults.err()
	}
	for t.faults.total < maxCounted {
		row, err := nextFilled(t.rows)
		if errors.Is(err, io.EOF) {
			return t.faults.err()
		}
		if err != nil {
			if !t.faults.unreadable(err) {
				return t.faults.err()
			}
			continue
		}
		if i, problem := misfit(row, t.headings, rows.exact()); problem != "" {
			line, column := row.pos(i)
			t.faults.add(line, column, problem)
			continue
		}
		fn(&Record{table: t, row: row})
	}
	return t.faults.err()
}

func (t *records) head(columns []Column) bool {
	known := make([]title, len(columns))
	for i, c := range columns {
		known[i] = title{c.Name, c.Chinese}
	}
	row, err := nextFilled(t.rows)
	if errors.Is(err, io.EOF) {
		t.faults.add(1, 1, "文件是空的，第一行应为表头 "+titleNames(known))
		return false
	}
	if err != nil {
		t.faults.unreadable(err)
		return false
	}
	t.headings = t.faults.headings(row, known)
	for i, k := range t.headings {
		if k >= 0 {
			t.at[known[k].name] = i
		}
	}
	for _, c := range columns {
		if _, ok := t.at[c.Name]; c.Required && !ok {
			t.faults.addf(row.line, 1, "表头缺少 %s（%s）这一列", c.Name, c.Chinese[0])
		}
	}
	return t.faults.total == 0
}

// Record is one row; its methods read a cell by the name of its column and name what is wrong with it.
type Record struct {
	table *records
	row   *row
	named map[string]bool // columns of which the problem is named already
}

// Fault names what is wrong with the cell of a column, or with the row where it has none.
func (r *Record) Fault(name, message string) {
	if r.named[name] {
		return
	}
	line, column := r.row.pos(0)
	if i, ok := r.table.at[name]; ok {
		line, column = r.row.pos(i)
	}
	r.table.faults.add(line, column, name+" "+message)
}

// Cell is the text of a cell. What a spreadsheet has spoiled is named here, once.
func (r *Record) Cell(name string) string {
	i, ok := r.table.at[name]
	if !ok || i >= len(r.row.cells) {
		return ""
	}
	if problem := r.row.problem(i); problem != "" && !r.named[name] {
		r.Fault(name, problem)
		if r.named == nil {
			r.named = map[string]bool{}
		}
		r.named[name] = true
	}
	return tidy(r.row.cells[i])
}

// Text is a cell of at most longest bytes, without control characters.
func (r *Record) Text(name string, longest int, mayBeEmpty bool) string {
	s := r.Cell(name)
	switch {
	case s == "" && !mayBeEmpty:
		r.Fault(name, "不能为空")
	case len(s) > longest:
		r.Fault(name, "有 "+strconv.Itoa(len(s))+" 字节，最长 "+strconv.Itoa(longest)+" 字节")
	case strings.ContainsFunc(s, func(c rune) bool { return c < ' ' }):
		r.Fault(name, "含有控制字符")
	}
	return s
}

// maxCount is far above every real figure and keeps sums of them exact.
const maxCount = 1_000_000_000_000

// count is a number of things; empty is 0. "10万+" and "100000+" are 100001, as the boards
// store what WeChat shows.
func (r *Record) count(name string) int64 {
	s := strings.NewReplacer(",", "", " ", "").Replace(width.Fold.String(r.Cell(name)))
	switch s {
	case "":
		return 0
	case "10万+", "100000+", "10w+", "10W+":
		return 100001
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > maxCount {
		r.Fault(name, quote(r.Cell(name))+" 不是数量，请写 0 或正整数")
		return 0
	}
	return n
}

// percent is a share from 0 to 100, nil when empty.
func (r *Record) percent(name string) *float64 {
	s := strings.TrimSpace(strings.TrimSuffix(width.Fold.String(r.Cell(name)), "%"))
	if s == "" {
		return nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 0 && v <= 100) {
		r.Fault(name, quote(r.Cell(name))+" 不是百分数，请写 0 至 100 之间的数，例 35.5")
		return nil
	}
	return &v
}

// flag is yes or no; empty is no.
func (r *Record) flag(name string) bool {
	value, ok := parseBool(r.Cell(name), false)
	if !ok {
		r.Fault(name, "应为是、否或空，现在是 "+quote(r.Cell(name)))
	}
	return value
}

// Time is a moment that is not behind the reader's clock.
func (r *Record) Time(name string) time.Time {
	s := r.Cell(name)
	at, ok := parseTime(s, shanghai())
	switch {
	case !ok:
		r.Fault(name, noMoment(s, timeForm))
	case inFuture(at, r.table.now):
		r.Fault(name, quote(s)+" 还没有到，请核对年份")
	}
	return at
}

// date is a day of Asia/Shanghai as 2006-01-02 that is not behind the reader's clock.
func (r *Record) date(name string) string {
	s := r.Cell(name)
	day, ok := parseDate(s)
	at, err := time.ParseInLocation(time.DateOnly, day, shanghai())
	switch {
	case !ok || err != nil || at.Year() < firstYear || at.Year() > lastYear:
		r.Fault(name, noMoment(s, "日期，请写 2026-01-02"))
	case inFuture(at, r.table.now):
		r.Fault(name, quote(s)+" 还没有到，请核对年份")
	}
	return day
}

// day is a date that may be left out, and may lie ahead where the reader's clock does.
func (r *Record) day(name string) string {
	if r.Cell(name) == "" {
		return ""
	}
	return r.date(name)
}
