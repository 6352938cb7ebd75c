package worker

import (
	"context"
	"errors"
	"reflect"
	"strconv"
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
func (r *reloader) loadRules(ctx context.Context) {
	r.mu.Lock()
	list, states := r.list, r.states
	r.mu.Unlock()
	for _, account := range list {
		if states == nil || ctx.Err() != nil {
			return
		}
		r.loadAccount(ctx, ruleSource{account: account, stamp: states[account.AppID].RulesStamp})
	}
	r.save()
}

func (r *reloader) loadAccount(ctx context.Context, source ruleSource) {
	appID := source.account.AppID
	r.mu.Lock()
	known, ok := r.loaded[appID]
	r.mu.Unlock()
	if ok && known.equal(&source) {
		return
	}
	if ok && r.restored(ctx, appID, known.stamp, source.stamp) {
		return
	}
	rules, whole, err := r.readRules(ctx, appID, source.stamp)
	if read := r.reading[appID]; errors.Is(err, context.DeadlineExceeded) && read != nil && len(read.rules) > 0 {
		r.failed(ctx, appID, models.Say("rules_many", "新发布的规则很多，已读 {n} 条，正在接着读，仍用原来的答复", "n", strconv.Itoa(len(read.rules))), err)
		return
	}
	if err != nil {
		r.failed(ctx, appID, models.Say("rules_unread", "新发布的规则还没有读到，仍用原来的答复，正在重试：{cause}", cause(err)...), err)
		return
	}
	if !whole {
		return
	}
	err = r.o.Brain.Publish(source.account, source.stamp.Version, rules)
	r.mu.Lock()
	r.loaded[appID] = source // also when refused: the same rules would be refused again
	if err == nil {
		r.rules[appID], r.checked, r.unsaved = rules, "", true
	}
	r.mu.Unlock()
	if err != nil {
		r.failed(ctx, appID, models.Say("rules_refused", "新发布的规则没有生效，仍用原来的答复：{said}", "said", models.PlainText(err)), err)
		return
	}
	r.mended(appID)
	r.metrics.version.WithLabelValues(appID).Set(float64(source.stamp.Version))
}

// restored reports whether the database holds older rules than this instance has answered
// from, because a backup was restored, and its version has been raised above all that was
// seen: the next poll then loads them.
func (r *reloader) restored(ctx context.Context, appID string, known, found store.RulesStamp) bool {
	if found.Version > known.Version || found == known || found.Version == known.Version && known.Mark == "" {
		return false
	}
	r.o.Logger.Warn("the database holds other rules than were answered from: a backup was restored",
		"account", appID, "known", known.Version, "found", found.Version)
	ctx, cancel := context.WithTimeout(ctx, stepWithin)
	defer cancel()
	if err := r.o.Store.RaiseVersion(ctx, appID, known.Version); err != nil {
		r.o.Logger.Warn("the version of the rules was not raised, it may be used twice", "account", appID, "error", err)
		return false
	}
	return true
}

// readRules reads the published rules of an account and reports whether they are whole:
// when they changed meanwhile it begins anew at the next call. What was read before an
// error is kept.
func (r *reloader) readRules(ctx context.Context, appID string, stamp store.RulesStamp) (rules []models.Rule, whole bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, readWithin)
	defer cancel()
	read := r.reading[appID]
	if read == nil || read.stamp != stamp {
		read = &reading{stamp: stamp}
		r.reading[appID] = read
	}
	after := int64(0)
	if n := len(read.rules); n > 0 {
		after = read.rules[n-1].ID
	}
	if err := r.o.Store.EachPublished(ctx, appID, after, func(rule models.Rule) { read.rules = append(read.rules, rule) }); err != nil {
		return nil, false, err
	}
	states, err := r.o.Store.RulesStates(ctx)
	if err != nil {
		return nil, false, err
	}
	delete(r.reading, appID)
	return read.rules, states[appID].RulesStamp == stamp, nil
}

// waiting names the accounts whose rules have not been loaded yet, from anywhere. The
// caller holds the lock.
func (r *reloader) waiting() []string {
	var names []string
	for i := range r.list {
		if _, ok := r.loaded[r.list[i].AppID]; !ok {
			names = append(names, r.list[i].Name)
		}
	}
	return names
}
