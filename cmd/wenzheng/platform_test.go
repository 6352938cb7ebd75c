package main

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/wechat"
)

const tokenAPI = "/cgi-bin/stable_token"

// officialAPI is the simulator's API, counting token calls.
type officialAPI struct {
	*platform.Platform
	url    string
	tokens atomic.Int32
	ahead  atomic.Int64 // nanoseconds by which its clock is ahead of everybody's
}

// expireTokens makes every token refused that was given so far, before its holders expect it.
func (a *officialAPI) expireTokens() { a.ahead.Add(int64(3 * time.Hour)) }

func (o *office) officialAPI() *officialAPI {
	o.t.Helper()
	api := &officialAPI{}
	now := func() time.Time { return time.Now().Add(time.Duration(api.ahead.Load())) }
	api.Platform = platform.New(platform.Options{Accounts: []models.Account{o.account}, Now: now})
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == tokenAPI {
			api.tokens.Add(1)
		}
		api.ServeHTTP(w, r)
	}))
	o.t.Cleanup(func() { server.Close(); api.Close() })
	api.url = server.URL
	return api
}

// instance is another process of the office: a store and a client of its own.
func (o *office) instance(api *officialAPI, clock func() time.Time, wrap func(wechat.Tokens) wechat.Tokens) (*wechat.Client, *installation) {
	o.t.Helper()
	var fault output
	p := &program{stdout: &fault, stderr: &fault, environ: o.environ(), now: time.Now}
	st, err := p.open(context.Background())
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { p.close(st) })
	options := platformOptions(st.settings)
	options.Base, options.TokenInterval, options.Tokens, options.Now = api.url, 20*time.Millisecond, st.Store, clock
	if wrap != nil {
		options.Tokens = wrap(st.Store)
	}
	client := wechat.NewClient(o.account, options)
	o.t.Cleanup(client.CloseIdle)
	return client, st
}

// allCall has every client call eight times at once; nobody may fail.
func allCall(t *testing.T, clients ...*wechat.Client) {
	t.Helper()
	var callers sync.WaitGroup
	for _, c := range clients {
		for range 8 {
			callers.Go(func() {
				if _, err := c.AutoReplies(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
	}
	callers.Wait()
}

func (a *officialAPI) fetched(t *testing.T, want int32) {
	t.Helper()
	if got := a.tokens.Load(); got != want {
		t.Errorf("%d token calls, want %d", got, want)
	}
}

// TestToken_SharedByInstances: instances that start at once fetch one token, and one
// more when WeChat refuses it everywhere.
func TestToken_SharedByInstances(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.t = t
		o.open()
		api := o.officialAPI()
		var clients []*wechat.Client
		for range 3 {
			c, _ := o.instance(api, time.Now, nil)
			clients = append(clients, c)
		}
		allCall(t, clients...)
		api.fetched(t, 1)
		for range 3 {
			api.expireTokens()
			allCall(t, clients...)
		}
		api.fetched(t, 4)
		late, _ := o.instance(api, time.Now, nil)
		allCall(t, late)
		api.fetched(t, 4)
	})
}

// TestToken_LeaseHolderDied: the others wait until its lease has run out, then one of
// them fetches.
func TestToken_LeaseHolderDied(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	api := o.officialAPI()
	first, st := o.instance(api, time.Now, nil)
	second, _ := o.instance(api, time.Now, nil)
	const lease = 700 * time.Millisecond
	if held, err := st.LeaseToken(t.Context(), o.account.AppID, "dead", lease); !held || err != nil {
		t.Fatal(held, err)
	}
	begun := time.Now()
	hurry, cancel := context.WithTimeout(t.Context(), lease/7)
	defer cancel()
	if _, err := first.Token(hurry); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("who can not wait: %v", err)
	}
	api.fetched(t, 0)
	allCall(t, first, second)
	if took := time.Since(begun); took < lease-10*time.Millisecond {
		t.Errorf("fetched after %s, inside the lease", took)
	}
	api.fetched(t, 1)
}

// TestToken_DatabaseAway: each instance keeps a token of its own while it is away.
func TestToken_DatabaseAway(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	api := o.officialAPI()
	c, st := o.instance(api, time.Now, nil)
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	allCall(t, c)
	allCall(t, c)
	api.fetched(t, 1)
	api.expireTokens()
	allCall(t, c)
	api.fetched(t, 2)
}

// stubborn is a store that does not forget.
type stubborn struct{ wechat.Tokens }

func (stubborn) DropToken(context.Context, string, string) error { return errors.New("read only") }

// TestToken_RefusedByWeChat: neither from memory nor from a store that still has it.
func TestToken_RefusedByWeChat(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	api := o.officialAPI()
	const revoked = "REVOKEDTOKEN"
	c, st := o.instance(api, time.Now, func(s wechat.Tokens) wechat.Tokens { return stubborn{s} })
	if held, err := st.LeaseToken(t.Context(), o.account.AppID, "earlier", time.Minute); !held || err != nil {
		t.Fatal(held, err)
	}
	if saved, err := st.SaveToken(t.Context(), o.account.AppID, "earlier", revoked, time.Now().Add(30*24*time.Hour)); !saved || err != nil {
		t.Fatal(saved, err)
	}
	if token, err := c.Token(t.Context()); token != revoked || err != nil {
		t.Fatalf("token %q, %v", token, err)
	}
	allCall(t, c)
	if token, err := c.Token(t.Context()); token == revoked || err != nil {
		t.Errorf("token %q, %v", token, err)
	}
	api.fetched(t, 1)
	other, _ := o.instance(api, time.Now, nil)
	allCall(t, other)
	if token, _, err := st.Token(t.Context(), o.account.AppID); token == revoked || token == "" || err != nil {
		t.Errorf("stored token %q, %v", token, err)
	}
}

// tardy is a store whose leases run out at once, and another instance fetches meanwhile.
type tardy struct {
	wechat.Tokens
	overtake func() error
}

func (s tardy) LeaseToken(ctx context.Context, appID, holder string, _ time.Duration) (bool, error) {
	return s.Tokens.LeaseToken(ctx, appID, holder, time.Microsecond)
}

func (s tardy) SaveToken(ctx context.Context, appID, holder, token string, expires time.Time) (bool, error) {
	if err := s.overtake(); err != nil {
		return false, err
	}
	return s.Tokens.SaveToken(ctx, appID, holder, token, expires)
}

// TestToken_LateFetchAfterLeaseWasLost: who comes back after its lease has gone to another
// neither overwrites the newer token nor uses its own.
func TestToken_LateFetchAfterLeaseWasLost(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.t = t
		o.open()
		api := o.officialAPI()
		const newer = "NEWERTOKEN"
		_, st := o.instance(api, time.Now, nil)
		late, _ := o.instance(api, time.Now, func(s wechat.Tokens) wechat.Tokens {
			return tardy{s, func() error {
				held, err := st.LeaseToken(t.Context(), o.account.AppID, "quick", time.Minute)
				if !held || err != nil {
					t.Error("the lease is not to be had", err)
				}
				saved, err := st.SaveToken(t.Context(), o.account.AppID, "quick", newer, time.Now().Add(time.Hour))
				if !saved {
					t.Error("the newer token is not saved")
				}
				return err
			}}
		})
		if token, err := late.Token(t.Context()); token != newer || err != nil {
			t.Errorf("the late one uses %q, %v", token, err)
		}
		api.fetched(t, 1)
		if token, _, err := st.Token(t.Context(), o.account.AppID); token != newer || err != nil {
			t.Errorf("stored %q, %v", token, err)
		}
	})
}

// TestToken_ClocksDiffer: a clock a day off costs its instance a call, not more.
func TestToken_ClocksDiffer(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	api := o.officialAPI()
	var clients []*wechat.Client
	for _, off := range []time.Duration{0, 24 * time.Hour, -24 * time.Hour} {
		c, _ := o.instance(api, func() time.Time { return time.Now().Add(off) }, nil)
		clients = append(clients, c)
	}
	for range 5 {
		for _, c := range clients {
			allCall(t, c)
		}
	}
	if n := api.tokens.Load(); n > 3 {
		t.Errorf("%d token calls for three instances", n)
	}
}

// TestToken_SharedByCommands: the second command finds what the first has fetched, the
// doctor looks for itself.
func TestToken_SharedByCommands(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	api := o.officialAPI()
	o.env["WENZHENG_WECHAT_API_BASE"] = api.url
	for range 2 {
		if r := o.run("rules", "import-wechat"); r.code != 0 {
			t.Fatalf("import-wechat: %+v", r)
		}
	}
	api.fetched(t, 1)
	o.serve()
	o.run("account", "check", o.account.AppID)
	api.fetched(t, 2)
}
