package worker

import (
	"context"
	"hash/fnv"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/accounts"
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

// prober finds out what WeChat lets each account do: at the start, daily, when an account's
// settings change and after every verification event. It asks for one account at a time and
// never on the path of an answer. An account without AppSecret is not asked about. One
// instance does it for all; only of a verification event no other instance hears, so
// whichever does asks.
type prober struct {
	accounts *accounts.Accounts
	list     func() []models.Account
	now      func() time.Time
	logger   *slog.Logger
	lost     *prometheus.CounterVec

	daily Periodic
	news  Periodic

	one    sync.Mutex                // held while an account is probed
	probed map[string]*wechat.Client // the client by which an account was; under one

	mu    sync.Mutex
	due   map[string]time.Time // no entry: at once
	woken map[string]time.Time // when to ask after news of the account
}

// newProber registers its figures, once a registry.
func newProber(o Options, list func() []models.Account) *prober {
	p := &prober{
		accounts: o.Accounts, list: list, now: o.Now, logger: o.Logger,
		lost: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "wenzheng_rights_lost_total", Help: "Rights that WeChat took from an account.",
		}, []string{"account", "right"}),
		due: map[string]time.Time{}, woken: map[string]time.Time{}, probed: map[string]*wechat.Client{},
	}
	p.daily = Periodic{ // it may wait for a probe after news
		Name: "probe rights", Interval: probeTick, Within: 2 * probeWithin, Logger: o.Logger, Lease: "rights", Leases: o.Leases,
		Run: func(ctx context.Context) error { return p.next(ctx, p.isDue) },
	}
	p.news = Periodic{
		Name: "probe rights after news", Interval: probeTick, Logger: o.Logger,
		Run: func(ctx context.Context) error { return p.next(ctx, p.isWoken) },
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
	list := p.list()
	p.forget(list)
	for _, a := range list {
		if a.Secret == "" {
			continue
		}
		client := p.accounts.Client(ctx, a)
		if due(a, client != p.probed[a.AppID]) {
			return p.probe(ctx, a, client)
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

// initLost makes the account's counters exist at 0, so that the first loss is an increase.
func (p *prober) initLost(appID string) {
	for _, right := range wechat.RightNames() {
		p.lost.WithLabelValues(appID, right)
	}
}

func (p *prober) probe(ctx context.Context, a models.Account, client *wechat.Client) error {
	ctx, cancel := context.WithTimeout(ctx, probeWithin)
	defer cancel()
	p.planAgain(a.AppID)
	if p.probed[a.AppID] == nil {
		p.initLost(a.AppID)
	}
	p.probed[a.AppID] = client
	err := p.accounts.ProbeRights(ctx, a)
	switch {
	case err == nil:
		p.plan(a.AppID)
	case ctx.Err() != nil:
		return nil
	}
	return err
}

// rightLost tells that WeChat took a right from an account.
func (p *prober) rightLost(appID, right string) {
	p.logger.Error("WeChat has taken a right from the account", "account", appID, "right", right)
	p.lost.WithLabelValues(appID, right).Inc()
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
	p.accounts.KeepClients(list)
	for appID := range p.probed {
		if !slices.ContainsFunc(list, func(a models.Account) bool { return a.AppID == appID }) {
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
