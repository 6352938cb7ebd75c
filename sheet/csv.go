package sheet

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// readCSV reads a table of rules.
func readCSV(name string, r io.Reader, judge judge) ([]models.Rule, error) {
	data, err := readText(name, r)
	if err != nil {
		return nil, err
	}
	f := &faults{file: name}
	rows := csv.NewReader(bytes.NewReader(data))
	rows.FieldsPerRecord = -1
	t := &table{faults: f, decoder: newDecoder(f, true), collector: newCollector(f, judge), exact: true}
	for {
		row, err := rows.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			csvFault(err, f)
			continue
		}
		for i := range row {
			row[i] = unguard(row[i])
		}
		if !t.row(row, rows.FieldPos) {
			break
		}
	}
	return t.done()
}

// csvFault names a line that is not CSV.
func csvFault(err error, f *faults) {
	var p *csv.ParseError
	if !errors.As(err, &p) {
		f.add(1, 1, "读不了："+err.Error())
		return
	}
	column := p.Column
	if p.Line != p.StartLine {
		column = 1 // it is that of a later line
	}
	f.add(p.StartLine, column, "引号不成对：含有引号、逗号或换行的内容要用双引号括起，里面的双引号写两遍")
}

// table reads rows of cells into rules: first the heading, then a rule a row.
type table struct {
	faults    *faults
	decoder   *decoder
	collector *collector
	heading   []*column
	exact     bool // every row has as many cells as the heading
}

// row reads a row; pos tells line and column of a cell. It returns false where going on
// makes no sense.
func (t *table) row(cells []string, pos func(i int) (line, column int)) bool {
	if !slices.ContainsFunc(cells, func(c string) bool { return strings.TrimSpace(c) != "" }) {
		return true
	}
	if t.heading == nil {
		return t.head(cells, pos)
	}
	var r models.Rule
	before := t.faults.total
	line, column := pos(0)
	if len(cells) < len(t.heading) && t.exact {
		t.faults.addf(line, column, "这一行有 %d 列，表头有 %d 列", len(cells), len(t.heading))
		return true
	}
	for i, text := range cells {
		l, c := pos(i)
		switch {
		case strings.TrimSpace(text) == "":
		case i >= len(t.heading):
			t.faults.addf(l, c, "这一列没有表头，多出的内容是 %s", quote(text))
		default:
			t.cell(&r, t.heading[i], text, l, c)
		}
	}
	t.collector.add(r, before, func(field string) (int, int) {
		if i := t.columnOf(field); i >= 0 && i < len(cells) {
			return pos(i)
		}
		return line, column
	})
	return true
}

// columnOf is the column of a field like "keywords[2]" or "when.from", or -1.
func (t *table) columnOf(field string) int {
	best := -1
	for i, c := range t.heading {
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
	t.decoder.setCell(c.field(r), text, line, col, c.name)
}

// head reads the heading.
func (t *table) head(cells []string, pos func(i int) (line, column int)) bool {
	known := columns()
	seen := map[string]bool{}
	for i, text := range cells {
		line, column := pos(i)
		c := findColumn(known, strings.TrimSpace(text))
		if c == nil {
			t.faults.addf(line, column, "没有 %s 这一列，可用的有 %s", quote(text), columnNames(known))
			continue
		}
		if seen[c.name] {
			t.faults.addf(line, column, "%s 这一列写了两次", c.name)
		}
		seen[c.name] = true
		t.heading = append(t.heading, c)
	}
	line, _ := pos(0)
	if t.faults.total == 0 && !seen["name"] {
		t.faults.add(line, 1, "表头缺少 name 这一列")
	}
	return t.faults.total == 0
}

func findColumn(known []column, name string) *column {
	for i := range known {
		if strings.EqualFold(known[i].name, name) || known[i].title == name {
			return &known[i]
		}
	}
	return nil
}

func columnNames(known []column) string {
	names := make([]string, len(known))
	for i := range known {
		names[i] = known[i].name
	}
	return strings.Join(names, "、")
}

func (t *table) done() ([]models.Rule, error) {
	if t.heading == nil && t.faults.total == 0 {
		t.faults.add(1, 1, "文件是空的，第一行应为表头 name,match,keywords,exclude,priority,reply,examples")
	}
	return t.collector.done()
}

// writeCSV writes the basic columns and those that some rule needs.
func writeCSV(w io.Writer, rules []models.Rule) error {
	rows, err := grid(rules)
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

// grid is rules as rows of texts under a heading.
func grid(rules []models.Rule) ([][]string, error) {
	all := columns()
	body := make([][]string, len(rules))
	used := make([]bool, len(all))
	for i, r := range rules { // r is a copy: reading its fields may add empty parts
		body[i] = make([]string, len(all))
		for j := range all {
			text, err := cell(all[j].field(&r))
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
