package bot

import (
	"cmp"
	"iter"
	"reflect"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/bot/reading"
)

// Change is a question that the draft answers differently.
type Change struct {
	Text   string    `json:"text"` // as the first citizen wrote it
	Count  int       `json:"count"`
	Last   time.Time `json:"last"`
	Before string    `json:"before"` // rule, "" = none fits
	After  string    `json:"after"`
	Kind   string    `json:"kind"` // gained, lost, rerouted, reworded
	// Corrected is the slip of the pen that After put right to answer, "" = none.
	Corrected string `json:"corrected,omitempty"`
}

// Kinds of changes.
const (
	ChangeGained   = "gained"   // answered by no rule before
	ChangeLost     = "lost"     // answered by no rule any more
	ChangeRerouted = "rerouted" // answered by another rule
	ChangeReworded = "reworded" // the same rule says something else
)

// Replayed is what a draft would have changed. Rates are percentages, 0 without questions.
type Replayed struct {
	Questions     int      `json:"questions"`
	MatchedBefore int      `json:"matched_before"`
	MatchedAfter  int      `json:"matched_after"`
	RateBefore    float64  `json:"rate_before"`
	RateAfter     float64  `json:"rate_after"`
	Gained        int      `json:"gained"`
	Lost          int      `json:"lost"`
	Rerouted      int      `json:"rerouted"`
	Reworded      int      `json:"reworded"`
	Changes       []Change `json:"changes"` // the most frequent first
}

// maxChanges is how many distinct changes are listed; all are counted.
const maxChanges = 1000

// Replay asks both sets every question at the time it was asked and reports what would
// have changed. Default answers and suggestions count as no answer. A nil set answers
// nothing. Questions that are written alike are listed once.
func Replay(questions iter.Seq[Query], published, draft *Ruleset) Replayed {
	var out Replayed
	changes := make(map[string]*Change)
	for q := range questions {
		out.Questions++
		before, after := ask(published, q), ask(draft, q)
		if before.Found() {
			out.MatchedBefore++
		}
		if after.Found() {
			out.MatchedAfter++
		}
		kind := out.count(&before, &after)
		if kind == "" {
			continue
		}
		c := Change{Corrected: after.Corrected, Text: q.Text, Before: ruleName(&before), After: ruleName(&after), Kind: kind}
		key := reading.Normalise(q.Text) + "\x00" + c.Before + "\x00" + c.After
		known, ok := changes[key]
		if !ok {
			known = &c
			changes[key] = known
		}
		known.Count++
		if q.At.After(known.Last) {
			known.Last = q.At
		}
	}
	if out.Questions > 0 {
		out.RateBefore = 100 * float64(out.MatchedBefore) / float64(out.Questions)
		out.RateAfter = 100 * float64(out.MatchedAfter) / float64(out.Questions)
	}
	out.list(changes)
	return out
}

func ask(rs *Ruleset, q Query) Hit {
	if rs == nil {
		return Hit{}
	}
	return rs.Answer(q)
}

func ruleName(h *Hit) string {
	if !h.Found() {
		return ""
	}
	return h.Rule.Name
}

// count files one question under its kind of change, "" when nothing changes.
func (r *Replayed) count(before, after *Hit) string {
	switch {
	case !before.Found() && !after.Found():
		return ""
	case !before.Found():
		r.Gained++
		return ChangeGained
	case !after.Found():
		r.Lost++
		return ChangeLost
	case before.Rule.Name != after.Rule.Name:
		r.Rerouted++
		return ChangeRerouted
	case before.Rule != after.Rule && !sameAnswer(before, after):
		r.Reworded++
		return ChangeReworded
	}
	return ""
}

func sameAnswer(a, b *Hit) bool {
	x, y := a.Rule, b.Rule
	return reflect.DeepEqual(x.Replies, y.Replies) && reflect.DeepEqual(x.Menu, y.Menu) && (x.Pick == y.Pick || len(x.Replies) < 2)
}

func (r *Replayed) list(changes map[string]*Change) {
	r.Changes = make([]Change, 0, len(changes))
	for _, c := range changes {
		r.Changes = append(r.Changes, *c)
	}
	slices.SortFunc(r.Changes, func(a, b Change) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), b.Last.Compare(a.Last), cmp.Compare(a.Text, b.Text), cmp.Compare(a.After, b.After))
	})
	r.Changes = r.Changes[:min(len(r.Changes), maxChanges)]
}
