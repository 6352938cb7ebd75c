package sheet

import "io"

// Table is a heading and rows of as many cells, with what must be known to read them: the filter, the
// instant, the formula.
type Table struct {
	Notes [][2]string
	Head  []string
	Rows  [][]string
}

// WriteTableXLSX writes the table as a workbook of one sheet, texts only, without the notes.
func WriteTableXLSX(w io.Writer, name string, t *Table) error {
	return writeBook(w, name, append([][]string{t.Head}, t.Rows...))
}

// WriteTableCSV writes the notes line by line, an empty line and the table. Errors are those of w.
func WriteTableCSV(w io.Writer, t *Table) error {
	rows := rowWriter{w: w}
	rows.begin()
	for _, note := range t.Notes {
		rows.row(note[:])
	}
	if len(t.Notes) > 0 {
		rows.row([]string{""})
	}
	rows.row(t.Head)
	for _, row := range t.Rows {
		rows.row(row)
	}
	return rows.flush()
}
