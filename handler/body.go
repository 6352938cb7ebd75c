package handler

import (
	"errors"
	"io"
	"net/http"
	"os"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

const (
	// slowAfter is how long a body may take before it counts as slow: WeChat sends head and
	// body in one piece, and a busy machine needs a moment to see it.
	slowAfter = 250 * time.Millisecond
	// maxSlow and maxSlowOfOne bound the slow bodies waited for at one time, in all and of
	// one address. Others are cut off.
	maxSlow      = 256
	maxSlowOfOne = 16
)

// decode reads and checks the delivery, which has BodyTimeout for that.
func (d *delivery) decode() (*models.Message, error) {
	// A test recorder has no connection and so no deadline; a real one always has.
	conn := http.NewResponseController(d.w)
	_ = conn.SetReadDeadline(d.began.Add(min(slowAfter, d.h.o.BodyTimeout)))
	b := &slowBody{ReadCloser: d.r.Body, d: d, conn: conn}
	defer b.end()
	d.r.Body = b
	m, err := d.codec.Decode(d.r)
	if err != nil {
		return nil, err // the deadline stays: what is left of the body is not waited for either
	}
	_ = conn.SetReadDeadline(time.Time{})
	d.h.skew.see(m.Delivery.ReceivedAt, m.Delivery.Skew)
	if m.Delivery.Skew.Abs() > 5*time.Minute {
		d.h.metrics.skew.Inc()
	}
	return m, nil
}

// slowBody is a body that must be there within slowAfter. After that it is waited for where there
// is room for it, else no longer. One that comes in chunks is not waited for: its reader ends with
// the first deadline it misses.
type slowBody struct {
	io.ReadCloser
	d       *delivery
	conn    *http.ResponseController
	address string // of one that is waited for
}

// Read is of one goroutine at a time, as of every body.
func (b *slowBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	if n > 0 || b.address != "" || !errors.Is(err, os.ErrDeadlineExceeded) {
		return n, err
	}
	address := b.d.c.ClientIP()
	if !b.d.h.slow.enter(address) {
		return n, err
	}
	b.address = address
	_ = b.conn.SetReadDeadline(b.d.began.Add(b.d.h.o.BodyTimeout))
	return b.ReadCloser.Read(p)
}

func (b *slowBody) end() {
	b.d.r.Body = b.ReadCloser
	if b.address != "" {
		b.d.h.slow.leave(b.address)
	}
}

// slowBodies counts the bodies that are waited for. Only who is slow is bounded, so that
// those who send without end take nobody else's place. It is safe for concurrent use.
type slowBodies struct {
	mu  sync.Mutex
	all int
	of  map[string]int
}

// enter reports whether one more body of this address may be waited for; leave then ends it.
func (s *slowBodies) enter(address string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.all >= maxSlow || s.of[address] >= maxSlowOfOne {
		return false
	}
	if s.of == nil {
		s.of = map[string]int{}
	}
	s.all++
	s.of[address]++
	return true
}

func (s *slowBodies) leave(address string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all--
	if s.of[address]--; s.of[address] == 0 {
		delete(s.of, address)
	}
}
