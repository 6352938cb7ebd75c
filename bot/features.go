package bot

import (
	"slices"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

const (
	skipBit     = 1 << 63 // a pair with one character between
	everydayBit = 1 << 62 // a pair that touches an everyday word
)

// numeral reports whether text[i] is a digit, the unit of a date behind one, or a letter
// that stands alone: 2016年 and 7月 are in stories about anything.
func numeral(text []rune, i int) bool {
	digit := func(r rune) bool { return r >= '0' && r <= '9' }
	letter := func(r rune) bool { return r >= 'a' && r <= 'z' }
	switch r := text[i]; {
	case digit(r):
		return true
	case letter(r):
		return (i == 0 || !letter(text[i-1])) && (i+1 == len(text) || !letter(text[i+1]))
	case r == '年', r == '月', r == '日', r == '号', r == '份':
		return i > 0 && (digit(text[i-1]) || text[i-1] == '月')
	}
	return false
}

// mark finds the characters that belong to everyday words or numbers.
func (sc *closeScratch) mark(text []rune, everyday *reading.Trie) {
	sc.ordinary = slices.Grow(sc.ordinary[:0], len(text))[:len(text)]
	clear(sc.ordinary)
	for i, r := range text {
		if numeral(text, i) {
			sc.ordinary[i] = true
			continue
		}
		if r < utf8.RuneSelf || models.FunctionWord(r) {
			continue
		}
		sc.hits = everyday.Collect(text, i, sc.hits[:0])
		for _, h := range sc.hits {
			for j := range int(h.Length) {
				sc.ordinary[i+j] = true
			}
		}
	}
}

// featuresOf appends the distinct pairs of a text.
func (sc *closeScratch) featuresOf(dst []uint64, text []rune, everyday *reading.Trie) []uint64 {
	sc.mark(text, everyday)
	start := len(dst)
	add := func(i, j int, mark uint64) {
		if j >= len(text) || models.FunctionWord(text[j]) {
			return
		}
		if sc.ordinary[i] || sc.ordinary[j] {
			mark |= everydayBit
		}
		dst = append(dst, mark|uint64(text[i])<<21|uint64(text[j])) //nolint:gosec // runes are positive
	}
	for i, r := range text {
		if models.FunctionWord(r) {
			continue
		}
		add(i, i+1, 0)
		add(i, i+2, skipBit)
	}
	own := dst[start:]
	slices.Sort(own)
	return dst[:start+len(slices.Compact(own))]
}
