package reading

import (
	"slices"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/models"
)

// Pairs finds what two texts that say the same in other words have in common: pairs of neighbouring
// characters, and pairs with one character between. It is the working memory too; the zero Pairs is
// ready, and not safe for concurrent use.
type Pairs struct {
	ordinary []bool // by character: part of an everyday word
	hits     []Hit
}

const (
	skipBit     = 1 << 63 // a pair with one character between
	everydayBit = 1 << 62 // a pair that touches an everyday word
)

// everydayShare is what a pair that touches an everyday word weighs of what it else would.
const everydayShare = 0.15

// PairWeight lowers the weight of a pair that skips a character or touches an everyday word.
func PairWeight(pair uint64, w float64) float32 {
	if pair&skipBit != 0 {
		w /= 2
	}
	if pair&everydayBit != 0 {
		w *= everydayShare
	}
	return float32(w)
}

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
func (p *Pairs) mark(text []rune) {
	p.ordinary = slices.Grow(p.ordinary[:0], len(text))[:len(text)]
	clear(p.ordinary)
	everyday := everydayTrie()
	for i, r := range text {
		if numeral(text, i) {
			p.ordinary[i] = true
			continue
		}
		if r < utf8.RuneSelf || models.FunctionWord(r) {
			continue
		}
		p.hits = everyday.Collect(text, i, p.hits[:0])
		for _, h := range p.hits {
			for j := range int(h.Length) {
				p.ordinary[i+j] = true
			}
		}
	}
}

// Append appends the distinct pairs of a text, which is in the matched form, in order.
func (p *Pairs) Append(dst []uint64, text []rune) []uint64 {
	p.mark(text)
	start := len(dst)
	add := func(i, j int, mark uint64) {
		if j >= len(text) || models.FunctionWord(text[j]) {
			return
		}
		if p.ordinary[i] || p.ordinary[j] {
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
