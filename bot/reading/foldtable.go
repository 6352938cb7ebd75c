package reading

import (
	"strings"
	"sync"
	"unicode"

	"github.com/longbridgeapp/opencc"
	"golang.org/x/text/unicode/norm"
)

// class says what becomes of a character when a text is normalised.
type class uint8

const (
	classLetter class = iota // kept; runs of three and more become two
	classDigit               // kept as often as written: 110 and 12333 are numbers
	classLatin               // kept as often as written: aaa, www
	classDrop                // as if it had not been written
	classSep                 // space and punctuation: left out, but ends a word
	classSpace
	classDot   // kept between two digits only
	classZero  // a circle, zero when it follows a digit
	classEmoji // kept, runs become one
	classMany  // stands for several characters
)

// folded packs class (upper 8 bits) and character or index (lower 24 bits).
type folded uint32

func fold1(c class, r rune) folded { return folded(uint32(c)<<24 | uint32(r)&0xFFFFFF) } //nolint:gosec // runes have 21 bits

func (f folded) class() class { return class(f >> 24) }
func (f folded) rune() rune   { return rune(f & 0xFFFFFF) }

// foldLimit is the end of the planes that hold letters in use; beyond it characters are
// kept as they are, except tags and variation selectors, which are dropped.
const foldLimit = 0x33480

type foldTable struct {
	one  []folded
	many [][]rune // already folded
}

func (t *foldTable) at(r rune) folded {
	if r < foldLimit {
		return t.one[r]
	}
	if r >= 0xE0000 && r <= 0xE01EF {
		return fold1(classDrop, 0)
	}
	return fold1(classLetter, r)
}

// folding is built on first use (about 30 ms) and never changes.
var folding = sync.OnceValue(buildFold)

func buildFold() *foldTable {
	t := &foldTable{one: make([]folded, foldLimit)}
	simple := simplified()
	for r := rune(0); r < foldLimit; r++ {
		t.one[r] = t.fold(r, simple)
	}
	return t
}

// fold decides for one character. Characters that stand for others are taken apart and
// each part decided for itself, so that folding twice changes nothing.
func (t *foldTable) fold(r rune, simple map[rune]rune) folded {
	if f, ok := fixed(r); ok {
		return f
	}
	parts := takeApart(r, simple)
	if len(parts) == 1 {
		return fold1(classOf(parts[0]), parts[0])
	}
	kept := parts[:0:0]
	for _, p := range parts {
		if classOf(p) != classDrop {
			kept = append(kept, p)
		}
	}
	switch len(kept) {
	case 0:
		return fold1(classDrop, 0)
	case 1:
		return fold1(classOf(kept[0]), kept[0])
	}
	t.many = append(t.many, kept)
	return fold1(classMany, rune(len(t.many)-1)) //nolint:gosec // a few thousand
}

// takeApart applies compatibility decomposition, lower case, simplification and the
// look-alike table until nothing changes any more.
func takeApart(r rune, simple map[rune]rune) []rune {
	parts := []rune{r}
	for range 4 {
		s := string(parts)
		if r < 0xAC00 || r > 0xD7A3 {
			s = norm.NFKD.String(s)
		}
		next := make([]rune, 0, 4)
		for _, p := range s {
			p = unicode.ToLower(p)
			if q, ok := simple[p]; ok {
				p = q
			}
			if q, ok := lookAlike[p]; ok {
				p = q
			}
			next = append(next, p)
		}
		if string(next) == string(parts) {
			break
		}
		parts = next
	}
	return parts
}

func classOf(r rune) class {
	if f, ok := fixed(r); ok {
		return f.class()
	}
	switch {
	case r >= '0' && r <= '9' || hanDigit(r) >= 0:
		return classDigit
	case r >= 'a' && r <= 'z':
		return classLatin
	case r == '.':
		return classDot
	case r == '○' || r == '◯':
		return classZero
	case isMark(r):
		return classDrop
	case isEmoji(r):
		return classEmoji
	case unicode.IsSpace(r) || unicode.Is(unicode.Z, r):
		return classSpace
	case unicode.Is(unicode.C, r) && !unicode.Is(unicode.Co, r):
		return classDrop
	case unicode.IsPunct(r) || unicode.IsSymbol(r) || r == unicode.ReplacementChar:
		return classSep
	}
	return classLetter
}

// isMark reports accents and enclosures laid over Latin letters and digits, variation
// selectors and skin tones. Vowel signs of other scripts are letters there and stay.
func isMark(r rune) bool {
	return r >= 0x300 && r <= 0x36F || r >= 0x1AB0 && r <= 0x1AFF || r >= 0x1DC0 && r <= 0x1DFF ||
		r >= 0x20D0 && r <= 0x20FF || r >= 0xFE00 && r <= 0xFE0F || r >= 0x1F3FB && r <= 0x1F3FF
}

// isEmoji covers the blocks of pictures and the private area of old telephones' faces.
func isEmoji(r rune) bool {
	if r < 0x231A || r >= 0x2E80 && r <= 0xD7FF { // nearly all
		return false
	}
	return r >= 0x1F000 && r <= 0x1FAFF || r >= 0x2600 && r <= 0x27BF || r >= 0xE000 && r <= 0xF8FF ||
		r >= 0x23E9 && r <= 0x23FF || r == 0x231A || r == 0x231B || r == 0x2B50 || r == 0x2B55
}

// fixed holds the characters that neither Unicode nor OpenCC folds as people mean them:
// white line breaks and numbers in black circles.
func fixed(r rune) (folded, bool) {
	switch {
	case r == '\n' || r == '\r' || r == '\t' || r == '\v' || r == '\f' || r == 0x85:
		return fold1(classSpace, ' '), true
	case r >= 0x2776 && r <= 0x277E: // ❶..❾
		return fold1(classDigit, '1'+r-0x2776), true
	case r >= 0x2780 && r <= 0x2788: // ➀..➈
		return fold1(classDigit, '1'+r-0x2780), true
	case r >= 0x278A && r <= 0x2792: // ➊..➒
		return fold1(classDigit, '1'+r-0x278A), true
	case r >= 0x24F5 && r <= 0x24FD: // ⓵..⓽
		return fold1(classDigit, '1'+r-0x24F5), true
	case r == 0x24FF:
		return fold1(classDigit, '0'), true
	}
	return 0, false
}

// lookAlike brings together characters that look the same or are written for each other:
// Cyrillic and Greek letters typed for Latin ones, the radicals that copying from PDF
// leaves behind, and traditional forms whose single character OpenCC leaves alone
// because only the phrase decides (both sides are folded alike, so nothing is lost).
var lookAlike = pairs(
	"аa еe оo рp сc уy хx іi ѕs јj кk мm тt нh вb ԁd ѵv αa οo νv ρp τt υu κk ιi ɡg ıi " +
		"⻓长 ⻔门 ⻋车 ⻚页 ⻅见 ⻉贝 ⻛风 ⻜飞 ⻝食 ⻢马 ⻥鱼 ⻦鸟 ⻬齐 ⻮齿 ⻰龙 ⻳龟 ⺠民 ⻘青 ⻄西 ⻁虎 ⻨麦 ⻩黄 ⻫齐 ⺟母 ⻣骨 ⻤鬼 " +
		"著着 瞭了 藉借 祇只 衹只 隻只 妳你 牠它 祂他 佈布 週周 唸念 佔占 裡里 裏里 麽么 麼么 甚什 証证 箇个 綫线 眾众 羣群 峯峰 啓启 帳账")

func pairs(s string) map[rune]rune {
	m := make(map[rune]rune)
	for _, f := range strings.Fields(s) {
		r := []rune(f)
		if r[0] != r[1] {
			m[r[0]] = r[1]
		}
	}
	return m
}

// simplified derives a table of single characters from OpenCC. Phrases would be more
// exact (乾隆 stays 乾隆) but cost 16 µs a sentence; folding both sides alike makes the
// difference invisible, except that 乾 and 干, 後 and 后 and the like are one.
func simplified() map[rune]rune {
	m := make(map[rune]rune, 4096)
	conv, err := opencc.New("t2s")
	if err != nil {
		return m // the dictionaries are embedded in the library
	}
	blocks := [][2]rune{{0x3400, 0x9FFF}, {0xF900, 0xFAFF}}
	for _, b := range blocks {
		var in strings.Builder
		for r := b[0]; r <= b[1]; r++ {
			in.WriteRune(r)
			in.WriteByte('\n')
		}
		out, err := conv.Convert(in.String())
		if err != nil {
			continue
		}
		r := b[0]
		for line := range strings.SplitSeq(out, "\n") {
			if q := []rune(line); len(q) == 1 && q[0] != r {
				m[r] = q[0]
			}
			r++
		}
	}
	return m
}
