package reading

import (
	"bytes"
	"unicode/utf8"
)

// lightIn returns the form regular expressions read, made in room: folded like Normalise, but with
// punctuation kept (in half width) and white space as single blanks, nothing shortened.
// A pattern is tried on this form and on the form without space and punctuation.
func lightIn(room []byte, s string) []byte {
	t, dst, n := folding(), room[:0], 0
	for i := 0; i < len(s) && n < maxRunes; n++ {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		dst = appendLight(dst, t, t.at(r))
	}
	return bytes.TrimRight(dst, " ")
}

func appendLight(dst []byte, t *foldTable, c folded) []byte {
	switch c.class() {
	case classDrop:
	case classMany:
		for _, r := range t.many[c.rune()] {
			dst = appendLight(dst, t, fold1(classOf(r), r))
		}
	case classSpace:
		if len(dst) > 0 && dst[len(dst)-1] != ' ' {
			dst = append(dst, ' ')
		}
	default:
		dst = utf8.AppendRune(dst, c.rune())
	}
	return dst
}
