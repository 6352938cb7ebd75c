package rulebook

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/store"
)

// Version is one version of a rule and how it differs from the one before it.
type Version struct {
	Rule    models.Rule
	Changes []sheet.FieldChange // none in the first version
}

// Versions returns every version of the rule of this name, the newest first.
func (b *Book) Versions(ctx context.Context, appID, name string) ([]Version, error) {
	rule, err := b.named(ctx, appID, name)
	if err != nil {
		return nil, err
	}
	return b.versions(ctx, appID, rule.ID)
}

func (b *Book) versions(ctx context.Context, appID string, id int64) ([]Version, error) {
	rules, err := b.store.RuleVersions(ctx, id)
	if err == nil && rules[0].AppID != appID {
		err = errNoRule()
	}
	if err != nil {
		return nil, err
	}
	list := make([]Version, len(rules))
	for i, r := range rules {
		list[i].Rule = r
		if i+1 == len(rules) {
			break
		}
		if list[i].Changes, err = sheet.CompareRules(rules[i+1], r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// VersionRow is a version of a rule in a list.
type VersionRow struct {
	Version  int64               `json:"version,string"`
	State    string              `json:"state"` // as in RuleRow, and discarded
	Live     bool                `json:"live"`  // it answers now
	Author   string              `json:"author"`
	Reviewer string              `json:"reviewer"`
	At       time.Time           `json:"at"`      // when it was written
	Changes  []sheet.FieldChange `json:"changes"` // since the version before it
}

// VersionRows are the versions of a rule, the newest first.
func (b *Book) VersionRows(ctx context.Context, appID string, id int64) ([]VersionRow, error) {
	list, err := b.versions(ctx, appID, id)
	if err != nil {
		return nil, err
	}
	rows := make([]VersionRow, len(list))
	for i := range list {
		r := &list[i].Rule
		rows[i] = VersionRow{
			Version: r.Version, State: stateOf(r), Live: r.Version == r.LiveVersion, Author: r.Author, Reviewer: r.Reviewer,
			At: r.UpdatedAt.In(models.Shanghai()), Changes: append([]sheet.FieldChange{}, list[i].Changes...),
		}
	}
	return rows, nil
}

// RuleDiff is how two versions of a rule differ.
type RuleDiff struct {
	From   int64               `json:"from,string"` // 0: nothing
	To     int64               `json:"to,string"`
	Before *RuleView           `json:"before"` // null: nothing answered
	After  *RuleView           `json:"after"`
	Fields []sheet.FieldChange `json:"fields"`
}

// RuleDiff compares two versions of a rule; 0 means the one that answers, and the newest.
func (b *Book) RuleDiff(ctx context.Context, appID string, id, from, to int64) (RuleDiff, error) {
	rules, err := b.store.RuleVersions(ctx, id)
	if err == nil && rules[0].AppID != appID {
		err = errNoRule()
	}
	if err != nil {
		return RuleDiff{}, err
	}
	out := RuleDiff{From: cmp.Or(from, rules[0].LiveVersion), To: cmp.Or(to, rules[0].Version), Fields: []sheet.FieldChange{}}
	at := func(version int64) (*models.Rule, error) {
		i := slices.IndexFunc(rules, func(r models.Rule) bool { return r.Version == version })
		switch {
		case version == 0:
			return &models.Rule{}, nil
		case i < 0:
			return nil, models.NewError(models.CodeNotFound, "这条规则没有版本 "+strconv.FormatInt(version, 10))
		}
		return &rules[i], nil
	}
	before, err := at(out.From)
	if err != nil {
		return RuleDiff{}, err
	}
	after, err := at(out.To)
	if err != nil {
		return RuleDiff{}, err
	}
	out.After = viewOf(after)
	if out.From != 0 {
		out.Before = viewOf(before)
	}
	fields, err := sheet.CompareRules(*before, *after)
	out.Fields = append(out.Fields, fields...)
	return out, err
}

// RollbackRequest takes a rule back to an older version.
type RollbackRequest struct {
	Account models.Account
	ID      int64
	Name    string // instead of ID
	Version int64
}

// Rollback publishes a version that answered before once more, if the whole set passes the
// check with it, and returns the rule as it was until then and the version of the set that this makes.
func (b *Book) Rollback(ctx context.Context, by models.Who, q RollbackRequest) (models.Rule, int64, error) {
	var rule models.Rule
	var err error
	if q.ID == 0 {
		if rule, err = b.named(ctx, q.Account.AppID, q.Name); err != nil {
			return models.Rule{}, 0, err
		}
		q.ID = rule.ID
	}
	published, base, err := b.store.PublishedRules(ctx, q.Account.AppID)
	if err != nil {
		return models.Rule{}, 0, err
	}
	versions, err := b.store.RuleVersions(ctx, q.ID)
	if err == nil && versions[0].AppID != q.Account.AppID {
		err = errNoRule()
	}
	if err != nil {
		return models.Rule{}, 0, err
	}
	rule = versions[0]
	var then []models.Rule
	if i := slices.IndexFunc(versions, func(v models.Rule) bool { return v.Version == q.Version }); i >= 0 {
		then = versions[i : i+1]
	}
	next := mergeByID(published, then)
	if _, err := b.checkPublishing(q.Account, next); err != nil {
		return models.Rule{}, 0, err
	}
	version, err := b.changeRules(ctx, by, q.Account.AppID, base, "rule.rollback", func(t *store.Tx, _ int64) error {
		if err := giveNames(ctx, t, by, q.Account.AppID, then); err != nil {
			return err
		}
		if err := t.RollbackRule(ctx, q.Account.AppID, q.ID, q.Version, by); err != nil {
			return err
		}
		return tell(ctx, t, q.Account.AppID, by, &rule, NoticeRolledBack, "")
	})
	return rule, version, err
}
