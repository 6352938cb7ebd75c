package main

import (
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"
)

// usualColumns is the width of a table that is written to a file or a pipe.
const usualColumns = 100

// columns is how wide a table may be: the variable COLUMNS, else the terminal's own width.
func (p *program) columns() int {
	for _, v := range p.environ {
		if text, ok := strings.CutPrefix(v, "COLUMNS="); ok {
			if n, err := strconv.Atoi(text); err == nil && n > 0 {
				return n
			}
		}
	}
	f, ok := p.stdout.(*os.File)
	if !ok {
		return usualColumns
	}
	if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
		return n
	}
	return usualColumns
}

// onTerminal reports whether a person reads what is printed.
func (p *program) onTerminal() bool {
	f, ok := p.stdout.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}
