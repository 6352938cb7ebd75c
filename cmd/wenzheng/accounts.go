package main

import (
	"context"
	"errors"
	"maps"
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

	heard   int64 // the last change of a dialogue, touched by poll alone
	metrics *ruleMetrics
	codecs  atomic.Pointer[map[string]*wechat.Codec]
	rounds  rounds

	mu       sync.Mutex
	list     []models.Account
	rules    map[string][]models.Rule
	versions map[string]int64
	pins     map[string]models.Pin
	warnings []string          // of the database's settings
	checked  string            // the day on which alarm last looked; "" = look again
	faults   map[string]string // by account, "database" and the like: what is wrong, for people
}

func newAccounts(v *service, path string, sealer *seal.Sealer, migrate bool) *accounts {
	a := &accounts{
		v: v, path: path, sealer: sealer, migrate: migrate, heard: -1, metrics: newRuleMetrics(v.registry),
		rules: map[string][]models.Rule{}, versions: map[string]int64{}, faults: map[string]string{},
	}
	a.codecs.Store(&map[string]*wechat.Codec{})
	return a
}

// start loads once, from the database or else from the snapshot, and then keeps polling.
func (a *accounts) start(ctx context.Context) {
	first, cancel := context.WithTimeout(ctx, startWithin)
	defer cancel()
	if !a.poll(first) {
		a.restore()
	}
	a.rounds.start(ctx, pollEvery, func(ctx context.Context, _ time.Time) { a.poll(ctx) })
}

func (a *accounts) stop() { a.rounds.stop() }

// poll takes over what changed in the database and reports whether it could be read.
func (a *accounts) poll(ctx context.Context) bool {
	if a.migrate {
		if err := a.v.store.Migrate(ctx); err != nil {
			a.failed(ctx, "schema", "数据库结构还没有升级："+store.Explain(err).Message, err)
			return false
		}
		a.migrate = false
		a.mended("schema")
	}
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	list, versions, err := a.look(ctx)
	if err != nil {
		a.failed(ctx, "database", "账号和规则用内存里的："+store.Explain(err).Message, err)
		return false
	}
	a.mended("database")
	a.warn(a.v.store.Warnings(ctx))
	a.checkAudit(ctx)
	changed := a.takeCalendar(ctx)
	changed = a.takeAccounts(list) || changed
	for _, account := range list {
		changed = a.takeRules(ctx, account, versions[account.AppID]) || changed
	}
	if changed {
		a.takePins(ctx)
		a.save()
	}
	a.takeDialogues(ctx)
	a.alarm(a.v.now())
	return true
}

// checkAudit tells when audit entries were cut off or replaced since this instance last
// looked.
func (a *accounts) checkAudit(ctx context.Context) {
	if err := a.v.store.CheckAuditHead(ctx); err != nil {
		a.failed(ctx, "audit", plainly(err), err)
		return
	}
	a.mended("audit")
}

// look reads what every poll compares, from a database into which rows can be stored.
func (a *accounts) look(ctx context.Context) (list []models.Account, versions map[string]int64, err error) {
	if list, err = a.v.store.Accounts(ctx); err != nil {
		return nil, nil, err
	}
	if versions, err = a.v.store.RulesVersions(ctx); err != nil {
		return nil, nil, err
	}
	return list, versions, a.v.store.Ready(ctx)
}

func (a *accounts) takeAccounts(list []models.Account) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if reflect.DeepEqual(a.list, list) {
		return false
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
	a.list = list
	a.codecs.Store(&codecs)
	clear(a.versions) // office hours or names may have changed: compile again
	return true
}

// wireOf names the condition of an account's wire, which is cleared by a codec that can be made,
// not by rules that can be read.
func wireOf(appID string) string { return appID + " 收发" }

// takeCalendar takes over the days that were imported or set by hand.
func (a *accounts) takeCalendar(ctx context.Context) bool {
	days, err := a.v.store.CalendarDays(ctx)
	changed := false
	if err == nil {
		changed, err = a.v.calendar.take(days)
	}
	if err != nil {
		a.failed(ctx, "calendar", "工作日历没有更新，仍按原来的答复："+plainly(err), err)
		return false
	}
	a.mended("calendar")
	return changed
}

func (a *accounts) takeRules(ctx context.Context, account models.Account, version int64) bool {
	a.mu.Lock()
	known, ok := a.versions[account.AppID]
	a.mu.Unlock()
	if ok && known == version {
		return false
	}
	rules, version, err := a.v.store.PublishedRules(ctx, account.AppID)
	if err == nil {
		err = a.v.brain.Publish(account, version, rules)
	}
	if err != nil {
		a.failed(ctx, account.AppID, "新发布的规则没有生效，仍用原来的答复："+plainly(err), err)
		return false
	}
	a.mended(account.AppID)
	a.mu.Lock()
	defer a.mu.Unlock()
	a.rules[account.AppID], a.versions[account.AppID], a.checked = rules, version, ""
	a.metrics.version.WithLabelValues(account.AppID).Set(float64(version))
	return true
}

// restore answers from the snapshot when the database is away at the start.
func (a *accounts) restore() {
	snap, err := store.LoadSnapshot(a.path, a.sealer)
	if err != nil {
		a.fault("snapshot", "没有可用的快照，数据库恢复之前不能答复："+plainly(err), err)
		return
	}
	if _, err := a.v.calendar.take(snap.Calendar); err != nil {
		a.fault("calendar", "快照里的工作日历用不了："+plainly(err), err)
	}
	a.takeAccounts(snap.Accounts)
	for _, account := range snap.Accounts {
		if err := a.v.brain.Publish(account, snap.Versions[account.AppID], snap.Rules[account.AppID]); err != nil {
			a.fault(account.AppID, "快照里的规则用不了："+plainly(err), err)
		}
	}
	a.pin(snap.Pins)
}

func (a *accounts) save() {
	a.mu.Lock()
	snap := store.Snapshot{Accounts: a.list, Rules: maps.Clone(a.rules), Versions: maps.Clone(a.versions), Pins: a.pins, Calendar: a.v.calendar.days()}
	a.mu.Unlock()
	if err := store.SaveSnapshot(a.path, snap, a.sealer); err != nil {
		a.fault("snapshot", "快照没有存下，启动时若数据库不在就不能答复："+plainly(err), err)
		return
	}
	a.mended("snapshot")
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

// any reports whether there is an account to answer for.
func (a *accounts) any() bool { return len(*a.codecs.Load()) > 0 }

// away reports whether the database could not be used when it was last tried.
func (a *accounts) away() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.faults["database"] != "" || a.faults["schema"] != ""
}

func (a *accounts) warn(warnings []string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.warnings = warnings
}

// failed notes a fault, unless the program itself is stopping.
func (a *accounts) failed(ctx context.Context, what, reason string, err error) {
	if !errors.Is(ctx.Err(), context.Canceled) {
		a.fault(what, reason, err)
	}
}

// fault notes what keeps the service from its best, in words for people, and tells the log
// the cause, which may be nil.
func (a *accounts) fault(what, reason string, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.note(what, reason, err)
}

// note is fault for one who holds the lock.
func (a *accounts) note(what, reason string, err error) {
	if a.faults[what] == reason {
		return
	}
	a.faults[what] = reason
	if err == nil {
		err = errors.New(reason)
	}
	a.v.logger.Error("degraded", "what", what, "error", err)
}

// mended takes a fault back.
func (a *accounts) mended(what string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.clear(what)
}

// clear is mended for one who holds the lock.
func (a *accounts) clear(what string) {
	if a.faults[what] != "" {
		delete(a.faults, what)
		a.v.logger.Info("recovered", "what", what)
	}
}

func (a *accounts) reasons() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var out []string
	for _, what := range slices.Sorted(maps.Keys(a.faults)) {
		out = append(out, what+": "+a.faults[what])
	}
	out = append(out, a.warnings...)
	if len(a.list) == 0 {
		out = append(out, "还没有账号，请用 wenzheng account add 添加")
	}
	return out
}
