package rulebook

import (
	"context"
	"database/sql"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/store"
)

// changeRules changes what answers, in one transaction with the record of which versions answer from
// then on. action is that of the audit log.
func (b *Book) changeRules(ctx context.Context, by models.Who, appID string, base store.RulesStamp, action string, change func(t *store.Tx, version int64) error) (int64, error) {
	return b.store.ChangeRules(ctx, appID, base, func(t *store.Tx, version int64) error {
		if err := change(t, version); err != nil {
			return err
		}
		return recordSet(ctx, t, appID, version, action, by)
	})
}

func recordSet(ctx context.Context, t *store.Tx, appID string, version int64, action string, by models.Who) error {
	err := t.Exec(ctx, "UPDATE rule_lives SET until_version = ? WHERE app_id = ? AND until_version = 0 AND NOT EXISTS "+
		"(SELECT 1 FROM rules r WHERE r.id = rule_lives.rule_id AND r.live_version = rule_lives.version)", version, appID)
	if err != nil {
		return err
	}
	err = t.Exec(ctx, "INSERT INTO rule_lives (app_id, rule_id, version, since_version, until_version) "+
		"SELECT r.app_id, r.id, r.live_version, ?, 0 FROM rules r WHERE r.app_id = ? AND r.live_version <> 0 AND NOT EXISTS "+
		"(SELECT 1 FROM rule_lives l WHERE l.app_id = r.app_id AND l.rule_id = r.id AND l.until_version = 0)", version, appID)
	if err != nil {
		return err
	}
	return t.Exec(ctx, "INSERT INTO rules_sets (app_id, version, at, action, actor) VALUES (?, ?, ?, ?, ?)",
		appID, version, t.Now().UnixMicro(), action, models.Clip(by.Name, 64))
}

// SetVersion is one version of all published rules together.
type SetVersion struct {
	Version int64     `json:"version,string"`
	At      time.Time `json:"at"`
	By      string    `json:"by"`     // "" = not known
	Action  string    `json:"action"` // of the audit log
	Title   string    `json:"title"`  // the action in Chinese
	Added   int       `json:"added"`
	Changed int       `json:"changed"`
	Removed int       `json:"removed"`
	Rules   []string  `json:"rules"` // the first names among them
	Current bool      `json:"current"`
}

// namesOfSet is how many names a version shows.
const namesOfSet = 5

// MaxSets is how many versions Sets returns at most.
const MaxSets = 100

// Sets are the versions of an account's published rules, the newest first, those before a version
// where that is not 0.
func (b *Book) Sets(ctx context.Context, appID string, before int64, limit int) ([]SetVersion, error) {
	list := []SetVersion{}
	err := b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		list = list[:0]
		err := t.Query(ctx, func(rows *sql.Rows) error {
			v := SetVersion{Rules: []string{}}
			var at int64
			err := rows.Scan(&v.Version, &at, &v.Action, &v.By)
			v.At, v.Current = time.UnixMicro(at).In(models.Shanghai()), len(list) == 0 && before == 0
			if v.Title = models.AuditTitle(v.Action); v.Action == "" {
				v.Title = "此前的规则"
			}
			list = append(list, v)
			return err
		}, "SELECT version, at, action, actor FROM rules_sets WHERE app_id = ? AND (? = 0 OR version < ?) ORDER BY version DESC LIMIT ?", appID, before, before, limit)
		for i := range list {
			if err == nil {
				err = list[i].count(ctx, t, appID)
			}
		}
		return err
	})
	return list, models.Wrap("rulebook: sets", err)
}

// count says what changed in a version.
func (v *SetVersion) count(ctx context.Context, t *store.Tx, appID string) error {
	const replaced = "SUM(CASE WHEN EXISTS (SELECT 1 FROM rule_lives o WHERE o.app_id = l.app_id AND o.rule_id = l.rule_id AND "
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&v.Added, &v.Changed) }, "SELECT COUNT(*), COALESCE("+replaced+
		"o.until_version = l.since_version) THEN 1 ELSE 0 END), 0) FROM rule_lives l WHERE l.app_id = ? AND l.since_version = ?", appID, v.Version)
	if err != nil {
		return err
	}
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&v.Removed) },
		"SELECT COUNT(*) FROM rule_lives l WHERE l.app_id = ? AND l.until_version = ?", appID, v.Version)
	if err != nil {
		return err
	}
	v.Added, v.Removed = v.Added-v.Changed, v.Removed-v.Changed
	return t.Query(ctx, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		v.Rules = append(v.Rules, name)
		return err
	}, "SELECT DISTINCT r.name FROM rule_lives l JOIN rules r ON r.id = l.rule_id WHERE l.app_id = ? AND (l.since_version = ? OR l.until_version = ?) ORDER BY r.name LIMIT ?",
		appID, v.Version, v.Version, namesOfSet)
}

// PublishedVersion is the version of an account's published rules, 0 = there never were any.
func (b *Book) PublishedVersion(ctx context.Context, appID string) (int64, error) {
	states, err := b.store.RulesStates(ctx)
	return states[appID].Version, err
}

// ruleVersion is one version of one rule.
type ruleVersion struct{ id, version int64 }

// setAt is which version of each rule answered in a version of the set; not_found when that is not
// known.
func setAt(ctx context.Context, t *store.Tx, appID string, version int64) (map[int64]int64, error) {
	known := false
	err := t.Query(ctx, func(*sql.Rows) error { known = true; return nil }, "SELECT 1 FROM rules_sets WHERE app_id = ? AND version = ?", appID, version)
	if err != nil {
		return nil, err
	}
	if !known && version != 0 {
		return nil, models.NewError(models.CodeNotFound, "没有这个规则集版本，wenzheng rules versions --set 可列出全部")
	}
	set := make(map[int64]int64)
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var v ruleVersion
		err := rows.Scan(&v.id, &v.version)
		set[v.id] = v.version
		return err
	}, "SELECT rule_id, version FROM rule_lives WHERE app_id = ? AND since_version <= ? AND (until_version = 0 OR until_version > ?)", appID, version, version)
	return set, err
}

// SetDiff is how two versions of the whole set differ.
type SetDiff struct {
	From    int64     `json:"from,string"`
	To      int64     `json:"to,string"`
	Rules   []SetRule `json:"rules"` // by name
	Added   int       `json:"added"`
	Changed int       `json:"changed"`
	Removed int       `json:"removed"`
}

// SetRule is a rule that is not the same in both.
type SetRule struct {
	ID     int64               `json:"id,string"`
	Name   string              `json:"name"`
	Kind   string              `json:"kind"` // added, changed, removed
	Fields []sheet.FieldChange `json:"fields"`

	before, after *models.Rule
}

// RuleRemoved is the kind of a rule that answers no more.
const RuleRemoved = "removed"
