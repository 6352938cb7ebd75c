package bot

import (
	"cmp"
	"slices"
)

// proposal is the keywords for one group.
type proposal struct {
	chosen  []string
	covered int
}

const (
	longestProposal = 10
	handyLength     = 6 // longer pieces rarely occur in the next question
	maxProposed     = 3
	readProposals   = 200 // wordings of a group that are read
)

// candidate is a piece of text that could be a keyword of a group.
type candidate struct {
	key   []rune
	in    []int // wordings of the group that contain it
	count int   // questions of the group that contain it
}

// propose finds for every group pieces of text that are frequent in it and rare in what
// is answered already and in the other groups.
func propose(groups [][]*asking, answered []*asking) []proposal {
	all := make([][]candidate, len(groups))
	var keys []string
	for i, g := range groups {
		all[i] = pieces(g)
		for _, c := range all[i] {
			keys = append(keys, string(c.key))
		}
	}
	outside := occurrences(keys, groups, answered)
	out := make([]proposal, len(groups))
	for i, g := range groups {
		out[i] = pick(g, all[i], outside)
	}
	return out
}

// pieces lists what at least a third of the group's questions contain.
func pieces(g []*asking) []candidate {
	byText := make(map[string]*candidate)
	read := g[:min(len(g), readProposals)]
	total := countOf(read)
	for w, a := range read {
		for from := range a.key {
			for n := 2; n <= longestProposal && from+n <= len(a.key); n++ {
				piece := a.key[from : from+n]
				if !wordLike(piece) {
					continue
				}
				c := byText[string(piece)]
				if c == nil {
					c = &candidate{key: piece}
					byText[string(piece)] = c
				}
				if k := len(c.in); k == 0 || c.in[k-1] != w {
					c.in = append(c.in, w)
					c.count += a.count
				}
			}
		}
	}
	var out []candidate
	for _, c := range byText {
		if 3*c.count >= total && !partOf(c, byText, read) {
			out = append(out, *c)
		}
	}
	slices.SortFunc(out, func(a, b candidate) int { return slices.Compare(a.key, b.key) })
	return out
}

// partOf reports whether the piece always stands within a longer one, as 住证 in 居住证.
func partOf(c *candidate, byText map[string]*candidate, read []*asking) bool {
	key := read[c.in[0]].key
	at := indexOf(key, c.key)
	for _, longer := range [2][]rune{key[max(at-1, 0) : at+len(c.key)], key[at:min(at+len(c.key)+1, len(key))]} {
		if l := byText[string(longer)]; len(longer) > len(c.key) && l != nil && l.count == c.count {
			return true
		}
	}
	return false
}

// wordLike refuses pieces that begin or end with a function word, and pure digits.
func wordLike(piece []rune) bool {
	if emptyWord(piece[0]) || emptyWord(piece[len(piece)-1]) {
		return false
	}
	return slices.ContainsFunc(piece, func(r rune) bool { return r > '9' })
}

// occurrences counts in how many questions outside of a single group a piece stands:
// those answered already weigh in full, those of all groups are counted once each.
func occurrences(keys []string, groups [][]*asking, answered []*asking) map[string]int {
	slices.Sort(keys)
	keys = slices.Compact(keys)
	words := make([][]rune, len(keys))
	for i, k := range keys {
		words[i] = []rune(k)
	}
	t := newTrie(words)
	counts := make([]int, len(keys))
	seen := make([]int, len(keys))
	var hits []hit
	n := 0
	add := func(a *asking) {
		n++
		hits = t.collectAll(a.key, hits[:0])
		for _, h := range hits {
			if seen[h.value] != n {
				seen[h.value] = n
				counts[h.value] += a.count
			}
		}
	}
	for _, a := range answered {
		add(a)
	}
	for _, g := range groups {
		for _, a := range g {
			add(a)
		}
	}
	out := make(map[string]int, len(keys))
	for i, k := range keys {
		out[k] = counts[i]
	}
	return out
}

// pick takes, as long as something new is covered, the piece with the most questions of
// the group, discounted by those it would catch elsewhere; of equals the longer one.
func pick(g []*asking, list []candidate, everywhere map[string]int) proposal {
	var p proposal
	done := make([]bool, len(g))
	for len(p.chosen) < maxProposed {
		best, value := -1, 0.0
		for i := range list {
			v := list[i].value(g, done, everywhere)
			if v > value+1e-9 || v > value-1e-9 && best >= 0 && longerFirst(list[i].key, list[best].key) < 0 {
				best, value = i, v
			}
		}
		if best < 0 || value <= 0 {
			return p
		}
		c := &list[best]
		p.chosen = append(p.chosen, pieceText(g[c.in[0]], c.key))
		for _, w := range c.in {
			if !done[w] {
				done[w] = true
				p.covered += g[w].count
			}
		}
	}
	return p
}

func longerFirst(a, b []rune) int {
	return cmp.Or(cmp.Compare(len(b), len(a)), slices.Compare(a, b))
}

// value is the questions newly covered times the square of how sure a hit is. The
// shortest pieces count for less, because they hit by chance, and the longest.
func (c *candidate) value(g []*asking, done []bool, everywhere map[string]int) float64 {
	fresh := 0
	for _, w := range c.in {
		if !done[w] {
			fresh += g[w].count
		}
	}
	sure := float64(c.count) / float64(max(everywhere[string(c.key)], c.count))
	if fresh == 0 || sure < 0.5 {
		return 0
	}
	handy := 1.0
	switch {
	case len(c.key) == 2:
		handy = 0.8
	case len(c.key) > handyLength:
		handy = 0.9
	}
	return float64(fresh) * sure * sure * handy
}

// pieceText is the piece as people read it: with the Han digits of the question.
func pieceText(a *asking, key []rune) string {
	shown := []rune(a.shown)
	at := indexOf(a.key, key)
	if at < 0 || len(shown) != len(a.key) {
		return string(key)
	}
	return string(shown[at : at+len(key)])
}
