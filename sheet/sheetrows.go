package sheet

import (
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
)

// maxSheetColumns bounds the width of a table; Excel has 16,384 columns, which would be
// copied for every row.
const maxSheetColumns = 1024

// sheetRows are the rows of a sheet, read as a stream.
type sheetRows struct {
	book   *workbook
	part   io.ReadCloser
	xml    *xml.Decoder
	merged []area
	row    row
	cells  []string
	number int // of the last row
	cell   sheetCell
}

// openSheet opens the first visible sheet of a workbook.
func openSheet(name string, r io.Reader) (rows, *faults, error) {
	b, err := openWorkbook(name, r)
	if err != nil {
		return nil, nil, err
	}
	if len(b.sheets) == 0 {
		return nil, nil, invalid(name + " 里没有能读的工作表")
	}
	first := b.sheets[0]
	f := &faults{file: name, cells: true}
	if len(b.sheets) > 1 {
		f.sheet = first.name
	}
	merged, err := b.mergedAreas(first.part)
	if err != nil {
		return nil, nil, b.explain(err)
	}
	part, err := b.open(first.part, true)
	if err != nil {
		return nil, nil, b.explain(err)
	}
	s := &sheetRows{book: b, part: part, xml: xml.NewDecoder(part), merged: merged}
	s.row.column = func(i int) int { return i + 1 }
	return s, f, nil
}

func (s *sheetRows) exact() bool { return false }

// brokenSheet is what keeps a sheet from being read to its end.
type brokenSheet struct {
	line    int
	problem string
}

func (e *brokenSheet) Error() string { return e.problem }

func (s *sheetRows) next() (*row, error) {
	for {
		token, err := s.xml.Token()
		if errors.Is(err, io.EOF) {
			_ = s.part.Close()
			return nil, io.EOF
		}
		if err != nil {
			return nil, &brokenSheet{s.number + 1, "工作表从这里起读不出来，请在 Excel 里打开后重新另存"}
		}
		start, ok := token.(xml.StartElement)
		if !ok || start.Name.Local != "row" {
			continue
		}
		if err := s.read(start); err != nil {
			return nil, err
		}
		blank := s.row.blank()
		s.merge(blank)
		if !blank {
			return &s.row, nil
		}
	}
}

// read reads the cells of a row.
func (s *sheetRows) read(start xml.StartElement) error {
	s.number++
	if n, err := strconv.Atoi(attr(start, "r")); err == nil && n > 0 {
		s.number = n
	}
	clear(s.cells)
	s.cells = s.cells[:0]
	s.row.problems = nil
	for at := 0; ; at++ {
		token, err := s.xml.Token()
		if err != nil {
			return &brokenSheet{s.number, "这一行读不完整，请在 Excel 里打开后重新另存"}
		}
		switch t := token.(type) {
		case xml.EndElement:
			if t.Name.Local == "row" {
				s.row.cells, s.row.line = s.cells, s.number
				return nil
			}
		case xml.StartElement:
			if t.Name.Local != "c" {
				continue
			}
			if column, _ := cellPlace(attr(t, "r")); column > 0 {
				at = column - 1
			}
			if err := s.readCell(t, at); err != nil {
				return err
			}
		}
	}
}

// sheetCell is a cell as it stands in the file.
type sheetCell struct {
	kind    string
	style   int
	value   strings.Builder
	text    cellText
	formula bool
}

func (s *sheetRows) readCell(start xml.StartElement, at int) error {
	s.cell = sheetCell{kind: attr(start, "t")}
	s.cell.style, _ = strconv.Atoi(attr(start, "s"))
	inValue := false
	for {
		token, err := s.xml.Token()
		if err != nil {
			return &brokenSheet{s.number, "这一行读不完整，请在 Excel 里打开后重新另存"}
		}
		switch t := token.(type) {
		case xml.StartElement:
			inValue = t.Name.Local == "v"
			s.cell.formula = s.cell.formula || t.Name.Local == "f"
			s.cell.text.start(t.Name.Local)
		case xml.CharData:
			if inValue {
				s.cell.value.Write(t)
			}
			s.cell.text.chars(t)
		case xml.EndElement:
			inValue = false
			s.cell.text.end(t.Name.Local)
			if t.Name.Local == "c" {
				return s.put(at)
			}
		}
	}
}

// put keeps the cell just read as people see it.
func (s *sheetRows) put(at int) error {
	text, problem := s.show()
	if text == "" && problem == "" {
		return nil
	}
	if at >= maxSheetColumns {
		return &brokenSheet{s.number, fmt.Sprintf("这一行的第 %d 列还有内容，最多读 %d 列，请删去多余的列", at+1, maxSheetColumns)}
	}
	for len(s.cells) <= at {
		s.cells = append(s.cells, "")
	}
	s.cells[at] = text
	if problem != "" {
		s.spoil(at, problem)
	}
	return nil
}

func (s *sheetRows) spoil(at int, problem string) {
	if s.row.problems == nil {
		s.row.problems = map[int]string{}
	}
	s.row.problems[at] = problem
}

// show is the cell as people see it, and what is wrong with it.
func (s *sheetRows) show() (text, problem string) {
	c, value := &s.cell, s.cell.value.String()
	switch c.kind {
	case "s":
		i, err := strconv.Atoi(strings.TrimSpace(value))
		if err != nil || i < 0 || i >= len(s.book.shared) {
			return "", ""
		}
		return unguard(s.book.shared[i]), ""
	case "inlineStr":
		return unguard(c.text.String()), ""
	case "str":
		return strings.ReplaceAll(unescapeCell(value), "\r\n", "\n"), ""
	case "b":
		if strings.TrimSpace(value) == "1" {
			return "true", ""
		}
		return "false", ""
	case "e":
		return value, problemErrorValue(value)
	case "d":
		return strings.TrimSuffix(strings.Replace(value, "T", " ", 1), " 00:00:00"), ""
	}
	if value = strings.TrimSpace(value); value == "" {
		if c.formula {
			return "", "是还没有算出结果的公式，请在 Excel 里打开并保存一次，或直接填写内容"
		}
		return "", ""
	}
	format := cellFormat{}
	if c.style >= 0 && c.style < len(s.book.formats) {
		format = s.book.formats[c.style]
	}
	return format.show(value, s.book.date1904)
}

func attr(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name && a.Name.Space == "" {
			return a.Value
		}
	}
	return ""
}

// cellPlace reads a reference like AB12; column and row are 0 where it is none.
func cellPlace(ref string) (column, line int) {
	i := 0
	for ; i < len(ref) && i < 3 && ref[i] >= 'A' && ref[i] <= 'Z'; i++ {
		column = column*26 + int(ref[i]-'A') + 1
	}
	line, err := strconv.Atoi(ref[i:])
	if err != nil || line < 1 || column < 1 {
		return 0, 0
	}
	return column, line
}

// cellName is the reference of a cell, as Excel shows it.
func cellName(line, column int) string {
	var letters []byte
	for ; column > 0; column = (column - 1) / 26 {
		letters = append([]byte{byte('A' + (column-1)%26)}, letters...)
	}
	return string(letters) + strconv.Itoa(line)
}
