package wechat

import (
	"bytes"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/models"
)

// unescaped puts characters in the place of references. What looks like one and is none
// stays as it is; one to a character that XML forbids is left out.
func (x *xmlReader) unescaped(s []byte) []byte {
	if bytes.Contains(s, []byte(closeCDATA)) {
		x.mended = true
	}
	at := bytes.IndexByte(s, '&')
	if at < 0 {
		return s
	}
	var out []byte
	for at >= 0 {
		out = append(out, s[:at]...)
		s = s[at:]
		char, length, sound := reference(s)
		x.mended = x.mended || !sound
		out = append(out, char...)
		s = s[length:]
		at = bytes.IndexByte(s, '&')
	}
	return append(out, s...)
}

// longestReference is "&#x10ffff;" with room for leading zeros.
const longestReference = 16

// reference reads the reference that b begins with.
func reference(b []byte) (char string, length int, sound bool) {
	end := bytes.IndexByte(b[:min(len(b), longestReference)], ';')
	if end < 0 {
		return "&", 1, false
	}
	length = end + 1
	name := string(b[1:end])
	switch name {
	case "lt":
		return "<", length, true
	case "gt":
		return ">", length, true
	case "amp":
		return "&", length, true
	case "apos":
		return "'", length, true
	case "quot":
		return `"`, length, true
	}
	digits, number := strings.CutPrefix(name, "#")
	digits, hexadecimal := strings.CutPrefix(digits, "x")
	base := 10
	if hexadecimal {
		base = 16
	}
	n, err := strconv.ParseUint(digits, base, 32)
	switch {
	case err != nil || !number:
		return "&", 1, false
	case n >= 0xd800 && n <= 0xdfff: // half a character, as some phones send of an emoji
		return string(utf8.RuneError), length, true
	case n > utf8.MaxRune || models.CleanText(string(rune(n))) == "":
		return "", length, false
	}
	return string(rune(n)), length, true
}
