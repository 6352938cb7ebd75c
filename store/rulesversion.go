package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
)

// RulesStamp tells one state of an account's published rules from every other. Versions
// alone do not: after a backup was restored they come again. The zero RulesStamp is that
// of an account whose rules were never published.
type RulesStamp struct {
	Version int64
	Mark    string // drawn anew by every change
}

// RulesState is what changes when an account's rules or its emergency answers do.
type RulesState struct {
	RulesStamp
	Pins string // mark of the emergency answers
}

// RulesStates returns the state of every account's rules. It is cheap enough to be asked
// for every second or two.
func (s *Store) RulesStates(ctx context.Context) (map[string]RulesState, error) {
	out := make(map[string]RulesState)
	err := each(ctx, s.reader, func(rows *sql.Rows) error {
		var appID string
		var v RulesState
		if err := rows.Scan(&appID, &v.Version, &v.Mark, &v.Pins); err != nil {
			return err
		}
		out[appID] = v
		return nil
	}, "SELECT v.app_id, v.version, COALESCE(m.rules, ''), COALESCE(m.pins, '') FROM rules_version v LEFT JOIN rules_marks m ON m.app_id = v.app_id")
	if err != nil {
		return nil, fmt.Errorf("store: rules states: %w", err)
	}
	return out, nil
}

// PublishedRules returns the published rules of an account, read at one moment, and the stamp
// that a later change may be based on.
func (s *Store) PublishedRules(ctx context.Context, appID string) (rules []models.Rule, stamp RulesStamp, err error) {
	for range maxAgain {
		before, err := s.RulesStates(ctx)
		if err != nil {
			return nil, RulesStamp{}, err
		}
		rules, err := s.Rules(ctx, RuleFilter{AppID: appID, State: models.RulePublished})
		if err != nil {
			return nil, RulesStamp{}, err
		}
		after, err := s.RulesStates(ctx)
		if err != nil {
			return nil, RulesStamp{}, err
		}
		if before[appID].RulesStamp == after[appID].RulesStamp {
			return rules, after[appID].RulesStamp, nil
		}
	}
	return nil, RulesStamp{}, fmt.Errorf("store: published rules: they change faster than they can be read")
}

// EachPublished gives take the published rules of an account whose id is above after, in
// order of id, as they are read: what was taken when an error ends it need not be read again.
func (s *Store) EachPublished(ctx context.Context, appID string, after int64, take func(models.Rule)) error {
	err := each(ctx, s.reader, func(rows *sql.Rows) error {
		r, err := scanRule(rows)
		if err == nil {
			take(r)
		}
		return err
	}, ruleQuery+"WHERE r.app_id = ? AND r.id > ? AND v.version = r.live_version ORDER BY r.id", appID, after)
	if err != nil {
		return fmt.Errorf("store: published rules: %w", err)
	}
	return nil
}

// ChangeRules runs change with the account's version row locked and raises the version, to the one
// that change is told. It refuses with a conflict when the rules are no longer those of base, on
// which the caller has checked what it is about to do.
func (s *Store) ChangeRules(ctx context.Context, appID string, base RulesStamp, change func(t *Tx, version int64) error) (version int64, err error) {
	version = base.Version + 1
	err = s.Transact(ctx, func(t *Tx) error {
		now, err := t.lockRules(ctx, appID)
		if err != nil {
			return err
		}
		if now.RulesStamp != base {
			return models.NewError(models.CodeConflict, "规则刚刚被别人改过，这次没有改动任何规则，请再做一次")
		}
		if err := change(t, version); err != nil {
			return err
		}
		err = t.Exec(ctx, "UPDATE rules_version SET version = ?, updated_at = ? WHERE app_id = ?", version, Micros(s.opt.Now()), appID)
		if err != nil {
			return err
		}
		return t.mark(ctx, appID, rand.Text(), now.Pins)
	})
	if err != nil {
		return 0, models.Wrap("store: change rules", err)
	}
	return version, nil
}

// RaiseVersion is called by an instance that has answered from rules of version seen and
// finds an older database: a backup was restored. The account's version becomes higher than
// all that was seen, so that no two sets of rules in the log have the same one. It does
// nothing when another instance has done so already, and is no act of an operator: it is
// not audited.
func (s *Store) RaiseVersion(ctx context.Context, appID string, seen int64) error {
	err := s.Transact(ctx, func(t *Tx) error {
		now, err := t.lockRules(ctx, appID)
		if err != nil || now.Version > seen {
			return err
		}
		err = t.Exec(ctx, "UPDATE rules_version SET version = ?, updated_at = ? WHERE app_id = ?", seen+1, Micros(s.opt.Now()), appID)
		if err != nil {
			return err
		}
		return t.mark(ctx, appID, rand.Text(), now.Pins)
	})
	return models.Wrap("store: raise version", err)
}

// lockRules locks the account's version row until the end of the transaction.
func (t *Tx) lockRules(ctx context.Context, appID string) (v RulesState, err error) {
	if !models.ValidAppID(appID) {
		return v, errNoAccount()
	}
	if err := t.ensureVersion(ctx, appID); err != nil {
		return v, err
	}
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&v.Version) },
		"SELECT version FROM rules_version WHERE app_id = ?"+t.s.dialect.ForUpdate, appID)
	if err != nil {
		return v, err
	}
	return v, t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&v.Mark, &v.Pins) },
		"SELECT rules, pins FROM rules_marks WHERE app_id = ?"+t.s.dialect.ForUpdate, appID)
}

func (t *Tx) ensureVersion(ctx context.Context, appID string) error {
	return t.Exec(ctx, "INSERT INTO rules_version (app_id, version, updated_at) VALUES (?, 0, ?)"+t.s.dialect.OnConflict("app_id"),
		appID, Micros(t.s.opt.Now()))
}

func (t *Tx) mark(ctx context.Context, appID, rules, pins string) error {
	return t.Exec(ctx, "INSERT INTO rules_marks (app_id, rules, pins) VALUES (?, ?, ?)"+t.s.dialect.OnConflict("app_id", "rules", "pins"),
		appID, rules, pins)
}
