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
	minTokenSeconds = 600
	maxTokenSeconds = 7200
	maxBackoff      = time.Minute
)

// Token returns a valid access token, from memory as a rule. One refresh is in flight at
// most; while it is, the old token serves until its end. After a failed refresh the same
// error is returned until it is time to try again. ctx bounds the waiting, not the
// refresh, which others may wait for too.
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
}

func newTokenKeeper(c *Client) *tokenKeeper { return &tokenKeeper{c: c} }

func (k *tokenKeeper) current() string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return k.value
}

// drop forgets the token if it is still the one used.
func (k *tokenKeeper) drop(value string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.value == value {
		k.value = ""
	}
}

func (k *tokenKeeper) token(ctx context.Context) (string, error) {
	for {
		value, flight, leader, err := k.take()
		if value != "" || err != nil {
			return value, err
		}
		if leader {
			k.refresh(context.WithoutCancel(ctx))
			continue
		}
		select {
		case <-flight:
		case <-ctx.Done():
			return "", &APIError{API: renewAPI, Msg: ctx.Err().Error(), Class: ClassTransient, cause: ctx.Err()}
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

// refresh calls WeChat once, not sooner than the interval allows. The call is bounded by
// the client's timeout.
func (k *tokenKeeper) refresh(ctx context.Context) {
	k.mu.Lock()
	pause := time.Duration(0)
	if !k.lastCall.IsZero() {
		pause = k.lastCall.Add(k.c.o.TokenInterval).Sub(k.c.o.Now())
	}
	k.mu.Unlock()
	_ = wait(ctx, min(pause, k.c.o.TokenInterval)) // the context has no end here
	value, seconds, err := k.fetch(ctx)
	k.settle(value, seconds, err)
}

func (k *tokenKeeper) fetch(ctx context.Context) (value string, seconds int64, err error) {
	var answer struct {
		AccessToken string `json:"access_token"`
		ExpiresIn   int64  `json:"expires_in"`
	}
	err = k.c.sendJSON(ctx, renewAPI, map[string]any{
		"grant_type": "client_credential", "appid": k.c.account.AppID, "secret": k.c.account.Secret, "force_refresh": false,
	}, &answer)
	if err == nil && (answer.AccessToken == "" || answer.ExpiresIn < minTokenSeconds || answer.ExpiresIn > maxTokenSeconds) {
		err = &APIError{API: renewAPI, Msg: "the answer holds no token of a usable life", Class: ClassTransient}
	}
	return answer.AccessToken, answer.ExpiresIn, err
}

func (k *tokenKeeper) settle(value string, seconds int64, err error) {
	now := k.c.o.Now()
	k.mu.Lock()
	defer k.mu.Unlock()
	close(k.flight)
	k.flight = nil
	k.lastCall = now
	k.fault = err
	if err == nil {
		life := time.Duration(seconds) * time.Second
		k.value, k.endsAt = value, now.Add(life)
		k.renewAt = now.Add(life - tokenMargin - spread(k.c.account.AppID))
		k.backoff, k.retryAt = 0, time.Time{}
		return
	}
	k.backoff = min(max(2*k.backoff, k.c.o.TokenInterval), maxBackoff)
	k.retryAt = now.Add(k.backoff)
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

func (b *breaker) reset() {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.fault = nil
}
