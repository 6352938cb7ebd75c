package reading

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/go-ego/gse"
)

// commonWords are the words of the dictionary of two to four characters that are not rare.
// What is common and reaches over the edge of a suspected word shows that it is none.
type commonWords []dictionaryWord // sorted

type dictionaryWord struct {
	word uint64  // see pack
	idf  float32 // how rare it is, see gse.ZhIdf
}

const (
	knownIDF = 11.5 // in ten of a million texts
	usualIDF = 7.5  // in six of ten thousand
	// Two neighbours that make a keyword when swapped do so by accident more seldom than sounds.
	swappedIDF = 9
	longWord   = 4
)

// dictionary is read on first use, in about 0.1 s, and never changes; it holds a megabyte.
var dictionary = sync.OnceValue(func() commonWords {
	var d commonWords
	var key []rune
	for line := range strings.Lines(gse.ZhIdf) {
		word, value, _ := strings.Cut(strings.TrimSpace(line), " ")
		if n := len(word); n < 6 || n > 3*longWord {
			continue
		}
		idf, err := strconv.ParseFloat(value, 32)
		if err != nil || idf >= knownIDF {
			continue
		}
		key = KeyIn(key, word)
		if len(key) < 2 || len(key) > longWord {
			continue
		}
		d = append(d, dictionaryWord{pack(key), float32(idf)})
	}
	slices.SortFunc(d, func(a, b dictionaryWord) int { return cmp.Or(cmp.Compare(a.word, b.word), cmp.Compare(a.idf, b.idf)) })
	return slices.Clip(slices.CompactFunc(d, func(a, b dictionaryWord) bool { return a.word == b.word }))
})

// pack makes one number of up to four characters; of those in use no two words make the same.
func pack(word []rune) uint64 {
	n := uint64(0)
	for _, r := range word {
		n = n<<16 ^ uint64(r) //nolint:gosec // runes are positive
	}
	return n
}

// rarity returns how rare a word is; what is in no dictionary is rarer than all.
func (d commonWords) rarity(word []rune) float32 {
	at, known := slices.BinarySearchFunc(d, pack(word), func(w dictionaryWord, word uint64) int { return cmp.Compare(w.word, word) })
	if !known {
		return knownIDF
	}
	return d[at].idf
}

// reachOver reports whether a word less rare than rare covers one of the doubtful characters
// and reaches out of text[i:j] (路线图 covers two of 公交路线), or a usual one lies across an
// edge of it.
func (d commonWords) reachOver(text []rune, i, j int, rare float32, doubtful func(int) bool) bool {
	for a := max(0, i-longWord+1); a < j; a++ {
		for b := a + 2; b <= min(len(text), a+longWord); b++ {
			if a >= i && b <= j || b <= i {
				continue
			}
			idf := d.rarity(text[a:b])
			if idf < usualIDF {
				return true
			}
			if n := countIn(max(a, i), min(b, j), doubtful); n > 0 && idf < rare || n > 1 && idf < knownIDF {
				return true
			}
		}
	}
	return false
}

// countIn is how many numbers from i to below j are so.
func countIn(i, j int, so func(int) bool) int {
	n := 0
	for ; i < j; i++ {
		if so(i) {
			n++
		}
	}
	return n
}
