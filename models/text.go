package models

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// CleanText returns s as valid UTF-8 holding only the characters that XML 1.0 allows
// (https://www.w3.org/TR/xml/#charsets); it returns s itself when nothing is wrong.
func CleanText(s string) string {
	if IsClean(s) {
		return s
	}
	return strings.Map(func(r rune) rune {
		if xmlChar(r) {
			return r
		}
		return -1
	}, strings.ToValidUTF8(s, ""))
}

// IsClean reports whether nothing is wrong with s, see CleanText. Every message and every
// reply is looked at: ASCII is taken eight bytes at a time, and three bytes that begin with
// 0xe1 to 0xec, as nearly all of Chinese does, are a character whatever follows.
func IsClean[S string | []byte](s S) bool {
	for i := 0; i < len(s); {
		switch b := s[i]; {
		case len(s)-i >= 8 && printable(s[i:]):
			i += 8
		case b < utf8.RuneSelf:
			if !xmlChar(rune(b)) {
				return false
			}
			i++
		case b >= 0xe1 && b <= 0xec && len(s)-i >= 3 && s[i+1]&0xc0 == 0x80 && s[i+2]&0xc0 == 0x80:
			i += 3
		default:
			r, size := utf8.DecodeRuneInString(string(s[i:min(i+utf8.UTFMax, len(s))]))
			if size == 1 || !xmlChar(r) {
				return false
			}
			i += size
		}
	}
	return true
}

// printable reports whether the first eight bytes of s are ASCII from the space on.
func printable[S string | []byte](s S) bool {
	const every = 0x0101010101010101
	_ = s[7]
	word := uint64(s[0]) | uint64(s[1])<<8 | uint64(s[2])<<16 | uint64(s[3])<<24 |
		uint64(s[4])<<32 | uint64(s[5])<<40 | uint64(s[6])<<48 | uint64(s[7])<<56
	return (word|(word-' '*every))&(0x80*every) == 0
}

func xmlChar(r rune) bool {
	return r == '\t' || r == '\n' || r == '\r' ||
		r >= 0x20 && r <= 0xD7FF || r >= 0xE000 && r <= 0xFFFD || r >= 0x10000 && r <= 0x10FFFF
}

// CleanKey returns a key, token or id as it was meant: without white space and invisible
// characters around it, which come along when it is copied or kept in a file.
func CleanKey(s string) string {
	return strings.TrimFunc(s, func(r rune) bool { return unicode.IsSpace(r) || invisible(r) })
}

// invisible reports whether a character takes no room: zero width, marks of direction and of
// the byte order.
func invisible(r rune) bool {
	return r >= '\u200b' && r <= '\u200f' || r >= '\u202a' && r <= '\u202e' || r == '\u2060' || r == '\ufeff' || r == '\u00ad'
}

// CleanName returns the one form of a rule's name: without white space and invisible
// characters around it, one space where there is white space within, letters and digits in
// their usual width, accents and radicals in their composed form. Names that look alike on a screen are one name so.
func CleanName(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case invisible(r):
			return -1
		case r >= '０' && r <= '９', r >= 'Ａ' && r <= 'Ｚ', r >= 'ａ' && r <= 'ｚ':
			return r - '０' + '0'
		case r >= 0x2e80 && r <= 0x2fd5: // a radical: what is copied out of a PDF holds them for the characters
			r, _ = utf8.DecodeRuneInString(norm.NFKC.String(string(r)))
		}
		return r
	}, norm.NFC.String(s))
	return strings.Join(strings.Fields(s), " ")
}

// OneLine is a text on one line, without the white space around it and cut after so many characters.
func OneLine(s string, runes int) string {
	s = strings.Join(strings.Fields(s), " ")
	if short := Clip(s, runes); short != s {
		return short + "…"
	}
	return s
}

// Clip is the beginning of a text that fits into a column of so many characters.
func Clip(s string, runes int) string {
	if r := []rune(s); len(r) > runes {
		return string(r[:runes])
	}
	return s
}
