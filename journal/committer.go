package journal

import (
	"log/slog"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"
)

// The bounds of a group. All that waits when the disk is free goes in one transaction; records
// without a waiter linger for at most this long, so that they go with others.
const (
	groupMax      = 1000
	removalMax    = 4000
	lingerMax     = 256
	linger        = 20 * time.Millisecond
	gatherMost    = 2 * time.Millisecond
	maintainEvery = time.Second
	pruneEvery    = 250 * time.Millisecond
)

// committer is the only writer of the spool.
type committer struct {
	spool    *spool
	sequence *sequencer
	reserve  *reserve
	metrics  *metrics
	o        *Options
	logger   *slog.Logger

	mu        sync.Mutex
	waiting   []*pendingRecord
	removals  []removal
	urgent    int  // records of waiting that somebody waits for
	commitNow bool // do not let records linger until the next group
	ending    bool // do not let records linger ever
	stopping  bool
	wake      chan struct{}
	done      chan struct{}

	onCommit   func()                 // there is something to read for the drain
	onRefused  func(p *pendingRecord) // an answer that the spool did not take
	onReopened func()                 // what was read of the file may have changed
	state      spoolState             // of the file
	pruned     time.Time              // when answers were last pruned
	maintained time.Time              // when maintain was last done
	eventCount eventCount
}

// spoolState is what the committer knows about the file; guarded by mu.
type spoolState struct {
	broken   bool
	retryAt  time.Time
	wait     time.Duration
	low      bool // the reserve is given up
	events   int64
	answers  int64
	used     int64
	reopened int64
	alarmed  bool
}

func (c *committer) add(p *pendingRecord) {
	c.mu.Lock()
	if c.stopping {
		c.mu.Unlock()
		c.sequence.finish(p)
		if p.done != nil {
			p.done <- errClosed
		}
		return
	}
	c.waiting = append(c.waiting, p)
	if p.done != nil {
		c.urgent++
	}
	first := p.done != nil && c.urgent == 1 || len(c.waiting) == 1 || len(c.waiting) == lingerMax
	c.mu.Unlock()
	if first {
		c.signal()
	}
}

func (c *committer) remove(list []removal) {
	c.mu.Lock()
	c.removals = append(c.removals, list...)
	c.mu.Unlock()
	c.signal()
}

// report says that reading the file failed: it is closed, checked and opened again.
func (c *committer) report(err error) {
	c.mu.Lock()
	already := c.state.broken
	c.state.broken = true
	c.commitNow = true
	c.mu.Unlock()
	if !already {
		c.logger.Error("journal: spool can not be read", "error", err)
	}
	c.signal()
}

// flush makes everything that lingers go at once, from now on.
func (c *committer) flush() {
	c.mu.Lock()
	c.ending = true
	c.mu.Unlock()
	c.signal()
}

func (c *committer) stop() {
	c.mu.Lock()
	c.stopping = true
	c.mu.Unlock()
	c.signal()
}

func (c *committer) stopped() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.stopping
}

func (c *committer) signal() {
	select {
	case c.wake <- struct{}{}:
	default:
	}
}

func (c *committer) run() {
	debug.SetPanicOnFault(true) // a page the disk can not give is a fault of one commit
	defer close(c.done)
	timer := time.NewTimer(time.Hour)
	defer timer.Stop()
	for {
		group, removals, more := c.take(timer)
		if len(group)+len(removals) > 0 {
			c.commit(group, removals)
		}
		c.noteEventCount(!more)
		if !more {
			break
		}
		c.maintain()
	}
	c.spool.close()
}

// noteEventCount keeps the number of events outside the spool.
func (c *committer) noteEventCount(last bool) {
	c.mu.Lock()
	events, broken := c.state.events, c.state.broken
	c.mu.Unlock()
	if !broken {
		c.eventCount.note(events, last)
	}
}

// take waits for work and returns one group. more is false when the committer is to stop
// and nothing is left.
func (c *committer) take(timer *time.Timer) (group []*pendingRecord, removals []removal, more bool) {
	var since time.Time
	for {
		c.mu.Lock()
		lazy := len(c.waiting) + len(c.removals)
		if c.urgent > 0 || lazy >= lingerMax || c.commitNow || c.ending && lazy > 0 || c.stopping {
			c.mu.Unlock()
			c.gather()
			c.mu.Lock()
			group, removals = c.nextGroupLocked()
			more = !c.stopping || len(c.waiting)+len(c.removals) > 0
			c.mu.Unlock()
			return group, removals, more
		}
		c.mu.Unlock()
		wait := maintainEvery
		if lazy > 0 {
			if since.IsZero() {
				since = time.Now()
			}
			wait = linger - time.Since(since)
		}
		if wait > 0 {
			timer.Reset(wait)
			select {
			case <-c.wake:
				continue
			case <-timer.C:
			}
		}
		c.mu.Lock()
		group, removals = c.nextGroupLocked()
		c.mu.Unlock()
		return group, removals, true
	}
}

// gather yields the processor while each turn adds records, for at most gatherMost: fewer,
// larger groups cost less. It returns at once when no goroutine is about to add one.
func (c *committer) gather() {
	start := time.Now()
	for before := -1; time.Since(start) < gatherMost; {
		c.mu.Lock()
		now := len(c.waiting)
		c.mu.Unlock()
		if now == before || now >= groupMax {
			return
		}
		before = now
		runtime.Gosched()
	}
}

func (c *committer) nextGroupLocked() ([]*pendingRecord, []removal) {
	n := min(len(c.waiting), groupMax)
	group := slices.Clone(c.waiting[:n])
	c.waiting = slices.Delete(c.waiting, 0, n)
	c.urgent = 0
	for _, p := range c.waiting {
		if p.done != nil {
			c.urgent++
		}
	}
	r := min(len(c.removals), removalMax)
	removals := slices.Clone(c.removals[:r])
	c.removals = slices.Delete(c.removals, 0, r)
	if len(c.waiting)+len(c.removals) == 0 {
		c.commitNow = false
	}
	return group, removals
}
