package handler

import (
	"context"
	"sync/atomic"
	"time"
)

// cut is the context of one callback: it ends at the hard cut and at nothing else. That the
// caller has gone is no reason to stop, for the event is to be kept all the same. A cut that
// was not reached is used again.
type cut struct {
	parent context.Context //nolint:containedctx // a context is what this is
	at     time.Time
	done   chan struct{}
	watch  *watch
	over   atomic.Bool
}

func newCut(clock func() time.Duration, far time.Duration) *cut {
	c := &cut{done: make(chan struct{})}
	c.watch = newWatch(clock, far, c.reach)
	return c
}

// begin lets the cut hold until at, which is due by the watch's clock.
func (c *cut) begin(parent context.Context, at time.Time, due time.Duration) {
	c.parent, c.at = parent, at
	c.watch.begin(due)
}

// end reports whether the cut was not reached and may be used again.
func (c *cut) end() bool {
	if !c.watch.end() {
		return false
	}
	c.parent = nil
	return true
}

func (c *cut) reach() {
	c.over.Store(true)
	close(c.done)
}

// Deadline implements context.Context.
func (c *cut) Deadline() (time.Time, bool) { return c.at, true }

// Done implements context.Context.
func (c *cut) Done() <-chan struct{} { return c.done }

// Err implements context.Context.
func (c *cut) Err() error {
	if c.over.Load() {
		return context.DeadlineExceeded
	}
	return nil
}

// Value implements context.Context.
func (c *cut) Value(key any) any { return c.parent.Value(key) }
