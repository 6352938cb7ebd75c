package sheet

import (
	"fmt"

	"github.com/wenzheng/wenzheng/models"
)

// maxNamed is how many faults of one file are named; the rest are counted.
const maxNamed = 100

// maxCounted is how many faults are counted before the rest of a table is not looked at.
const maxCounted = 10_000

// faults collects what is wrong with one file.
type faults struct {
	file   string
	cells  bool   // places are cells of a sheet, like E4
	sheet  string // its name, where the file has several
	total  int
	fields []models.FieldError
}

// add names a fault at a place of the file; line and column count from 1, columns in
// characters for YAML and JSON and in bytes for CSV.
func (f *faults) add(line, column int, message string) {
	f.total++
	if len(f.fields) < maxNamed {
		f.fields = append(f.fields, models.FieldError{Field: f.place(line, column), Message: message})
	}
}

// place is how the program in which a file is edited names a place: "rules.yaml:3:5",
// "rules.xlsx:E4", and "rules.xlsx:Sheet1!E4" where there are several sheets.
func (f *faults) place(line, column int) string {
	if !f.cells {
		return fmt.Sprintf("%s:%d:%d", f.file, line, column)
	}
	place := cellName(line, column)
	if f.sheet != "" {
		place = f.sheet + "!" + place
	}
	return f.file + ":" + place
}

func (f *faults) addf(line, column int, format string, args ...any) {
	if len(f.fields) == maxNamed {
		f.total++ // nobody would see the text
		return
	}
	f.add(line, column, fmt.Sprintf(format, args...))
}

// err is nil, or one *models.Error naming the faults.
func (f *faults) err() error {
	if f.total == 0 {
		return nil
	}
	message := fmt.Sprintf("%s 有 %d 处错误", f.file, f.total)
	if f.total >= maxCounted {
		message = fmt.Sprintf("%s 至少有 %d 处错误", f.file, f.total)
	}
	if f.total > len(f.fields) {
		message += fmt.Sprintf("，下面是前 %d 处", len(f.fields))
	}
	return &models.Error{Code: models.CodeInvalid, Message: message, Fields: f.fields}
}

// quote shows a piece of a file in a message, cut to a length people can read.
func quote(s string) string {
	const longest = 40
	runes := []rune(s)
	if len(runes) > longest {
		return fmt.Sprintf("%q…", string(runes[:longest]))
	}
	return fmt.Sprintf("%q", s)
}
