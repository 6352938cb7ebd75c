package wechat

import (
	"errors"
	"io"
	"net"
	"net/http"
	"net/url"
	"slices"
	"time"
)

var (
	errEgress   = errors.New("wechat: host is not in the list of allowed hosts")
	errResponse = errors.New("wechat: answer too large")
)

// guard is the only way out: it knows the hosts that may be called and bounds answers.
type guard struct {
	next  http.RoundTripper
	base  string
	hosts []string
	limit int64
}

func newGuard(o ClientOptions, base *url.URL) *guard {
	dialer := &net.Dialer{Timeout: connectTimeout}
	return &guard{
		next: &http.Transport{
			Proxy:               http.ProxyURL(o.Proxy),
			DialContext:         dialer.DialContext,
			ForceAttemptHTTP2:   true,
			MaxIdleConns:        64,
			MaxIdleConnsPerHost: 32, // as many messages as are sent at once
			IdleConnTimeout:     time.Minute,
			TLSHandshakeTimeout: connectTimeout,
		},
		base: base.Host, hosts: o.Egress, limit: o.MaxResponse,
	}
}

// upTo is the same way out with another bound.
func (g *guard) upTo(limit int64) *guard {
	other := *g
	other.limit = limit
	return &other
}

// CloseIdleConnections is called by http.Client.
func (g *guard) CloseIdleConnections() {
	if t, ok := g.next.(*http.Transport); ok {
		t.CloseIdleConnections()
	}
}

// RoundTrip refuses foreign hosts before anything is sent.
func (g *guard) RoundTrip(r *http.Request) (*http.Response, error) {
	overridden := r.URL.Host == g.base
	listed := slices.Contains(g.hosts, r.URL.Hostname()) && r.URL.Scheme == "https"
	if r.URL.Host == "" || !overridden && !listed {
		return nil, errEgress
	}
	response, err := g.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	if response.ContentLength > g.limit {
		_ = response.Body.Close() // refused, whatever closing says
		return nil, errResponse
	}
	response.Body = &boundedBody{ReadCloser: response.Body, left: g.limit}
	return response, nil
}

// boundedBody fails once more than its bound was read.
type boundedBody struct {
	io.ReadCloser
	left int64
}

func (b *boundedBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.left -= int64(n)
	if b.left < 0 {
		return 0, errResponse
	}
	return n, err
}
