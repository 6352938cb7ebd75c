package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	acc "github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// probing is a prober whose clock stands still until it is moved, over a real store and the
// simulator's API.
type probing struct {
	*prober
	t     *testing.T
	api   *officialAPI
	st    *installation
	list  []models.Account
	clock time.Time
	log   bytes.Buffer
}

func newProbing(t *testing.T, o *office) *probing {
	t.Helper()
	o.t = t
	o.account.Kind, o.account.Verified = models.KindService, true
	o.open()
	p := &probing{t: t, api: o.officialAPI(), list: []models.Account{o.account}, clock: time.Now()}
	_, p.st = o.instance(p.api, time.Now, nil)
	v := &service{
		settings: &config.Settings{WeChat: config.WeChat{APIBase: p.api.url}}, store: p.st.Store,
		now: func() time.Time { return p.clock }, logger: slog.New(slog.NewTextHandler(&p.log, nil)), registry: prometheus.NewRegistry(),
	}
	v.accounts = &accounts{v: v}
	p.prober = newProber(v, nil)
	p.accounts = func() []models.Account { return p.list }
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
	for _, r := range all[p.list[0].AppID] {
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
	everyDatabase(t, func(t *testing.T, o *office) {
		p := newProbing(t, o)
		first := p.after(0)
		if len(first) != 10 {
			t.Fatalf("%d rights: %v %s", len(first), first, p.log.String())
		}
		p.check("start", first["tags"], models.RightYes, 0)
		gone := []simulator.Fault{{Path: "/cgi-bin/tags/get", Kind: simulator.FaultErrcode, Code: 48001}}
		p.api.SetFaults(gone...)
		p.check("not due", p.after(probeEvery - time.Hour)["tags"], models.RightYes, 0)
		p.check("a day later", p.after(2*time.Hour + probeSpread)["tags"], models.RightNo, 48001)
		lost := p.lost.WithLabelValues(o.account.AppID, "tags")
		if n := testutil.ToFloat64(lost); n != 1 || !strings.Contains(p.log.String(), "right=tags") {
			t.Errorf("%v alarms, log %s", n, p.log.String())
		}
		p.api.SetFaults()
		p.wake(o.account.AppID)
		p.check("woken", p.after(time.Minute)["tags"], models.RightYes, 0)
		p.api.SetFaults(simulator.Fault{Path: "/cgi-bin/tags/get", Kind: simulator.FaultStatus})
		p.wake(o.account.AppID)
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
	p := newProbing(t, newOffice(t, "mysql:"+storetest.MariaDB(t)))
	other := &leases{p.st.Store, "other"}
	p.daily.leases = &leases{p.st.Store, "this"}
	if held, err := other.take(t.Context(), p.daily.lease, time.Minute); !held || err != nil {
		t.Fatal(held, err)
	}
	if got := p.after(0); len(got) != 0 {
		t.Errorf("the other was to probe: %v", got)
	}
	p.wake(p.list[0].AppID)
	if got := p.after(time.Second); len(got) != 10 {
		t.Errorf("woken, and %d rights are known", len(got))
	}
	gone := simulator.Fault{Path: "/cgi-bin/tags/get", Kind: simulator.FaultErrcode, Code: 48001}
	p.api.SetFaults(gone)
	p.check("a day later", p.after(probeEvery + 2*probeSpread)["tags"], models.RightYes, 0)
	other.release(t.Context(), p.daily.lease)
	p.check("the other has stopped", p.after(0)["tags"], models.RightNo, 48001)
}

// TestOriginalID_AnotherInstanceIsWritingIt: what was heard is kept for the next poll.
func TestOriginalID_AnotherInstanceIsWritingIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "mysql:"+storetest.MariaDB(t))
	id := o.account.OriginalID
	o.account.OriginalID = ""
	o.open()
	_, st := o.instance(o.officialAPI(), time.Now, nil)
	other := &leases{st.Store, "other"}
	a := &accounts{v: &service{store: st.Store, leases: &leases{st.Store, "this"}, logger: slog.New(slog.DiscardHandler)}}
	a.ids.expect([]models.Account{o.account})
	a.ids.see(&models.Message{AppID: o.account.AppID, ToUserName: id, Delivery: models.Delivery{Encrypted: true}, ParseStatus: models.ParseOK})
	learn := func(want string) {
		t.Helper()
		a.learnOriginalIDs(t.Context())
		if got, err := st.Account(t.Context(), o.account.AppID); got.OriginalID != want || err != nil {
			t.Errorf("original id %q, error %v, want %q", got.OriginalID, err, want)
		}
	}
	if held, err := other.take(t.Context(), learningLease, time.Minute); !held || err != nil {
		t.Fatal(held, err)
	}
	learn("")
	other.release(t.Context(), learningLease)
	learn(id)
	if held, err := other.take(t.Context(), learningLease, time.Minute); !held || err != nil {
		t.Errorf("afterwards the lease is free: %v, error %v", held, err)
	}
}

// TestProber_BrokenSettings: an address that is not in the white list makes one call,
// not ten, and none again while the breaker is open, unless the settings change.
func TestProber_BrokenSettings(t *testing.T) {
	t.Parallel()
	p := newProbing(t, newOffice(t, ""))
	p.api.SetFaults(simulator.Fault{Path: "/cgi-bin/", Kind: simulator.FaultErrcode, Code: 40164, Message: "invalid ip 203.0.113.9"})
	hits := func() int { return p.api.Faults()[0].Hits }
	p.check("refused", p.after(0)["menu"], models.RightUnknown, 40164)
	p.after(time.Minute)
	p.wake(p.list[0].AppID)
	p.after(time.Minute)
	if hits() != 1 {
		t.Errorf("%d calls", hits())
	}
	p.list[0].Verified = false
	p.after(time.Second)
	if hits() != 2 {
		t.Errorf("%d calls after a change of settings", hits())
	}
	p.api.SetFaults()
	p.check("mended", p.after(probeAgain)["menu"], models.RightYes, 46003)
	if strings.Contains(p.log.String(), canarySecret) {
		t.Error("the log holds the secret")
	}
}

// TestProber_AccountWithoutSecret, and asks about one account at a time.
func TestProber_AccountWithoutSecret(t *testing.T) {
	t.Parallel()
	p := newProbing(t, newOffice(t, ""))
	without := p.list[0]
	without.AppID, without.Secret = "wx00000000000000aa", ""
	p.list = []models.Account{without, p.list[0]}
	if got := p.after(0); len(got) != 0 {
		t.Errorf("asked without a secret: %v", got)
	}
	p.api.fetched(t, 1)
	p.list = p.list[1:]
	if got := p.after(0); len(got) != 10 {
		t.Errorf("the second account: %v", got)
	}
}

// TestProber_PlatformHangs: a call that hangs ends with the prober.
func TestProber_PlatformHangs(t *testing.T) {
	t.Parallel()
	p := newProbing(t, newOffice(t, ""))
	p.api.SetFaults(simulator.Fault{Path: "/cgi-bin/menu", Kind: simulator.FaultSilence})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan struct{})
	go func() { defer close(ended); p.daily.once(ctx) }()
	eventually(t, 10*time.Second, "the call is under way", func() bool { return p.api.Faults()[0].Hits > 0 })
	cancel()
	<-ended
	if got := p.after(0); len(got) != 0 {
		t.Errorf("a call that was given up counts: %v", got)
	}
	p.wake(p.list[0].AppID)
	p.check("timeout", p.after(0)["menu"], models.RightUnknown, 0)
}

// silentJournal keeps nothing, or fails.
type silentJournal struct{ err error }

func (j silentJournal) Receive(context.Context, *models.Message) (models.Receipt, error) {
	return models.Receipt{}, j.err
}
func (silentJournal) Answer(string, models.Answer) {}

func TestProber_VerificationEvent(t *testing.T) {
	t.Parallel()
	for event, want := range map[string]bool{
		"qualification_verify_success": true, "qualification_verify_fail": true, "naming_verify_success": true,
		"naming_verify_fail": true, "annual_renew": true, "verify_expired": true, "subscribe": false, "click": false,
	} {
		for _, fault := range []error{nil, errors.New("not durable")} {
			p := &prober{woken: map[string]time.Time{}}
			m := &models.Message{AppID: "wx1", MsgType: models.MsgTypeEvent, Event: event}
			_, err := listener{silentJournal{fault}, p, &originalIDs{}}.Receive(t.Context(), m)
			if _, woken := p.woken["wx1"]; woken != (want && fault == nil) || !errors.Is(err, fault) {
				t.Errorf("%s, %v: woken %v, error %v", event, fault, woken, err)
			}
		}
	}
}

// TestProber_InTheService: a started service asks, account list shows it, and a
// verification event has it ask again.
func TestProber_InTheService(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	api := o.officialAPI()
	o.env["WENZHENG_WECHAT_API_BASE"] = api.url
	if got := o.must("account", "list"); !strings.Contains(got, "接口权限未知") {
		t.Error(got)
	}
	rights := func() map[string]models.RightState {
		var list []acc.WithRights
		if err := json.Unmarshal([]byte(o.must("account", "list", "--json")), &list); err != nil || len(list) != 1 {
			t.Fatal(list, err)
		}
		out := map[string]models.RightState{}
		for _, r := range list[0].Rights {
			out[r.Name] = r.State
		}
		return out
	}
	o.serve()
	eventually(t, 20*time.Second, "ten rights are known", func() bool { return len(rights()) == 10 })
	before := rights()
	code := 48001
	if before["menu"] != models.RightYes {
		code = 0
	}
	api.SetFaults(simulator.Fault{Path: "/cgi-bin/menu/get", Kind: simulator.FaultErrcode, Code: code})
	c := o.client(simulator.Policy{Attempts: 1}, nil)
	if _, err := c.Deliver(t.Context(), c.Post(o.citizen(1)).Event("qualification_verify_success", simulator.BareField("ExpiredTime", "1442401156"))); err != nil {
		t.Fatal(err)
	}
	eventually(t, 20*time.Second, "the right has turned", func() bool { return rights()["menu"] != before["menu"] })
	api.SetFaults()
	r := o.run("account", "check", o.account.AppID)
	if d := cmp.Diff(before, rights()); d != "" {
		t.Errorf("after account check: %s\n%s", d, r.stdout)
	}
}
