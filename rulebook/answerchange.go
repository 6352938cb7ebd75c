package rulebook

import (
	"cmp"
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
	// What both rules say first, "" = nothing.
	BeforeText string `json:"before_text"`
	AfterText  string `json:"after_text"`
}

// Kinds of changes.
const (
	AnswerGained   = "gained"   // answered by no rule before
	AnswerLost     = "lost"     // answered by no rule any more
	AnswerRerouted = "rerouted" // answered by another rule
	AnswerReworded = "reworded" // the same rule says something else
	answerSame     = "same"
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

// maxChanges is how many distinct changes are listed; all are counted. maxSame is how many questions
// are listed for which nothing changes.
const (
	maxChanges = 1000
	maxSame    = 100
)

// comparison asks two sets of rules every question at the time it was asked. Default answers and
// suggestions count as no answer. Questions that are written alike are listed once.
type comparison struct {
	published, next *bot.Ruleset
	out             Replayed
	changes         map[string]*AnswerChange
	same            map[string]*AnswerChange // a few
}

func newComparison(published, next *bot.Ruleset) *comparison {
	return &comparison{published: published, next: next, changes: make(map[string]*AnswerChange), same: make(map[string]*AnswerChange)}
}

func (c *comparison) ask(row *models.Interaction) {
	c.out.Questions++
	q := bot.Query{Text: row.Content, At: row.At}
	before, after := c.published.Answer(q), c.next.Answer(q)
	if before.Found() {
		c.out.MatchedBefore++
	}
	if after.Found() {
		c.out.MatchedAfter++
	}
	change := AnswerChange{Text: q.Text, Before: ruleName(&before), After: ruleName(&after), Kind: c.out.count(&before, &after)}
	list := c.changes
	if change.Kind == "" {
		if change.Kind, list = answerSame, c.same; !after.Found() {
			return
		}
	}
	key := reading.Normalise(q.Text) + "\x00" + change.Before + "\x00" + change.After
	known, ok := list[key]
	if !ok {
		if change.Kind == answerSame && len(list) == maxSame {
			return
		}
		change.BeforeText, change.AfterText = firstAnswer(&before), firstAnswer(&after)
		if after.Corrected != "" {
			change.Corrected, change.Meant = after.Corrected, after.Keyword
		}
		known = &change
		list[key] = known
	}
	known.Count++
	if q.At.After(known.Last) {
		known.Last = q.At
	}
}

func (c *comparison) finish() Replayed {
	r := &c.out
	if r.Questions > 0 {
		r.RateBefore = 100 * float64(r.MatchedBefore) / float64(r.Questions)
		r.RateAfter = 100 * float64(r.MatchedAfter) / float64(r.Questions)
	}
	r.Changes = listed(c.changes)
	return *r
}

// firstAnswer is what a rule says first.
func firstAnswer(h *bot.Hit) string {
	switch {
	case !h.Found():
		return ""
	case h.Rule.Menu != nil:
		return h.Rule.Menu.Intro
	case len(h.Rule.Replies) > 0:
		return h.Rule.Replies[0].Summary()
	}
	return ""
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

// listed are changes, the most frequent first.
func listed(changes map[string]*AnswerChange) []AnswerChange {
	list := make([]AnswerChange, 0, len(changes))
	for _, c := range changes {
		list = append(list, *c)
	}
	slices.SortFunc(list, func(a, b AnswerChange) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), b.Last.Compare(a.Last), cmp.Compare(a.Text, b.Text), cmp.Compare(a.After, b.After))
	})
	return list[:min(len(list), maxChanges)]
}
