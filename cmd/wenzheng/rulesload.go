package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// ruleSource is what a set of compiled rules depends on: when one of the two is another,
// they are read and compiled again.
type ruleSource struct {
	account  models.Account
	stamp    store.RulesStamp
	snapshot bool // not from the database
}

func (s *ruleSource) equal(o *ruleSource) bool {
	return s.stamp == o.stamp && s.snapshot == o.snapshot && reflect.DeepEqual(s.account, o.account)
}

// reading is how far the rules of an account have been read.
type reading struct {
	stamp store.RulesStamp
	rules []models.Rule
}

// readWithin is how long one attempt at the rules of an account may take. The next goes on
// where it ended.
const readWithin = 10 * time.Second

// loadRules takes over the rules of every account where they, or its settings, changed.
// It runs beside poll, so that an emergency answer does not wait for 100,000 rules.
func (a *accounts) loadRules(ctx context.Context) {
	a.mu.Lock()
	list, states := a.list, a.states
	a.mu.Unlock()
	for _, account := range list {
		if states == nil || ctx.Err() != nil {
			return
		}
		a.loadAccount(ctx, ruleSource{account: account, stamp: states[account.AppID].RulesStamp})
	}
	a.save()
}

func (a *accounts) loadAccount(ctx context.Context, source ruleSource) {
	appID := source.account.AppID
	a.mu.Lock()
	known, ok := a.loaded[appID]
	a.mu.Unlock()
	if ok && known.equal(&source) {
		return
	}
	if ok && a.restored(ctx, appID, known.stamp, source.stamp) {
		return
	}
	rules, whole, err := a.readRules(ctx, appID, source.stamp)
	if read := a.reading[appID]; errors.Is(err, context.DeadlineExceeded) && read != nil && len(read.rules) > 0 {
		a.failed(ctx, appID, fmt.Sprintf("新发布的规则很多，已读 %d 条，正在接着读，仍用原来的答复", len(read.rules)), err)
		return
	}
	if err != nil {
		a.failed(ctx, appID, "新发布的规则还没有读到，仍用原来的答复，正在重试："+store.Explain(err).Message, err)
		return
	}
	if !whole {
		return
	}
	err = a.v.brain.Publish(source.account, source.stamp.Version, rules)
	a.mu.Lock()
	a.loaded[appID] = source // also when refused: the same rules would be refused again
	if err == nil {
		a.rules[appID], a.checked, a.unsaved = rules, "", true
	}
	a.mu.Unlock()
	if err != nil {
		a.failed(ctx, appID, "新发布的规则没有生效，仍用原来的答复："+plainly(err), err)
		return
	}
	a.mended(appID)
	a.metrics.version.WithLabelValues(appID).Set(float64(source.stamp.Version))
}

// restored reports whether the database holds older rules than this instance has answered
// from, because a backup was restored, and its version has been raised above all that was
// seen: the next poll then loads them.
func (a *accounts) restored(ctx context.Context, appID string, known, found store.RulesStamp) bool {
	if found.Version > known.Version || found == known || found.Version == known.Version && known.Mark == "" {
		return false
	}
	a.v.logger.Warn("the database holds other rules than were answered from: a backup was restored",
		"account", appID, "known", known.Version, "found", found.Version)
	ctx, cancel := context.WithTimeout(ctx, stepWithin)
	defer cancel()
	if err := a.v.store.RaiseVersion(ctx, appID, known.Version); err != nil {
		a.v.logger.Warn("the version of the rules was not raised, it may be used twice", "account", appID, "error", err)
		return false
	}
	return true
}

// readRules reads the published rules of an account and reports whether they are whole:
// when they changed meanwhile it begins anew at the next call. What was read before an
// error is kept.
func (a *accounts) readRules(ctx context.Context, appID string, stamp store.RulesStamp) (rules []models.Rule, whole bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	r := a.reading[appID]
	if r == nil || r.stamp != stamp {
		r = &reading{stamp: stamp}
		a.reading[appID] = r
	}
	after := int64(0)
	if n := len(r.rules); n > 0 {
		after = r.rules[n-1].ID
	}
	if err := a.v.store.EachPublished(ctx, appID, after, func(rule models.Rule) { r.rules = append(r.rules, rule) }); err != nil {
		return nil, false, err
	}
	states, err := a.v.store.RulesStates(ctx)
	if err != nil {
		return nil, false, err
	}
	delete(a.reading, appID)
	return r.rules, states[appID].RulesStamp == stamp, nil
}

// waiting names the accounts whose rules have not been loaded yet, from anywhere. The
// caller holds the lock.
func (a *accounts) waiting() []string {
	var names []string
	for i := range a.list {
		if _, ok := a.loaded[a.list[i].AppID]; !ok {
			names = append(names, a.list[i].Name)
		}
	}
	return names
}

// restore answers from the snapshot what could not be read from the database at the start.
// When the database is there, only the rules are still to come.
func (a *accounts) restore(reachable bool) {
	a.mu.Lock()
	waiting := len(a.waiting())
	a.mu.Unlock()
	if reachable && waiting == 0 {
		return
	}
	snap, err := store.LoadSnapshot(a.path, a.sealer)
	if err != nil {
		if !reachable {
			a.fault("snapshot", "没有可用的快照，数据库恢复之前不能答复："+plainly(err), err)
		}
		return
	}
	if !reachable {
		if _, err := a.v.calendar.take(snap.Calendar); err != nil {
			a.fault("calendar", "快照里的工作日历用不了："+plainly(err), err)
		}
		a.takeAccounts(snap.Accounts)
	}
	for _, account := range a.all() {
		a.mu.Lock()
		_, known := a.loaded[account.AppID]
		a.mu.Unlock()
		if known {
			continue
		}
		if err := a.v.brain.Publish(account, snap.Versions[account.AppID], snap.Rules[account.AppID]); err != nil {
			a.fault(account.AppID, "快照里的规则用不了："+plainly(err), err)
			continue
		}
		a.mu.Lock()
		a.loaded[account.AppID] = ruleSource{account: account, stamp: store.RulesStamp{Version: snap.Versions[account.AppID]}, snapshot: true}
		a.rules[account.AppID] = snap.Rules[account.AppID]
		a.mu.Unlock()
	}
	if !reachable {
		a.pin(snap.Pins)
	}
}

// save writes the snapshot when it is not up to date.
func (a *accounts) save() {
	a.saving.Lock()
	defer a.saving.Unlock()
	a.mu.Lock()
	snap := store.Snapshot{Accounts: a.list, Rules: maps.Clone(a.rules), Versions: map[string]int64{}, Pins: a.pins, Calendar: a.v.calendar.days()}
	for appID, source := range a.loaded {
		snap.Versions[appID] = source.stamp.Version
	}
	unsaved := a.unsaved && len(a.waiting()) == 0
	if unsaved {
		a.unsaved = false
	}
	a.mu.Unlock()
	if !unsaved {
		return
	}
	if err := store.SaveSnapshot(a.path, snap, a.sealer); err != nil {
		a.mu.Lock()
		a.unsaved = true
		a.mu.Unlock()
		a.fault("snapshot", "快照没有存下，启动时若数据库不在就不能答复："+plainly(err), err)
		return
	}
	a.mended("snapshot")
}
