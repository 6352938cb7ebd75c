package bot

import (
	"cmp"
	"slices"

	"github.com/wenzheng/wenzheng/bot/reading"
)

// said is a keyword of a contains rule that stands in the text.
type said struct {
	posting
	at, length int32
}

// anyClass asks tally for the rules of all priorities.
const anyClass = noRank

// ruleBits holds one bit for every rule of a few thousand; of more, some share one.
type ruleBits [128]uint64

func (b *ruleBits) add(rule int32) { b[rule/64%128] |= 1 << (rule % 64) }

func (b *ruleBits) has(rule int32) bool { return b[rule/64%128]&(1<<(rule%64)) != 0 }

// repeated reports whether the hits may say one rule of this class more than once, so that
// the rules have to be counted, and leaves those rules in sc.again. It may say so in vain,
// never the other way. Where rules ask for other words too it only tells whether to count.
func (rs *Ruleset) repeated(sc *scratch, class rank) bool {
	if rs.words.mixed && len(sc.Forms()) > 1 {
		return true
	}
	ways, joint, found := 0, false, false
	clear(sc.seen[:])
	for _, h := range sc.hits {
		list := rs.words.of(h.Value)
		for i := range list {
			p := &list[i]
			if p.rank.class() > class {
				break
			}
			if p.rank.class() < class {
				continue
			}
			ways++
			joint = joint || rs.words.mixed && rs.words.joint[h.Value]
			if !sc.seen.has(p.rule()) {
				sc.seen.add(p.rule())
				continue
			}
			if !found {
				found = true
				clear(sc.again[:])
			}
			sc.again.add(p.rule())
		}
	}
	return found || joint && ways > 1
}

// tally leaves in sc.said one posting of every contains rule that fits, of a class those that
// may be said more than once, with how often it is said in its rank: as often as the most
// frequent of its words, those that overlap counted once.
func (rs *Ruleset) tally(form int, sc *scratch, m *asked, class rank) {
	sc.said = sc.said[:0]
	all := class == anyClass || rs.words.mixed // else those said once have been seen by best
	for _, h := range sc.hits {
		for _, p := range rs.words.of(h.Value) {
			if class != anyClass && p.rank.class() != class || !all && !sc.again.has(p.rule()) {
				continue
			}
			if sc.Counts(form, h) && rs.spelled(p, form, h, sc) {
				sc.said = append(sc.said, said{p, h.At, h.Length})
			}
		}
	}
	slices.SortFunc(sc.said, func(a, b said) int {
		return cmp.Or(cmp.Compare(a.rule(), b.rule()), cmp.Compare(a.word, b.word), cmp.Compare(a.at, b.at))
	})
	rules := sc.said[:0]
	for i := 0; i < len(sc.said); {
		end := i + 1
		for end < len(sc.said) && sc.said[end].rule() == sc.said[i].rule() {
			end++
		}
		ways := sc.said[i:end]
		i = end
		if len(ways) == 1 && !all {
			continue
		}
		if ways = rs.fitting(ways, sc, m); len(ways) == 0 {
			continue
		}
		best := mostSaid(ways)
		best.rank = best.rank.withCount(max(best.rank.count(), rs.others(sc, best.rule())))
		rules = append(rules, best)
	}
	sc.said = rules
}

// fitting leaves the ways to a rule on which it fits, with their true ranks.
func (rs *Ruleset) fitting(ways []said, sc *scratch, m *asked) []said {
	kept := ways[:0]
	for _, s := range ways {
		if got, ok := rs.fits(s.posting, sc, m); ok {
			s.rank = got
			kept = append(kept, s)
		}
	}
	return kept
}

// mostSaid returns the best of the ways to one rule, which are in the order of its words and
// of the text, with how often the most frequent word is said in its rank.
func mostSaid(ways []said) said {
	best, most, n, end := ways[0], 1, 0, int32(0)
	for i, s := range ways {
		if i > 0 && s.word != ways[i-1].word {
			n, end = 0, 0
		}
		if s.word >= 0 && s.at >= end {
			n++
			end = s.at + s.length
		}
		most = max(most, n)
		if s.rank < best.rank {
			best = s
		}
	}
	best.rank = best.rank.withCount(most)
	return best
}

// others is how often the most frequent of the other words that a rule asks for is said.
func (rs *Ruleset) others(sc *scratch, rule int32) int {
	c := rs.rules[rule].more
	if c == nil {
		return 0
	}
	n := 0
	for form := range sc.Forms() {
		for i := range c.words {
			n = max(n, sc.count(form, &c.words[i]))
		}
		for _, g := range c.groups {
			for i := range g {
				n = max(n, sc.count(form, &g[i]))
			}
		}
	}
	return n
}

// count is how often a word stands in a form.
func (sc *scratch) count(form int, w *reading.Word) int {
	n := 0
	for at := sc.Find(form, w, 0); at >= 0; at = sc.Find(form, w, at+len(w.Key)) {
		n++
	}
	return n
}
