// Package terminal is what a person at a terminal sees and types beside the words themselves: lines
// folded to its width, a bar of progress, secrets that are not shown. On pipes and files, which
// programs read, it adds nothing.
package terminal

import (
	"io"
	"os"
	"strconv"
	"strings"

	"golang.org/x/term"

	"github.com/wenzheng/wenzheng/sheet/textgrid"
)

// Is reports whether a person reads what is written to w.
func Is(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// Width is how wide the screen behind w is: the variable COLUMNS of the environment, else the
// terminal's own width; 0 when nobody reads on one.
func Width(w io.Writer, environ []string) int {
	for _, v := range environ {
		if text, ok := strings.CutPrefix(v, "COLUMNS="); ok {
			if n, err := strconv.Atoi(text); err == nil && n > 0 {
				return n
			}
		}
	}
	f, ok := w.(*os.File)
	if !ok {
		return 0
	}
	if n, _, err := term.GetSize(int(f.Fd())); err == nil && n > 0 {
		return n
	}
	return 0
}

// Folded is w with lines folded to so many columns; 0 leaves them. Every write is of whole lines.
func Folded(w io.Writer, columns int) io.Writer {
	if columns <= 0 {
		return w
	}
	return folded{w: w, columns: columns}
}

// folded folds what is written to it.
type folded struct {
	w       io.Writer
	columns int
}

func (f folded) Write(b []byte) (int, error) {
	if _, err := io.WriteString(f.w, textgrid.Fold(string(b), f.columns)); err != nil {
		return 0, err
	}
	return len(b), nil
}
