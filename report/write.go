package report

import (
	"encoding/json"
	"io"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/sheet"
)

// Titles of what people read.
const (
	indicesTitle   = "政务微信服务质量指标"
	selfCheckTitle = "政务微信服务质量自查报告"
)

// WriteIndices writes every figure of the accounts, side by side: as JSON in full, else as the book
// people read, with hints at what would fill its gaps. columns is the width of a table. Errors are
// those of w.
func WriteIndices(w io.Writer, r *indices.Report, format string, columns int) error {
	if format == FormatJSON {
		e := json.NewEncoder(w)
		e.SetIndent("", "  ")
		e.SetEscapeHTML(false)
		return e.Encode(r)
	}
	b := NewBook(r, indicesTitle)
	b.Hints = Hints(r)
	switch format {
	case FormatCSV:
		return sheet.WriteFiguresCSV(w, b)
	case FormatXLSX:
		return sheet.WriteFiguresXLSX(w, b)
	default:
		return sheet.WriteFiguresTable(w, b, columns)
	}
}
