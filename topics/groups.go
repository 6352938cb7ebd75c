package topics

import (
	"cmp"
	"math"
	"slices"
	"strings"
)

// group is the wordings that hold a term.
type group struct {
	term     *term
	aliases  []*term
	wordings []int32
	count    int // questions
	together []*term
	covered  float64 // share of the questions that hold a word of together
	score    float64
}

const (
	togetherWords = 3
	// A term of another name's questions is an alias from this overlap (Jaccard) on.
	aliasOverlap = 0.5
	// How a matter is weighed: the IDF above leastIDF, at most mostIDF, and what its questions
	// have in common.
	leastIDF, mostIDF = 5, 13
	plainShare        = 0.4
	// A group is left out when half of it lies in a better one at most so much larger.
	likeSize    = 1.5
	longestList = 300 // groups of a kind that are kept for comparison
)

// grouper finds the groups of a Board as it stands.
type grouper struct {
	*Board
	terms []*term
	holds [][]int32 // by wording: numbers of the terms
	// Working memory of one step, all zero between steps.
	counts  []int  // by term
	done    []bool // by wording
	touched []int32
}

func newGrouper(b *Board) *grouper {
	g := &grouper{Board: b, terms: b.listed(), holds: make([][]int32, len(b.open)), done: make([]bool, len(b.open))}
	g.counts = make([]int, len(g.terms))
	for _, t := range g.terms {
		for _, w := range t.held {
			g.holds[w] = append(g.holds[w], t.number)
		}
	}
	return g
}

// names groups by names, the best first: those with many questions that have something in common.
func (g *grouper) names() []group {
	var list []group
	for _, t := range g.terms {
		if t.name && t.count >= g.options.MinCount {
			covered, _ := g.cover(t, t.held, func(o *term) bool { return o.shared })
			list = append(list, group{term: t, wordings: t.held, count: t.count, score: math.Log(float64(t.count)) * covered})
		}
	}
	best(list)
	list = g.unite(list)
	for i := range list {
		x := &list[i]
		x.covered, x.together = g.cover(x.term, x.wordings, func(o *term) bool { return o.shared })
		x.score = float64(x.count) * x.covered
	}
	best(list)
	return g.claim(list, nil)
}

// matters groups by matters. New names are among them, for what it is called may be what it is
// about, but those whose questions are in a group by name that is listed are not said twice.
func (g *grouper) matters(names []group) []group {
	var list []group
	for _, t := range g.terms {
		if t.count < g.options.MinCount || !t.matter && (!t.name || !t.fresh) {
			continue
		}
		x := group{term: t, wordings: t.held, count: t.count}
		x.covered, x.together = g.cover(t, t.held, func(*term) bool { return true })
		x.score = float64(t.count) * max(min(t.idf, mostIDF)-leastIDF, 0) * (plainShare + (1-plainShare)*x.covered)
		list = append(list, x)
	}
	best(list)
	return g.claim(list, names)
}

func best(list []group) {
	slices.SortFunc(list, func(x, y group) int {
		return cmp.Or(cmp.Compare(y.score, x.score), cmp.Compare(y.count, x.count), strings.Compare(x.term.text, y.term.text))
	})
}

// cover finds the words that most of the questions hold beside the term: the most frequent one,
// then the most frequent of the questions without it, and so on. It returns the share of the
// questions that hold one of them.
func (g *grouper) cover(self *term, wordings []int32, usable func(*term) bool) (share float64, together []*term) {
	total, covered := g.questions(wordings), 0
	for range togetherWords {
		most := g.mostFrequent(self, wordings, usable)
		if most == nil {
			break
		}
		together = append(together, most)
		for _, w := range wordings {
			if !g.done[w] && slices.Contains(g.holds[w], most.number) {
				g.done[w] = true
				covered += len(g.open[w].asks)
			}
		}
	}
	for _, w := range wordings {
		g.done[w] = false
	}
	return float64(covered) / float64(max(total, 1)), together
}

// mostFrequent is the word in most of the questions that are not done; nil when none is in two.
func (g *grouper) mostFrequent(self *term, wordings []int32, usable func(*term) bool) *term {
	for _, w := range wordings {
		if g.done[w] {
			continue
		}
		for _, number := range g.holds[w] {
			if g.counts[number] == 0 {
				g.touched = append(g.touched, number)
			}
			g.counts[number] += len(g.open[w].asks)
		}
	}
	var most *term
	n := 1
	for _, number := range g.touched {
		t, count := g.terms[number], g.counts[number]
		g.counts[number] = 0
		if count < n || t == self || !usable(t) || overlaps(self, t) {
			continue
		}
		if count > n || most != nil && longerFirst(t.text, most.text) < 0 {
			most, n = t, count
		}
	}
	g.touched = g.touched[:0]
	return most
}

func longerFirst(a, b string) int { return cmp.Or(cmp.Compare(len(b), len(a)), strings.Compare(a, b)) }

// unite makes names that mostly occur in the same questions aliases of the first of them.
func (g *grouper) unite(list []group) []group {
	byTerm := make(map[int32]*group, len(list))
	for i := range list {
		byTerm[list[i].term.number] = &list[i]
	}
	united := list[:0:0]
	for i := range list {
		x := &list[i]
		if byTerm[x.term.number] == nil {
			continue
		}
		delete(byTerm, x.term.number)
		for _, number := range g.neighbours(x.wordings) {
			other := byTerm[number]
			if other == nil {
				continue
			}
			both := common(x.wordings, other.wordings)
			if both < 2 || float64(both) < aliasOverlap*float64(len(x.wordings)+len(other.wordings)-both) {
				continue
			}
			delete(byTerm, number)
			x.aliases = append(x.aliases, other.term)
			x.wordings = union(x.wordings, other.wordings)
			x.count = g.questions(x.wordings)
		}
		for i, alias := range x.aliases { // known by what most questions call it
			if alias.count > x.term.count {
				x.term, x.aliases[i] = alias, x.term
			}
		}
		united = append(united, *x)
	}
	return united
}

// neighbours are the terms of some wordings, the most frequent first.
func (g *grouper) neighbours(wordings []int32) []int32 {
	counts := make(map[int32]int)
	for _, w := range wordings {
		for _, number := range g.holds[w] {
			counts[number]++
		}
	}
	list := make([]int32, 0, len(counts))
	for number := range counts {
		list = append(list, number)
	}
	slices.SortFunc(list, func(a, b int32) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	return list
}

// claim leaves out the groups of which a better one of like size holds half, and those of a name or a
// piece of one of which a group of names does.
func (g *grouper) claim(list, names []group) []group {
	kept := slices.Clone(names)
	claimed := make([][]int32, len(g.open)) // by wording: kept groups
	claim := func(x *group, number int) {
		for _, w := range x.wordings {
			claimed[w] = append(claimed[w], int32(number)) //nolint:gosec // at most longestList
		}
	}
	for i := range names {
		claim(&names[i], i)
	}
	for i := range list {
		if len(kept)-len(names) == longestList {
			break
		}
		x := &list[i]
		shared := make(map[int32]int)
		for _, w := range x.wordings {
			for _, k := range claimed[w] {
				shared[k]++
			}
		}
		taken := false
		for k, n := range shared {
			counts := int(k) >= len(names) || x.term.name || overlaps(x.term, kept[k].term)
			taken = taken || counts && 2*n >= len(x.wordings) && float64(kept[k].count) <= likeSize*float64(x.count)
		}
		if !taken {
			claim(x, len(kept))
			kept = append(kept, *x)
		}
	}
	return kept[len(names):]
}

// overlaps reports whether one term contains the other.
func overlaps(a, b *term) bool {
	return strings.Contains(a.text, b.text) || strings.Contains(b.text, a.text)
}

// common counts what two ascending lists have in common.
func common(a, b []int32) int {
	n, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			n++
			i++
			j++
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	return n
}

func union(a, b []int32) []int32 {
	all := slices.Concat(a, b)
	slices.Sort(all)
	return slices.Compact(all)
}
