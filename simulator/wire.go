package simulator

import (
	"bufio"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

const (
	maxReplyBytes = 1 << 20          // more than any reply; the rest is not read
	idleLine      = 10 * time.Second // an unused connection older than this is not used again
)

// wire is a small HTTP/1.1 client for one address. It exists because a load generator
// that shares two cores with the service must cost less than the service: it has no
// goroutine per connection, and a request is one write.
type wire struct {
	addr   string
	host   string
	prefix string // path before the callback's
	secure bool
	dialer net.Dialer

	mu   sync.Mutex
	idle []*line
}

// line is one connection to the service.
type line struct {
	conn net.Conn
	in   *bufio.Reader
	used time.Time
	out  []byte
}

// wireResponse is what came back on one request.
type wireResponse struct {
	status      int
	contentType string
	body        []byte
}

func newWire(base string) (*wire, error) {
	u, err := url.Parse(base)
	if err != nil || (u.Scheme != "http" && u.Scheme != "https") || u.Host == "" {
		return nil, models.NewError(models.CodeInvalid, "服务地址 "+base+" 有误：请写 http://主机:端口 或 https://域名")
	}
	w := &wire{host: u.Host, addr: u.Host, prefix: u.EscapedPath(), secure: u.Scheme == "https"}
	for len(w.prefix) > 0 && w.prefix[len(w.prefix)-1] == '/' {
		w.prefix = w.prefix[:len(w.prefix)-1]
	}
	if u.Port() == "" {
		w.addr = net.JoinHostPort(u.Hostname(), map[bool]string{false: "80", true: "443"}[w.secure])
	}
	return w, nil
}

// do sends one request and reads its answer, all before the deadline.
func (w *wire) do(ctx context.Context, method, target, contentType string, body []byte, deadline time.Time) (*wireResponse, error) {
	l, err := w.take(ctx, deadline)
	if err != nil {
		return nil, err
	}
	if err := l.conn.SetDeadline(deadline); err != nil {
		return nil, fmt.Errorf("simulator: send: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { _ = l.conn.SetDeadline(time.Unix(1, 0)) }) // a closed connection ends the wait too
	res, reuse, err := w.exchange(l, method, target, contentType, body)
	if !stop() || err != nil || !reuse {
		_ = l.conn.Close() // nothing is lost with it
		if err != nil {
			w.close()
		}
		return res, err
	}
	l.used = time.Now()
	w.mu.Lock()
	w.idle = append(w.idle, l)
	w.mu.Unlock()
	return res, nil
}

func (w *wire) take(ctx context.Context, deadline time.Time) (*line, error) {
	w.mu.Lock()
	for n := len(w.idle); n > 0; n = len(w.idle) {
		l := w.idle[n-1]
		w.idle = w.idle[:n-1]
		if time.Since(l.used) < idleLine {
			w.mu.Unlock()
			return l, nil
		}
		_ = l.conn.Close() // nothing is lost with it
	}
	w.mu.Unlock()
	ctx, cancel := context.WithDeadline(ctx, deadline)
	defer cancel()
	conn, err := w.dial(ctx)
	if err != nil {
		return nil, fmt.Errorf("simulator: connect: %w", err)
	}
	return &line{conn: conn, in: bufio.NewReaderSize(conn, 4096)}, nil
}

func (w *wire) dial(ctx context.Context) (net.Conn, error) {
	if w.secure {
		d := tls.Dialer{NetDialer: &w.dialer, Config: &tls.Config{MinVersion: tls.VersionTLS12}}
		return d.DialContext(ctx, "tcp", w.addr)
	}
	return w.dialer.DialContext(ctx, "tcp", w.addr)
}

func (w *wire) exchange(l *line, method, target, contentType string, body []byte) (*wireResponse, bool, error) {
	l.out = w.appendRequest(l.out[:0], method, target, contentType, body)
	_, sendErr := l.conn.Write(l.out)
	// A service may refuse before it has read everything: its answer counts, if any came.
	res, err := http.ReadResponse(l.in, &http.Request{Method: method})
	if err != nil {
		return nil, false, fmt.Errorf("simulator: read answer: %w", errors.Join(sendErr, err))
	}
	defer func() { _ = res.Body.Close() }()
	got, err := io.ReadAll(io.LimitReader(res.Body, maxReplyBytes+1))
	if err != nil {
		return nil, false, fmt.Errorf("simulator: read answer: %w", err)
	}
	reuse := sendErr == nil && !res.Close && len(got) <= maxReplyBytes
	return &wireResponse{status: res.StatusCode, contentType: res.Header.Get("Content-Type"), body: got}, reuse, nil
}

func (w *wire) appendRequest(b []byte, method, target, contentType string, body []byte) []byte {
	b = append(b, method...)
	b = append(b, ' ')
	b = append(b, w.prefix...)
	b = append(b, target...)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, w.host...)
	b = append(b, "\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\n"...)
	if method == http.MethodPost {
		b = append(b, "Content-Type: "...)
		b = append(b, contentType...)
		b = append(b, "\r\nContent-Length: "...)
		b = strconv.AppendInt(b, int64(len(body)), 10)
		b = append(b, "\r\n"...)
	}
	b = append(b, "\r\n"...)
	return append(b, body...)
}

// close drops the idle connections: after a fault they are likely dead as well.
func (w *wire) close() {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, l := range w.idle {
		_ = l.conn.Close() // nothing is lost with it
	}
	w.idle = nil
}
