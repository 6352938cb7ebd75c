package bot

import (
	"cmp"
	"math"
	"slices"

	"github.com/wenzheng/wenzheng/bot/reading"
)

// closeness finds the rules whose keywords, title or examples look most like a text that
// no rule fits. It compares pairs of neighbouring characters, and pairs with one
// character between them at half weight, so that one wrong character (公基金) does not
// hide a word. Rare pairs count more; pairs with function words count nothing, those that
// touch an everyday word or a number hardly anything. What then looks alike only by
// accident is left out: a suggestion beside the point is worse than none.
type closeness struct {
	rs       *Ruleset
	phrases  []phrase
	features []uint64 // sorted
	weights  []float32
	start    []int32
	list     []int32 // phrases
}

type phrase struct {
	text   []rune
	words  [][]rune // the keywords of the rule in it
	rule   int32
	pairs  int32
	weight float32
}

const (
	maxExamples  = 8      // of one rule that are indexed
	maxScan      = 12_000 // entries read for one text
	minCloseness = 0.30   // below it a suggestion is more often beside the point
	closeToBest  = 0.6    // the others must be near the best

	// A short question and a phrase of several words are compared by told.
	shortText   = 60
	shortPhrase = 5
	minTold     = 0.34
	rareEnough  = 2.2 // in units of the rarest pair: what they share of it tells the matter

	// A phrase of one word (上班) says little when the text is mostly about something else.
	fewPairs    = 3
	mostlyOther = 0.15
)

// featurePair says that a phrase has a feature.
type featurePair struct {
	feature uint64
	phrase  int32
}

func newCloseness(rs *Ruleset) *closeness {
	c := &closeness{rs: rs}
	var pairs []featurePair
	var sc closeScratch
	for i := range rs.rules {
		pairs = c.add(pairs, int32(i), &sc)
	}
	c.index(sortedPairs(pairs))
	return c
}

// add appends the phrases of a rule, and their features to pairs.
func (c *closeness) add(pairs []featurePair, place int32, sc *closeScratch) []featurePair {
	r := &c.rs.rules[place]
	if !r.text || r.kind == kindDefault {
		return pairs
	}
	words := r.words()
	for _, text := range r.phrases() {
		sc.word = reading.KeyIn(sc.word, text)
		word := slices.Clone(sc.word)
		sc.features = sc.pairs.Append(sc.features[:0], word)
		if len(sc.features) == 0 {
			continue
		}
		for _, f := range sc.features {
			pairs = append(pairs, featurePair{f, int32(len(c.phrases))}) //nolint:gosec // bounded by the rules
		}
		c.phrases = append(c.phrases, phrase{text: word, words: reading.Within(word, words), rule: place, pairs: int32(len(sc.features))}) //nolint:gosec // a short text
	}
	return pairs
}

func sortedPairs(pairs []featurePair) []featurePair {
	slices.SortFunc(pairs, comparePairs)
	return pairs
}

func comparePairs(a, b featurePair) int {
	return cmp.Or(cmp.Compare(a.feature, b.feature), cmp.Compare(a.phrase, b.phrase))
}

// index files the pairs, which are sorted, and weighs them.
func (c *closeness) index(pairs []featurePair) {
	c.list = make([]int32, len(pairs))
	for i, p := range pairs {
		if i == 0 || p.feature != pairs[i-1].feature {
			c.features = append(c.features, p.feature)
			c.start = append(c.start, int32(i))
		}
		c.list[i] = p.phrase
	}
	c.start = append(c.start, int32(len(pairs))) //nolint:gosec // bounded
	c.weights = make([]float32, len(c.features))
	for f := range c.features {
		w := c.rarity(f)
		c.weights[f] = w
		for _, p := range c.list[c.start[f]:c.start[f+1]] {
			c.phrases[p].weight += w
		}
	}
}

// excludes reports whether the text holds a word the rule does not want.
func (r *rule) excludes(q *scratch) bool {
	return r.more != nil && slices.ContainsFunc(r.more.exclude, func(t reading.Word) bool { return q.Has(&t) })
}

// rarity is the weight of a feature among all phrases.
func (c *closeness) rarity(f int) float32 {
	n := float64(c.start[f+1] - c.start[f])
	return reading.PairWeight(c.features[f], math.Log(1+float64(len(c.phrases))/n))
}

// near is a rule and how close it is, 0 to 1.
type near struct {
	rule  int32
	score float32
	share float32 // of the text that the phrase accounts for, 0 to 1
}

// closeScratch is the part of a scratch for what is close.
type closeScratch struct {
	features []uint64
	known    []int32
	score    []float32 // by phrase
	touched  []int32
	found    []near
	pairs    reading.Pairs
	word     []rune // a phrase that is filed
}

// nearest returns the closest active rules, best first, at most maxSuggestions, and how many of
// them are near the best; the slice is valid until q is asked again.
func (c *closeness) nearest(q *scratch, m *asked) ([]near, int) {
	sc, text := &q.close, q.Runes()
	total := c.look(sc, text)
	sc.found = sc.found[:0]
	if total == 0 {
		return nil, 0
	}
	c.scan(sc)
	for _, p := range sc.touched {
		got, ph := sc.score[p], &c.phrases[p]
		sc.score[p] = 0
		inPhrase, inText := got/ph.weight, got/total
		if ph.pairs < fewPairs && inText < mostlyOther {
			continue
		}
		x, least := near{ph.rule, 0, inText}, float32(minCloseness)
		said := len(text) <= shortText && len(ph.text) > shortPhrase
		if said {
			x.score, least = c.told(got, inPhrase, inText), minTold
		} else {
			x.score = (max(inPhrase, inText) + float32(math.Sqrt(float64(inPhrase*inText)))) / 2
		}
		if x.score >= least && sc.wanted(x, c.rs) && c.meant(ph, q, m, said) {
			sc.keep(x, c.rs)
		}
	}
	sc.touched = sc.touched[:0]
	for i := range sc.found {
		if sc.found[i].score < sc.found[0].score*closeToBest {
			return sc.found, i
		}
	}
	return sc.found, len(sc.found)
}

// told is how close a phrase of several words is to a short question: how much of the question
// it accounts for, less how much of the phrase the question does, and both only as far as what
// they share is rare enough to tell the matter.
func (c *closeness) told(got, inPhrase, inText float32) float32 {
	telling := 1 - math.Exp(-float64(got)/math.Log(1+float64(len(c.phrases)))/rareEnough)
	return (0.25*inPhrase + 0.75*inText) * float32(telling)
}

// look finds the features of the text and returns their whole weight. A pair no phrase
// has weighs like the rarest: much that is unknown makes everything far.
func (c *closeness) look(sc *closeScratch, text []rune) float32 {
	sc.features = sc.pairs.Append(sc.features[:0], text)
	sc.known = sc.known[:0]
	if len(c.phrases) == 0 {
		return 0
	}
	rarest := math.Log(1+float64(len(c.phrases))) * unknownShare
	total := float32(0)
	for _, f := range sc.features {
		i, ok := slices.BinarySearch(c.features, f)
		if !ok {
			total += reading.PairWeight(f, rarest)
			continue
		}
		sc.known = append(sc.known, int32(i)) //nolint:gosec // bounded
		total += c.weights[i]
	}
	return total
}

// unknownShare keeps long stories with a known word in them findable.
const unknownShare = 0.5

func (c *closeness) scan(sc *closeScratch) {
	if len(sc.score) < len(c.phrases) {
		sc.score = make([]float32, len(c.phrases))
	}
	size := func(f int32) int32 { return c.start[f+1] - c.start[f] }
	slices.SortFunc(sc.known, func(a, b int32) int { return cmp.Compare(size(a), size(b)) })
	left := int32(maxScan)
	for _, f := range sc.known {
		if left -= size(f); left < 0 && len(sc.touched) > 0 {
			return
		}
		w := c.weights[f]
		for _, p := range c.list[c.start[f]:c.start[f+1]] {
			if sc.score[p] == 0 {
				sc.touched = append(sc.touched, p)
			}
			sc.score[p] += w
		}
	}
}

// wanted reports whether x is among the best so far.
func (sc *closeScratch) wanted(x near, rs *Ruleset) bool {
	if at := slices.IndexFunc(sc.found, func(y near) bool { return y.rule == x.rule }); at >= 0 {
		return sc.found[at].score < x.score
	}
	return len(sc.found) < maxSuggestions || better(rs, x, sc.found[maxSuggestions-1])
}

// meant reports whether the rule may answer and the likeness of its phrase is no accident, which
// told has seen to.
func (c *closeness) meant(ph *phrase, q *scratch, m *asked, told bool) bool {
	r := &c.rs.rules[ph.rule]
	return (told || !q.close.pairs.Accident(ph.text, ph.words, q.Runes())) && !r.excludes(q) && !r.denied(q) && m.active(ph.rule)
}

// keep holds the best rules, each once, ties by the rules' own order.
func (sc *closeScratch) keep(x near, rs *Ruleset) {
	sc.found = slices.DeleteFunc(sc.found, func(y near) bool { return y.rule == x.rule })
	i := 0
	for i < len(sc.found) && !better(rs, x, sc.found[i]) {
		i++
	}
	sc.found = slices.Insert(sc.found, i, x)
	sc.found = sc.found[:min(maxSuggestions, len(sc.found))]
}

func better(rs *Ruleset, a, b near) bool {
	if a.score > b.score+1e-6 || b.score > a.score+1e-6 {
		return a.score > b.score
	}
	return rs.rules[a.rule].rank < rs.rules[b.rule].rank
}
