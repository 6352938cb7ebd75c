package journal

import (
	"log/slog"
	"runtime"
	"runtime/debug"
	"slices"
	"sync"
	"time"

	"go.etcd.io/bbolt"
)

// The bounds of a group. There is no fixed window: whatever waits when the disk is free goes
// in one transaction. Records nobody waits for linger a moment for company.
const (
	groupMax    = 1000
	removalMax  = 4000
	lingerMax   = 256
	linger      = 20 * time.Millisecond
	gatherMost  = 2 * time.Millisecond
	upkeepEvery = time.Second
	pruneEvery  = 250 * time.Millisecond
)

// committer is the only writer of the spool.
type committer struct {
	spool   *spool
	window  *window
	items   *items
	reserve *reserve
	metrics *metrics
	o       *Options
	logger  *slog.Logger

	mu       sync.Mutex
	waiting  []*item
	removals []removal
	urgent   int
	hurry    bool
	ending   bool
	stopping bool
	wake     chan struct{}
	done     chan struct{}

	stored func()         // the drain hears that there is something to read
	lost   func(it *item) // an answer that the spool did not take
	moved  func()         // the file was opened anew: what was read may have changed
	state  condition      // of the file
	spare  []*item        // reused for the group in hand
	pruned time.Time      // when answers were last pruned
	looked time.Time      // when upkeep was last done
	tally  tally
}

// condition is what the committer knows about the file; guarded by mu.
type condition struct {
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

func (c *committer) add(it *item) {
	c.mu.Lock()
	if c.stopping {
		c.mu.Unlock()
		c.window.finish(it)
		if it.awaited {
			it.done <- errClosed
		}
		return
	}
	c.waiting = append(c.waiting, it)
	if it.awaited {
		c.urgent++
	}
	first := it.awaited && c.urgent == 1 || len(c.waiting) == 1 || len(c.waiting) == lingerMax
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
	c.hurry = true
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
		c.note(!more)
		if !more {
			break
		}
		c.upkeep()
	}
	c.spool.close()
}

// note keeps the number of events outside the spool.
func (c *committer) note(last bool) {
	c.mu.Lock()
	events, broken := c.state.events, c.state.broken
	c.mu.Unlock()
	if !broken {
		c.tally.note(events, last)
	}
}

// take waits for work and returns one group. more is false when the committer is to stop
// and nothing is left.
func (c *committer) take(timer *time.Timer) (group []*item, removals []removal, more bool) {
	var since time.Time
	for {
		c.mu.Lock()
		lazy := len(c.waiting) + len(c.removals)
		if c.urgent > 0 || lazy >= lingerMax || c.hurry || c.ending && lazy > 0 || c.stopping {
			c.mu.Unlock()
			c.gather()
			c.mu.Lock()
			group, removals = c.cutLocked()
			more = !c.stopping || len(c.waiting)+len(c.removals) > 0
			c.mu.Unlock()
			return group, removals, more
		}
		c.mu.Unlock()
		wait := upkeepEvery
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
		group, removals = c.cutLocked()
		c.mu.Unlock()
		return group, removals, true
	}
}

// gather lets those who are about to add a record do so, as long as each turn brings more:
// fewer, larger groups cost the processor and the disk less. Where nobody is about to, it
// takes no time, and where others keep the processor for themselves it gives up soon.
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

func (c *committer) cutLocked() ([]*item, []removal) {
	n := min(len(c.waiting), groupMax)
	c.spare = append(c.spare[:0], c.waiting[:n]...)
	group := c.spare
	c.waiting = append(c.waiting[:0], c.waiting[n:]...)
	clear(c.waiting[len(c.waiting):cap(c.waiting)])
	c.urgent = 0
	for _, it := range c.waiting {
		if it.awaited {
			c.urgent++
		}
	}
	r := min(len(c.removals), removalMax)
	removals := slices.Clone(c.removals[:r])
	c.removals = append(c.removals[:0], c.removals[r:]...)
	if len(c.waiting)+len(c.removals) == 0 {
		c.hurry = false
	}
	return group, removals
}

// commit writes a group and wakes everybody who waits for it.
func (c *committer) commit(group []*item, removals []removal) {
	if err := c.ready(); err != nil {
		c.fail(group, removals, err)
		return
	}
	accepted := group
	if !c.room(group) {
		accepted = nil
	}
	var delta change
	start := time.Now()
	// gofail: var beforeAppend struct{}
	err := c.spool.update(func(tx *bbolt.Tx) error {
		var err error
		delta, err = c.write(tx, accepted, removals)
		return err
	})
	// gofail: var afterAppend struct{}
	c.metrics.fsync.Observe(time.Since(start).Seconds())
	if err != nil {
		c.breakDown(err)
		c.fail(group, removals, err)
		return
	}
	c.succeed(delta)
	c.window.finish(group...)
	for _, it := range group[len(accepted):] {
		c.refuse(it, errFull)
	}
	for _, it := range accepted {
		if it.awaited {
			it.done <- nil // the waiter owns it now
			continue
		}
		c.items.put(it)
	}
	c.stored()
}

// room reports whether the records may be written now: at the cap, or while the reserve is
// given up, only removals are.
func (c *committer) room(group []*item) bool {
	c.mu.Lock()
	free := c.o.MaxBytes - c.state.used
	low := c.state.low
	c.mu.Unlock()
	var size int64
	for _, it := range group {
		size += int64(len(it.value))
	}
	return !low && size <= free
}
