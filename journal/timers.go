package journal

import (
	"sync"
	"time"
)

// timers is a pool of stopped timers: every event needs one, almost none fires.
type timers struct{ pool sync.Pool }

func (p *timers) take(d time.Duration) *time.Timer {
	if t, ok := p.pool.Get().(*time.Timer); ok {
		t.Reset(d)
		return t
	}
	return time.NewTimer(d)
}

func (p *timers) put(t *time.Timer) {
	t.Stop()
	p.pool.Put(t)
}
