package topics

import (
	"slices"
	"strings"
	"time"
)

// Kind is what the questions of a group share.
type Kind string

// Kinds of groups.
const (
	KindName   Kind = "name"   // a place, an estate, a firm, a bus line
	KindMatter Kind = "matter" // what it is about
)

// Group is questions that share a name or a matter. A question may be in several groups.
type Group struct {
	Kind    Kind     `json:"kind"`
	Entity  string   `json:"entity"`            // the name; empty in a group by matter
	Matter  string   `json:"matter"`            // what most of the questions are about; empty when they have nothing in common
	Aliases []string `json:"aliases,omitempty"` // other names in mostly the same questions, or for the same
	// Synonyms may be the same matter in other words; people decide.
	Synonyms []string `json:"synonyms,omitempty"`
	// Broad marks a name of which very different questions are asked, such as that of a town.
	Broad    bool     `json:"broad,omitempty"`
	Together []string `json:"together,omitempty"` // often said beside it, at most three

	Count    int       `json:"count"` // questions, repeated ones counted
	First    time.Time `json:"first"`
	Last     time.Time `json:"last"`
	Question string    `json:"question"` // the most frequent wording
	Examples []string  `json:"examples"` // other wordings, at most five
	Members  []string  `json:"members"`  // keys of the questions, in the order of time

	// Keywords are proposed for a rule; Covered is how many of Count one of them answers.
	// Together with them a rule needs one word of each of Groups where there are any: the
	// keywords alone would answer too much.
	Keywords []string   `json:"keywords"`
	Groups   [][]string `json:"groups,omitempty"`
	Answers  []Answers  `json:"answers"` // by keyword
	Covered  int        `json:"covered"`

	// Asked is when each question was asked, in the order of time.
	Asked []time.Time `json:"-"`
}

// Name is what the group is called: its entity, or else its matter.
func (g *Group) Name() string {
	if g.Kind == KindName {
		return g.Entity
	}
	return g.Matter
}

// Answers is what a rule with a keyword alone would answer.
type Answers struct {
	Keyword  string `json:"keyword"`
	InGroup  int    `json:"in_group"` // questions of the group
	Others   int    `json:"others"`   // other questions that no rule answers
	Answered int    `json:"answered"` // questions that a rule answers already
}

const (
	exampleCount = 5
	// A name in more than this share of all questions of which less than narrowCover have
	// something in common is broad.
	broadShare  = 0.02
	narrowCover = 0.3
)

// Groups lists what the open questions have in common: names first, then matters, the best of
// each first. The same questions give the same groups.
func (b *Board) Groups() []Group {
	b.prepare()
	g := newGrouper(b)
	names := g.names()
	names = names[:min(len(names), b.options.MaxGroups)]
	matters := g.matters(names)
	synonyms := b.synonyms(matters)
	list := []Group{}
	var own [][]int32
	for _, x := range names {
		list, own = append(list, g.group(KindName, &x)), append(own, x.wordings)
	}
	for _, x := range matters[:min(len(matters), b.options.MaxGroups)] {
		list, own = append(list, g.group(KindMatter, &x)), append(own, x.wordings)
		list[len(list)-1].Synonyms = synonyms[x.term.text]
	}
	b.reach(list, own)
	return list
}

func (g *grouper) group(kind Kind, x *group) Group {
	out := Group{Kind: kind, Count: x.count, Together: []string{}, Examples: []string{}}
	for _, t := range x.together {
		out.Together = append(out.Together, g.shownAs(x, t.runes))
	}
	if kind == KindName {
		out.Entity = g.shownAs(x, x.term.runes)
		for _, t := range x.together {
			if t.matter && out.Matter == "" {
				out.Matter = t.text
			}
		}
		total := 0
		for _, w := range g.open {
			total += len(w.asks)
		}
		out.Broad = total >= leastQuestions && float64(x.count) > broadShare*float64(total) && x.covered < narrowCover
	} else {
		out.Matter = g.shownAs(x, x.term.runes)
	}
	for _, t := range x.aliases {
		out.Aliases = append(out.Aliases, t.text)
	}
	g.members(&out, x.wordings)
	out.Keywords = g.keywords(x)
	return out
}

// members fills in the questions.
func (g *grouper) members(out *Group, wordings []int32) {
	var asks []ask
	order := slices.Clone(wordings)
	slices.SortStableFunc(order, func(a, b int32) int { return len(g.open[b].asks) - len(g.open[a].asks) })
	for i, number := range order {
		w := g.open[number]
		asks = append(asks, w.asks...)
		if i == 0 {
			out.Question = w.shown
		} else if len(out.Examples) < exampleCount {
			out.Examples = append(out.Examples, w.shown)
		}
	}
	slices.SortFunc(asks, func(a, b ask) int {
		if c := a.at.Compare(b.at); c != 0 {
			return c
		}
		return strings.Compare(a.key, b.key)
	})
	for _, a := range asks {
		out.Members = append(out.Members, a.key)
		out.Asked = append(out.Asked, a.at)
	}
	out.First, out.Last = asks[0].at, asks[len(asks)-1].at
}

// shownAs is a word as people read it. Folded text has no capitals: 5g is shown as it was first
// written.
func (g *grouper) shownAs(x *group, word []rune) string {
	if !slices.ContainsFunc(word, func(r rune) bool { return r >= 'a' && r <= 'z' }) {
		return string(word)
	}
	folded := string(word)
	for _, number := range x.wordings {
		shown := g.open[number].shown
		if at := strings.Index(strings.ToLower(shown), folded); at >= 0 && len(strings.ToLower(shown)) == len(shown) {
			return shown[at : at+len(folded)]
		}
	}
	return folded
}
