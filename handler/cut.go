package handler

import (
	"context"
	"sync"
	"sync/atomic"
	"time"
)

// cut is the context of one callback: it ends at the hard cut and at nothing else. That the
// caller has gone is no reason to stop, for the event is to be kept all the same. Cuts are
// pooled, because every callback needs one and almost none is ever reached.
type cut struct {
	parent context.Context //nolint:containedctx // a context is what this is
	at     time.Time
	done   chan struct{}
	timer  *time.Timer
	over   atomic.Bool
}

// cuts is a pool of cuts that were never reached.
type cuts struct{ pool sync.Pool }

func (p *cuts) take(parent context.Context, at time.Time, within time.Duration) *cut {
	c, ok := p.pool.Get().(*cut)
	if !ok {
		c = &cut{done: make(chan struct{})}
		c.timer = time.AfterFunc(within, c.reach)
	} else {
		c.timer.Reset(within)
	}
	c.parent, c.at = parent, at
	return c
}

func (p *cuts) put(c *cut) {
	if !c.timer.Stop() {
		return
	}
	c.parent = nil
	p.pool.Put(c)
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
