package handler

import (
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

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
	b := &slowBody{all: &d.h.slow, c: d.c, conn: conn}
	b.running.Add(1)
	timer := time.AfterFunc(slowAfter, b.expired)
	defer func() {
		if !timer.Stop() {
			b.end()
		}
	}()
	return d.codec.Decode(d.r)
}

// slowBody is a body that was not there within slowAfter: it is waited for where there is
// room for it, else no longer.
type slowBody struct {
	all     *slowBodies
	c       *gin.Context
	conn    *http.ResponseController
	address string
	counted bool
	running sync.WaitGroup // until expired has returned
}

func (b *slowBody) expired() {
	defer b.running.Done()
	b.address = b.c.ClientIP()
	if b.counted = b.all.enter(b.address); !b.counted {
		_ = b.conn.SetReadDeadline(time.Unix(1, 0)) // the read that waits fails at once, and so does every later one
	}
}

func (b *slowBody) end() {
	b.running.Wait()
	if b.counted {
		b.all.leave(b.address)
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
