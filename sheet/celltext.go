package sheet

import (
	"strings"
)

// maxCellBytes is where the rest of a text is left out: no text of a file may be so long.
const maxCellBytes = 4 * maxText

// cellText puts a text together from its runs, without the readings (rPh) that East Asian
// editions of Excel keep beside it.
type cellText struct {
	b       strings.Builder
	inside  bool
	reading bool
}

func (c *cellText) reset() { *c = cellText{} }

func (c *cellText) start(element string) {
	switch element {
	case "t":
		c.inside = true
	case "rPh":
		c.reading = true
	}
}

func (c *cellText) chars(data []byte) {
	if c.inside && !c.reading && c.b.Len() <= maxCellBytes {
		data = data[:min(len(data), maxCellBytes+1)]
		c.b.Write(data)
	}
}

func (c *cellText) end(element string) {
	switch element {
	case "t":
		c.inside = false
	case "rPh":
		c.reading = false
	}
}

// String is the text with the characters that XML has no room for, which are written as
// _x000D_, and a line end is one character.
func (c *cellText) String() string {
	s := unescapeCell(c.b.String())
	return strings.ReplaceAll(s, "\r\n", "\n")
}

// unescapeCell turns _xHHHH_ (ST_Xstring, ECMA-376 part 1, 22.9.2.19) into characters.
func unescapeCell(s string) string {
	if !strings.Contains(s, "_x") {
		return s
	}
	var b strings.Builder
	for {
		i := strings.Index(s, "_x")
		if i < 0 || len(s) < i+7 {
			b.WriteString(s)
			return b.String()
		}
		code, ok := hex4(s[i+2 : i+6])
		if !ok || s[i+6] != '_' {
			b.WriteString(s[:i+2])
			s = s[i+2:]
			continue
		}
		b.WriteString(s[:i])
		b.WriteRune(code)
		s = s[i+7:]
	}
}

func hex4(s string) (rune, bool) {
	n := rune(0)
	for _, c := range []byte(s) {
		switch {
		case c >= '0' && c <= '9':
			n = n<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			n = n<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			n = n<<4 | rune(c-'A'+10)
		default:
			return 0, false
		}
	}
	return n, true
}
