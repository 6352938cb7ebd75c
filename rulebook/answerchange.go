package rulebook

import (
	"cmp"
	"iter"
	"reflect"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// AnswerChange is a question that the draft answers differently.
type AnswerChange struct {
	Text   string    `json:"text"` // as the first citizen wrote it
	Count  int       `json:"count"`
	Last   time.Time `json:"last"`
	Before string    `json:"before"` // rule, "" = none fits
	After  string    `json:"after"`
	Kind   string    `json:"kind"` // gained, lost, rerouted, reworded
	// Corrected is the slip of the pen that After put right to answer, "" = none.
	Corrected string `json:"corrected,omitempty"`
	Meant     string `json:"meant,omitempty"` // the keyword that Corrected was read as
}

// Kinds of changes.
const (
	AnswerGained   = "gained"   // answered by no rule before
	AnswerLost     = "lost"     // answered by no rule any more
	AnswerRerouted = "rerouted" // answered by another rule
	AnswerReworded = "reworded" // the same rule says something else
)

// Replayed is what a draft would have changed. Rates are percentages, 0 without questions.
type Replayed struct {
	Questions     int            `json:"questions"`
	MatchedBefore int            `json:"matched_before"`
	MatchedAfter  int            `json:"matched_after"`
	RateBefore    float64        `json:"rate_before"`
	RateAfter     float64        `json:"rate_after"`
	Gained        int            `json:"gained"`
	Lost          int            `json:"lost"`
	Rerouted      int            `json:"rerouted"`
	Reworded      int            `json:"reworded"`
	Changes       []AnswerChange `json:"changes"` // the most frequent first
}

// maxChanges is how many distinct changes are listed; all are counted.
const maxChanges = 1000

// compare asks both sets every question at the time it was asked and reports what would
// have changed. Default answers and suggestions count as no answer. Questions that are written
// alike are listed once.
func compare(questions iter.Seq[models.Interaction], published, draft *bot.Ruleset) Replayed {
	var out Replayed
	changes := make(map[string]*AnswerChange)
	for row := range questions {
		out.Questions++
		q := bot.Query{Text: row.Content, At: row.At}
		before, after := published.Answer(q), draft.Answer(q)
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
		c := AnswerChange{Text: q.Text, Before: ruleName(&before), After: ruleName(&after), Kind: kind}
		if after.Corrected != "" {
			c.Corrected, c.Meant = after.Corrected, after.Keyword
		}
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

func ruleName(h *bot.Hit) string {
	if !h.Found() {
		return ""
	}
	return h.Rule.Name
}

// count files one question under its kind of change, "" when nothing changes.
func (r *Replayed) count(before, after *bot.Hit) string {
	switch {
	case !before.Found() && !after.Found():
		return ""
	case !before.Found():
		r.Gained++
		return AnswerGained
	case !after.Found():
		r.Lost++
		return AnswerLost
	case before.Rule.Name != after.Rule.Name:
		r.Rerouted++
		return AnswerRerouted
	case before.Rule != after.Rule && !sameAnswer(before, after):
		r.Reworded++
		return AnswerReworded
	}
	return ""
}

func sameAnswer(a, b *bot.Hit) bool {
	x, y := a.Rule, b.Rule
	return reflect.DeepEqual(x.Replies, y.Replies) && reflect.DeepEqual(x.Menu, y.Menu) && (x.Pick == y.Pick || len(x.Replies) < 2)
}

func (r *Replayed) list(changes map[string]*AnswerChange) {
	r.Changes = make([]AnswerChange, 0, len(changes))
	for _, c := range changes {
		r.Changes = append(r.Changes, *c)
	}
	slices.SortFunc(r.Changes, func(a, b AnswerChange) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), b.Last.Compare(a.Last), cmp.Compare(a.Text, b.Text), cmp.Compare(a.After, b.After))
	})
	r.Changes = r.Changes[:min(len(r.Changes), maxChanges)]
}
