package reading

import (
	"cmp"
	"math/rand/v2"
	"slices"
	"testing"
)

// TestTrieFindsWhatTheLoopFinds takes sets of keywords of all sizes, single characters and
// such beyond the BMP among them, so that the filters are empty, full and of every length.
func TestTrieFindsWhatTheLoopFinds(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	draw := func(letters, length int) []rune {
		w := make([]rune, 1+rng.IntN(length))
		for i := range w {
			w[i] = rune(0x4E00 + rng.IntN(letters)*0x155) // many share their lower bits
		}
		return w
	}
	for _, n := range []int{0, 1, 2, 5, 30, 300, 3000} {
		for _, length := range []int{1, 2, 5} {
			letters := 3 + n/3
			var words [][]rune
			for range n {
				words = append(words, draw(letters, length))
			}
			slices.SortFunc(words, slices.Compare)
			words = slices.CompactFunc(words, slices.Equal)
			tr := NewTrie(words)
			for range 20 {
				text := draw(letters, 60)
				got := tr.CollectAll(text, nil)
				slices.SortFunc(got, func(a, b Hit) int { return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(a.At, b.At)) })
				if want := loop(words, text); !slices.Equal(got, want) {
					t.Fatalf("%d keywords of up to %d: got %v, the loop says %v", n, length, got, want)
				}
				at, known := slices.BinarySearchFunc(words, text[:min(len(text), length)], slices.Compare)
				if !known {
					at = -1
				}
				if got := tr.Lookup(text[:min(len(text), length)]); int(got) != at {
					t.Fatalf("%d keywords: lookup says %d, want %d", n, got, at)
				}
			}
		}
	}
}

// loop is every occurrence of every word, by word.
func loop(words [][]rune, text []rune) []Hit {
	var hits []Hit
	for v, w := range words {
		for from := 0; from+len(w) <= len(text); from++ {
			if slices.Equal(text[from:from+len(w)], w) {
				hits = append(hits, Hit{int32(v), int32(from), int32(len(w))})
			}
		}
	}
	return hits
}
