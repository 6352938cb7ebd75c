package main

import (
	"context"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wenzheng/wenzheng/handler"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/wechat"
)

// pollEvery is how soon a change made elsewhere is seen: well inside the promised three
// seconds.
const pollEvery = time.Second

// startWithin is how long the start may wait for the database before it answers from the
// snapshot.
const startWithin = 3 * time.Second

// accounts keeps the wire and the rules of every account in step with the database, and a
// sealed snapshot for the day the database is away.
type accounts struct {
	v      *service
	path   string
	sealer *seal.Sealer
	// migrate: the schema is still to be brought up to date; touched by poll alone.
	migrate bool

	heard     int64 // the last change of a dialogue, touched by poll alone
	ids       originalIDs
	metrics   *ruleMetrics
	codecs    atomic.Pointer[map[string]*wechat.Codec]
	polling   periodic            // poll
	loading   periodic            // loadRules, which may take long
	expiryLog periodic            // logExpired
	reading   map[string]*reading // by account, rules not yet read to their end; loadRules alone
	saving    sync.Mutex          // of the snapshot's file

	mu       sync.Mutex
	list     []models.Account
	states   map[string]store.RulesState // as last seen in the database
	loaded   map[string]ruleSource       // what the brain's rules are made of
	rules    map[string][]models.Rule
	pins     map[string][]models.Pin
	pinMarks map[string]string // of the pins that were taken over, nil before the first
	unsaved  bool              // the snapshot is not up to date
	complete bool              // every account's rules have been loaded once, from anywhere
	warnings []string          // of the database's settings
	checked  string            // the day on which noteExpired last looked; "" = look again
	expired  map[string]string // by account: which of its rules have stopped, for people
	told     map[string]string // of these, what this instance has told
	faults   map[string]string // by account, "database" and the like: what is wrong, for people
}

func newAccounts(v *service, path string, sealer *seal.Sealer, migrate bool) *accounts {
	a := &accounts{
		v: v, path: path, sealer: sealer, migrate: migrate, heard: -1, metrics: newRuleMetrics(v.registry),
		reading: map[string]*reading{}, loaded: map[string]ruleSource{}, rules: map[string][]models.Rule{}, faults: map[string]string{},
	}
	a.codecs.Store(&map[string]*wechat.Codec{})
	a.polling = periodic{name: "poll", interval: pollEvery, logger: v.logger, run: func(ctx context.Context) error {
		a.poll(ctx)
		return nil
	}}
	a.loading = periodic{name: "load rules", interval: pollEvery, logger: v.logger, run: func(ctx context.Context) error {
		a.loadRules(ctx)
		return nil
	}}
	a.expiryLog = periodic{name: "log expired rules", interval: expiryLogEvery, logger: v.logger, lease: "expired rules", leases: v.leases, run: a.logExpired}
	return a
}

// start loads once, from the database or else from the snapshot, and then keeps polling.
func (a *accounts) start(ctx context.Context) {
	first, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	able := a.poll(first)
	if able {
		a.loadRules(first)
	}
	a.restore(able)
	a.polling.start(ctx)
	a.loading.start(ctx)
	a.expiryLog.start(ctx)
}

func (a *accounts) stop() {
	a.loading.quit()
	a.expiryLog.quit()
	a.polling.stop()
	a.loading.stop()
	a.expiryLog.stop()
}

// poll takes over what changed in the database, except rules, and reports whether it could
// be read. Each step has its own deadline, and what one of them missed it reads again at the
// next poll.
func (a *accounts) poll(ctx context.Context) bool {
	if a.migrate {
		if err := a.v.store.Migrate(ctx); err != nil {
			a.failed(ctx, "schema", "数据库结构还没有升级："+store.Explain(err).Message, err)
			return false
		}
		a.migrate = false
		a.mended("schema")
	}
	list, states, err := a.look(ctx)
	if err != nil {
		a.failed(ctx, "database", "账号和规则用内存里的："+store.Explain(err).Message, err)
		return false
	}
	a.mended("database")
	a.warn(a.v.store.Warnings(ctx))
	a.checkAudit(ctx)
	a.takeCalendar(ctx)
	a.takeAccounts(list)
	a.mu.Lock()
	a.states = states
	a.mu.Unlock()
	a.takePins(ctx, states)
	a.takeDialogues(ctx)
	a.learnOriginalIDs(ctx)
	a.save()
	a.noteExpired(a.v.now())
	return true
}

// checkAudit tells when audit entries were cut off or replaced since this instance last
// looked.
func (a *accounts) checkAudit(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, stepWithin)
	defer cancel()
	if err := a.v.store.CheckAuditHead(ctx); err != nil {
		a.failed(ctx, "audit", plainly(err), err)
		return
	}
	a.mended("audit")
}

// stepWithin is how long one step of a poll may wait for the database.
const stepWithin = 3 * time.Second

// look reads what every poll compares, from a database into which rows can be stored.
func (a *accounts) look(ctx context.Context) (list []models.Account, states map[string]store.RulesState, err error) {
	ctx, cancel := context.WithTimeout(ctx, stepWithin)
	defer cancel()
	if list, err = a.v.store.Accounts(ctx); err != nil {
		return nil, nil, err
	}
	if states, err = a.v.store.RulesStates(ctx); err != nil {
		return nil, nil, err
	}
	return list, states, a.v.store.Ready(ctx)
}

func (a *accounts) takeAccounts(list []models.Account) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if reflect.DeepEqual(a.list, list) {
		return
	}
	codecs := map[string]*wechat.Codec{}
	for _, account := range list {
		codec, err := wechat.NewCodec(account, a.v.codecOptions())
		if err != nil {
			a.note(wireOf(account.AppID), "不能收发这个账号的消息："+plainly(err), err)
			continue
		}
		a.clear(wireOf(account.AppID))
		codecs[account.AppID] = codec
		if account.Mode != models.ModeSafe {
			a.v.logger.Warn("account is not in safe mode: one captured query string forges any message for ever",
				"account", account.AppID, "mode", string(account.Mode))
		}
	}
	a.list, a.unsaved = list, true
	a.codecs.Store(&codecs)
	a.ids.expect(list)
	if h := a.v.handler.Load(); h != nil {
		h.Accounts(appIDsOf(list))
	}
}

// wireOf names the condition of an account's wire, which is cleared by a codec that can be made,
// not by rules that can be read.
func wireOf(appID string) string { return appID + " 收发" }

// takeCalendar takes over the days that were imported or set by hand.
func (a *accounts) takeCalendar(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, stepWithin)
	defer cancel()
	days, err := a.v.store.CalendarDays(ctx)
	changed := false
	if err == nil {
		changed, err = a.v.calendar.take(days)
	}
	if err != nil {
		a.failed(ctx, "calendar", "工作日历没有更新，仍按原来的答复："+plainly(err), err)
		return
	}
	a.mended("calendar")
	a.mu.Lock()
	defer a.mu.Unlock()
	a.unsaved = a.unsaved || changed
}

// codec is the wire of one account.
func (a *accounts) codec(appID string) (handler.Codec, bool) {
	c, ok := (*a.codecs.Load())[appID]
	return c, ok
}

// all returns the accounts that are answered for.
func (a *accounts) all() []models.Account {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.list)
}

// any reports whether there is an account to answer for, and whether the start is over:
// all rules have been loaded once.
func (a *accounts) any() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.complete = a.complete || len(a.waiting()) == 0
	return len(*a.codecs.Load()) > 0 && a.complete
}
