package journal

import (
	"time"
)

// alarmShare of the cap is when people should look.
const alarmShare = 0.8

// ready makes sure that the file may be written. After a failed commit it is closed, checked
// and opened again: a descriptor whose sync failed is never trusted. While that fails, too,
// everything is refused at once until the next attempt.
func (c *committer) ready() error {
	c.mu.Lock()
	s := c.state
	c.mu.Unlock()
	if !s.broken {
		return nil
	}
	now := time.Now()
	if now.Before(s.retryAt) {
		return errBroken
	}
	c.spool.close()
	err := error(nil)
	if c.o.seams.open != nil {
		err = c.o.seams.open()
	}
	if err == nil {
		err = c.spool.open()
	}
	if err != nil {
		c.postpone(now)
		c.logger.Error("journal: spool does not open again, events go straight to the database", "error", err)
		return err
	}
	c.mu.Lock()
	c.state.broken = false
	c.state.reopened++
	c.state.events, c.state.answers = c.spool.count.events, c.spool.count.answers
	c.state.used = c.spool.used()
	c.mu.Unlock()
	c.metrics.reopened.Inc()
	c.logger.Warn("journal: spool opened again")
	c.moved()
	return nil
}

// breakDown closes the file after a failed commit. The first new attempt may come at once,
// the following ones after 1, 2, 4 ... 30 s.
func (c *committer) breakDown(err error) {
	c.logger.Error("journal: commit failed", "error", err)
	c.spool.close()
	c.mu.Lock()
	wait := c.state.wait
	c.state.broken = true
	c.mu.Unlock()
	if wait > 0 {
		c.postpone(time.Now())
	} else {
		c.mu.Lock()
		c.state.wait = c.o.seams.reopenMin
		c.mu.Unlock()
	}
	if diskFull(err) && c.reserve.release() {
		c.mu.Lock()
		c.state.low = true
		c.mu.Unlock()
		c.logger.Error("journal: disk full, reserve given up so that the drain can go on")
	}
}

func (c *committer) postpone(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state.wait <= 0 {
		c.state.wait = c.o.seams.reopenMin
	}
	c.state.retryAt = now.Add(c.state.wait)
	c.state.wait = min(2*c.state.wait, c.o.seams.reopenMax)
}

// succeed notes a commit that is on the disk.
func (c *committer) succeed(delta change) {
	used := c.spool.used()
	c.mu.Lock()
	c.state.events += delta.events
	c.state.answers += delta.answers
	c.state.used = used
	c.state.wait = 0
	over := float64(used) > alarmShare*float64(c.o.MaxBytes)
	alarm := over && !c.state.alarmed
	c.state.alarmed = over
	c.mu.Unlock()
	if alarm {
		c.logger.Error("journal: spool is more than 80 % full", "bytes", used, "max_bytes", c.o.MaxBytes)
	}
}

// fail tells everybody that the group was not, or perhaps not, written. Removals come again.
func (c *committer) fail(group []*item, removals []removal, err error) {
	c.window.finish(group...)
	for _, it := range group {
		c.refuse(it, err)
	}
	c.mu.Lock()
	c.removals = append(c.removals, removals...)
	stopping := c.stopping
	if stopping {
		c.removals = nil // they will be found and repeated at the next start
	}
	c.mu.Unlock()
	c.stored()
	if !stopping && len(group) == 0 {
		c.rest()
	}
}

// rest keeps the committer from spinning when only removals are left and the file is broken.
func (c *committer) rest() {
	timer := time.NewTimer(linger)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.wake:
	}
}

func (c *committer) refuse(it *item, err error) {
	c.metrics.appendErrors.Inc()
	if it.awaited {
		it.done <- err
		return
	}
	c.lost(it)
}

// upkeep does what no event asks for: it prunes answers when nothing else is written, opens
// a broken file and takes the reserve again.
func (c *committer) upkeep() {
	c.mu.Lock()
	s := c.state
	busy := len(c.waiting) > 0
	c.mu.Unlock()
	if busy || time.Since(c.looked) < upkeepEvery {
		return
	}
	c.looked = time.Now()
	if s.broken {
		_ = c.ready()
		return
	}
	if s.low && c.reserve.make() == nil {
		c.mu.Lock()
		c.state.low = false
		c.mu.Unlock()
		c.logger.Warn("journal: disk has space again, reserve taken")
	}
	if s.answers > 0 && c.stale() {
		c.commit(nil, nil)
	}
}
