package demo

import (
	"sync"
	"time"
)

// simulatedClock is advanced from moment to moment and runs on by itself between them,
// so that latencies and time limits stay real. It never goes back. It is safe for
// concurrent use.
type simulatedClock struct {
	real func() time.Time

	mu    sync.Mutex
	base  time.Time
	since time.Time // of the real clock, when base was set
}

func newSimulatedClock(start time.Time, now func() time.Time) *simulatedClock {
	return &simulatedClock{real: now, base: start, since: now()}
}

func (c *simulatedClock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.base.Add(c.real().Sub(c.since))
}

// advance sets the clock to t, unless it is there already.
func (c *simulatedClock) advance(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	wall := c.real()
	if t.After(c.base.Add(wall.Sub(c.since))) {
		c.base, c.since = t, wall
	}
}
