package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/wenzheng/wenzheng/models"
)

// RuleFilter selects rules. Without a State the latest version of every rule is meant;
// with RulePublished the versions that answer citizens, whatever draft waits beside them.
type RuleFilter struct {
	AppID string
	State models.RuleState
	Name  string
}

// Rules returns the rules of the filter, ordered by account and id.
func (s *Store) Rules(ctx context.Context, f RuleFilter) ([]models.Rule, error) {
	rules, err := rulesOf(ctx, s.on(s.reader), f)
	if err != nil {
		return nil, fmt.Errorf("store: rules: %w", err)
	}
	return rules, nil
}

// RuleVersions returns every version of a rule, the newest first.
func (s *Store) RuleVersions(ctx context.Context, id int64) ([]models.Rule, error) {
	rules, err := scanRules(ctx, s.on(s.reader), "WHERE v.rule_id = ? ORDER BY v.version DESC", id)
	if err != nil {
		return nil, fmt.Errorf("store: rule versions: %w", err)
	}
	if len(rules) == 0 {
		return nil, errNoRule()
	}
	return rules, nil
}

func rulesOf(ctx context.Context, t *Tx, f RuleFilter) ([]models.Rule, error) {
	var w where
	if f.State == models.RulePublished {
		w.add("v.version = r.live_version")
	} else {
		w.add("v.version = r.last_version AND v.state <> 'discarded'")
		w.addIf(f.State != "", "v.state = ?", string(f.State))
	}
	w.addIf(f.AppID != "", "r.app_id = ?", f.AppID)
	w.addIf(f.Name != "", "r.name_key IN (?, ?)", NameKey(f.Name), NameKey(models.CleanName(f.Name)))
	return scanRules(ctx, t, w.String()+" ORDER BY r.app_id, r.id", w.args...)
}

const ruleQuery = "SELECT r.id, r.app_id, v.version, r.live_version, v.state, v.spec, v.author, v.reviewer, v.created_at " +
	"FROM rule_versions v JOIN rules r ON r.id = v.rule_id "

func scanRules(ctx context.Context, t *Tx, tail string, args ...any) ([]models.Rule, error) {
	var out []models.Rule
	err := t.Query(ctx, func(rows *sql.Rows) error {
		r, err := scanRule(rows)
		out = append(out, r)
		return err
	}, ruleQuery+tail, args...)
	return out, err
}

// scanRule reads a row of ruleQuery. UpdatedAt is when the version's content was written:
// neither a review nor a newer version changes it.
func scanRule(rows *sql.Rows) (models.Rule, error) {
	var meta, r models.Rule
	var spec string
	var written int64
	err := rows.Scan(&meta.ID, &meta.AppID, &meta.Version, &meta.LiveVersion, &meta.State, &spec, &meta.Author, &meta.Reviewer, &written)
	if err != nil {
		return r, err
	}
	if err := json.Unmarshal([]byte(spec), &r); err != nil {
		return r, fmt.Errorf("rule %d version %d: %w", meta.ID, meta.Version, err)
	}
	r.ID, r.AppID, r.Version, r.LiveVersion, r.State = meta.ID, meta.AppID, meta.Version, meta.LiveVersion, meta.State
	r.Author, r.Reviewer, r.UpdatedAt = meta.Author, meta.Reviewer, FromMicros(written)
	return r, nil
}

// ruleHead is the row of a rule: which of its versions answers and which is the latest.
type ruleHead struct {
	id, live, last int64
	appID, name    string
	state          models.RuleState
}

// head finds a rule by its id; appID, when given, must be its account. The row stays
// locked until the end of a writing transaction; lock is the dialect's clause or "".
func (t *Tx) head(ctx context.Context, id int64, lock string) (ruleHead, error) {
	var h ruleHead
	err := t.Query(ctx, func(rows *sql.Rows) error {
		return rows.Scan(&h.id, &h.live, &h.last, &h.appID, &h.name, &h.state)
	}, "SELECT id, live_version, last_version, app_id, name, state FROM rules WHERE id = ?"+lock, id)
	if err == nil && h.id == 0 {
		err = errNoRule()
	}
	return h, err
}

func (t *Tx) version(ctx context.Context, id, version int64) (models.Rule, error) {
	rules, err := scanRules(ctx, t, "WHERE v.rule_id = ? AND v.version = ?", id, version)
	if err != nil {
		return models.Rule{}, err
	}
	if len(rules) == 0 {
		return models.Rule{}, models.NewError(models.CodeNotFound, "这条规则没有版本 "+strconv.FormatInt(version, 10))
	}
	return rules[0], nil
}

// specOf is a rule without what its rows say of it.
func specOf(r models.Rule) (string, error) {
	r.ID, r.Version, r.LiveVersion, r.State, r.Author, r.Reviewer = 0, 0, 0, "", "", ""
	r.UpdatedAt = FromMicros(0)
	b, err := json.Marshal(r)
	return string(b), err
}

// NameKey makes names unique byte by byte: collations would merge some and pad others.
func NameKey(name string) string { return models.DerivedKey("rule", name) }

func errNoRule() error { return models.NewError(models.CodeNotFound, "没有这条规则") }
