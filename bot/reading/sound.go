package reading

import (
	"strings"
	"sync"

	"github.com/mozillazg/go-pinyin"
	"golang.org/x/text/unicode/norm"
)

const (
	firstHan = 0x4E00
	lastHan  = 0x9FFF
	// firstSound is where characters that stand for sounds begin, in a plane nobody writes.
	firstSound = 0xF0000
)

// sounds tells how a Han character is read, by its most usual reading without the tone, and
// with sounds that many do not tell apart as one: zh z, ch c, sh s, n l, ang an, eng en, ing in.
type sounds struct {
	of      [lastHan - firstHan + 1]uint16 // 0 = unknown, else the number of the syllable
	initial [lastHan - firstHan + 1]byte
}

// knownSounds is built on first use, in a few milliseconds, and never changes.
var knownSounds = sync.OnceValue(func() *sounds {
	s := &sounds{}
	number := map[string]uint16{}
	for r, readings := range pinyin.PinyinDict {
		if r < firstHan || r > lastHan {
			continue
		}
		first, _, _ := strings.Cut(readings, ",")
		syllable := toneless(first)
		if syllable == "" {
			continue
		}
		s.initial[r-firstHan] = syllable[0]
		syllable = blurred(syllable)
		n, known := number[syllable]
		if !known {
			n = uint16(len(number) + 1)
			number[syllable] = n
		}
		s.of[r-firstHan] = n
	}
	return s
})

// toneless leaves out the tone: lǜ is lv, zhōng zhong.
func toneless(syllable string) string {
	syllable = strings.ReplaceAll(norm.NFD.String(syllable), "u\u0308", "v")
	return strings.Map(func(r rune) rune {
		if r < 'a' || r > 'z' {
			return -1
		}
		return r
	}, syllable)
}

// blurred writes the sounds as one that many do not tell apart.
func blurred(syllable string) string {
	if len(syllable) > 2 && syllable[1] == 'h' {
		syllable = syllable[:1] + syllable[2:]
	}
	if len(syllable) > 1 && syllable[0] == 'n' {
		syllable = "l" + syllable[1:]
	}
	for _, end := range [...]string{"ang", "eng", "ing"} {
		if strings.HasSuffix(syllable, end) {
			return syllable[:len(syllable)-1]
		}
	}
	return syllable
}

// append writes a text as sounds; what is no Han character with a known reading stays.
func (s *sounds) append(dst, text []rune) []rune {
	for _, r := range text {
		if r >= firstHan && r <= lastHan {
			if n := s.of[r-firstHan]; n > 0 {
				r = firstSound + rune(n)
			}
		}
		dst = append(dst, r)
	}
	return dst
}
