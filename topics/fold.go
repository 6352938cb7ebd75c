package topics

import (
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/longbridgeapp/opencc"
	"golang.org/x/text/unicode/norm"
)

// textBreak stands in a folded text for everything that is neither letter nor digit.
const textBreak = '\n'

// fold appends the letters and digits of a text in the form in which texts are compared: half
// width, lower case, simplified, without accents. Whatever lies between two of them becomes one
// break, so that no word reaches across a comma. At most limit characters are appended.
func fold(dst []rune, s string, limit int) []rune {
	simple := simplified()
	start := len(dst)
	for _, r := range s {
		if len(dst)-start >= limit {
			break
		}
		switch {
		case r >= firstHan && r <= lastHan:
			dst = append(dst, simple[r-firstHan])
		case alphanumeric(r):
			dst = append(dst, r)
		default:
			dst = foldRare(dst, start, r)
		}
	}
	if n := len(dst); n > start && dst[n-1] == textBreak {
		dst = dst[:n-1]
	}
	return dst
}

// foldRare is fold for a character outside of the common ranges. One character can stand for
// several: ㎡ is m2.
func foldRare(dst []rune, start int, r rune) []rune {
	if r >= '！' && r <= '～' {
		r -= '！' - '!' // the wide form of an ASCII character
	}
	if r < utf8.RuneSelf || breaks(r) { // most of what comes here: commas and the like, and not worth a copy
		return foldPart(dst, start, r)
	}
	for _, p := range norm.NFKD.String(string(r)) {
		dst = foldPart(dst, start, p)
	}
	return dst
}

// breaks reports Chinese punctuation and quotation marks.
func breaks(r rune) bool {
	return r >= '、' && r <= '〃' || r >= '〈' && r <= '】' || r >= '‘' && r <= '”'
}

func foldPart(dst []rune, start int, p rune) []rune {
	p = unicode.ToLower(p)
	switch {
	case p >= firstHan && p <= lastHan:
		return append(dst, simplified()[p-firstHan])
	case unicode.IsLetter(p) || unicode.IsDigit(p):
		return append(dst, p)
	case unicode.Is(unicode.M, p) || unicode.Is(unicode.Cf, p):
	case len(dst) > start && dst[len(dst)-1] != textBreak:
		return append(dst, textBreak)
	}
	return dst
}

// foldHan is fold of the first readByTopic characters with Latin letters and digits as breaks, too:
// keywords of topics are words in Han or another script, never numbers.
func foldHan(dst []rune, s string) []rune {
	start := len(dst)
	dst = fold(dst, s, readByTopic)
	kept := dst[:start]
	for _, r := range dst[start:] {
		if alphanumeric(r) {
			r = textBreak
		}
		if r != textBreak || len(kept) > start && kept[len(kept)-1] != textBreak {
			kept = append(kept, r)
		}
	}
	if n := len(kept); n > start && kept[n-1] == textBreak {
		kept = kept[:n-1]
	}
	return kept
}

// alphanumeric reports lower-case Latin letters and Arabic digits.
func alphanumeric(r rune) bool { return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' }

// The blocks of Han characters in use.
const (
	firstHan = 0x3400
	lastHan  = 0x9FFF
)

// simplified maps the Han characters to simplified ones, one by one. It is built on first use.
var simplified = sync.OnceValue(func() []rune {
	table := make([]rune, lastHan-firstHan+1)
	var lines strings.Builder
	for i := range table {
		table[i] = firstHan + rune(i)
		lines.WriteRune(table[i])
		lines.WriteByte('\n')
	}
	converter, err := opencc.New("t2s")
	if err != nil {
		return table // impossible: the dictionaries are embedded in the library
	}
	converted, err := converter.Convert(lines.String())
	if err != nil {
		return table
	}
	i := 0
	for line := range strings.Lines(converted) {
		if r := []rune(strings.TrimSuffix(line, "\n")); len(r) == 1 && i < len(table) {
			table[i] = r[0]
		}
		i++
	}
	return table
})
