package worker

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/wechat"
)

const (
	probeTick   = 2 * time.Second  // between two looks at who is due: one account at a time
	probeEvery  = 24 * time.Hour   // an account whose rights were found out, and up to an hour more
	probeAgain  = time.Hour        // an account of which nothing could be found out
	probeSpread = time.Hour        // over which the daily probes of many accounts are spread
	probeWithin = 90 * time.Second // one account
)

// prober finds out what WeChat lets each account do: at the start, daily, when an account's
// settings change and after every verification event. It asks for one account at a time and
// never on the path of an answer. An account without AppSecret is not asked about. One
// instance does it for all; only of a verification event no other instance hears, so
// whichever does asks.
type prober struct {
	accounts func() []models.Account
	client   func(models.Account) *wechat.Client
	store    *store.Store
	now      func() time.Time
	logger   *slog.Logger
	lost     *prometheus.CounterVec

	daily Periodic
	news  Periodic

	one    sync.Mutex         // held while an account is probed
	probed map[string]*probed // under one

	mu    sync.Mutex
	due   map[string]time.Time // no entry: at once
	woken map[string]time.Time // when to ask after news of the account
}

// probed is an account's client, kept so that its token and its breaker last.
type probed struct {
	account models.Account
	client  *wechat.Client
}

// newProber registers its figures, once a registry.
func newProber(o Options, accounts func() []models.Account) *prober {
	p := &prober{
		accounts: accounts, store: o.Store, now: o.Now, logger: o.Logger,
		lost: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wenzheng_rights_lost_total", Help: "Rights that WeChat took from an account.",
		}, []string{"account", "right"}),
		due: map[string]time.Time{}, woken: map[string]time.Time{}, probed: map[string]*probed{},
	}
	p.daily = Periodic{ // it may wait for a probe after news
		Name: "probe rights", Interval: probeTick, Within: 2 * probeWithin, Logger: o.Logger, Lease: "rights", Leases: o.Leases,
		Run: func(ctx context.Context) error { return p.next(ctx, p.isDue) },
	}
	p.news = Periodic{
		Name: "probe rights after news", Interval: probeTick, Logger: o.Logger,
		Run: func(ctx context.Context) error { return p.next(ctx, p.isWoken) },
	}
	p.client = func(a models.Account) *wechat.Client {
		api := o.API
		api.Tokens, api.Now = o.Store, o.Now
		return wechat.NewClient(a, api)
	}
	o.Registerer.MustRegister(p.lost)
	return p
}

// start begins to probe; stop ends it, a call under way too, and waits.
func (p *prober) start(ctx context.Context) {
	p.daily.Start(ctx)
	p.news.Start(ctx)
}

// quit ends the probing without waiting for a call under way.
func (p *prober) quit() {
	p.daily.Quit()
	p.news.Quit()
}

func (p *prober) stop() {
	p.quit()
	p.daily.Stop()
	p.news.Stop()
	p.forget(nil)
}

// wake has the account's rights probed soon: something about them has changed.
func (p *prober) wake(appID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.woken[appID] = time.Time{}
}

// next probes the first account that is due, if there is one.
func (p *prober) next(ctx context.Context, due func(a models.Account, changed bool) bool) error {
	p.one.Lock()
	defer p.one.Unlock()
	list := p.accounts()
	p.forget(list)
	for _, a := range list {
		if a.Secret == "" {
			continue
		}
		known := p.probed[a.AppID]
		changed := known == nil || known.account.Secret != a.Secret || known.account.Verified != a.Verified || known.account.Kind != a.Kind
		if due(a, changed) {
			return p.probe(ctx, a, changed)
		}
	}
	return nil
}

// isDue reports whether the account is to be probed. One whose settings changed is: what kept
// the old ones from serving may be mended.
func (p *prober) isDue(a models.Account, changed bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, planned := p.due[a.AppID]
	return changed || !planned || !p.now().Before(at)
}

// isWoken reports whether the account is to be probed because of news of it.
func (p *prober) isWoken(a models.Account, _ bool) bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	at, woken := p.woken[a.AppID]
	return woken && !p.now().Before(at)
}

// clientOf is the account's client, a new one when its settings changed.
func (p *prober) clientOf(a models.Account, changed bool) *wechat.Client {
	known := p.probed[a.AppID]
	if !changed {
		return known.client
	}
	if known != nil {
		known.client.CloseIdle()
	} else {
		p.initLost(a.AppID)
	}
	p.probed[a.AppID] = &probed{a, p.client(a)}
	return p.probed[a.AppID].client
}

// initLost makes the account's counters exist at 0, so that the first loss is an increase.
func (p *prober) initLost(appID string) {
	for _, right := range wechat.RightNames() {
		p.lost.WithLabelValues(appID, right)
	}
}

func (p *prober) probe(ctx context.Context, a models.Account, changed bool) error {
	ctx, cancel := context.WithTimeout(ctx, probeWithin)
	defer cancel()
	p.planAgain(a.AppID)
	client := p.clientOf(a, changed)
	defer client.CloseIdle()
	found, err := client.Rights(ctx)
	if err != nil {
		if ctx.Err() != nil {
			return nil
		}
		err = fmt.Errorf("the rights of %s can not be found out: %w", a.AppID, err)
		found = wechat.UnknownRights(p.now(), err)
	}
	lost, fault := p.store.SaveRights(ctx, a.AppID, found)
	if fault != nil {
		return errors.Join(err, fmt.Errorf("the rights of %s are not saved: %w", a.AppID, fault))
	}
	for _, right := range lost {
		p.logger.Error("WeChat has taken a right from the account", "account", a.AppID, "right", right)
		p.lost.WithLabelValues(a.AppID, right).Inc()
	}
	if err == nil {
		p.plan(a.AppID)
	}
	return err
}

// planAgain has the account probed in an hour, should this probe bring nothing.
func (p *prober) planAgain(appID string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	again := p.now().Add(probeAgain)
	p.due[appID] = again
	if _, woken := p.woken[appID]; woken {
		p.woken[appID] = again
	}
}

// plan puts the next probe a day ahead, unless the account was woken meanwhile.
func (p *prober) plan(appID string) {
	h := fnv.New32a()
	_, _ = h.Write([]byte(appID)) // never fails
	spread := time.Duration(h.Sum32()) % probeSpread
	p.mu.Lock()
	defer p.mu.Unlock()
	p.due[appID] = p.now().Add(probeEvery + spread)
	if !p.woken[appID].IsZero() {
		delete(p.woken, appID)
	}
}

// forget drops what is kept of accounts that are not in the list.
func (p *prober) forget(list []models.Account) {
	for appID, known := range p.probed {
		if !slices.ContainsFunc(list, func(a models.Account) bool { return a.AppID == appID }) {
			known.client.CloseIdle()
			delete(p.probed, appID)
			p.mu.Lock()
			delete(p.due, appID)
			delete(p.woken, appID)
			p.mu.Unlock()
		}
	}
}

func aboutVerification(event string) bool {
	return strings.HasPrefix(event, "qualification_verify_") || strings.HasPrefix(event, "naming_verify_") ||
		event == "annual_renew" || event == "verify_expired"
}
