package topics

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// run is neighbouring tokens that occur in several texts and may be one word.
type run struct {
	text        string
	at, tokens  int     // position of one occurrence, and how many tokens
	count       int     // occurrences
	texts       int     // texts that hold it
	left, right float64 // entropy of the tokens before and behind it
	// cohesion is the least pointwise mutual information over the ways to divide it, in nats:
	// how much more often its parts stand together than chance would have it.
	cohesion float64
	bond     float64 // cohesion as a share of the greatest there can be: 1 when the parts never stand apart
}

const (
	longestRun = 6 // tokens
	fewestRuns = 2 // texts a run must be in
)

// runCounter lists runs. Positions sorted by the tokens that follow have equal runs side by side.
type runCounter struct {
	*corpus
	positions []int32 // of tokens, sorted
	shared    []int8  // by index in positions: leading tokens it shares with the one before
	counts    map[uint64]int32
	ends      []bool  // by token: it ends a word wherever it stands, as a break does
	seen      []int32 // by text: the run it was last counted for, which is mark
	mark      int32
	beside    []int32
}

// runs lists the tokens and the runs of up to longestRun tokens that at least fewestRuns texts hold, runs
// in different surroundings only.
func (c *corpus) runs() []run {
	r := &runCounter{corpus: c, counts: make(map[uint64]int32)}
	r.ends = make([]bool, len(c.words))
	for i, word := range c.words {
		runes := []rune(word)
		r.ends[i] = everyday(word) || latin(runes) || area(runes)
	}
	if n := len(c.texts); n > 0 {
		r.seen = make([]int32, c.texts[n-1]+1)
	}
	r.sort()
	var list []run
	for n := 1; n <= longestRun; n++ {
		list = r.runsOf(list, n)
	}
	for i := range list {
		r.finish(&list[i])
	}
	return list
}

// runsOf appends the runs of n tokens.
func (r *runCounter) runsOf(list []run, n int) []run {
	for i := 0; i < len(r.positions); {
		j := i + 1
		for j < len(r.positions) && int(r.shared[j]) >= n {
			j++
		}
		if x, ok := r.count(r.positions[i:j], n); ok {
			list = append(list, x)
		}
		i = j
	}
	return list
}

// sort brings equal runs together.
func (r *runCounter) sort() {
	r.positions = make([]int32, 0, len(r.tokens))
	for i, token := range r.tokens {
		if token >= 0 {
			r.positions = append(r.positions, int32(i))
		}
	}
	slices.SortFunc(r.positions, func(a, b int32) int {
		for k := range longestRun + 1 {
			x, y := r.at(int(a)+k), r.at(int(b)+k)
			if x != y {
				return cmp.Compare(x, y)
			}
			if x < 0 {
				break
			}
		}
		return cmp.Compare(a, b)
	})
	r.shared = make([]int8, len(r.positions))
	for i := 1; i < len(r.positions); i++ {
		a, b := int(r.positions[i-1]), int(r.positions[i])
		for r.shared[i] < longestRun {
			k := int(r.shared[i])
			if x := r.at(a + k); x < 0 || x != r.at(b+k) {
				break
			}
			r.shared[i]++
		}
	}
}

// count describes the run of n tokens at these positions; not ok when too few texts hold it or it
// mostly stands beside the same token.
func (r *runCounter) count(positions []int32, n int) (x run, ok bool) {
	if len(positions) < fewestRuns {
		return run{}, false
	}
	r.mark++
	x = run{at: int(positions[0]), tokens: n, count: len(positions)}
	r.counts[hash(r.tokens[x.at:x.at+n])] = int32(x.count) //nolint:gosec // fewer than 2^31
	for _, p := range positions {
		if text := r.texts[p]; r.seen[text] != r.mark {
			r.seen[text] = r.mark
			x.texts++
		}
	}
	if x.texts < fewestRuns || n == 1 {
		return x, x.texts >= fewestRuns
	}
	if x.left = r.entropy(positions, -1); x.left < leastEntropy {
		return x, false
	}
	x.right = r.entropy(positions, n)
	return x, x.right >= leastEntropy
}

// entropy of the tokens at a distance from the positions. What ends a word anyway counts as
// another token every time.
func (r *runCounter) entropy(positions []int32, distance int) float64 {
	r.beside = r.beside[:0]
	for _, p := range positions {
		token := r.at(int(p) + distance)
		if token >= 0 && r.ends[token] {
			token = breakToken
		}
		r.beside = append(r.beside, token)
	}
	slices.Sort(r.beside)
	sum, total := 0.0, float64(len(r.beside))
	for i := 0; i < len(r.beside); {
		j := i + 1
		for j < len(r.beside) && r.beside[j] == r.beside[i] {
			j++
		}
		share := float64(j-i) / total
		if r.beside[i] < 0 {
			sum += share * math.Log(total)
		} else {
			sum -= share * math.Log(share)
		}
		i = j
	}
	return sum
}

// finish adds what needs the counts of shorter runs.
func (r *runCounter) finish(x *run) {
	tokens := r.tokens[x.at : x.at+x.tokens]
	var text strings.Builder
	for _, token := range tokens {
		text.WriteString(r.words[token])
	}
	x.text = text.String()
	x.cohesion = math.Inf(1)
	total := float64(len(r.positions))
	for k := 1; k < len(tokens); k++ {
		before, behind := r.counts[hash(tokens[:k])], r.counts[hash(tokens[k:])]
		x.cohesion = min(x.cohesion, math.Log(float64(x.count)*total/float64(before)/float64(behind)))
	}
	x.bond = x.cohesion / math.Log(total/float64(x.count))
}

func hash(tokens []int32) uint64 {
	h := uint64(len(tokens))
	for _, token := range tokens {
		h = mix(h*0x9E3779B97F4A7C15 + uint64(uint32(token))) //nolint:gosec // only bits matter
	}
	return h
}
