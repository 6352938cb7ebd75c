package main

import (
	"cmp"
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"

	"github.com/wenzheng/wenzheng/sheet"
)

// usualColumns is the width of the figures that are written to a file or a pipe.
const usualColumns = 100

// columns is how wide the figures may be.
func (p *program) columns() int { return cmp.Or(p.width(), usualColumns) }

// width is how wide the screen of a person is: the variable COLUMNS, else the terminal's own
// width; 0 when nobody reads on one.
func (p *program) width() int {
	for _, v := range p.environ {
		if text, ok := strings.CutPrefix(v, "COLUMNS="); ok {
			if n, err := strconv.Atoi(text); err == nil && n > 0 {
				return n
			}
		}
	}
	f, ok := p.stdout.(*os.File)
	if !ok {
		return 0
	}
	if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
		return n
	}
	return 0
}

// screen is standard output for what people read: lines are folded where it is a terminal. Every
// write is of whole lines.
func (p *program) screen() io.Writer {
	if n := p.width(); n > 0 {
		return folded{w: p.stdout, columns: n}
	}
	return p.stdout
}

// table prints rows in columns for people.
func (p *program) table(rows [][]string) error {
	_, err := io.WriteString(p.stdout, sheet.Columns(rows, p.width()))
	return err
}

// folded folds what is written to it.
type folded struct {
	w       io.Writer
	columns int
}

func (f folded) Write(b []byte) (int, error) {
	if _, err := io.WriteString(f.w, sheet.Fold(string(b), f.columns)); err != nil {
		return 0, err
	}
	return len(b), nil
}

// onTerminal reports whether a person reads what is printed.
func (p *program) onTerminal() bool {
	f, ok := p.stdout.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
