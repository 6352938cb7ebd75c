package store

import (
	"context"
	"database/sql"
	"strconv"

	"github.com/wenzheng/wenzheng/models"
)

// NewID returns an id for a rule that is still to be stored. Ids grow, so that of two new
// rules the one that got its id first goes before the other.
func (s *Store) NewID() int64 { return s.ids.next() }

// PublishRules publishes rules of an account at once, in a transaction of ChangeRules; a rule of the
// same name is replaced, one that did not change keeps its version, a new one keeps the id it brings
// from NewID. The caller has checked what is published then.
func (t *Tx) PublishRules(ctx context.Context, appID string, rules []models.Rule, by models.Who) error {
	if err := checkNames(rules); err != nil {
		return err
	}
	changed := 0
	for _, r := range rules {
		done, err := t.replace(ctx, appID, r, by)
		if err != nil {
			return models.Wrap("rule "+r.Name, err)
		}
		changed += int(bit(done))
	}
	return t.Audit(ctx, models.AuditEntry{
		Who: by, Action: "rules.publish", ObjectType: "rules", ObjectID: appID, AppID: appID, After: models.JSON(names(rules)),
		Reason: "规则 " + strconv.Itoa(len(rules)) + " 条，改动 " + strconv.Itoa(changed) + " 条",
	})
}

// replace publishes a rule under its name and reports whether anything changed. A draft
// that was on its way is discarded.
func (t *Tx) replace(ctx context.Context, appID string, r models.Rule, by models.Who) (bool, error) {
	h, err := t.named(ctx, appID, r.Name)
	if err != nil {
		return false, err
	}
	spec, err := specOf(r)
	if err != nil {
		return false, err
	}
	if h.live != 0 {
		old, err := t.version(ctx, h.id, h.live)
		if err != nil {
			return false, err
		}
		if oldSpec, err := specOf(old); err != nil || oldSpec == spec {
			return false, err
		}
	}
	if h.id == 0 {
		if h, err = t.createRule(ctx, appID, r.Name, r.ID); err != nil {
			return false, err
		}
	}
	if h.state == models.RuleDraft && h.last != 0 || h.state == models.RuleReview {
		if err := t.setState(ctx, h.id, h.last, models.RuleDiscarded); err != nil {
			return false, err
		}
	}
	h, err = t.addVersion(ctx, h, spec, models.RuleReview, by.Name, by.Name)
	if err != nil {
		return false, err
	}
	return true, t.makeLive(ctx, h, h.last)
}

func (t *Tx) named(ctx context.Context, appID, name string) (ruleHead, error) {
	var h ruleHead
	err := t.Query(ctx, func(rows *sql.Rows) error {
		return rows.Scan(&h.id, &h.live, &h.last, &h.appID, &h.name, &h.state)
	}, "SELECT id, live_version, last_version, app_id, name, state FROM rules WHERE app_id = ? AND name_key = ?"+t.s.dialect.ForUpdate,
		appID, NameKey(name))
	return h, err
}

// createRule makes the row of a rule; id 0 takes a new one.
func (t *Tx) createRule(ctx context.Context, appID, name string, id int64) (ruleHead, error) {
	if id == 0 {
		id = t.s.ids.next()
	}
	h := ruleHead{id: id, appID: appID, name: name, state: models.RuleDraft}
	return h, t.Exec(ctx, "INSERT INTO rules (id, app_id, name_key, name, live_version, last_version, state, updated_at) "+
		"VALUES (?, ?, ?, ?, 0, 0, ?, ?)", h.id, appID, NameKey(name), name, string(h.state), Micros(t.s.opt.Now()))
}

// addVersion appends a version; the rule's latest is now this one. Numbers of discarded
// versions are not used again.
func (t *Tx) addVersion(ctx context.Context, h ruleHead, spec string, state models.RuleState, author, reviewer string) (ruleHead, error) {
	var c cutter
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&h.last) },
		"SELECT COALESCE(MAX(version), 0) + 1 FROM rule_versions WHERE rule_id = ?", h.id)
	if err != nil {
		return h, err
	}
	h.state = state
	now := Micros(t.s.opt.Now())
	err = t.Exec(ctx, "INSERT INTO rule_versions (rule_id, version, app_id, state, spec, author, reviewer, created_at, changed_at) "+
		"VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", h.id, h.last, h.appID, string(state), spec, c.chars(author, nameChars), c.chars(reviewer, nameChars), now, now)
	if err != nil {
		return h, err
	}
	return h, t.saveHead(ctx, h)
}

// saveHead writes the row of a rule. Its time tells readers that keep rules that this one changed: it
// grows whatever the clock does.
func (t *Tx) saveHead(ctx context.Context, h ruleHead) error {
	now := Micros(t.s.opt.Now())
	return t.Exec(ctx, "UPDATE rules SET live_version = ?, last_version = ?, state = ?, "+
		"updated_at = CASE WHEN updated_at < ? THEN ? ELSE updated_at + 1 END WHERE id = ?", h.live, h.last, string(h.state), now, now, h.id)
}

func (t *Tx) setState(ctx context.Context, id, version int64, state models.RuleState) error {
	return t.Exec(ctx, "UPDATE rule_versions SET state = ?, changed_at = ? WHERE rule_id = ? AND version = ?",
		string(state), Micros(t.s.opt.Now()), id, version)
}

// makeLive lets a version answer; the one that answered before is archived.
func (t *Tx) makeLive(ctx context.Context, h ruleHead, version int64) error {
	if h.live != 0 && h.live != version {
		if err := t.setState(ctx, h.id, h.live, models.RuleArchived); err != nil {
			return err
		}
	}
	if err := t.setState(ctx, h.id, version, models.RulePublished); err != nil {
		return err
	}
	h.live = version
	if version == h.last {
		h.state = models.RulePublished
	}
	return t.saveHead(ctx, h)
}

// maxRuleName is the longest name of a rule in characters.
const maxRuleName = 256

func checkNames(rules []models.Rule) error {
	var fields []models.FieldError
	seen := make(map[string]int, len(rules))
	for i, r := range rules {
		field := "rules[" + strconv.Itoa(i) + "].name"
		if wrong := nameFault(field, r.Name); wrong.Field != "" {
			fields = append(fields, wrong)
		}
		if first, twice := seen[r.Name]; twice {
			fields = append(fields, models.Fault(field, "rule_name_twice", "与第 {n} 条规则同名", "n", strconv.Itoa(first+1)))
			continue
		}
		seen[r.Name] = i
	}
	if len(fields) == 0 {
		return nil
	}
	return &models.Error{Code: models.CodeInvalid, Message: "规则名称有误", Fields: fields}
}

func nameFault(field, name string) models.FieldError {
	var c cutter
	switch {
	case name == "":
		return models.Fault(field, "name_missing", "规则须有名称")
	case models.CleanText(name) != name:
		return models.Fault(field, "control_characters", "规则名称含有不能显示的字符")
	case c.chars(name, maxRuleName) != name:
		return models.Fault(field, "most_characters", "规则名称最长 {max} 个字", "max", "256")
	}
	return models.FieldError{}
}

func names(rules []models.Rule) []string {
	out := make([]string, len(rules))
	for i := range rules {
		out[i] = rules[i].Name
	}
	return out
}
