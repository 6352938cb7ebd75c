package sheet

import (
	"bufio"
	"bytes"
	"encoding/csv"
	"io"
	"strings"
)

// longestHeading is how much of a CSV is looked at, in bytes, to tell how it is written.
const longestHeading = 16 << 10

// newCSVReader reads a CSV as its heading is written. Excel separates cells by semicolons or
// tabs in some languages and in its "Unicode text", may say so in a first line "sep=;", and
// ends lines by returns alone for an old Macintosh.
func newCSVReader(text io.Reader) (*csv.Reader, *meter) {
	in := bufio.NewReaderSize(text, longestHeading)
	head, _ := in.Peek(longestHeading) // an error comes again when it is read
	head = bytes.TrimLeft(head, "\r\n")
	first, behind := head, []byte(nil)
	if i := bytes.IndexAny(head, "\r\n"); i >= 0 {
		first, behind = head[:i], head[i:]
	}
	m := &meter{r: in, left: longestRow}
	if bytes.HasPrefix(behind, []byte("\r")) && !bytes.HasPrefix(behind, []byte("\r\n")) {
		m.r = &returns{r: in}
	}
	out := csv.NewReader(m)
	if said, ok := strings.CutPrefix(string(first), "sep="); ok && len(said) == 1 && strings.ContainsAny(said, ",;\t") {
		out.Comma = rune(said[0])
		_, _ = out.Read() // that line is no row
		return out, m
	}
	for _, separator := range ",\t;" {
		if bytes.ContainsRune(first, separator) {
			out.Comma = separator
			break
		}
	}
	return out, m
}

// returns reads every return, and every return with a line feed behind it, as one line feed.
type returns struct {
	r    io.Reader
	last byte
}

func (t *returns) Read(p []byte) (int, error) {
	n, err := t.r.Read(p)
	kept := 0
	for _, c := range p[:n] {
		after := t.last
		t.last = c
		switch {
		case c == '\n' && after == '\r':
			continue
		case c == '\r':
			c = '\n'
		}
		p[kept] = c
		kept++
	}
	return kept, err
}
