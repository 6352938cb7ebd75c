package handler

import (
	"bytes"
	"io"
	"net/http"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// alarm bounds what the request's own goroutine does, without a second goroutine as long as
// all goes well. It is one timer: Stop says who was first. Where the request was, nothing
// happens; where the timer was, expire runs beside the stuck goroutine and owns the exchange
// until it is through.
type alarm struct {
	timer *time.Timer
	rung  chan struct{} // cap 1: expire is through
}

func newAlarm(expire func()) *alarm {
	a := &alarm{rung: make(chan struct{}, 1)}
	a.timer = time.AfterFunc(time.Hour, func() {
		defer func() { a.rung <- struct{}{} }()
		expire()
	})
	a.timer.Stop()
	return a
}

func (a *alarm) set(within time.Duration) { a.timer.Reset(within) }

// off ends what set began. It reports whether the time was kept; if not, expire is through
// when it returns.
func (a *alarm) off() bool {
	if a.timer.Stop() {
		return true
	}
	<-a.rung
	return false
}

func (x *exchange) expire() {
	if x.thinking {
		x.overrun()
		return
	}
	// A read that waits for the body fails at once, and so does every later one.
	_ = http.NewResponseController(x.w).SetReadDeadline(time.Unix(1, 0))
}

// think asks the brain. It is not mine any more when that took too long: the exchange was
// ended beside it, and but for late nothing is left to do.
func (x *exchange) think() (d decision, mine bool) {
	x.thinking = true
	x.alarm.set(x.within(x.h.o.RouteLimit))
	d = x.ask()
	if x.alarm.off() {
		return d, true
	}
	if x.late != nil {
		x.write(x.late, x.lateType)
	}
	return d, false
}

// within is the smaller of a step's own limit and the time left to the hard cut.
func (x *exchange) within(limit time.Duration) time.Duration {
	return min(limit, x.ctx.at.Sub(x.h.o.Now()))
}

// decision is what the brain said, or not ok when it failed.
type decision struct {
	reply models.Reply
	match models.Match
	ok    bool
}

func (x *exchange) ask() (d decision) {
	defer func() {
		if fault := recover(); fault != nil {
			x.h.o.Logger.Error("rule panicked", "account", x.appID, "fault", fault)
			d = decision{}
		}
	}()
	d.reply, d.match = x.h.o.Brain.Handle(x.ctx, x.m)
	d.ok = true
	return d
}

// overrun answers in place of a goroutine that the brain does not give back. It takes the
// connection with it, so that neither the citizen nor a later request on that connection
// nor the end of the program waits for the rule.
func (x *exchange) overrun() {
	x.h.rescues.Add(1)
	defer x.h.rescues.Done()
	defer x.finish()
	x.h.o.Logger.ErrorContext(x.ctx, "no rule answered: the brain took too long", "account", x.appID)
	body, contentType := x.settle(&models.Answer{Outcome: models.OutcomeFault})
	x.late, x.lateType = body, contentType
	// gin asserts what a test recorder is not, so the server's own writer is asked.
	inner, ok := x.w.(interface{ Unwrap() http.ResponseWriter })
	if !ok {
		return
	}
	conn, _, err := http.NewResponseController(inner.Unwrap()).Hijack()
	if err != nil {
		return
	}
	x.late = nil
	_ = conn.SetDeadline(x.h.o.Now().Add(time.Second))
	answer := http.Response{
		StatusCode: http.StatusOK, ProtoMajor: 1, ProtoMinor: 1, Close: true,
		Header:        http.Header{"Content-Type": {contentType}, "Date": {x.h.o.Now().UTC().Format(http.TimeFormat)}},
		ContentLength: int64(len(body)), Body: io.NopCloser(bytes.NewReader(body)),
	}
	if err := answer.Write(conn); err != nil {
		x.gone()
	}
	_ = conn.Close()
}
