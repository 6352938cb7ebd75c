package journal

import "time"

// idle waits for something to do.
func (d *drain) idle() {
	wait := d.o.AnswerWait
	if len(d.order) > 0 {
		wait = min(wait, d.order[0].due.Sub(d.o.Now()))
	}
	if len(d.suspects) > 0 {
		wait = min(wait, time.Until(d.retryAt))
	}
	if d.ending.Load() {
		wait = min(wait, d.o.seams.retryMin)
	}
	timer := time.NewTimer(max(wait, time.Millisecond))
	defer timer.Stop()
	select {
	case <-d.wake:
	case x := <-d.directs:
		d.insert(d.collect(x))
	case r := <-d.retries:
		d.again(r)
	case <-timer.C:
	case <-d.ctx.Done():
	}
}

// sleep waits, serving direct inserts at once. It reports whether the drain goes on.
func (d *drain) sleep(wait time.Duration) bool {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		select {
		case x := <-d.directs:
			d.insert(d.collect(x))
		case <-timer.C:
			return true
		case <-d.ctx.Done():
			return false
		}
	}
}

// pause waits without serving anybody.
func (d *drain) pause(wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-d.ctx.Done():
	}
}
