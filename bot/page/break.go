package page

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The strength of a place to turn the page.
const (
	breakNone = iota
	breakAny
	breakClause   // after a comma or a space
	breakSentence // after a full stop
	breakLine     // after the end of a line
)

// pageEnd finds where the page that begins at from, and may reach to most, ends.
func pageEnd(text string, keep []Stretch, from, most int) int {
	half, late := from+(most-from)/2, from+(most-from)*2/3
	var best [breakLine + 1]int
	next := keep
	for at := from; at < most; {
		_, size := utf8.DecodeRuneInString(text[at:])
		at += size
		if at > most {
			break
		}
		for len(next) > 0 && next[0].To <= at {
			next = next[1:]
		}
		if len(next) > 0 && next[0].From < at {
			continue
		}
		if kind := breakAt(text, at); kind != breakLine || !endsInHeading(text[from:at]) {
			best[kind] = at
		}
	}
	switch {
	case best[breakLine] > late:
		return best[breakLine]
	case max(best[breakSentence], best[breakLine]) > half:
		return max(best[breakSentence], best[breakLine])
	case best[breakClause] > half:
		return best[breakClause]
	}
	if end := slices.Max(best[breakAny:]); end > from {
		return end
	}
	// One link, or one character with its marks, is longer than a page.
	for !utf8.RuneStart(text[most]) {
		most--
	}
	return most
}

// breakAt is how well the page may be turned before text[at:]. Before punctuation, and
// between a character and what changes its look (marks, emoji joined to one), it may not.
func breakAt(text string, at int) int {
	last, size := utf8.DecodeLastRuneInString(text[:at])
	next, _ := utf8.DecodeRuneInString(text[at:])
	before, _ := utf8.DecodeLastRuneInString(text[:at-size])
	switch {
	case next == '\n' || SentenceEnd(next) || closing(next) || comma(next):
		return breakNone
	case clings(next) || last == zeroJoiner || last == '\r' || flag(last) && flag(next):
		return breakNone
	case last == '\n':
		return breakLine
	case SentenceEnd(last), closing(last) && SentenceEnd(before), last == '.' && unicode.IsSpace(next):
		return breakSentence
	case comma(last), unicode.IsSpace(last):
		return breakClause
	}
	return breakAny
}

const zeroJoiner = 0x200D

func clings(r rune) bool {
	return r == zeroJoiner || unicode.Is(unicode.M, r) || r >= 0x1F3FB && r <= 0x1F3FF || r >= 0xE0020 && r <= 0xE007F
}

func flag(r rune) bool { return r >= 0x1F1E6 && r <= 0x1F1FF }

// SentenceEnd reports whether a sentence ends with r.
func SentenceEnd(r rune) bool {
	switch r {
	case '。', '！', '？', '；', '!', '?', ';', '…':
		return true
	}
	return false
}

func comma(r rune) bool { return strings.ContainsRune("，、：,", r) }

func closing(r rune) bool { return strings.ContainsRune("”’）」』》】)", r) }
