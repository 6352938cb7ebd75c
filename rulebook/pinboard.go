package rulebook

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// PinView is an emergency answer as people see it.
type PinView struct {
	Account string    `json:"account"`
	Text    string    `json:"text"`
	Topics  []string  `json:"topics"` // none = every message
	Since   time.Time `json:"since"`
	Until   time.Time `json:"until"` // of one that is over: when it ended
	By      string    `json:"by"`
	Reason  string    `json:"reason"`
}

// PinBoard is what holds of an account's emergency answers, what can be chosen for a new one, and
// the last ones that are over.
type PinBoard struct {
	Pins   []PinView   `json:"pins"`
	Topics []TopicAsks `json:"topics"`
	Past   []PastPin   `json:"past"` // the latest first
	// Answers are those given since the first of Pins was set, by all of them; Citizens got them.
	Answers  int       `json:"answers"`
	Citizens int       `json:"citizens"`
	AsOf     time.Time `json:"as_of"`
}

// TopicAsks is a topic of published rules and how many messages of the last 30 days were of it or below it.
type TopicAsks struct {
	Name string `json:"name"`
	Asks int    `json:"asks"`
}

// PastPin is one that is over.
type PastPin struct {
	PinView
	Answers int `json:"answers"`
}

const (
	// pinDays is how far back messages of a topic are counted.
	pinDays = 30
	// pinHistory is how many entries of the audit log are looked through, pastPins how many are shown.
	pinHistory, pastPins = 60, 8
)

// Pinned returns the emergency answers of the accounts that have not ended; nil accounts are all.
func (b *Book) Pinned(ctx context.Context, accounts []string) ([]PinView, error) {
	all, err := b.store.Pins(ctx)
	if err != nil {
		return nil, models.Wrap("rulebook: pins", err)
	}
	if accounts == nil {
		accounts = slices.Sorted(maps.Keys(all))
	}
	out := []PinView{}
	for _, id := range accounts {
		for i := range all[id] {
			out = append(out, pinView(&all[id][i]))
		}
	}
	return out, nil
}

// PinBoard returns what a person sees who sets an emergency answer.
func (b *Book) PinBoard(ctx context.Context, appID string) (PinBoard, error) {
	now := b.options.Now()
	out := PinBoard{Past: []PastPin{}, Topics: []TopicAsks{}, AsOf: now}
	var err error
	if out.Pins, err = b.Pinned(ctx, []string{appID}); err != nil {
		return out, err
	}
	if out.Past, err = b.pastPins(ctx, appID, now); err != nil {
		return out, err
	}
	rules, _, err := b.store.PublishedRules(ctx, appID)
	if err != nil {
		return out, models.Wrap("rulebook: pins", err)
	}
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		asks, err := topicAsks(ctx, t, appID, now.AddDate(0, 0, -pinDays))
		if err != nil {
			return err
		}
		for _, name := range topicsOf(rules) {
			out.Topics = append(out.Topics, TopicAsks{name, asks(name)})
		}
		for i := range out.Past {
			p := &out.Past[i]
			if p.Answers, _, err = pinAnswers(ctx, t, appID, p.Since, p.Until); err != nil {
				return err
			}
		}
		if len(out.Pins) == 0 {
			return nil
		}
		first := slices.MinFunc(out.Pins, func(a, b PinView) int { return a.Since.Compare(b.Since) })
		out.Answers, out.Citizens, err = pinAnswers(ctx, t, appID, first.Since, now)
		return err
	})
	return out, models.Wrap("rulebook: pins", err)
}

// pastPins are found in the audit log: whatever stood before an entry and not after it ended then.
func (b *Book) pastPins(ctx context.Context, appID string, now time.Time) ([]PastPin, error) {
	var known []PastPin
	err := b.store.AuditEntries(ctx, store.AuditFilter{AppID: appID, Action: "pin.", Limit: pinHistory, Newest: true}, func(e models.AuditEntry) error {
		var after []models.Pin
		if e.After != "" {
			if err := json.Unmarshal([]byte(e.After), &after); err != nil {
				return fmt.Errorf("rulebook: audit entry %d: %w", e.Seq, err)
			}
		}
		stands := func(at time.Time) bool {
			return slices.ContainsFunc(after, func(p models.Pin) bool { return p.Since.Equal(at) })
		}
		for i := range known {
			if k := &known[i]; !stands(k.Since) && k.Until.After(e.At) {
				k.Until = e.At
			}
		}
		for i := range after {
			p := &after[i]
			if !slices.ContainsFunc(known, func(k PastPin) bool { return k.Since.Equal(p.Since) }) {
				p.AppID = appID
				known = append(known, PastPin{PinView: pinView(p)})
			}
		}
		return nil
	})
	if err != nil {
		return nil, models.Wrap("rulebook: past pins", err)
	}
	known = slices.DeleteFunc(known, func(k PastPin) bool { return k.Until.After(now) })
	slices.Reverse(known)
	return append([]PastPin{}, known[:min(len(known), pastPins)]...), nil
}

func pinView(p *models.Pin) PinView {
	return PinView{
		Account: p.AppID, Text: p.Reply.Summary(), Topics: append([]string{}, p.Topics...), Since: p.Since, Until: p.Until, By: p.By, Reason: p.Reason,
	}
}

// pinAnswers counts the answers that emergency answers gave in [from, to), and to how many citizens.
func pinAnswers(ctx context.Context, t *store.Tx, appID string, from, to time.Time) (answers, citizens int, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&answers, &citizens) },
		"SELECT COUNT(*), COUNT(DISTINCT uid) FROM interactions WHERE app_id = ? AND at >= ? AND at < ? AND dir = ? AND rule_name = ?",
		appID, from.Truncate(time.Second).UnixMicro(), to.UnixMicro(), string(models.DirIn), bot.EmergencyName)
	return answers, citizens, err
}

// topicAsks counts messages by topic since an instant, those of the topics below included.
func topicAsks(ctx context.Context, t *store.Tx, appID string, from time.Time) (func(topic string) int, error) {
	counted := map[string]int{}
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var topic string
		var n int
		if err := rows.Scan(&topic, &n); err != nil {
			return err
		}
		for _, of := range topicsOf([]models.Rule{{Topic: topic}}) {
			counted[of] += n
		}
		return nil
	}, "SELECT topic, COUNT(*) FROM interactions WHERE app_id = ? AND at >= ? AND dir = ? AND topic <> '' GROUP BY topic",
		appID, from.UnixMicro(), string(models.DirIn))
	return func(topic string) int { return counted[topic] }, err
}
