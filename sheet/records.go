package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"io"
	"slices"
	"strconv"
	"strings"
	"time"
)

// recordColumn is one column of a small table; one that is not required may be absent.
type recordColumn struct {
	name     string
	required bool
}

// records reads a small CSV with a heading of any order into rows of named cells. Unknown
// columns are faults; nothing is given out of a file with a fault in its heading.
type records struct {
	faults  *faults
	columns []recordColumn
	rows    *csv.Reader
	at      map[string]int // name to position in the file
	width   int
}

// readRecords gives every row to fn; what fn finds wrong it names by record.fault. The
// error names every fault of the file, and nothing of such a file should be used.
func readRecords(name string, r io.Reader, columns []recordColumn, fn func(*record)) error {
	data, err := readText(name, r)
	if err != nil {
		return err
	}
	rows := csv.NewReader(bytes.NewReader(data))
	rows.FieldsPerRecord = -1
	t := &records{faults: &faults{file: name}, columns: columns, rows: rows, at: map[string]int{}}
	if !t.head() {
		return t.faults.err()
	}
	for {
		cells, err := rows.Read()
		if errors.Is(err, io.EOF) {
			return t.faults.err()
		}
		if err != nil {
			csvFault(err, t.faults)
			continue
		}
		t.row(cells, fn)
	}
}

func (t *records) head() bool {
	cells, err := t.rows.Read()
	if err != nil {
		t.faults.add(1, 1, "文件是空的，第一行应为表头 "+t.names())
		return false
	}
	t.width = len(cells)
	for i, text := range cells {
		line, column := t.rows.FieldPos(i)
		name := strings.TrimSpace(text)
		_, twice := t.at[name]
		switch {
		case !slices.ContainsFunc(t.columns, func(c recordColumn) bool { return c.name == name }):
			t.faults.addf(line, column, "没有 %s 这一列，可用的有 %s", quote(name), t.names())
		case twice:
			t.faults.addf(line, column, "%s 这一列写了两次", name)
		default:
			t.at[name] = i
		}
	}
	for _, c := range t.columns {
		if _, ok := t.at[c.name]; c.required && !ok {
			t.faults.addf(1, 1, "表头缺少 %s 这一列", c.name)
		}
	}
	return t.faults.total == 0
}

func (t *records) names() string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = c.name
	}
	return strings.Join(names, ",")
}

func (t *records) row(cells []string, fn func(*record)) {
	if !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
		return
	}
	line, column := t.rows.FieldPos(0)
	if len(cells) != t.width {
		t.faults.addf(line, column, "这一行有 %d 列，表头有 %d 列", len(cells), t.width)
		return
	}
	fn(&record{table: t, cells: cells, line: line})
}

// record is one row; its methods read a cell and name what is wrong with it.
type record struct {
	table *records
	cells []string
	line  int
}

func (r *record) fault(name, message string) {
	column := 1
	if i, ok := r.table.at[name]; ok {
		_, column = r.table.rows.FieldPos(i)
	}
	r.table.faults.add(r.line, column, name+" "+message)
}

func (r *record) cell(name string) string {
	i, ok := r.table.at[name]
	if !ok {
		return ""
	}
	return strings.TrimSpace(unguard(r.cells[i]))
}

// text is a cell of at most longest bytes, without control characters.
func (r *record) text(name string, longest int, mayBeEmpty bool) string {
	s := r.cell(name)
	switch {
	case s == "" && !mayBeEmpty:
		r.fault(name, "不能为空")
	case len(s) > longest:
		r.fault(name, "有 "+strconv.Itoa(len(s))+" 字节，最长 "+strconv.Itoa(longest)+" 字节")
	case strings.ContainsFunc(s, func(c rune) bool { return c < ' ' }):
		r.fault(name, "含有控制字符")
	}
	return s
}

// maxCount is far above every real figure and keeps sums of them exact.
const maxCount = 1_000_000_000_000

// count is a number of things; empty is 0. "10万+" and "100000+" are 100001, as the boards
// store what WeChat shows.
func (r *record) count(name string) int64 {
	s := strings.ReplaceAll(r.cell(name), ",", "")
	switch s {
	case "":
		return 0
	case "10万+", "100000+", "10w+", "10W+":
		return 100001
	}
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil || n < 0 || n > maxCount {
		r.fault(name, quote(r.cell(name))+" 不是数量，请写 0 或正整数")
		return 0
	}
	return n
}

// percent is a share from 0 to 100, nil when empty.
func (r *record) percent(name string) *float64 {
	s := strings.TrimSuffix(r.cell(name), "%")
	if s == "" {
		return nil
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil || !(v >= 0 && v <= 100) {
		r.fault(name, quote(r.cell(name))+" 不是百分数，请写 0 至 100 之间的数，例 35.5")
		return nil
	}
	return &v
}

// flag is yes or no; empty is no.
func (r *record) flag(name string) bool {
	switch s := r.cell(name); s {
	case "是", "yes", "Yes", "YES", "y", "Y":
		return true
	case "否", "no", "No", "NO", "n", "N":
		return false
	default:
		value, ok := parseBool(s, false)
		if !ok {
			r.fault(name, "应为 true、false、1、0、是、否或空，现在是 "+quote(s))
		}
		return value
	}
}

func (r *record) time(name string) time.Time {
	s := r.cell(name)
	at, ok := parseTime(s, shanghai())
	if !ok {
		r.fault(name, quote(s)+" 不是时间，请写 2026-01-02 15:04:05 或 2026-01-02T15:04:05+08:00")
	}
	return at
}

// date is a day of Asia/Shanghai as 2006-01-02.
func (r *record) date(name string) string {
	s := r.cell(name)
	t, err := time.Parse(time.DateOnly, s)
	if err != nil || t.Year() < 2000 || t.Year() > 2100 {
		r.fault(name, quote(s)+" 不是日期，请写 2026-01-02")
	}
	return s
}
