package handler

import (
	"net/http"
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
	_ = conn.SetReadDeadline(d.began.Add(d.h.o.BodyTimeout))
	m, err := d.read(conn)
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

func (d *delivery) read(conn *http.ResponseController) (*models.Message, error) {
	stop := d.h.slow.watch(d.c.ClientIP, func() {
		_ = conn.SetReadDeadline(time.Unix(1, 0)) // the read that waits fails at once, and so does every later one
	})
	defer stop()
	return d.codec.Decode(d.r)
}

// slowBodies counts the bodies that are waited for. Only who is slow is bounded, so that
// those who send without end take nobody else's place. It is safe for concurrent use.
type slowBodies struct {
	mu  sync.Mutex
	all int
	of  map[string]int
}

// watch counts the body of an address as slow from slowAfter until stop; where there is no
// room for it, watch calls cut.
func (s *slowBodies) watch(address func() string, cut func()) (stop func()) {
	var from string
	var entered bool
	done := make(chan struct{})
	timer := time.AfterFunc(slowAfter, func() {
		defer close(done)
		from = address()
		if entered = s.enter(from); !entered {
			cut()
		}
	})
	return func() {
		if timer.Stop() {
			return
		}
		<-done
		if entered {
			s.leave(from)
		}
	}
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
