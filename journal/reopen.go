package journal

import "time"

// alarmShare of the cap is when people should look.
const alarmShare = 0.8

// reopenIfBroken makes sure that the file may be written. After a failed commit it is closed, checked
// and opened again: a descriptor whose sync failed is never trusted. While that fails, too,
// everything is refused at once until the next attempt.
func (c *committer) reopenIfBroken() error {
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
	if c.o.hooks.open != nil {
		err = c.o.hooks.open()
	}
	if err == nil {
		err = c.spool.open()
	}
	if err != nil {
		c.postponeReopen(now)
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
	c.onReopened()
	return nil
}

// handleFailedCommit closes the file after a failed commit. The first new attempt may come at
// once, the following ones after 1, 2, 4 ... 30 s.
func (c *committer) handleFailedCommit(err error) {
	c.logger.Error("journal: commit failed", "error", err)
	c.spool.close()
	c.mu.Lock()
	wait := c.state.wait
	c.state.broken = true
	c.mu.Unlock()
	if wait > 0 {
		c.postponeReopen(time.Now())
	} else {
		c.mu.Lock()
		c.state.wait = c.o.hooks.reopenMin
		c.mu.Unlock()
	}
	if diskFull(err) && c.reserve.release() {
		c.mu.Lock()
		c.state.low = true
		c.mu.Unlock()
		c.logger.Error("journal: disk full, reserve given up so that the drain can go on")
	}
}

func (c *committer) postponeReopen(now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.state.wait <= 0 {
		c.state.wait = c.o.hooks.reopenMin
	}
	c.state.retryAt = now.Add(c.state.wait)
	c.state.wait = min(2*c.state.wait, c.o.hooks.reopenMax)
}

// maintain runs about every maintainEvery when nothing waits: it prunes answers, opens a broken
// file and takes the reserve again.
func (c *committer) maintain() {
	c.mu.Lock()
	s := c.state
	busy := len(c.waiting) > 0
	c.mu.Unlock()
	if busy || time.Since(c.maintained) < maintainEvery {
		return
	}
	c.maintained = time.Now()
	if s.broken {
		_ = c.reopenIfBroken()
		return
	}
	if s.low && c.reserve.make() == nil {
		c.mu.Lock()
		c.state.low = false
		c.mu.Unlock()
		c.logger.Warn("journal: disk has space again, reserve taken")
	}
	if s.answers > 0 && c.answersExpired() {
		c.commit(nil, nil)
	}
}
