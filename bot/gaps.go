package bot

import (
	"cmp"
	"iter"
	"slices"
	"time"
)

// Gap is a group of questions alike that no rule answers.
type Gap struct {
	Count    int       `json:"count"` // questions, repeated ones counted
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
	Question string    `json:"question"` // the most frequent wording
	Examples []string  `json:"examples"` // other wordings, at most five
	// Keywords are proposed for a new rule: they occur in the group and hardly in what is
	// answered already. Covered is how many of Count contain one of them.
	Keywords []string `json:"keywords"`
	Covered  int      `json:"covered"`
}

// GapOptions bound the work; zero fields mean their defaults.
type GapOptions struct {
	MinCount int // smallest group reported, default 2
	MaxGaps  int // most groups reported, default 50
}

// asking is one wording of a question.
type asking struct {
	text  string
	shown string // normalised
	key   []rune
	marks []uint64
	count int
	first time.Time
	last  time.Time
}

// Suggest finds what citizens ask and no rule of the set answers: unmatched questions
// grouped by likeness, the most frequent first, the newest before older ones, with
// keywords for a rule. A nil set answers nothing. Questions of pure numbers or single
// characters (answers to menus) are left out.
func Suggest(questions iter.Seq[Question], published *Ruleset, o GapOptions) []Gap {
	o.MinCount = cmp.Or(o.MinCount, 2)
	o.MaxGaps = cmp.Or(o.MaxGaps, 50)
	open, answered := sortOut(questions, published)
	groups := gather(open)
	slices.SortFunc(groups, func(a, b []*asking) int {
		return cmp.Or(cmp.Compare(countOf(b), countOf(a)), lastOf(b).Compare(lastOf(a)), cmp.Compare(a[0].shown, b[0].shown))
	})
	groups = slices.DeleteFunc(groups, func(g []*asking) bool { return countOf(g) < o.MinCount })
	groups = groups[:min(len(groups), o.MaxGaps)]
	words := propose(groups, answered)
	gaps := make([]Gap, len(groups))
	for i, g := range groups {
		gaps[i] = newGap(g)
		gaps[i].Keywords, gaps[i].Covered = words[i].chosen, words[i].covered
	}
	return gaps
}

func newGap(g []*asking) Gap {
	gap := Gap{Question: g[0].text, First: g[0].first}
	for i, a := range g {
		gap.Count += a.count
		if a.first.Before(gap.First) {
			gap.First = a.first
		}
		if a.last.After(gap.Last) {
			gap.Last = a.last
		}
		if i > 0 && len(gap.Examples) < 5 {
			gap.Examples = append(gap.Examples, a.text)
		}
	}
	return gap
}

func countOf(g []*asking) int {
	n := 0
	for _, a := range g {
		n += a.count
	}
	return n
}

func lastOf(g []*asking) time.Time {
	var last time.Time
	for _, a := range g {
		if a.last.After(last) {
			last = a.last
		}
	}
	return last
}

// sortOut unites equal wordings and parts those without an answer from the others.
func sortOut(questions iter.Seq[Question], published *Ruleset) (open, answered []*asking) {
	byKey := make(map[string]*asking)
	var key []rune
	for q := range questions {
		key = appendKey(key[:0], q.Text)
		if len(key) < 2 || !slices.ContainsFunc(key, func(r rune) bool { return r > '9' }) {
			continue
		}
		a := byKey[string(key)]
		if a == nil {
			a = &asking{text: q.Text, shown: Normalise(q.Text), key: slices.Clone(key), first: q.At}
			byKey[string(key)] = a
			if h := ask(published, q); h.Found() {
				answered = append(answered, a)
			} else {
				open = append(open, a)
			}
		}
		a.count++
		if q.At.Before(a.first) {
			a.first = q.At
		}
		if q.At.After(a.last) {
			a.last = q.At
		}
	}
	return open, answered
}

// likeness is the share of common characters and pairs from which on two questions are
// one; below it lie questions about the same office, above it the same question in other
// words.
const likeness = 0.45

// marksOf are the characters and neighbouring pairs of a text, function words left out.
func marksOf(key []rune) []uint64 {
	marks := make([]uint64, 0, 2*len(key))
	for i, r := range key {
		if emptyWord(r) {
			continue
		}
		marks = append(marks, uint64(r)) //nolint:gosec // runes are positive
		if i+1 < len(key) && !emptyWord(key[i+1]) {
			marks = append(marks, uint64(r)<<21|uint64(key[i+1])) //nolint:gosec // as above
		}
	}
	slices.Sort(marks)
	return slices.Compact(marks)
}

// gather groups wordings around the most frequent ones. Which are worth comparing is
// decided by min-wise hashes: wordings that share a band of them are candidates.
func gather(open []*asking) [][]*asking {
	slices.SortFunc(open, func(a, b *asking) int {
		return cmp.Or(cmp.Compare(b.count, a.count), b.last.Compare(a.last), cmp.Compare(a.shown, b.shown))
	})
	var groups [][]*asking
	bands := make(map[uint64][]int)
	for _, a := range open {
		a.marks = marksOf(a.key)
		keys := bandsOf(a.marks)
		best, at := likeness, -1
		for _, k := range keys {
			for _, g := range bands[k] {
				if l := alike(a.marks, groups[g][0].marks); l >= best {
					best, at = l, g
				}
			}
		}
		if at >= 0 {
			groups[at] = append(groups[at], a)
			continue
		}
		groups = append(groups, []*asking{a})
		for _, k := range keys {
			if len(bands[k]) < maxBand {
				bands[k] = append(bands[k], len(groups)-1)
			}
		}
	}
	return groups
}

const (
	bandCount = 24 // of two hashes each: finds 99 % of the pairs at likeness 0.45
	maxBand   = 50 // leaders compared per band
)

// bandsOf hashes a set so that like sets share some of the results.
func bandsOf(marks []uint64) []uint64 {
	if len(marks) == 0 {
		return nil
	}
	keys := make([]uint64, bandCount)
	for b := range keys {
		low1, low2 := ^uint64(0), ^uint64(0)
		for _, m := range marks {
			low1 = min(low1, mix(m^uint64(2*b+1)*0x9E3779B97F4A7C15))
			low2 = min(low2, mix(m^uint64(2*b+2)*0x9E3779B97F4A7C15))
		}
		keys[b] = mix(low1^mix(low2)) ^ uint64(b)
	}
	return keys
}

// alike is the Jaccard index of two sorted sets.
func alike(a, b []uint64) float64 {
	both, i, j := 0, 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			both++
			i++
			j++
		case a[i] < b[j]:
			i++
		default:
			j++
		}
	}
	if both == 0 {
		return 0
	}
	return float64(both) / float64(len(a)+len(b)-both)
}
