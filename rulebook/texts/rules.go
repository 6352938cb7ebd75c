package texts

import (
	"cmp"
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// ruleTexts are the rules that welcome citizens, and those that answer when nothing else does; those that
// answer stand first, in the order in which they would.
func ruleTexts(ctx context.Context, t *store.Tx, appID string) (map[Key][]RuleText, error) {
	found := map[Key][]RuleText{}
	priority := map[int64]int{}
	err := t.Query(ctx, func(rows *sql.Rows) error {
		r, rule, err := scanRule(rows)
		if err != nil {
			return err
		}
		priority[r.ID] = rule.Priority
		for _, key := range keysOf(rule) {
			at := slices.IndexFunc(found[key], func(other RuleText) bool { return other.ID == r.ID })
			switch {
			case at < 0:
				found[key] = append(found[key], r)
			case r.Live: // what answers is shown, with how far the newest version has come
				r.State = found[key][at].State
				found[key][at] = r
			}
		}
		return nil
	}, "SELECT r.id, r.name, r.live_version, v.version, v.state, v.spec, v.author, v.reviewer, v.created_at "+
		"FROM rules r JOIN rule_versions v ON v.rule_id = r.id AND v.version IN (r.live_version, r.last_version) "+
		"WHERE r.app_id = ? AND v.state NOT IN ('archived', 'discarded') AND (v.spec LIKE '%\"subscribe\"%' OR v.spec LIKE '%\"default\"%') "+
		"ORDER BY r.id, v.version DESC", appID)
	for _, list := range found {
		slices.SortStableFunc(list, func(a, b RuleText) int {
			return cmp.Or(-compareBool(a.Live, b.Live), cmp.Compare(priority[b.ID], priority[a.ID]))
		})
	}
	return found, err
}

func scanRule(rows *sql.Rows) (r RuleText, rule *models.Rule, err error) {
	rule = &models.Rule{}
	var live, version, written int64
	var state, spec, reviewer string
	if err := rows.Scan(&r.ID, &r.Name, &live, &version, &state, &spec, &r.Author, &reviewer, &written); err != nil {
		return r, nil, err
	}
	r.State, r.Live, r.UpdatedAt = state, live == version, time.UnixMicro(written).In(models.Shanghai())
	if state == string(models.RuleReview) && reviewer != "" {
		r.State = "approved"
	}
	err = json.Unmarshal([]byte(spec), rule)
	switch {
	case rule.Menu != nil:
		r.Text = rule.Menu.Intro
	case len(rule.Replies) > 0:
		r.Text = rule.Replies[0].Summary()
	}
	r.Bytes, r.Pages = measure(r.Text)
	return r, rule, err
}

// keysOf are the texts that a rule says.
func keysOf(r *models.Rule) (keys []Key) {
	if slices.Contains(r.On, models.OnSubscribe) {
		keys = append(keys, Welcome)
	}
	if r.Match == models.MatchDefault && (len(r.On) == 0 || slices.Contains(r.On, models.OnText)) {
		keys = append(keys, Default)
	}
	return keys
}

func compareBool(a, b bool) int {
	switch {
	case a == b:
		return 0
	case a:
		return 1
	}
	return -1
}
