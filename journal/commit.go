package journal

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"go.etcd.io/bbolt"
)

// commit writes a group in one transaction and returns its outcome to those who wait.
func (c *committer) commit(group []*pendingRecord, removals []removal) {
	if err := c.reopenIfBroken(); err != nil {
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
		c.handleFailedCommit(err)
		c.fail(group, removals, err)
		return
	}
	c.noteCommit(delta)
	c.sequence.finish(group...)
	for _, p := range group[len(accepted):] {
		c.refuse(p, errFull)
	}
	for _, p := range accepted {
		if p.done != nil {
			p.done <- nil
		}
	}
	c.onCommit()
}

// room reports whether the records may be written now: at the cap, or while the reserve is
// given up, only removals are.
func (c *committer) room(group []*pendingRecord) bool {
	c.mu.Lock()
	free := c.o.MaxBytes - c.state.used
	low := c.state.low
	c.mu.Unlock()
	var size int64
	for _, p := range group {
		size += int64(len(p.value))
	}
	return !low && size <= free
}

// change is what a transaction did to the counts.
type change struct{ events, answers int64 }

func (c *committer) write(tx *bbolt.Tx, group []*pendingRecord, removals []removal) (change, error) {
	var delta change
	events, answers := tx.Bucket(bucketEvents), tx.Bucket(bucketAnswers)
	slices.SortFunc(group, func(a, b *pendingRecord) int { return cmp.Compare(a.seq, b.seq) })
	for _, p := range group {
		if err := events.Put(seqKey(p.seq), p.value); err != nil {
			return delta, err
		}
		if p.kind == kindReceived {
			delta.events++
		}
	}
	if n := len(group); n > 0 && group[n-1].seq > events.Sequence() {
		if err := events.SetSequence(group[n-1].seq); err != nil {
			return delta, err
		}
	}
	// gofail: var beforeDelete struct{}
	for _, r := range removals {
		key := seqKey(r.seq)
		value := events.Get(key)
		if len(value) < 2 {
			continue
		}
		if kind(value[1]) == kindReceived {
			delta.events--
		}
		if r.keep {
			if err := answers.Put(key, bytes.Clone(value)); err != nil {
				return delta, err
			}
			delta.answers++
		}
		if err := events.Delete(key); err != nil {
			return delta, err
		}
	}
	// gofail: var afterDelete struct{}
	pruned, err := c.prune(answers)
	delta.answers -= pruned
	return delta, err
}

// noteCommit notes a commit that is on the disk.
func (c *committer) noteCommit(delta change) {
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

// fail refuses the records of a group that was not, or perhaps not, written. Its removals are
// tried again.
func (c *committer) fail(group []*pendingRecord, removals []removal, err error) {
	c.sequence.finish(group...)
	for _, p := range group {
		c.refuse(p, err)
	}
	c.mu.Lock()
	c.removals = append(c.removals, removals...)
	stopping := c.stopping
	if stopping {
		c.removals = nil // they will be found and repeated at the next start
	}
	c.mu.Unlock()
	c.onCommit()
	if !stopping && len(group) == 0 {
		c.waitForWork()
	}
}

// waitForWork keeps the committer from spinning when only removals are left and the file is broken.
func (c *committer) waitForWork() {
	timer := time.NewTimer(linger)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-c.wake:
	}
}

func (c *committer) refuse(p *pendingRecord, err error) {
	c.metrics.appendErrors.Inc()
	if p.done != nil {
		p.done <- err
		return
	}
	c.onRefused(p)
}
