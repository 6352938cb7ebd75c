package journal

import "time"

// backOff waits 50 ms, doubling up to 10 s, while direct inserts are served.
func (d *drain) backOff() {
	d.backoff = min(max(2*d.backoff, d.o.hooks.retryMin), d.o.hooks.retryMax)
	d.sleep(d.backoff)
}

// idle waits until there may be something to store.
func (d *drain) idle() {
	wait := d.o.AnswerWait
	if len(d.order) > 0 {
		wait = min(wait, d.order[0].due.Sub(d.o.Now()))
	}
	if len(d.suspects) > 0 {
		wait = min(wait, time.Until(d.retryAt))
	}
	if d.ending.Load() {
		wait = min(wait, d.o.hooks.retryMin)
	}
	timer := time.NewTimer(max(wait, time.Millisecond))
	defer timer.Stop()
	select {
	case <-d.wake:
	case x := <-d.directs:
		d.insert(d.collect(x))
	case r := <-d.retries:
		d.retryQuarantine(r)
	case <-timer.C:
	case <-d.ctx.Done():
	}
}

// sleep waits and makes direct inserts meanwhile.
func (d *drain) sleep(wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	for {
		select {
		case x := <-d.directs:
			d.insert(d.collect(x))
		case <-timer.C:
			return
		case <-d.ctx.Done():
			return
		}
	}
}

// pause waits and makes no direct inserts meanwhile.
func (d *drain) pause(wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-d.ctx.Done():
	}
}

// While events arrive faster than busyRate, the drain rests restFactor times as long as a
// batch took, because the database's work would slow the answers on a small machine. The
// records stay on the disk until the rate falls.
const (
	busyRate    = 2500 // events a second
	restFactor  = 9
	longestRest = 500 * time.Millisecond
)

// restWhenBusy rests after a batch that took so long, if events arrive fast.
func (d *drain) restWhenBusy(took time.Duration) {
	now, arrived := time.Now(), d.arrived.Load()
	rate := float64(arrived-d.seen) / now.Sub(d.paced).Seconds()
	d.paced, d.seen = now, arrived
	if rate < busyRate || d.ending.Load() {
		return
	}
	d.sleep(min(restFactor*took, longestRest))
}
