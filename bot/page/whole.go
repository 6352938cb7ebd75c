package page

import (
	"slices"
	"strings"
	"unicode/utf8"
)

// longestBraces is the longest text in braces that is kept together, in bytes.
const longestBraces = 64

// uncut returns the parts of the text that stay whole, in order, without overlaps: those
// given, links, addresses and braces.
func uncut(text string, keep []Stretch) []Stretch {
	out := slices.Clone(keep)
	for at := 0; at < len(text); {
		n := wholeAt(text[at:])
		if n > 0 {
			out = append(out, Stretch{at, at + n})
		}
		at += max(n, 1)
	}
	slices.SortFunc(out, func(a, b Stretch) int { return a.From - b.From })
	joined := out[:0]
	for _, s := range out {
		if n := len(joined); n > 0 && s.From < joined[n-1].To {
			joined[n-1].To = max(joined[n-1].To, s.To)
			continue
		}
		joined = append(joined, s)
	}
	return joined
}

// wholeAt is the length of the link, address or braces at the start of s, 0 for none.
func wholeAt(s string) int {
	switch s[0] {
	case '<':
		return linkAt(s)
	case 'h', 'H':
		return addressAt(s)
	case '{':
		end := strings.IndexByte(s[:min(len(s), longestBraces)], '}')
		if end > 0 && !strings.Contains(s[:end], "\n") {
			return end + 1
		}
	}
	return 0
}

// linkAt is the length of <a …>…</a> at the start of s; WeChat knows no other tag.
func linkAt(s string) int {
	if len(s) < 3 || s[1]|0x20 != 'a' || s[2] != ' ' && s[2] != '\n' && s[2] != '\t' {
		return 0
	}
	end := strings.IndexByte(s[1:], '<') + 1
	if end == 0 || len(s) < end+4 || !strings.EqualFold(s[end:end+4], "</a>") {
		return 0
	}
	return end + 4
}

// addressAt is the length of an address of the web at the start of s: WeChat makes a link
// of it as it stands.
func addressAt(s string) int {
	for _, scheme := range [...]string{"https://", "http://"} {
		if len(s) < len(scheme) || !strings.EqualFold(s[:len(scheme)], scheme) {
			continue
		}
		end := strings.IndexFunc(s, func(r rune) bool { return r <= ' ' || r >= utf8.RuneSelf || r == '<' || r == '"' })
		if end < 0 {
			return len(s)
		}
		return end
	}
	return 0
}
