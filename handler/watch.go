package handler

import (
	"sync"
	"sync/atomic"
	"time"
)

// watch calls ring when a piece of work is not ended by the time it is due. It costs no
// second goroutine as long as all goes well, and hardly ever a timer: the timer is left
// running when work ends and looks, when it fires, whether anything is due by then. Times
// are those of clock. Pieces of work follow one another; begin and end belong to their
// goroutine.
type watch struct {
	clock func() time.Duration
	far   time.Duration // the timer is never set further ahead, so that shorter work finds it set
	ring  func()
	rung  chan struct{} // cap 1: ring is through

	// due is what begin said, idle or ringing. Who changes it first has the work: end, or
	// the timer, which then rings beside a goroutine that is stuck.
	due atomic.Int64

	mu    sync.Mutex   // serialises those who set the timer
	fires atomic.Int64 // not later than the timer does, 0 = nobody counts on it
	timer *time.Timer
}

const (
	idle    = 0
	ringing = -1
)

func newWatch(clock func() time.Duration, far time.Duration, ring func()) *watch {
	w := &watch{clock: clock, far: far, ring: ring, rung: make(chan struct{}, 1)}
	w.timer = time.AfterFunc(time.Hour, w.fired)
	w.timer.Stop()
	return w
}

func (w *watch) begin(due time.Duration) {
	w.due.Store(int64(due))
	if w.inTime(due) {
		return
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if !w.inTime(due) {
		w.set(due, w.clock())
	}
}

// inTime reports whether the timer fires by then as it is set.
func (w *watch) inTime(due time.Duration) bool {
	at := w.fires.Load()
	return at != 0 && at <= int64(due)
}

// set is for those who hold mu.
func (w *watch) set(due, now time.Duration) {
	at := min(due, now+w.far)
	w.fires.Store(int64(at))
	w.timer.Reset(at - now)
}

// end reports whether the work was in time, and so is nobody else's; if not, ring is
// through when it returns.
func (w *watch) end() bool {
	if w.due.Swap(idle) != ringing {
		return true
	}
	<-w.rung
	return false
}

func (w *watch) fired() {
	due := w.overdue()
	if due == idle || !w.due.CompareAndSwap(due, ringing) {
		return
	}
	defer func() { w.rung <- struct{}{} }()
	w.ring()
}

// overdue returns when the work that is late was due. For work that still has time it sets
// the timer anew.
func (w *watch) overdue() int64 {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fires.Store(0) // who begins after this sets the timer; who began before is seen below
	due := w.due.Load()
	if due == idle || due == ringing {
		return idle
	}
	now := w.clock()
	if int64(now) >= due {
		return due
	}
	w.set(time.Duration(due), now)
	return idle
}
