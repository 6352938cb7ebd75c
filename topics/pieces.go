package topics

import (
	"math"
	"slices"
	"strings"
)

const (
	longestTerm = 4   // characters of the longest keyword of a topic
	rarestTerm  = 3   // texts a keyword must occur in
	commonTerm  = 0.6 // share of texts above which a keyword says nothing
	// wordEdge is the least entropy of the characters beside a piece of text for it to be
	// a word: 作医 is no word, since 合 always stands before it and 疗 behind.
	wordEdge = 0.5
)

// feature is a piece of text that may become a keyword of a topic.
type feature struct {
	text  string
	texts int // that contain it
}

// piece is up to four characters of the basic plane packed into one number.
type piece uint64

func (p piece) String() string {
	var out []rune
	for ; p != 0; p >>= 16 {
		out = append(out, rune(p&0xFFFF))
	}
	slices.Reverse(out)
	return string(out)
}

func (p piece) single() bool { return p <= 0xFFFF }

// seen counts in how many texts a piece stands.
type seen struct{ texts, last int32 }

// neighbours counts what stands left and right of a piece of text.
type neighbours struct {
	left, right map[rune]int
	n           int
}

// features collects single characters and the word-like pieces of two to four characters
// that occur in enough texts, sorted by text.
func features(texts [][]rune) []feature {
	often := frequent(texts)
	beside := make(map[piece]*neighbours)
	for _, text := range texts {
		eachPiece(text, func(p piece, from, to int) {
			if _, ok := often[p]; !ok || p.single() {
				return
			}
			b := beside[p]
			if b == nil {
				b = &neighbours{left: map[rune]int{}, right: map[rune]int{}}
				beside[p] = b
			}
			b.n++
			b.left[around(text, from-1)]++
			b.right[around(text, to)]++
		})
	}
	var out []feature
	for p, n := range often {
		if b := beside[p]; b == nil || min(sideEntropy(b.left, b.n), sideEntropy(b.right, b.n)) >= wordEdge {
			out = append(out, feature{p.String(), int(n)})
		}
	}
	slices.SortFunc(out, func(a, b feature) int { return strings.Compare(a.text, b.text) })
	return out
}

// frequent returns the pieces that occur in enough texts and not in nearly all.
func frequent(texts [][]rune) map[piece]int32 {
	counts := make(map[piece]seen)
	for i, text := range texts {
		now := int32(i + 1)
		eachPiece(text, func(p piece, _, _ int) {
			if s := counts[p]; s.last != now {
				counts[p] = seen{s.texts + 1, now}
			}
		})
	}
	out := make(map[piece]int32)
	for p, s := range counts {
		if s.texts >= rarestTerm && float64(s.texts) <= commonTerm*float64(len(texts)) {
			out[p] = s.texts
		}
	}
	return out
}

// eachPiece calls f with every piece of one to four characters that holds no break.
func eachPiece(text []rune, f func(p piece, from, to int)) {
	for from := range text {
		p := piece(0)
		for to := from + 1; to <= len(text) && to-from <= longestTerm; to++ {
			r := text[to-1]
			if r == textBreak || r > 0xFFFF {
				break
			}
			p = p<<16 | piece(r) //nolint:gosec // checked above
			f(p, from, to)
		}
	}
}

func around(text []rune, i int) rune {
	if i < 0 || i >= len(text) {
		return textBreak
	}
	return text[i]
}

// sideEntropy is the entropy of the neighbours; every break is a neighbour of its own.
func sideEntropy(counts map[rune]int, n int) float64 {
	e := 0.0
	total := float64(n)
	for r, c := range counts {
		if r == textBreak {
			e += float64(c) / total * math.Log(total)
			continue
		}
		p := float64(c) / total
		e -= p * math.Log(p)
	}
	return e
}
