package bot

import (
	"slices"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/bot/reading"
)

// scratch is the working memory of one question. It is pooled, so that matching
// allocates nothing once it has grown.
type scratch struct {
	reading.Text
	hits  []reading.Hit
	said  []said
	seen  ruleBits // rules that the hits say
	again ruleBits // those of them that are said more than once
	close closeScratch
}

func (rs *Ruleset) scratch() *scratch {
	if sc, ok := rs.pool.Get().(*scratch); ok {
		return sc
	}
	return &scratch{hits: make([]reading.Hit, 0, 64)}
}

// release gives the memory back; the citizen's words are not kept.
func (rs *Ruleset) release(sc *scratch) {
	sc.Forget()
	rs.pool.Put(sc)
}

// groups returns the summed length of the longest word found of every group, false when
// a group has none.
func (sc *scratch) groups(groups [][]reading.Word) (int, bool) {
	sum := 0
	for _, g := range groups {
		found := 0
		for i := range g {
			if w := &g[i]; len(w.Key) > found && sc.Has(w) {
				found = len(w.Key)
			}
		}
		if found == 0 {
			return 0, false
		}
		sum += found
	}
	return sum, true
}

// repeated returns the unit of a text that is one word written several times (在吗在吗),
// or nil. Digits and Latin letters alone are no such word: 11 is not 1.
func repeated(text []rune) []rune {
	n := len(text)
	if n < 2 || n > 64 {
		return nil
	}
	for p := 1; p <= n/2; p++ {
		if n%p != 0 || !slices.Equal(text[p:], text[:n-p]) {
			continue
		}
		unit := text[:p]
		if slices.ContainsFunc(unit, func(r rune) bool { return r >= utf8.RuneSelf }) {
			return unit
		}
		return nil
	}
	return nil
}
