package outbox

import (
	"sync"
	"time"
)

// pace bounds how many messages this process sends in a second, a quarter of them at once. It is for one
// goroutine.
type pace struct {
	perSecond int
	allowed   float64
	last      time.Time
}

// take returns how many of n messages may be sent now. What is not used is to be put back.
func (p *pace) take(now time.Time, n int) int {
	burst := max(float64(p.perSecond)/4, 1)
	if passed := now.Sub(p.last); !p.last.IsZero() && passed >= 0 {
		p.allowed += passed.Seconds() * float64(p.perSecond)
	} else {
		p.allowed = burst // the first time, or the clock was put back
	}
	p.last = now
	p.allowed = min(p.allowed, burst)
	n = min(n, int(p.allowed))
	p.allowed -= float64(n)
	return n
}

func (p *pace) putBack(n int) { p.allowed += float64(n) }

// The breaker leaves an account alone after a call that did not get through, a little longer each time.
const (
	breakerFirst   = 5 * time.Second
	breakerLongest = time.Minute
)

type breaker struct {
	now func() time.Time

	mu    sync.Mutex
	until map[string]time.Time
	pause map[string]time.Duration
}

func (b *breaker) open(appID string) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	left := b.until[appID].Sub(b.now())
	return left > 0 && left <= breakerLongest // a clock that was put back opens nothing for hours
}

func (b *breaker) failed(appID string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.until == nil {
		b.until, b.pause = map[string]time.Time{}, map[string]time.Duration{}
	}
	if now := b.now(); b.until[appID].Before(now) { // of many calls at once one counts
		b.pause[appID] = min(max(2*b.pause[appID], breakerFirst), breakerLongest)
		b.until[appID] = now.Add(b.pause[appID])
	}
}

func (b *breaker) worked(appID string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.until, appID)
	delete(b.pause, appID)
}
