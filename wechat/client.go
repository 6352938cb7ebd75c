package wechat

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// ClientOptions change how a Client works; the zero value calls the platform itself.
type ClientOptions struct {
	// Base is where every call goes, the setting wechat.api_base; "" =
	// https://api.weixin.qq.com. Its host is always allowed.
	Base string
	// Egress are the hosts that may be called; nil = api.weixin.qq.com,
	// open.weixin.qq.com and mmbiz.qpic.cn.
	Egress        []string
	Proxy         *url.URL         // nil = none
	Timeout       time.Duration    // of one call; 0 = 3 s
	MaxResponse   int64            // bytes of an answer; 0 = 4 MiB
	RetryDelay    time.Duration    // before a read is tried again; 0 = 200 ms, doubled each time
	TokenInterval time.Duration    // least time between two token calls; 0 = 1 s
	Now           func() time.Time // nil = time.Now
	Tokens        Tokens           // shares tokens between instances; nil = this client keeps its own
	Holder        string           // names this client in a lease, unlike any other; "" = at random
	Metrics       *Metrics         // nil = no figures
	// Denied hears of every right that WeChat refuses in a call (48001, 48004), also of one
	// made to find out. It is called by the goroutine of the call; nil = nobody hears.
	Denied func(models.Right)
}

const (
	defaultBase    = "https://api.weixin.qq.com"
	connectTimeout = 2 * time.Second
	readTries      = 3
	breakerOpen    = 10 * time.Minute
)

// Client calls the WeChat API for one account. It is safe for concurrent use. No call
// belongs on the path of an answer to a citizen. Errors are *APIError.
type Client struct {
	account models.Account
	o       ClientOptions
	base    *url.URL
	http    *http.Client
	files   *http.Client // what is longer than an answer
	tokens  *tokenKeeper
	breaker *breaker
}

// NewClient returns the client of the account; nothing is called yet. A Base that is no
// URL makes every call fail.
func NewClient(a models.Account, o ClientOptions) *Client {
	o = o.withDefaults()
	c := &Client{account: a, o: o, breaker: &breaker{now: o.Now}}
	c.base, _ = url.Parse(o.Base)
	if c.base == nil {
		c.base = &url.URL{}
	}
	here := func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	way := newGuard(o, c.base)
	c.http = &http.Client{Timeout: o.Timeout, Transport: way, CheckRedirect: here}
	c.files = &http.Client{Timeout: mediaTime, Transport: way.upTo(MaxMedia), CheckRedirect: here}
	c.tokens = newTokenKeeper(c)
	return c
}

func (o ClientOptions) withDefaults() ClientOptions {
	if o.Base == "" {
		o.Base = defaultBase
	}
	if o.Egress == nil {
		o.Egress = []string{"api.weixin.qq.com", "open.weixin.qq.com", "mmbiz.qpic.cn"}
	}
	if o.Timeout <= 0 {
		o.Timeout = 3 * time.Second
	}
	if o.MaxResponse <= 0 {
		o.MaxResponse = 4 << 20
	}
	if o.RetryDelay <= 0 {
		o.RetryDelay = 200 * time.Millisecond
	}
	if o.TokenInterval <= 0 {
		o.TokenInterval = time.Second
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Holder == "" {
		o.Holder = rand.Text()
	}
	return o
}

// CloseIdle closes the connections that no call uses. The client stays usable.
func (c *Client) CloseIdle() { c.http.CloseIdleConnections() }

// get reads; it is tried again after a transient fault.
func (c *Client) get(ctx context.Context, api string, out any) error {
	delay := c.o.RetryDelay
	for try := 1; ; try++ {
		err := c.call(ctx, http.MethodGet, api, nil, out)
		if try == readTries || !retryable(err) {
			return err
		}
		if wait(ctx, delay) != nil {
			return err
		}
		delay *= 2
	}
}

// retryable reports whether a read may be repeated at once: -1, 5xx and a refused
// connection, not a timeout, which has taken its time already.
func retryable(err error) bool {
	var e *APIError
	if !errors.As(err, &e) || e.Class != ClassTransient {
		return false
	}
	return e.Code == -1 || e.Code >= 500 && e.Code < 600 || errors.Is(err, syscall.ECONNREFUSED)
}

// postJSON sends body once.
func (c *Client) postJSON(ctx context.Context, api string, body, out any) error {
	content, err := marshal(body)
	if err != nil {
		return err
	}
	return c.call(ctx, http.MethodPost, api, content, out)
}

// call sends one request with the token.
func (c *Client) call(ctx context.Context, method, api string, body []byte, out any) error {
	return c.authorized(ctx, api, func(token string) error {
		return c.send(ctx, method, api, url.Values{"access_token": {token}}, body, out)
	})
}

// authorized does something with the token, and once more with another token when WeChat
// says that this one is not valid: then nothing was done.
func (c *Client) authorized(ctx context.Context, api string, do func(token string) error) error {
	for try := 1; ; try++ {
		if err := c.breaker.check(); err != nil {
			return err
		}
		if err := c.tokens.doubtful(api); err != nil {
			return err
		}
		token, err := c.Token(ctx)
		if err != nil {
			return err
		}
		err = do(token)
		var e *APIError
		switch {
		case err == nil:
			c.tokens.accepted(api)
			return nil
		case !errors.As(err, &e):
			return err
		case e.Class != ClassToken:
			if e.Code > 0 && e.Class != ClassTransient {
				c.tokens.accepted(api) // WeChat looked beyond the token
			}
			return err
		case try == 2 || c.tokens.refusing():
			c.tokens.refuse(token, e)
			return err
		}
		c.tokens.drop(token)
	}
}

// send does one exchange, and takes its time.
func (c *Client) send(ctx context.Context, method, api string, query url.Values, body []byte, out any) error {
	start := c.o.Now()
	err := c.exchange(ctx, method, api, query, body, out)
	c.o.Metrics.observe(api, err, c.o.Now().Sub(start))
	return err
}

// exchange sends a request and reads the answer into out, which may be nil.
func (c *Client) exchange(ctx context.Context, method, api string, query url.Values, body []byte, out any) error {
	content, err := c.answer(ctx, c.http, method, api, query, body)
	if err != nil {
		return err
	}
	return c.read(api, content, out)
}

// answer sends a request by one of the ways out and reads the whole answer.
func (c *Client) answer(ctx context.Context, by *http.Client, method, api string, query url.Values, body []byte) ([]byte, error) {
	target := c.base.JoinPath(api)
	target.RawQuery = query.Encode()
	var connected atomic.Bool
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected.Store(true) }})
	request, err := http.NewRequestWithContext(ctx, method, target.String(), bytes.NewReader(body))
	if err != nil {
		return nil, c.transportError(api, err, true)
	}
	if body != nil {
		request.Header.Set("Content-Type", "application/json")
	}
	response, err := by.Do(request)
	if err != nil {
		return nil, c.transportError(api, err, !connected.Load())
	}
	content, err := io.ReadAll(response.Body)
	_ = response.Body.Close() // all that matters has been read
	if err != nil {
		return nil, c.transportError(api, err, false)
	}
	if response.StatusCode != http.StatusOK {
		return nil, &APIError{API: api, Code: int64(response.StatusCode), Msg: "HTTP " + strconv.Itoa(response.StatusCode), Class: ClassTransient}
	}
	return content, nil
}

func (c *Client) read(api string, content []byte, out any) error {
	content, head, ok := readHead(content)
	if !ok {
		return &APIError{API: api, Msg: "the answer is not JSON", Class: ClassTransient}
	}
	if head.Code != 0 {
		e := head.fault(api)
		e.Msg = c.clean(e.Msg)
		c.breaker.note(e)
		c.denied(e)
		return e
	}
	if out == nil {
		return nil
	}
	if err := json.Unmarshal(content, out); err != nil {
		return &APIError{API: api, Msg: "the answer has another form: " + c.clean(err.Error()), Class: ClassTransient}
	}
	return nil
}

// transportError hides the URL, which holds the token.
func (c *Client) transportError(api string, err error, unsent bool) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	e := &APIError{API: api, Msg: c.clean(err.Error()), Class: ClassTransient, cause: err, unsent: unsent}
	if errors.Is(err, errEgress) {
		e.Class = ClassConfig
	}
	return e
}

// wait sleeps, or returns the error of the context.
func wait(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
