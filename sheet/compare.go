package sheet

import (
	"cmp"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// FieldChange is one field in which two versions of a rule differ, as a cell of a rules file
// holds it.
type FieldChange struct {
	Field  string `json:"field"`
	Title  string `json:"title"` // the Chinese heading
	Before string `json:"before"`
	After  string `json:"after"`
}

// CompareRules lists the fields in which two rules differ in meaning: the order of keywords
// or examples, line ends, and a default that is written out or left out are no difference.
func CompareRules(before, after models.Rule) ([]FieldChange, error) {
	var out []FieldChange
	means := [2]models.Rule{meaning(before), meaning(after)}
	shown := [2]models.Rule{written(before), written(after)}
	for _, c := range columns() {
		var texts [4]string
		for i := range 2 {
			var err error
			if texts[i], err = c.text(&means[i], false); err != nil {
				return nil, err
			}
			if texts[2+i], err = c.text(&shown[i], false); err != nil {
				return nil, err
			}
		}
		if texts[0] != texts[1] {
			out = append(out, FieldChange{Field: c.name, Title: c.title, Before: texts[2], After: texts[3]})
		}
	}
	return out, nil
}

// meaning is a rule in the one form that all ways to write it have.
func meaning(r models.Rule) models.Rule {
	r = written(r)
	r.Match = cmp.Or(r.Match, models.MatchContains)
	if r.Title == r.Name {
		r.Title = ""
	}
	r.Pick = cmp.Or(r.Pick, models.PickFirst)
	if len(r.Replies) < 2 {
		r.Pick = models.PickFirst
	}
	if len(r.On) == 0 {
		r.On = []models.Trigger{models.OnText}
	}
	r.Keywords, r.Exclude, r.Keys = set(r.Keywords), set(r.Exclude), set(r.Keys)
	if r.Match == models.MatchDefault {
		r.Keywords = nil
	}
	r.Examples, r.CounterExamples, r.On = set(r.Examples), set(r.CounterExamples), set(r.On)
	for i, group := range r.Groups {
		r.Groups[i] = set(group)
	}
	slices.SortFunc(r.Groups, slices.Compare)
	r.When.Weekdays, r.When.Hours = set(r.When.Weekdays), set(r.When.Hours)
	return r
}

// written is a copy of a rule that may be changed, with line ends of one kind and its
// parts in place.
func written(r models.Rule) models.Rule {
	r.Replies, r.Groups = slices.Clone(r.Replies), slices.Clone(r.Groups)
	for i := range r.Replies {
		r.Replies[i].Text = strings.ReplaceAll(r.Replies[i].Text, "\r\n", "\n")
	}
	when, source := models.Window{}, models.Source{}
	if r.When != nil {
		when = *r.When
	}
	if r.Source != nil {
		source = *r.Source
	}
	r.When, r.Source = &when, &source
	return r
}

// set is a list whose order and repetitions mean nothing.
func set[T cmp.Ordered](list []T) []T {
	return slices.Compact(slices.Sorted(slices.Values(list)))
}
