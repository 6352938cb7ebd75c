package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
)

// row is one row of a table, whatever form the file has.
type row struct {
	cells    []string       // as people see them; valid until the next row is read
	problems map[int]string // cells that hold no usable value, by index
	line     int
	column   func(i int) int
}

// blank reports whether nothing stands in the row.
func (r *row) blank() bool {
	for _, c := range r.cells {
		if tidy(c) != "" {
			return false
		}
	}
	return len(r.problems) == 0
}

// pos is the place of a cell.
func (r *row) pos(i int) (line, column int) { return r.line, r.column(i) }

// rows gives the rows of a table; a workbook passes over blank ones.
type rows interface {
	// next returns io.EOF at the end, and a *csv.ParseError for a row that can not be read but
	// is passed; every other error ends the table.
	next() (*row, error)
	// exact reports whether a row with fewer cells than the heading is a mistake.
	exact() bool
}

// openTable opens a CSV or a workbook, told apart by their first bytes. The faults name
// places as the program does in which the file is edited. A bounded table is read whole, so
// that it may be at most MaxFile long; else a CSV may have any length if r can be read twice.
func openTable(name string, r io.Reader, bounded bool) (rows, *faults, error) {
	head := make([]byte, 4)
	n, err := io.ReadFull(r, head)
	if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF) {
		return nil, nil, fmt.Errorf("sheet: read %s: %w", name, err)
	}
	if isWorkbook(head[:n]) {
		return openSheet(name, io.MultiReader(bytes.NewReader(head[:n]), r))
	}
	if bounded {
		data, err := readText(name, io.MultiReader(bytes.NewReader(head[:n]), r))
		if err != nil {
			return nil, nil, err
		}
		return newCSVRows(bytes.NewReader(data)), &faults{file: name}, nil
	}
	text, lossy, err := openText(name, head[:n], r)
	if err != nil {
		return nil, nil, err
	}
	c := newCSVRows(text)
	c.lossy = lossy
	return c, &faults{file: name}, nil
}

// csvRows are the rows of a CSV, without the guards of WriteRules and LogWriter.
type csvRows struct {
	text  *csv.Reader
	meter *meter
	line  int
	row   row
	lossy bool // what could not be decoded is U+FFFD
}

func newCSVRows(text io.Reader) *csvRows {
	c := &csvRows{}
	c.text, c.meter = newCSVReader(text)
	c.text.FieldsPerRecord = -1
	c.text.ReuseRecord = true
	c.row.column = func(i int) int {
		_, column := c.text.FieldPos(i)
		return column
	}
	return c
}

func (c *csvRows) exact() bool { return true }

func (c *csvRows) next() (*row, error) {
	c.meter.left = longestRow
	cells, err := c.text.Read()
	var p *csv.ParseError
	if errors.Is(err, errLongRow) {
		return nil, &longRow{line: c.line + 1}
	}
	if errors.As(err, &p) {
		c.line = p.Line
	}
	if err != nil {
		return nil, err
	}
	for i := range cells {
		cells[i] = unguard(cells[i])
	}
	c.line, _ = c.text.FieldPos(0)
	c.row.cells, c.row.line = cells, c.line
	return &c.row, nil
}

// nextFilled is the next row that is not blank.
func nextFilled(r rows) (*row, error) {
	for {
		row, err := r.next()
		if err != nil || !row.blank() {
			return row, err
		}
	}
}

// longRow is a row of a CSV that does not end.
type longRow struct{ line int }

func (e *longRow) Error() string {
	return fmt.Sprintf("从这一行起超过 %d MiB 没有换行，很可能缺少一个双引号", longestRow>>20)
}

// unreadable names what keeps a row from being read, and reports whether the rows behind it
// can be.
func (f *faults) unreadable(err error) (goOn bool) {
	var long *longRow
	var broken *brokenSheet
	var parse *csv.ParseError
	switch {
	case errors.As(err, &parse):
		csvFault(parse, f)
		return true
	case errors.As(err, &long):
		f.add(long.line, 1, long.Error())
	case errors.As(err, &broken):
		f.add(broken.line, 1, broken.Error())
	default:
		f.add(1, 1, "读不完整："+err.Error())
	}
	return false
}

const quoteFault = "引号不成对：含有引号、逗号或换行的内容要用双引号括起，里面的双引号写两遍"

// csvFault names a line that is not CSV.
func csvFault(p *csv.ParseError, f *faults) {
	column := p.Column
	if p.Line != p.StartLine {
		column = 1 // it is that of a later line
	}
	f.add(p.StartLine, column, quoteFault)
}

// invisible are characters that nobody sees and that no trimming of white space takes off.
const invisible = "\u200b\u200c\u200d\u2060\ufeff"

// tidy is a cell without the white space and the invisible characters around it.
func tidy(s string) string {
	return strings.TrimFunc(s, func(r rune) bool {
		return unicode.IsSpace(r) || strings.ContainsRune(invisible, r)
	})
}

// problem says why a cell holds no usable value, or "".
func (r *row) problem(i int) string {
	if p := r.problems[i]; p != "" || i >= len(r.cells) {
		return p
	}
	return spoiled(r.cells[i])
}
