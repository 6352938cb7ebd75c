package rulebook

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Publication is publishing that is planned.
type Publication struct {
	ID        int64         `json:"id,string"`
	At        time.Time     `json:"at"`
	State     string        `json:"state"` // waiting, done, failed, cancelled
	Rules     []PlannedRule `json:"rules"`
	By        string        `json:"by"`
	PlannedAt time.Time     `json:"planned_at"`
	EndedAt   *time.Time    `json:"ended_at"`       // null while it waits
	Version   int64         `json:"version,string"` // of the published rules that it made
	Reason    string        `json:"reason"`         // why it failed

	appID string
	who   models.Who // of By
}

// PlannedRule is a rule as it was when its publishing was planned.
type PlannedRule struct {
	ID      int64  `json:"id,string"`
	Name    string `json:"name"`
	Edition string `json:"edition"`
}

// States of a publication.
const (
	planWaiting   = "waiting"
	planDone      = "done"
	planFailed    = "failed"
	planCancelled = "cancelled"
)

// schedule plans to publish approved rules, which pass the check of today; they are checked again at
// the time. A rule can be planned once.
func (b *Book) schedule(ctx context.Context, by models.Who, account models.Account, rules []models.Rule, at time.Time) (*Publication, error) {
	published, _, err := b.store.PublishedRules(ctx, account.AppID)
	if err != nil {
		return nil, err
	}
	if _, err := b.checkPublishing(account, mergeRules(published, rules)); err != nil {
		return nil, err
	}
	p := &Publication{ID: b.store.NewID(), At: at.Truncate(time.Second).In(models.Shanghai()), State: planWaiting, By: by.Name, PlannedAt: b.options.Now().In(models.Shanghai())}
	for i := range rules {
		p.Rules = append(p.Rules, PlannedRule{rules[i].ID, rules[i].Name, edition(&rules[i])})
	}
	err = b.store.Transact(ctx, func(t *store.Tx) error {
		// Of two who plan the same rule at one moment the second waits here, and sees the first one's plan.
		err := t.QueryIDs(ctx, func(*sql.Rows) error { return nil }, ids(rules), "SELECT id FROM rules WHERE id IN (?) ORDER BY id"+t.Dialect().ForUpdate)
		if err != nil {
			return err
		}
		waiting, err := plans(ctx, t, " WHERE app_id = ? AND state = 'waiting' ORDER BY id", account.AppID)
		if err != nil {
			return err
		}
		for _, w := range waiting {
			for _, r := range p.Rules {
				if w.holds(r.ID) {
					return models.NewError(models.CodeConflict, "“"+r.Name+"”已定于 "+w.At.Format("2006-01-02 15:04")+" 发布，请先取消那一次")
				}
			}
		}
		err = t.Exec(ctx, "INSERT INTO rule_publications (id, app_id, at, state, rules, planned_by, planned_at, ended_at, version, reason) VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, '')",
			p.ID, account.AppID, p.At.UnixMicro(), p.State, models.JSON(p.Rules), models.JSON(by), p.PlannedAt.UnixMicro())
		if err != nil {
			return err
		}
		return t.Audit(ctx, p.entry(by, account.AppID, "rules.schedule"))
	})
	if err != nil {
		return nil, models.Wrap("rulebook: schedule", err)
	}
	return p, nil
}

// PublishAt plans to publish approved rules, those named or all that are, together or not at all.
func (b *Book) PublishAt(ctx context.Context, by models.Who, q StepRequest, at time.Time) (*Publication, error) {
	rules, err := b.store.Rules(ctx, store.RuleFilter{AppID: q.Account.AppID})
	if err != nil {
		return nil, err
	}
	if q.All {
		rules = slices.DeleteFunc(rules, func(r models.Rule) bool { return stateOf(&r) != stateApproved })
	} else if rules, err = named(rules, q.Names); err != nil {
		return nil, err
	}
	seen := make([]BulkRule, len(rules))
	for i := range rules {
		seen[i] = BulkRule{ID: rules[i].ID, Version: edition(&rules[i])}
	}
	out, err := b.Bulk(ctx, by, BulkRequest{Account: q.Account, Allowed: Steps(), Step: StepPublish, Rules: seen, Strict: true, At: at})
	return out.Publication, err
}

func (p *Publication) entry(by models.Who, appID, action string) models.AuditEntry {
	return models.AuditEntry{
		Who: by, Action: action, ObjectType: "rules", ObjectID: appID, AppID: appID, Reason: p.Reason,
		After: models.JSON(map[string]any{"at": p.At, "rules": p.names()}),
	}
}

func (p *Publication) names() []string {
	names := make([]string, len(p.Rules))
	for i, r := range p.Rules {
		names[i] = r.Name
	}
	return names
}

func (p *Publication) holds(id int64) bool {
	for _, r := range p.Rules {
		if r.ID == id {
			return true
		}
	}
	return false
}

// plans reads publications.
func plans(ctx context.Context, t *store.Tx, tail string, args ...any) ([]Publication, error) {
	var list []Publication
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var p Publication
		var at, planned, ended int64
		var rules, who string
		if err := rows.Scan(&p.ID, &p.appID, &at, &p.State, &rules, &who, &planned, &ended, &p.Version, &p.Reason); err != nil {
			return err
		}
		p.At, p.PlannedAt = time.UnixMicro(at).In(models.Shanghai()), time.UnixMicro(planned).In(models.Shanghai())
		if ended != 0 {
			p.EndedAt = new(time.UnixMicro(ended).In(models.Shanghai()))
		}
		if err := errors.Join(json.Unmarshal([]byte(rules), &p.Rules), json.Unmarshal([]byte(who), &p.who)); err != nil {
			return err
		}
		p.By = p.who.Name
		list = append(list, p)
		return nil
	}, "SELECT id, app_id, at, state, rules, planned_by, planned_at, ended_at, version, reason FROM rule_publications"+tail, args...)
	return list, err
}

// maxPlans is how many publications are shown.
const maxPlans = 100

// Publications are those that are planned for an account and those that were, the newest first.
func (b *Book) Publications(ctx context.Context, appID string) ([]Publication, error) {
	list := []Publication{}
	err := b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		read, err := plans(ctx, t, " WHERE app_id = ? ORDER BY id DESC LIMIT ?", appID, maxPlans)
		list = append(list[:0], read...)
		return err
	})
	return list, models.Wrap("rulebook: publications", err)
}

// planned is when the rules of an account are planned to be published.
func (b *Book) planned(ctx context.Context, appID string) (map[int64]*time.Time, error) {
	at := make(map[int64]*time.Time)
	err := b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		waiting, err := plans(ctx, t, " WHERE app_id = ? AND state = 'waiting' ORDER BY id", appID)
		for i := range waiting {
			for _, r := range waiting[i].Rules {
				at[r.ID] = &waiting[i].At
			}
		}
		return err
	})
	return at, models.Wrap("rulebook: publications", err)
}

// CancelPublication ends a plan before its time.
func (b *Book) CancelPublication(ctx context.Context, by models.Who, appID string, id int64) error {
	err := b.store.Transact(ctx, func(t *store.Tx) error {
		p, err := waitingPlan(ctx, t, appID, id)
		if err != nil {
			return err
		}
		if err := p.end(ctx, t, planCancelled, 0, ""); err != nil {
			return err
		}
		return t.Audit(ctx, p.entry(by, appID, "rules.unschedule"))
	})
	return models.Wrap("rulebook: cancel publication", err)
}

// waitingPlan locks a plan that waits.
func waitingPlan(ctx context.Context, t *store.Tx, appID string, id int64) (*Publication, error) {
	list, err := plans(ctx, t, " WHERE id = ? AND app_id = ?"+t.Dialect().ForUpdate, id, appID)
	switch {
	case err != nil:
		return nil, err
	case len(list) == 0:
		return nil, models.NewError(models.CodeNotFound, "没有这次定时发布")
	case list[0].State != planWaiting:
		return nil, models.NewError(models.CodeConflict, "这次定时发布已经结束")
	}
	return &list[0], nil
}

func (p *Publication) end(ctx context.Context, t *store.Tx, state string, version int64, reason string) error {
	return t.Exec(ctx, "UPDATE rule_publications SET state = ?, ended_at = ?, version = ?, reason = ? WHERE id = ?",
		state, t.Now().UnixMicro(), version, models.Clip(reason, 1024), p.ID)
}

// PublishDue carries out what is planned for now or before, each publication for itself. One that can
// not be carried out ends, and those concerned are told. One instance calls it at a time.
func (b *Book) PublishDue(ctx context.Context) error {
	var due []Publication
	err := b.store.Read(ctx, store.Console, func(t *store.Tx) (err error) {
		due, err = plans(ctx, t, " WHERE state = 'waiting' AND at <= ? ORDER BY at, id", b.options.Now().UnixMicro())
		return err
	})
	errs := []error{err}
	for i := range due {
		errs = append(errs, b.carryOut(ctx, &due[i]))
	}
	return models.Wrap("rulebook: publish what is due", errors.Join(errs...))
}

// carryOut publishes one plan. What only the database does not allow now, or what somebody changed while
// the set was being checked, is tried again at the next run.
func (b *Book) carryOut(ctx context.Context, p *Publication) error {
	before, err := b.store.RulesStates(ctx)
	if err != nil {
		return err
	}
	err = b.publishPlan(ctx, p)
	var refused *models.Error
	if !errors.As(err, &refused) || refused.Code == models.CodeUnavailable {
		return err
	}
	if after, err := b.store.RulesStates(ctx); err != nil || after[p.appID].RulesStamp != before[p.appID].RulesStamp {
		return err
	}
	return b.store.Transact(ctx, func(t *store.Tx) error {
		if _, err := waitingPlan(ctx, t, p.appID, p.ID); err != nil {
			return nil //nolint:nilerr // somebody has ended it meanwhile
		}
		p.Reason = refused.Error()
		if err := p.end(ctx, t, planFailed, 0, p.Reason); err != nil {
			return err
		}
		for _, r := range p.Rules {
			if err := tellPerson(ctx, t, p.appID, p.who, p.who.Name, &models.Rule{ID: r.ID, Name: r.Name}, NoticeFailed, p.Reason); err != nil {
				return err
			}
		}
		failed := p.entry(p.who, p.appID, "rules.publish")
		failed.Result = models.AuditRefused
		return t.Audit(ctx, failed)
	})
}

func (b *Book) publishPlan(ctx context.Context, p *Publication) error {
	account, err := b.store.Account(ctx, p.appID)
	if err != nil {
		return err
	}
	all, err := b.store.Rules(ctx, store.RuleFilter{AppID: p.appID})
	if err != nil {
		return err
	}
	byID := make(map[int64]*models.Rule, len(all))
	for i := range all {
		byID[all[i].ID] = &all[i]
	}
	var rules []models.Rule
	for _, want := range p.Rules {
		r := byID[want.ID]
		if r == nil || edition(r) != want.Edition || stateOf(r) != stateApproved {
			return models.NewError(models.CodeConflict, "“"+want.Name+"”在定时之后改过、退回过或已发布，这次定时发布没有进行")
		}
		rules = append(rules, *r)
	}
	_, err = b.publish(ctx, p.who, account, rules, func(t *store.Tx, version int64) error {
		if _, err := waitingPlan(ctx, t, p.appID, p.ID); err != nil {
			return err
		}
		return p.end(ctx, t, planDone, version, "")
	})
	return err
}
