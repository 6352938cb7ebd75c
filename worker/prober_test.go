package worker

import (
	"bytes"
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/wechat"
)

// probing is a prober whose clock stands still until it is moved, over a real store and the
// simulator's API.
type probing struct {
	*prober
	t      *testing.T
	api    *officialAPI
	st     *store.Store
	served []models.Account
	clock  time.Time
	log    bytes.Buffer
}

func newProbing(t *testing.T, database string) *probing {
	t.Helper()
	p := &probing{t: t, st: openStore(t, database, time.Now), clock: time.Now()}
	p.served = []models.Account{addAccount(t, p.st)}
	p.api = newOfficialAPI(t, p.served...)
	now := func() time.Time { return p.clock }
	p.prober = newProber(Options{
		Accounts: accounts.New(p.st, accounts.Options{
			API: wechat.ClientOptions{Base: p.api.url, TokenInterval: 20 * time.Millisecond}, Now: now,
			OnLost: func(appID, right string) { p.rightLost(appID, right) },
		}),
		Now: now, Logger: slog.New(slog.NewTextHandler(&p.log, nil)), Registerer: prometheus.NewRegistry(),
	}, func() []models.Account { return p.served })
	return p
}

// after moves the clock, lets the prober look once and returns what is known of the account.
func (p *probing) after(d time.Duration) map[string]models.Right {
	p.t.Helper()
	p.clock = p.clock.Add(d)
	p.news.once(p.t.Context())
	p.daily.once(p.t.Context())
	all, err := p.st.Rights(p.t.Context())
	if err != nil {
		p.t.Fatal(err)
	}
	out := map[string]models.Right{}
	for _, r := range all[p.served[0].AppID] {
		out[r.Name] = r
	}
	return out
}

func (p *probing) check(what string, r models.Right, state models.RightState, code int64) {
	p.t.Helper()
	if r.State != state || r.ErrCode != code {
		p.t.Errorf("%s: %+v, want %s with code %d", what, r, state, code)
	}
}

// TestProber_RightsOverADay: found out at once, daily and when woken; a right that goes is an alarm,
// a timeout is none.
func TestProber_RightsOverADay(t *testing.T) {
	everyDatabase(t, func(t *testing.T, database string) {
		p := newProbing(t, database)
		first := p.after(0)
		if len(first) != 10 {
			t.Fatalf("%d rights: %v %s", len(first), first, p.log.String())
		}
		p.check("start", first["tags"], models.RightYes, 0)
		gone := []platform.Fault{{Path: "/cgi-bin/tags/get", Kind: platform.FaultErrcode, Code: 48001}}
		p.api.SetFaults(gone...)
		p.check("not due", p.after(probeEvery - time.Hour)["tags"], models.RightYes, 0)
		p.check("a day later", p.after(2*time.Hour + probeSpread)["tags"], models.RightNo, 48001)
		lost := p.lost.WithLabelValues(p.served[0].AppID, "tags")
		if n := testutil.ToFloat64(lost); n != 1 || !strings.Contains(p.log.String(), "right=tags") {
			t.Errorf("%v alarms, log %s", n, p.log.String())
		}
		p.api.SetFaults()
		p.wake(p.served[0].AppID)
		p.check("woken", p.after(time.Minute)["tags"], models.RightYes, 0)
		p.api.SetFaults(platform.Fault{Path: "/cgi-bin/tags/get", Kind: platform.FaultStatus})
		p.wake(p.served[0].AppID)
		p.check("no clear answer", p.after(time.Minute)["tags"], models.RightYes, 0)
		if n := testutil.ToFloat64(lost); n != 1 {
			t.Errorf("%v alarms", n)
		}
	})
}

// TestProber_AnotherInstanceHasTheLease: it probes for all; of a verification event only the
// instance that got it knows, and asks.
func TestProber_AnotherInstanceHasTheLease(t *testing.T) {
	t.Parallel()
	p := newProbing(t, current.MariaDB(t))
	other := &Leases{p.st, "other"}
	p.daily.Leases = &Leases{p.st, "this"}
	if held, err := other.take(t.Context(), p.daily.Lease, time.Minute); !held || err != nil {
		t.Fatal(held, err)
	}
	if got := p.after(0); len(got) != 0 {
		t.Errorf("the other was to probe: %v", got)
	}
	p.wake(p.served[0].AppID)
	if got := p.after(time.Second); len(got) != 10 {
		t.Errorf("woken, and %d rights are known", len(got))
	}
	gone := platform.Fault{Path: "/cgi-bin/tags/get", Kind: platform.FaultErrcode, Code: 48001}
	p.api.SetFaults(gone)
	p.check("a day later", p.after(probeEvery + 2*probeSpread)["tags"], models.RightYes, 0)
	other.release(t.Context(), p.daily.Lease)
	p.check("the other has stopped", p.after(0)["tags"], models.RightNo, 48001)
}

// TestProber_BrokenSettings: an address that is not in the white list makes one call,
// not ten, and none again while the breaker is open, unless the settings change.
func TestProber_BrokenSettings(t *testing.T) {
	t.Parallel()
	p := newProbing(t, "")
	p.api.SetFaults(platform.Fault{Path: "/cgi-bin/", Kind: platform.FaultErrcode, Code: 40164, Message: "invalid ip 203.0.113.9"})
	hits := func() int { return p.api.Faults()[0].Hits }
	p.check("refused", p.after(0)["menu"], models.RightUnknown, 40164)
	p.after(time.Minute)
	p.wake(p.served[0].AppID)
	p.after(time.Minute)
	if hits() != 1 {
		t.Errorf("%d calls", hits())
	}
	p.served[0].Verified = false
	p.after(time.Second)
	if hits() != 2 {
		t.Errorf("%d calls after a change of settings", hits())
	}
	p.api.SetFaults()
	p.check("mended", p.after(probeAgain)["menu"], models.RightYes, 46003)
	if strings.Contains(p.log.String(), testSecret) {
		t.Error("the log holds the secret")
	}
}

// TestProber_AccountWithoutSecret, and asks about one account at a time.
func TestProber_AccountWithoutSecret(t *testing.T) {
	t.Parallel()
	p := newProbing(t, "")
	without := p.served[0]
	without.AppID, without.Secret = "wx00000000000000aa", ""
	p.served = []models.Account{without, p.served[0]}
	if got := p.after(0); len(got) != 0 {
		t.Errorf("asked without a secret: %v", got)
	}
	if n := p.api.tokens.Load(); n != 1 {
		t.Errorf("%d token calls", n)
	}
	p.served = p.served[1:]
	if got := p.after(0); len(got) != 10 {
		t.Errorf("the second account: %v", got)
	}
}

// TestProber_PlatformHangs: a call that hangs ends with the prober.
func TestProber_PlatformHangs(t *testing.T) {
	t.Parallel()
	p := newProbing(t, "")
	p.api.SetFaults(platform.Fault{Path: "/cgi-bin/menu", Kind: platform.FaultSilence})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); p.daily.once(ctx) }()
	eventually(t, 10*time.Second, "the call is under way", func() bool { return p.api.Faults()[0].Hits > 0 })
	cancel()
	<-ended
	if got := p.after(0); len(got) != 0 {
		t.Errorf("a call that was given up counts: %v", got)
	}
	p.wake(p.served[0].AppID)
	p.check("timeout", p.after(0)["menu"], models.RightUnknown, 0)
}

func TestWorker_HearsOfVerification(t *testing.T) {
	t.Parallel()
	for event, want := range map[string]bool{
		"qualification_verify_success": true, "qualification_verify_fail": true, "naming_verify_success": true,
		"naming_verify_fail": true, "annual_renew": true, "verify_expired": true, "subscribe": false, "click": false,
	} {
		w := &Worker{reloader: &reloader{}, prober: &prober{woken: map[string]time.Time{}}}
		w.Heard(&models.Message{AppID: "wx1", MsgType: models.MsgTypeEvent, Event: event})
		if _, woken := w.prober.woken["wx1"]; woken != want {
			t.Errorf("%s: woken %v", event, woken)
		}
	}
}
