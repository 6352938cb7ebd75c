package worker

import (
	"context"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/wechat"
)

// pollEvery is how soon a change made elsewhere is seen: well inside the promised three
// seconds.
const pollEvery = time.Second

// startWithin is how long the start may wait for the database before it answers from the
// snapshot.
const startWithin = 3 * time.Second

// reloader keeps the wire and the rules of every account in step with the database, and a
// sealed snapshot for the day the database is away.
type reloader struct {
	o       Options
	migrate bool // the schema is still to be brought up to date; touched by poll alone

	heard     int64 // the last change of a dialogue, touched by poll alone
	ids       originalIDs
	metrics   *ruleMetrics
	codecs    atomic.Pointer[map[string]*wechat.Codec]
	polling   Periodic            // poll
	loading   Periodic            // loadRules, which may take long
	expiryLog Periodic            // logExpired
	reading   map[string]*reading // by account, rules not yet read to their end; loadRules alone
	saving    sync.Mutex          // of the snapshot's file

	mu       sync.Mutex
	list     []models.Account
	states   map[string]store.RulesState // as last seen in the database
	loaded   map[string]ruleSource       // what the brain's rules are made of
	rules    map[string][]models.Rule
	pins     map[string][]models.Pin
	pinMarks map[string]string      // of the pins that were taken over, nil before the first
	unsaved  bool                   // the snapshot is not up to date
	complete bool                   // every account's rules have been loaded once, from anywhere
	warnings []string               // of the database's settings
	checked  string                 // the day on which noteExpired last looked; "" = look again
	expired  map[string]models.Said // by account: which of its rules have stopped
	told     map[string]models.Said // of these, what this instance has told
	faults   map[string]models.Said // by account, "database" and the like: what is wrong
}

func newReloader(o Options) *reloader {
	r := &reloader{
		o: o, migrate: o.Migrate, heard: -1, metrics: newRuleMetrics(o.Registerer),
		reading: map[string]*reading{}, loaded: map[string]ruleSource{}, rules: map[string][]models.Rule{}, faults: map[string]models.Said{},
	}
	r.codecs.Store(&map[string]*wechat.Codec{})
	r.polling = Periodic{Name: "poll", Interval: pollEvery, Logger: o.Logger, Run: func(ctx context.Context) error {
		r.poll(ctx)
		return nil
	}}
	r.loading = Periodic{Name: "load rules", Interval: pollEvery, Logger: o.Logger, Run: func(ctx context.Context) error {
		r.loadRules(ctx)
		return nil
	}}
	r.expiryLog = Periodic{Name: "log expired rules", Interval: expiryLogEvery, Logger: o.Logger, Lease: "expired rules", Leases: o.Leases, Run: r.logExpired}
	return r
}

// start loads once, from the database or else from the snapshot, and then keeps polling.
func (r *reloader) start(ctx context.Context) {
	first, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	able := r.poll(first)
	if able {
		r.loadRules(first)
	}
	r.restore(able)
	r.polling.Start(ctx)
	r.loading.Start(ctx)
	r.expiryLog.Start(ctx)
}

func (r *reloader) quit() {
	r.polling.Quit()
	r.loading.Quit()
	r.expiryLog.Quit()
}

func (r *reloader) stop() {
	r.quit()
	r.polling.Stop()
	r.loading.Stop()
	r.expiryLog.Stop()
}

// poll takes over what changed in the database, except rules, and reports whether it could
// be read. Each step has its own deadline, and what one of them missed it reads again at the
// next poll.
func (r *reloader) poll(ctx context.Context) bool {
	if r.migrate {
		if err := r.o.Store.Migrate(ctx); err != nil {
			r.failed(ctx, "schema", models.Say("schema_old", "数据库结构还没有升级：{cause}", cause(err)...), err)
			return false
		}
		r.migrate = false
		r.mended("schema")
	}
	list, states, err := r.look(ctx)
	if err != nil {
		r.failed(ctx, "database", models.Say("database_away", "账号和规则用内存里的：{cause}", cause(err)...), err)
		return false
	}
	r.mended("database")
	r.warn(r.o.Store.Warnings(ctx))
	r.checkAudit(ctx)
	r.takeCalendar(ctx)
	r.takeAccounts(list)
	r.mu.Lock()
	r.states = states
	r.mu.Unlock()
	r.takePins(ctx, states)
	r.takeDialogues(ctx)
	r.learnOriginalIDs(ctx)
	r.save()
	r.noteExpired(r.o.Now())
	return true
}

// checkAudit tells when audit entries were cut off or replaced since this instance last
// looked.
func (r *reloader) checkAudit(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, stepWithin)
	defer cancel()
	if err := r.o.Store.CheckAuditHead(ctx); err != nil {
		r.failed(ctx, "audit", models.Say("audit_broken", "{cause}", cause(err)...), err)
		return
	}
	r.mended("audit")
}

// stepWithin is how long one step of a poll may wait for the database.
const stepWithin = 3 * time.Second

// look reads what every poll compares, from a database into which rows can be stored.
func (r *reloader) look(ctx context.Context) (list []models.Account, states map[string]store.RulesState, err error) {
	ctx, cancel := context.WithTimeout(ctx, stepWithin)
	defer cancel()
	if list, err = r.o.Store.Accounts(ctx); err != nil {
		return nil, nil, err
	}
	if states, err = r.o.Store.RulesStates(ctx); err != nil {
		return nil, nil, err
	}
	return list, states, r.o.Store.Ready(ctx)
}

func (r *reloader) takeAccounts(list []models.Account) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if reflect.DeepEqual(r.list, list) {
		return
	}
	codecs := map[string]*wechat.Codec{}
	for _, account := range list {
		codec, err := wechat.NewCodec(account, r.o.Codec)
		if err != nil {
			r.note(wireOf(account.AppID), models.Say("wire_broken", "不能收发这个账号的消息：{said}", "said", models.PlainText(err)), err)
			continue
		}
		r.clear(wireOf(account.AppID))
		codecs[account.AppID] = codec
		if account.Mode != models.ModeSafe {
			r.o.Logger.Warn("account is not in safe mode: one captured query string forges any message for ever",
				"account", account.AppID, "mode", string(account.Mode))
		}
	}
	r.list, r.unsaved = list, true
	r.codecs.Store(&codecs)
	r.ids.expect(list)
	if r.o.OnAccounts != nil {
		r.o.OnAccounts(list)
	}
}

// wireOf names the condition of an account's wire, which is cleared by a codec that can be made,
// not by rules that can be read.
func wireOf(appID string) string { return appID + " 收发" }

// takeCalendar takes over the days that were imported or set by hand.
func (r *reloader) takeCalendar(ctx context.Context) {
	ctx, cancel := context.WithTimeout(ctx, stepWithin)
	defer cancel()
	days, err := r.o.Store.CalendarDays(ctx)
	changed := false
	if err == nil {
		changed, err = r.o.Calendar.Take(days)
	}
	if err != nil {
		r.failed(ctx, "calendar", models.Say("calendar_unread", "工作日历没有更新，仍按原来的答复：{said}", "said", models.PlainText(err)), err)
		return
	}
	r.mended("calendar")
	r.mu.Lock()
	defer r.mu.Unlock()
	r.unsaved = r.unsaved || changed
}

// codec is the wire of one account.
func (r *reloader) codec(appID string) (*wechat.Codec, bool) {
	c, ok := (*r.codecs.Load())[appID]
	return c, ok
}

// all returns the accounts that are answered for.
func (r *reloader) all() []models.Account {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.list)
}

// any reports whether there is an account to answer for, and whether the start is over:
// all rules have been loaded once.
func (r *reloader) any() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.complete = r.complete || len(r.waiting()) == 0
	return len(*r.codecs.Load()) > 0 && r.complete
}
