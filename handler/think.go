package handler

import (
	"bytes"
	"io"
	"net/http"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// expire is what the alarm rings.
func (x *exchange) expire() {
	if x.thinking {
		x.overrun()
		return
	}
	x.slow()
}

// think asks the brain, which has its own limit and the time left to the hard cut. The
// exchange is not mine any more when that took too long: it was ended beside the brain, and
// but for late nothing is left to do. ok is false when the brain failed.
func (x *exchange) think() (ok, mine bool) {
	x.thinking = true
	x.alarm.begin(min(x.h.clock()+x.h.o.RouteLimit, x.began+x.h.o.Deadline))
	ok = x.ask()
	if x.alarm.end() {
		return ok, true
	}
	if x.late != nil {
		x.write(x.late, x.lateType)
	}
	return ok, false
}

func (x *exchange) ask() (ok bool) {
	defer func() {
		if fault := recover(); fault != nil {
			x.h.o.Logger.Error("rule panicked", "account", x.appID, "fault", fault)
			x.answer, ok = models.Answer{}, false
		}
	}()
	x.h.o.Brain.Handle(x.ctx, x.m, &x.answer)
	return true
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
	_ = conn.SetDeadline(time.Now().Add(time.Second))
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
