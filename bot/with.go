package bot

import (
	"slices"
	"sync"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// With returns the set as it is with r in the place of the rule of its id, without an id of its name,
// or among the others by its id, behind all without one. It costs far less than compiling all rules
// where the set has answered before: what is looked for when no rule fits is taken over but for
// this rule. The error is that of Compile.
func (rs *Ruleset) With(r models.Rule) (*Ruleset, error) {
	r.State = ""
	rules := make([]models.Rule, len(rs.rules), len(rs.rules)+1)
	place, before := -1, 0
	for i := range rs.rules {
		rules[i] = *rs.rules[i].src
		if r.ID != 0 && rules[i].ID == r.ID || r.ID == 0 && rules[i].Name == r.Name {
			place = i
		}
		if r.ID == 0 || rules[i].ID < r.ID {
			before = i + 1
		}
	}
	added := place < 0
	switch {
	case !added:
		r.ID = rules[place].ID
		rules[place] = r
	case r.ID == 0 && len(rules) > 0:
		r.ID = rules[len(rules)-1].ID + 1 // they are sorted by it
		fallthrough
	default:
		place = before
		rules = slices.Insert(rules, place, r)
	}
	next, err := Compile(rs.account, rs.version, rules, CompileOptions{Calendar: rs.office.calendar, Limits: rs.limits, Drafts: true})
	if err != nil {
		return nil, err
	}
	at := int32(place)
	next.closest = sync.OnceValue(func() *closeness { return rs.closest().with(next, at, added) })
	if !added && sameSlips(&rs.rules[place], &next.rules[place]) {
		next.slips = rs.slips
	}
	return next, nil
}

// sameSlips reports whether slips are looked for in the same words for both rules.
func sameSlips(a, b *rule) bool {
	return a.text == b.text && a.kind == b.kind && slices.Equal(a.src.Keywords, b.src.Keywords) &&
		slices.EqualFunc(a.src.Groups, b.src.Groups, slices.Equal)
}

// with is the closeness of a set that differs in one rule, or has one added at its place.
func (c *closeness) with(rs *Ruleset, place int32, added bool) *closeness {
	first, _ := slices.BinarySearchFunc(c.phrases, place, func(p phrase, place int32) int { return int(p.rule) - int(place) })
	behind := first
	for !added && behind < len(c.phrases) && c.phrases[behind].rule == place {
		behind++
	}
	next := &closeness{rs: rs, phrases: slices.Clone(c.phrases[:first])}
	own := sortedPairs(next.add(nil, place, &closeScratch{}))
	shift := int32(len(next.phrases) - behind) //nolint:gosec // bounded by the rules
	for _, p := range c.phrases[behind:] {
		if added {
			p.rule++
		}
		next.phrases = append(next.phrases, p)
	}
	for i := range next.phrases {
		next.phrases[i].weight = 0
	}
	pairs := make([]featurePair, 0, len(c.list)+len(own))
	for f, feature := range c.features {
		for _, p := range c.list[c.start[f]:c.start[f+1]] {
			switch {
			case int(p) >= behind:
				p += shift
			case int(p) >= first:
				continue
			}
			pair := featurePair{feature, p}
			for len(own) > 0 && comparePairs(own[0], pair) < 0 {
				pairs, own = append(pairs, own[0]), own[1:]
			}
			pairs = append(pairs, pair)
		}
	}
	next.index(append(pairs, own...))
	return next
}

// Prepare builds what is looked for only when no rule fits, so that the first question does not wait
// for it.
func (rs *Ruleset) Prepare() {
	rs.closest()
	rs.slips()
	reading.PrepareCrisis()
}

// Title is what citizens know the rule of a name by, "" where there is none of this name.
func (rs *Ruleset) Title(name string) string {
	place, known := rs.byRef[refOf(name)]
	if !known {
		return ""
	}
	return rs.rules[place].title()
}

// Checked is what shows about one rule of a set.
type Checked struct {
	Findings []models.Finding
	Examples []ExampleResult
}

// ExampleResult says which rule answers an example or counter-example, "" = none does.
type ExampleResult struct {
	Text    string `json:"text"`
	Counter bool   `json:"counter"`
	OK      bool   `json:"ok"`
	Got     string `json:"got"`
}

// CheckRule looks at the rule of a name among the others of the set: its own faults, its examples,
// and what keeps it from answering. What others have to fear from it only Check tells.
func (rs *Ruleset) CheckRule(name string, o CheckOptions) Checked {
	place, known := rs.byRef[refOf(name)]
	if !known || rs.rules[place].src.Name != name {
		return Checked{}
	}
	c := checker{account: rs.account, o: o, byName: make(map[string]int), rs: rs}
	src := rs.rules[place].src
	c.alone(0, src)
	if src.Menu != nil {
		c.rules = make([]*models.Rule, len(rs.rules))
		for i := range rs.rules {
			c.rules[i] = rs.rules[i].src
			c.byName[c.rules[i].Name] = i
		}
		c.menus()
	}
	n := newNeighbours(rs, o)
	defer rs.release(n.sc)
	c.beside(place, n)
	c.conflicts(n.rivals)
	c.found = slices.DeleteFunc(c.found, func(f models.Finding) bool { return f.Rule != name })
	return Checked{Findings: c.sorted(), Examples: rs.examplesOf(place, n)}
}

// examplesOf asks the rules every example and counter-example of one of them, at whatever time it
// answers.
func (rs *Ruleset) examplesOf(place int32, n *neighbours) []ExampleResult {
	r := &rs.rules[place]
	p := n.probe
	p.self = place
	list := make([]ExampleResult, 0, len(r.src.Examples)+len(r.src.CounterExamples))
	add := func(text string, counter bool) {
		n.sc.Read(text)
		best := rs.best(n.sc, &asked{rs: rs, at: n.at, check: &p})
		e := ExampleResult{Text: text, Counter: counter, OK: counter}
		if best.rank != noRank {
			e.Got, e.OK = rs.rules[best.rule()].src.Name, (best.rule() == place) != counter
		}
		list = append(list, e)
	}
	for _, text := range r.src.Examples {
		add(text, false)
	}
	for _, text := range r.src.CounterExamples {
		add(text, true)
	}
	return list
}
