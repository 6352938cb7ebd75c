package rulebook

import (
	"context"
	"database/sql"
	"encoding/json"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/store"
)

// SetDiff says what changes from one version of the set to another.
func (b *Book) SetDiff(ctx context.Context, appID string, from, to int64) (SetDiff, error) {
	out := SetDiff{From: from, To: to, Rules: []SetRule{}}
	err := b.store.Read(ctx, store.Console, func(t *store.Tx) (err error) {
		out.Rules, err = rulesBetween(ctx, t, appID, from, to)
		return err
	})
	if err != nil {
		return SetDiff{}, models.Wrap("rulebook: set diff", err)
	}
	for i := range out.Rules {
		if r := &out.Rules[i]; r.Kind == RuleChanged {
			if r.Fields, err = sheet.CompareRules(*r.before, *r.after); err != nil {
				return SetDiff{}, err
			}
		}
	}
	// The same content under another version number is no difference.
	out.Rules = slices.DeleteFunc(out.Rules, func(r SetRule) bool { return r.Kind == RuleChanged && len(r.Fields) == 0 })
	for i := range out.Rules {
		switch out.Rules[i].Kind {
		case RuleAdded:
			out.Added++
		case RuleRemoved:
			out.Removed++
		default:
			out.Changed++
		}
	}
	return out, nil
}

// rulesBetween are the rules of which not the same version answered in both versions of the set.
func rulesBetween(ctx context.Context, t *store.Tx, appID string, from, to int64) ([]SetRule, error) {
	was, err := setAt(ctx, t, appID, from)
	if err != nil {
		return nil, err
	}
	is, err := setAt(ctx, t, appID, to)
	if err != nil {
		return nil, err
	}
	rules := make(map[int64]*SetRule)
	var ids []int64
	for _, set := range []map[int64]int64{was, is} {
		for id := range set {
			if was[id] != is[id] && rules[id] == nil {
				rules[id] = &SetRule{ID: id, Kind: kindOf(was[id], is[id]), Fields: []sheet.FieldChange{}}
				ids = append(ids, id)
			}
		}
	}
	slices.Sort(ids)
	err = t.QueryIDs(ctx, func(rows *sql.Rows) error {
		var r models.Rule
		var spec string
		if err := rows.Scan(&r.ID, &r.Version, &spec, &r.Author, &r.Reviewer); err != nil {
			return err
		}
		id, version, author, reviewer := r.ID, r.Version, r.Author, r.Reviewer
		if version != was[id] && version != is[id] {
			return nil
		}
		if err := json.Unmarshal([]byte(spec), &r); err != nil {
			return err
		}
		r.ID, r.Version, r.Author, r.Reviewer = id, version, author, reviewer
		if version == was[id] {
			rules[id].before = &r
		}
		if version == is[id] {
			rules[id].after = &r
		}
		rules[id].Name = r.Name
		return nil
	}, ids, "SELECT rule_id, version, spec, author, reviewer FROM rule_versions WHERE rule_id IN (?)")
	list := make([]SetRule, 0, len(ids))
	for _, id := range ids {
		list = append(list, *rules[id])
	}
	slices.SortFunc(list, func(a, b SetRule) int { return strings.Compare(a.Name, b.Name) })
	return list, err
}

func kindOf(was, is int64) string {
	switch {
	case was == 0:
		return RuleAdded
	case is == 0:
		return RuleRemoved
	}
	return RuleChanged
}

// RollbackSetRequest takes all published rules back to a version of the set.
type RollbackSetRequest struct {
	Account models.Account
	Version int64
	Base    int64 // the version that was looked at, 0 = whatever it is
}

// RollbackSet has the rules answer again that answered in a version of the set, as new versions, if they
// pass the check of today; rules that did not answer then are archived. It returns the version of the
// set that this makes, and what changed.
func (b *Book) RollbackSet(ctx context.Context, by models.Who, q RollbackSetRequest) (int64, SetDiff, error) {
	appID := q.Account.AppID
	published, base, err := b.store.PublishedRules(ctx, appID)
	if err != nil {
		return 0, SetDiff{}, err
	}
	if q.Base != 0 && q.Base != base.Version {
		return 0, SetDiff{}, models.NewError(models.CodeConflict, "规则刚刚被别人改过，请重新对照后再回滚")
	}
	diff, err := b.SetDiff(ctx, appID, base.Version, q.Version)
	if err != nil {
		return 0, SetDiff{}, err
	}
	if len(diff.Rules) == 0 {
		return 0, SetDiff{}, models.NewError(models.CodeConflict, "现在的规则与这个版本相同，没有什么可回滚")
	}
	var again []models.Rule
	var ended []int64
	for _, r := range diff.Rules {
		if r.after == nil {
			ended = append(ended, r.ID)
			continue
		}
		again = append(again, *r.after)
	}
	next := slices.DeleteFunc(mergeByID(published, again), func(r models.Rule) bool { return slices.Contains(ended, r.ID) })
	if _, err := b.checkPublishing(q.Account, next); err != nil {
		return 0, SetDiff{}, err
	}
	version, err := b.changeRules(ctx, by, appID, base, "rules.rollback", func(t *store.Tx, _ int64) error {
		if err := t.ArchiveRules(ctx, appID, ended, by); err != nil { // first: their names may be wanted
			return err
		}
		if err := giveNames(ctx, t, by, appID, again); err != nil {
			return err
		}
		if err := t.PublishRules(ctx, appID, again, by); err != nil {
			return err
		}
		for _, r := range diff.Rules {
			if r.before == nil {
				continue
			}
			if err := tell(ctx, t, appID, by, r.before, NoticeRolledBack, ""); err != nil {
				return err
			}
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: by, Action: "rules.rollback", ObjectType: "rules", ObjectID: appID, AppID: appID,
			After: models.JSON(map[string]any{"to": q.Version, "added": diff.Added, "changed": diff.Changed, "removed": diff.Removed}),
		})
	})
	return version, diff, err
}
