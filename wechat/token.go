package wechat

import (
	"context"
	"hash/fnv"
	"net/http"
	"sync"
	"time"
)

const (
	tokenMargin     = 240 * time.Second
	minTokenSeconds = 60
	keptAtLeast     = 60 * time.Second // a token is not renewed sooner, however little is left of it
	maxTokenSeconds = 7200
	maxBackoff      = time.Minute
)

// Token returns a valid access token, from memory as a rule, else the one that the
// instances share, else a new one. One refresh is in flight at most, by a lease in all
// instances; while it is, the old token serves until its end. After a failed refresh, and
// where WeChat refuses even a new token, the same error is returned until it is time to
// try again. ctx bounds the waiting, not the call of WeChat, which others may wait for too.
func (c *Client) Token(ctx context.Context) (string, error) {
	return c.tokens.token(ctx)
}

// tokenKeeper holds the access token of one account.
type tokenKeeper struct {
	c *Client

	mu      sync.Mutex
	value   string
	renewAt time.Time
	endsAt  time.Time
	flight  chan struct{} // closed when the refresh under way has ended

	lastCall time.Time // end of the last refresh
	fault    error     // of the last refresh
	retryAt  time.Time
	backoff  time.Duration

	rejected string // the token that WeChat refused last
	refusals int    // of new tokens in a row
	doubted  string // the one API that refused the token in use, though it is new
	doubts   map[string]doubt
}

func newTokenKeeper(c *Client) *tokenKeeper { return &tokenKeeper{c: c, doubts: map[string]doubt{}} }

func (k *tokenKeeper) current() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.value
}

// drop forgets the token if it is still the one used, here and, with the next refresh, in
// all instances.
func (k *tokenKeeper) drop(value string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.value == value {
		k.value, k.rejected = "", value
	}
}

func (k *tokenKeeper) token(ctx context.Context) (string, error) {
	for {
		value, flight, leader, err := k.take()
		if value != "" || err != nil {
			return value, err
		}
		if leader && k.refresh(ctx) {
			continue
		}
		select {
		case <-flight:
		case <-ctx.Done():
		}
		if err := ctx.Err(); err != nil {
			return "", &APIError{API: renewAPI, Msg: err.Error(), Class: ClassTransient, cause: err}
		}
	}
}

// take returns a token, or the reason why there is none, or whose turn it is to get one.
func (k *tokenKeeper) take() (value string, flight chan struct{}, leader bool, err error) {
	now := k.c.o.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	usable := k.value != "" && now.Before(k.endsAt)
	if usable && (now.Before(k.renewAt) || k.flight != nil || now.Before(k.retryAt)) {
		return k.value, nil, false, nil
	}
	if k.flight != nil {
		return "", k.flight, false, nil
	}
	if err := k.c.breaker.check(); err != nil {
		if usable {
			return k.value, nil, false, nil
		}
		return "", nil, false, err
	}
	if k.fault != nil && now.Before(k.retryAt) {
		return "", nil, false, k.fault
	}
	k.flight = make(chan struct{})
	return "", k.flight, true, nil
}

// refresh takes the token of another instance or calls WeChat once, not sooner than the
// interval allows. The call is bounded by the client's timeout. It reports false when ctx
// ended while another instance was fetching.
func (k *tokenKeeper) refresh(ctx context.Context) bool {
	k.mu.Lock()
	pause := time.Duration(0)
	if !k.lastCall.IsZero() {
		pause = min(max(k.lastCall.Add(k.c.o.TokenInterval).Sub(k.c.o.Now()), 0), k.c.o.TokenInterval)
	}
	k.mu.Unlock()
	got, whose := k.await(ctx, pause)
	if got.value != "" {
		k.settle(got)
		return true
	}
	if whose == turnTheirs {
		return k.leave()
	}
	ctx = context.WithoutCancel(ctx)
	_ = wait(ctx, pause) // the context has no end here
	got, err := k.fetch(ctx)
	if err != nil {
		k.failed(err)
		return true
	}
	if whose == turnOurs {
		got = k.save(ctx, got)
	}
	k.called(got)
	return true
}

func (k *tokenKeeper) fetch(ctx context.Context) (credential, error) {
	var answer struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   Number `json:"expires_in"`
	}
	err := k.c.sendJSON(ctx, renewAPI, map[string]any{
		"grant_type": "client_credential", "appid": k.c.account.AppID, "secret": k.c.account.Secret, "force_refresh": false,
	}, &answer)
	if err == nil && (answer.AccessToken == "" || answer.ExpiresIn < minTokenSeconds || answer.ExpiresIn > maxTokenSeconds) {
		err = &APIError{API: renewAPI, Msg: "the answer holds no token of a usable life", Class: ClassTransient}
	}
	return credential{answer.AccessToken, k.c.o.Now().Add(time.Duration(answer.ExpiresIn) * time.Second)}, err
}

// called takes over a token that WeChat has just given out. One that was refused before is
// good again, for WeChat says so.
func (k *tokenKeeper) called(got credential) {
	k.mu.Lock()
	k.lastCall = k.c.o.Now()
	if k.rejected == got.value {
		k.rejected = ""
	}
	k.mu.Unlock()
	k.settle(got)
}

// settle ends a refresh that brought a token.
func (k *tokenKeeper) settle(got credential) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.land()
	if k.value != got.value {
		k.doubted = ""
	}
	k.value, k.endsAt = got.value, got.endsAt
	k.renewAt = k.renewal(got.endsAt)
	if soonest := k.c.o.Now().Add(keptAtLeast); k.renewAt.Before(soonest) {
		k.renewAt = soonest
	}
	k.fault, k.backoff, k.retryAt = nil, 0, time.Time{}
}

// failed ends a refresh that WeChat did not answer with a token.
func (k *tokenKeeper) failed(err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.land()
	k.lastCall, k.fault = k.c.o.Now(), err
	k.backoff = min(max(2*k.backoff, k.c.o.TokenInterval), maxBackoff)
	k.retryAt = k.lastCall.Add(k.backoff)
}

// leave ends a refresh that another instance is about to bring to its end, and reports
// whether the old token serves until then.
func (k *tokenKeeper) leave() bool {
	usable := k.serves()
	k.mu.Lock()
	defer k.mu.Unlock()
	k.land()
	if usable {
		k.retryAt = k.c.o.Now().Add(k.c.o.TokenInterval)
	}
	return usable
}

// land wakes who waits for the refresh. mu is held.
func (k *tokenKeeper) land() {
	close(k.flight)
	k.flight = nil
}

// renewal is when a token of this end is to be replaced.
func (k *tokenKeeper) renewal(end time.Time) time.Time {
	return end.Add(-tokenMargin - spread(k.c.account.AppID))
}

// spread keeps accounts from renewing in the same second: up to 30 s by AppID.
func spread(appID string) time.Duration {
	h := fnv.New32a()
	_, _ = h.Write([]byte(appID)) // never fails
	return time.Duration(h.Sum32()%30) * time.Second
}

// sendJSON posts without a token.
func (c *Client) sendJSON(ctx context.Context, api string, body map[string]any, out any) error {
	content, err := marshal(body)
	if err != nil {
		return err
	}
	return c.send(ctx, http.MethodPost, api, nil, content, out)
}

// breaker stops all calls for a while after an error that only a person can mend.
type breaker struct {
	now func() time.Time

	mu    sync.Mutex
	fault *APIError
	until time.Time
}

// note opens the breaker when the error is one of configuration.
func (b *breaker) note(e *APIError) {
	if e.Class != ClassConfig {
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fault, b.until = e, b.now().Add(breakerOpen)
}

func (b *breaker) check() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.fault == nil || !b.now().Before(b.until) {
		return nil
	}
	e := *b.fault
	return &e
}
