package reading

import "unicode/utf8"

// appendLight appends the form regular expressions read: folded like Normalise, but with
// punctuation kept (in half width) and white space as single blanks, nothing shortened.
// A pattern is tried on this form and on the form without space and punctuation.
func appendLight(dst []byte, s string) []byte {
	t := folding()
	start := len(dst)
	n := 0
	for i := 0; i < len(s) && n < maxRunes; n++ {
		r, size := utf8.DecodeRuneInString(s[i:])
		i += size
		dst = appendLightRune(dst, start, t, t.at(r))
	}
	for len(dst) > start && dst[len(dst)-1] == ' ' {
		dst = dst[:len(dst)-1]
	}
	return dst
}

func appendLightRune(dst []byte, start int, t *foldTable, c folded) []byte {
	switch c.class() {
	case classDrop:
	case classMany:
		for _, r := range t.many[c.rune()] {
			dst = appendLightRune(dst, start, t, fold1(classOf(r), r))
		}
	case classSpace:
		if len(dst) > start && dst[len(dst)-1] != ' ' {
			dst = append(dst, ' ')
		}
	default:
		dst = utf8.AppendRune(dst, c.rune())
	}
	return dst
}
