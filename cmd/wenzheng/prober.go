package main

import (
	"context"
	"hash/fnv"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat"
)

const (
	probeTick   = 2 * time.Second  // between two looks at who is due: one account at a time
	probeEvery  = 24 * time.Hour   // an account whose rights were found out, and up to an hour more
	probeAgain  = time.Hour        // an account of which nothing could be found out
	probeSpread = time.Hour        // over which the daily probes of many accounts are spread
	probeWithin = 90 * time.Second // one account
)

// rightsStore keeps what is known about rights: store.Store.
type rightsStore interface {
	SaveRights(ctx context.Context, appID string, found []models.Right) (lost []string, err error)
}

// prober finds out what WeChat lets each account do: at the start, daily, when an account's
// settings change and after every verification event. It asks for one account at a time and
// never on the path of an answer. An account without AppSecret is not asked about.
type prober struct {
	accounts func() []models.Account
	client   func(models.Account) *wechat.Client
	store    rightsStore
	now      func() time.Time
	logger   *slog.Logger
	lost     *prometheus.CounterVec

	rounds rounds

	mu     sync.Mutex
	due    map[string]time.Time // no entry: at once
	probed map[string]*probed   // of the prober's goroutine alone
}

// probed is an account's client, kept so that its token and its breaker last.
type probed struct {
	account models.Account
	client  *wechat.Client
}

// newProber registers the prober's figures, once a registry.
func newProber(v *service, metrics *wechat.Metrics) *prober {
	p := &prober{
		accounts: v.accounts.all, store: v.store, now: v.now, logger: v.logger,
		lost: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wenzheng_rights_lost_total", Help: "Rights that WeChat took from an account.",
		}, []string{"account", "right"}),
		due: map[string]time.Time{}, probed: map[string]*probed{},
	}
	p.client = func(a models.Account) *wechat.Client {
		o := platformOptions(v.settings)
		o.Tokens, o.Metrics, o.Now = v.store, metrics, v.now
		return wechat.NewClient(a, o)
	}
	v.registry.MustRegister(p.lost)
	return p
}

// start begins to probe; stop ends it, a call under way too, and waits.
func (p *prober) start(ctx context.Context) {
	p.rounds.start(ctx, probeTick, func(ctx context.Context, _ time.Time) { p.next(ctx) })
}

// quit ends the probing without waiting for a call under way.
func (p *prober) quit() { p.rounds.quit() }

func (p *prober) stop() {
	p.rounds.stop()
	p.forget(nil)
}

// wake has the account's rights probed soon: something about them has changed.
func (p *prober) wake(appID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.due, appID)
}

// next probes the first account that is due, if there is one.
func (p *prober) next(ctx context.Context) {
	list := p.accounts()
	p.forget(list)
	for _, a := range list {
		if a.Secret != "" && p.take(a) {
			p.probe(ctx, a)
			return
		}
	}
}

// take reports whether the account is due. One whose settings changed is, with a new client:
// what kept the old one from calling may be mended.
func (p *prober) take(a models.Account) bool {
	known := p.probed[a.AppID]
	changed := known == nil || known.account.Secret != a.Secret || known.account.Verified != a.Verified || known.account.Kind != a.Kind
	p.mu.Lock()
	at, planned := p.due[a.AppID]
	if !changed && planned && p.now().Before(at) {
		p.mu.Unlock()
		return false
	}
	p.due[a.AppID] = p.now().Add(probeAgain)
	p.mu.Unlock()
	if changed {
		if known != nil {
			known.client.CloseIdle()
		} else {
			p.born(a.AppID)
		}
		p.probed[a.AppID] = &probed{a, p.client(a)}
	}
	return true
}

// born makes the account's counters exist at 0, so that the first loss is an increase.
func (p *prober) born(appID string) {
	for _, right := range wechat.RightNames() {
		p.lost.WithLabelValues(appID, right)
	}
}

func (p *prober) probe(ctx context.Context, a models.Account) {
	ctx, cancel := context.WithTimeout(ctx, probeWithin)
	defer cancel()
	client := p.probed[a.AppID].client
	defer client.CloseIdle()
	found, err := client.Rights(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return
		}
		p.logger.Warn("the rights of an account can not be found out", "account", a.AppID, "error", err)
		found = wechat.UnknownRights(p.now(), err)
	}
	lost, fault := p.store.SaveRights(ctx, a.AppID, found)
	if fault != nil {
		p.logger.Warn("the rights of an account are not saved", "account", a.AppID, "error", fault)
		return
	}
	for _, right := range lost {
		p.logger.Error("WeChat has taken a right from the account", "account", a.AppID, "right", right)
		p.lost.WithLabelValues(a.AppID, right).Inc()
	}
	if err == nil {
		p.plan(a.AppID)
	}
}

// plan puts the next probe a day ahead, unless the account was woken meanwhile.
func (p *prober) plan(appID string) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(appID)) // never fails
	spread := time.Duration(h.Sum32()) % probeSpread
	p.mu.Lock()
	defer p.mu.Unlock()
	if _, planned := p.due[appID]; planned {
		p.due[appID] = p.now().Add(probeEvery + spread)
	}
}

// forget drops what is kept of accounts that are not in the list.
func (p *prober) forget(list []models.Account) {
	for appID, known := range p.probed {
		if !slices.ContainsFunc(list, func(a models.Account) bool { return a.AppID == appID }) {
			known.client.CloseIdle()
			delete(p.probed, appID)
			p.wake(appID)
		}
	}
}

func aboutVerification(event string) bool {
	return strings.HasPrefix(event, "qualification_verify_") || strings.HasPrefix(event, "naming_verify_") ||
		event == "annual_renew" || event == "verify_expired"
}
