package sheet

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// readTable reads a table of rules, CSV or workbook.
func readTable(name string, r io.Reader, judge judge) ([]models.Rule, error) {
	rows, f, err := openTable(name, r, true)
	if err != nil {
		return nil, err
	}
	t := &table{faults: f, decoder: newDecoder(f, true), collector: newCollector(f, judge), exact: rows.exact()}
	for {
		row, err := nextFilled(rows)
		if errors.Is(err, io.EOF) {
			return t.done()
		}
		if err != nil {
			if !f.unreadable(err) {
				return t.done()
			}
			continue
		}
		if !t.row(row) || f.total >= maxCounted {
			return t.done()
		}
	}
}

// table reads rows of cells into rules: first the heading, then a rule a row.
type table struct {
	faults    *faults
	decoder   *decoder
	collector *collector
	heading   []*column // nil where a column is passed over
	at        []int     // see headings
	exact     bool      // every row has as many cells as the heading
}

// row reads a row. It returns false where going on makes no sense.
func (t *table) row(row *row) bool {
	if t.heading == nil {
		return t.head(row)
	}
	before := t.faults.total
	if i, problem := misfit(row, t.at, t.exact); problem != "" {
		line, column := row.pos(i)
		t.faults.add(line, column, problem)
		if len(row.cells) < len(t.heading) && t.exact {
			return true
		}
	}
	var r models.Rule
	t.cells(&r, row, func(c *column) bool { return c.name == "match" })
	t.decoder.pattern = r.Match == models.MatchRegexp
	t.cells(&r, row, func(c *column) bool { return c.name != "match" })
	t.collector.add(r, before, func(field string) (int, int) {
		if i := t.columnOf(field); i >= 0 && i < len(row.cells) {
			return row.pos(i)
		}
		return row.pos(0)
	})
	return true
}

// cells reads the wanted cells of a row into a rule.
func (t *table) cells(r *models.Rule, row *row, want func(*column) bool) {
	for i, c := range t.heading {
		if i >= len(row.cells) || c == nil || !want(c) {
			continue
		}
		line, column := row.pos(i)
		if problem := row.problem(i); problem != "" {
			t.faults.add(line, column, c.name+" "+problem)
		} else if tidy(row.cells[i]) != "" {
			t.cell(r, c, row.cells[i], line, column)
		}
	}
}

// columnOf is the column of a field like "keywords[2]" or "when.from", or -1.
func (t *table) columnOf(field string) int {
	best := -1
	for i, c := range t.heading {
		if c == nil {
			continue
		}
		rest, ok := strings.CutPrefix(field, c.name)
		switch {
		case ok && (rest == "" || rest[0] == '.' || rest[0] == '['):
			return i
		case c.name == "reply" && strings.HasPrefix(field, "replies"):
			best = i
		}
	}
	return best
}

func (t *table) cell(r *models.Rule, c *column, text string, line, col int) {
	text = strings.ReplaceAll(text, "\r\n", "\n")
	if len(text) > maxText {
		t.faults.addf(line, col, "%s 有 %d 字节，太长：一格最长 %d 字节，一条回复最长 %d 字节",
			c.name, len(text), maxText, models.MaxLongTextBytes)
		return
	}
	t.decoder.setCell(c, c.field(r), text, line, col)
}

// head reads the heading.
func (t *table) head(row *row) bool {
	known := columns()
	titles := make([]title, len(known))
	for i, c := range known {
		titles[i] = title{c.name, append([]string{c.title}, c.others...)}
	}
	t.at = t.faults.headings(row, titles)
	t.heading = make([]*column, len(t.at))
	named := false
	for i, k := range t.at {
		if k >= 0 {
			t.heading[i] = &known[k]
			named = named || known[k].name == "name"
		}
	}
	if t.faults.total == 0 && !named {
		t.faults.add(row.line, 1, "表头缺少 name（名称）这一列")
	}
	return t.faults.total == 0
}

func (t *table) done() ([]models.Rule, error) {
	if t.heading == nil && t.faults.total == 0 {
		t.faults.add(1, 1, "文件是空的，第一行应为表头 name,match,keywords,exclude,priority,reply,examples")
	}
	return t.collector.done()
}

// writeCSV writes the basic columns and those that some rule needs.
func writeCSV(w io.Writer, rules []models.Rule) error {
	rows, err := grid(rules, false)
	if err != nil {
		return err
	}
	b := bytes.NewBuffer(slices.Clone(byteOrderMark))
	for _, row := range rows {
		line := b.AvailableBuffer()
		for i, text := range row {
			line = appendCell(line, text, i > 0)
		}
		b.Write(append(line, '\r', '\n'))
	}
	if _, err := w.Write(b.Bytes()); err != nil {
		return fmt.Errorf("sheet: write rules: %w", err)
	}
	return nil
}

// appendCell appends a guarded, quoted cell.
func appendCell(b []byte, text string, comma bool) []byte {
	if comma {
		b = append(b, ',')
	}
	b = append(b, '"')
	for _, c := range []byte(guard(text)) {
		if c == '"' {
			b = append(b, '"')
		}
		b = append(b, c)
	}
	return append(b, '"')
}

// grid is rules as rows of texts under a heading, in Chinese with the words of people, or
// in the words of the program.
func grid(rules []models.Rule, chinese bool) ([][]string, error) {
	all := columns()
	body := make([][]string, len(rules))
	used := make([]bool, len(all))
	for i, r := range rules { // r is a copy: reading its fields may add empty parts
		body[i] = make([]string, len(all))
		for j := range all {
			text, err := all[j].text(&r, chinese)
			if err != nil {
				return nil, fmt.Errorf("sheet: rule %d: %w", i+1, err)
			}
			body[i][j] = text
			used[j] = used[j] || text != ""
		}
	}
	head := make([]string, len(all))
	for j := range all {
		head[j] = all[j].name
		if chinese {
			head[j] = all[j].title
		}
		used[j] = used[j] || j < basic
	}
	rows := append([][]string{head}, body...)
	for i := range rows {
		kept := make([]string, 0, len(all))
		for j, text := range rows[i] {
			if used[j] {
				kept = append(kept, text)
			}
		}
		rows[i] = kept
	}
	return rows, nil
}
