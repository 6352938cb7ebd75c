package handler

import (
	"net/http"
	"sync"
	"time"
)

const (
	// promptBody is how long a body may take before it counts as slow: WeChat sends head
	// and body in one piece, and a busy machine needs a moment to see it.
	promptBody = 250 * time.Millisecond
	// maxSlow and maxSlowOfOne bound the slow bodies waited for at one time, in all and of
	// one address. Others are cut off.
	maxSlow      = 256
	maxSlowOfOne = 16
)

// slowBodies counts the bodies that are waited for. Only who is slow is bounded, so that
// those who send without end cost nobody else his place. It is safe for concurrent use.
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

// slow is what the alarm rings when a body is not there at once: it is waited for until
// BodyTimeout where there is room for it, else no longer. A test recorder has no connection;
// a real one always has.
func (x *exchange) slow() {
	until := time.Unix(1, 0) // a read that waits fails at once, and so does every later one
	if address := x.c.ClientIP(); x.h.slow.enter(address) {
		x.slowFrom = address
		until = x.h.born.Add(x.began + x.h.o.BodyTimeout)
	}
	_ = http.NewResponseController(x.w).SetReadDeadline(until)
}

// arrived ends the wait for a slow body. The connection is used again where all of it came.
func (x *exchange) arrived(err error) {
	if x.slowFrom != "" {
		x.h.slow.leave(x.slowFrom)
		x.slowFrom = ""
	}
	if err == nil {
		_ = http.NewResponseController(x.w).SetReadDeadline(time.Time{})
	}
}
