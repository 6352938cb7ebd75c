package wechat

import (
	"context"
	"errors"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// secretless fails when an error shows what must not be shown.
func secretless(t *testing.T, err error) {
	t.Helper()
	for e := err; e != nil; e = errors.Unwrap(e) {
		for _, secret := range []string{testSecret, "TOKENVALUE"} {
			if strings.Contains(e.Error(), secret) {
				t.Errorf("the error shows %q: %v", secret, e)
			}
		}
	}
}

// TestTokenFaults: what is no token is an error, and does not become a storm.
func TestTokenFaults(t *testing.T) {
	for _, tt := range []struct {
		name, body string
		status     int
		class      ErrorClass
	}{
		{"empty object", `{}`, 200, ClassTransient},
		{"empty token", `{"access_token":"","expires_in":7200}`, 200, ClassTransient},
		{"expires_in 0", `{"access_token":"TOKENVALUE1","expires_in":0}`, 200, ClassTransient},
		{"expires_in 59", `{"access_token":"TOKENVALUE1","expires_in":59}`, 200, ClassTransient},
		{"expires_in 7.5", `{"access_token":"TOKENVALUE1","expires_in":7.5}`, 200, ClassTransient},
		{"wrong secret with a raw line end", "{\"errcode\":40125,\"errmsg\":\"invalid\nappsecret\"}", 200, ClassConfig},
		{"expires_in 7201", `{"access_token":"TOKENVALUE1","expires_in":7201}`, 200, ClassTransient},
		{"status 500", `{"access_token":"TOKENVALUE1","expires_in":7200}`, 500, ClassTransient},
		{"HTML", `<html>502 Bad Gateway</html>`, 200, ClassTransient},
		{"nothing", ``, 200, ClassTransient},
		{"system busy", `{"errcode":-1,"errmsg":"system error"}`, 200, ClassTransient},
		{"wrong secret", `{"errcode":40125,"errmsg":"invalid appsecret rid: 1"}`, 200, ClassConfig},
		{"wrong secret by 40001", `{"errcode":40001,"errmsg":"invalid credential"}`, 200, ClassConfig},
		{"echoing the secret", `{"errcode":40013,"errmsg":"secret=` + testSecret + `"}`, 200, ClassConfig},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlatform(t, func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(tt.status)
				_, _ = io.WriteString(w, tt.body)
			})
			c := p.client(t, ClientOptions{TokenInterval: time.Hour})
			var e *APIError
			for range 20 {
				_, err := c.Token(t.Context())
				if !errors.As(err, &e) || e.Class != tt.class {
					t.Fatalf("error %v, want class %s", err, tt.class)
				}
				secretless(t, err)
				_, err = addresses(t.Context(), c)
				secretless(t, err)
			}
			if p.count(renewAPI) != 1 {
				t.Errorf("%d token calls, want 1", p.count(renewAPI))
			}
		})
	}
}

// TestWhiteList: 40164 stops every call until it is mended, and shows the address.
func TestWhiteList(t *testing.T) {
	var mended atomic.Bool
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
		if !mended.Load() {
			_, _ = io.WriteString(w, `{"errcode":40164,"errmsg":"invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist rid: 65f0-1-2"}`)
			return
		}
		if !goodToken(w, r) {
			_, _ = io.WriteString(w, `{"ip_list":["203.0.113.1"]}`)
		}
	})
	now := testNow()
	c := p.client(t, ClientOptions{Now: func() time.Time { return now }})
	var e *APIError
	for range 5 {
		if _, err := addresses(t.Context(), c); !errors.As(err, &e) {
			t.Fatal(err)
		}
	}
	if e.SeenIP() != "203.0.113.9" || e.Rid != "65f0-1-2" || e.Class != ClassConfig || p.count(renewAPI) != 1 {
		t.Errorf("%+v, address %q, %d token calls", e, e.SeenIP(), p.count(renewAPI))
	}
	now = now.Add(9 * time.Minute)
	if _, err := c.Rights(t.Context()); err == nil || p.count(renewAPI) != 1 {
		t.Errorf("after 9 minutes: %v, %d token calls", err, p.count(renewAPI))
	}
	mended.Store(true)
	now = now.Add(2 * time.Minute)
	if _, err := addresses(t.Context(), c); err != nil {
		t.Errorf("after 11 minutes: %v", err)
	}
}

// TestInvalidToken: the token in use is dropped once, fetched once, tried once.
func TestInvalidToken(t *testing.T) {
	for _, code := range []string{"40001", "40014", "42001"} {
		for _, lasting := range []bool{false, true} {
			var tokens atomic.Int32
			p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
				switch {
				case r.URL.Path == renewAPI:
					_, _ = io.WriteString(w, `{"access_token":"TOKENVALUE`+string('0'+tokens.Add(1))+`","expires_in":7200}`)
				case lasting || r.URL.Query().Get("access_token") == "TOKENVALUE1":
					_, _ = io.WriteString(w, `{"errcode":`+code+`,"errmsg":"invalid access_token=TOKENVALUE1"}`)
				default:
					_, _ = io.WriteString(w, `{"ip_list":["203.0.113.1"]}`)
				}
			})
			_, err := addresses(t.Context(), p.client(t, ClientOptions{}))
			secretless(t, err)
			if (err != nil) != lasting || tokens.Load() != 2 || p.count("/cgi-bin/getcallbackip") != 2 {
				t.Errorf("%s, lasting %v: %v, %d tokens, %d calls", code, lasting, err, tokens.Load(), p.count("/cgi-bin/getcallbackip"))
			}
		}
	}
}

// TestDropOnlyTheTokenUsed: late news of an old token does not cost the new one.
func TestDropOnlyTheTokenUsed(t *testing.T) {
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) { goodToken(w, r) })
	c := p.client(t, ClientOptions{})
	if _, err := c.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	c.tokens.drop("TOKENVALUE0")
	if _, err := c.Token(t.Context()); err != nil || p.count(renewAPI) != 1 {
		t.Errorf("%v, %d token calls", err, p.count(renewAPI))
	}
}

// TestOneTokenCall: many callers at once, one call; and never two within the interval.
func TestOneTokenCall(t *testing.T) {
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) { goodToken(w, r) })
	const interval = 50 * time.Millisecond
	c := p.client(t, ClientOptions{TokenInterval: interval})
	for range 3 {
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() {
				if token, err := c.Token(t.Context()); err != nil || token != "TOKENVALUE1" {
					t.Errorf("%q, %v", token, err)
				}
			})
		}
		wg.Wait()
		c.tokens.drop("TOKENVALUE1")
	}
	if len(p.at) != 3 {
		t.Fatalf("%d token calls, want 3", len(p.at))
	}
	for i := 1; i < len(p.at); i++ {
		if gap := p.at[i].Sub(p.at[i-1]); gap < interval {
			t.Errorf("two token calls within %s", gap)
		}
	}
}

// TestTokenLife: renewed before its end; the old one serves while renewing fails, until
// it really ends.
func TestTokenLife(t *testing.T) {
	var broken atomic.Bool
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
		if broken.Load() {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		goodToken(w, r)
	})
	now := testNow()
	c := p.client(t, ClientOptions{Now: func() time.Time { return now }})
	at := func(d time.Duration, calls int, works bool) {
		t.Helper()
		now = testNow().Add(d)
		_, err := c.Token(t.Context())
		if (err == nil) != works || p.count(renewAPI) != calls {
			t.Errorf("after %s: %v, %d token calls, want %d", d, err, p.count(renewAPI), calls)
		}
	}
	at(0, 1, true)
	at(7200*time.Second-tokenMargin-31*time.Second, 1, true)
	broken.Store(true)
	at(7200*time.Second-tokenMargin, 2, true)
	at(7200*time.Second-tokenMargin, 2, true) // backing off
	at(7199*time.Second, 3, true)
	at(7201*time.Second, 4, false)
	broken.Store(false)
	at(7300*time.Second, 5, true)
}

// TestSilentPlatform: an answer that never comes costs the timeout, not more, and waiting for
// somebody else's token ends with one's own context.
func TestSilentPlatform(t *testing.T) {
	release := make(chan struct{})
	p := newPlatform(t, func(_ http.ResponseWriter, r *http.Request) {
		select {
		case <-release:
		case <-r.Context().Done():
		}
	})
	defer close(release)
	c := p.client(t, ClientOptions{Timeout: 300 * time.Millisecond})
	led := make(chan error, 1)
	go func() {
		_, err := c.Token(context.Background())
		led <- err
	}()
	for p.count(renewAPI) == 0 {
		<-time.After(time.Millisecond)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer cancel()
	if _, err := c.Token(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a waiting caller: %v", err)
	}
	var e *APIError
	if err := <-led; !errors.As(err, &e) || e.Class != ClassTransient {
		t.Errorf("the calling caller: %v", err)
	}
	secretless(t, e)
}

// TestHugeAnswer: 100 MiB are not swallowed, announced or not.
func TestHugeAnswer(t *testing.T) {
	var sent atomic.Int64
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
		if goodToken(w, r) {
			return
		}
		if r.Method == http.MethodPost {
			w.Header().Set("Content-Length", "104857600")
		}
		block := make([]byte, 1<<20)
		for range 100 {
			n, err := w.Write(block)
			sent.Add(int64(n))
			if err != nil {
				return
			}
		}
	})
	c := p.client(t, ClientOptions{})
	if _, err := addresses(t.Context(), c); !errors.Is(err, errResponse) {
		t.Errorf("not announced: %v", err)
	}
	if _, err := c.CheckCallback(t.Context()); !errors.Is(err, errResponse) {
		t.Errorf("announced: %v", err)
	}
	if sent.Load() > 40<<20 {
		t.Errorf("%d bytes were taken", sent.Load())
	}
}

// TestReadsAreRepeated after a transient fault; sends never are.
func TestReadsAreRepeated(t *testing.T) {
	for _, fault := range []string{"500", "-1"} {
		p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
			if goodToken(w, r) {
				return
			}
			if fault == "500" {
				w.WriteHeader(http.StatusInternalServerError)
				return
			}
			_, _ = io.WriteString(w, `{"errcode":-1,"errmsg":"system error"}`)
		})
		c := p.client(t, ClientOptions{})
		if _, err := addresses(t.Context(), c); err == nil || p.count("/cgi-bin/getcallbackip") != 3 {
			t.Errorf("%s: %v, %d reads", fault, err, p.count("/cgi-bin/getcallbackip"))
		}
		if _, err := c.CheckCallback(t.Context()); err == nil || p.count("/cgi-bin/callback/check") != 1 {
			t.Errorf("%s: %v, %d sends", fault, err, p.count("/cgi-bin/callback/check"))
		}
	}
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) { goodToken(w, r) })
	c := p.client(t, ClientOptions{})
	if _, err := c.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	p.Close()
	_, err := addresses(t.Context(), c)
	if err == nil || !retryable(err) {
		t.Errorf("refused connection: %v", err)
	}
	secretless(t, err)
}
