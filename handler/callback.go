package handler

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

const (
	callbackPrefix = "/wechat/callback/"

	plainText = "text/plain; charset=utf-8"
	success   = "success" // what WeChat takes for "nothing to say"
)

// delivery is one callback under way. It belongs to the request's goroutine.
type delivery struct {
	h       *Handler
	c       *gin.Context
	w       gin.ResponseWriter
	r       *http.Request
	began   time.Time
	stop    context.CancelFunc // of the context of receive
	took    time.Duration      // until the answer was ready, 0 = there was none
	appID   string             // noAccount unless it is one of ours
	codec   Codec
	durable bool   // the event is kept
	decided bool   // the brain answered
	overran bool   // but too late, so that the default reply stands in
	match   string // what it decided
	outcome string // the label of wenzheng_callbacks_total
}

func (h *Handler) callback(c *gin.Context) {
	d := &delivery{h: h, c: c, w: c.Writer, r: c.Request, began: time.Now(), appID: noAccount}
	defer d.finish()
	codec, ok := h.o.Codec(c.Param("app_id"))
	if !ok { // a stranger never chooses a metric label
		d.refuse(http.StatusNotFound, unknownAccount)
		h.astray(c)
		return
	}
	d.codec, d.appID = codec, c.Param("app_id")
	switch d.r.Method {
	case http.MethodGet:
		d.verify()
	case http.MethodPost:
		d.receive()
	default:
		d.w.Header().Set("Allow", "GET, POST")
		d.refuse(http.StatusMethodNotAllowed, models.CodeBadMethod)
	}
}

// verify answers WeChat's check of the URL.
func (d *delivery) verify() {
	echo, err := d.codec.Verify(d.r)
	if err != nil {
		d.refuseError(err)
		return
	}
	d.outcome = "verified"
	d.w.Header().Set("X-Content-Type-Options", "nosniff")
	d.write([]byte(echo), plainText)
}

// receive is the way of a message, in the order of docs/architecture.md. HTTP 200 is never
// sent for an event that was not kept; 503 never for one that was.
func (d *delivery) receive() {
	// That the caller hangs up is no reason to stop: the event is to be kept all the same.
	ctx, stop := context.WithDeadline(context.WithoutCancel(d.r.Context()), d.began.Add(d.h.o.Deadline))
	defer stop()
	d.stop = stop
	m, err := d.decode()
	if err != nil {
		d.refuseError(err)
		return
	}
	if !d.h.admit() {
		d.refuse(http.StatusServiceUnavailable, codeOverload)
		return
	}
	defer d.h.inFlight.Add(-1)
	receipt, err := d.h.o.Journal.Receive(ctx, m)
	if err != nil {
		d.h.o.Logger.ErrorContext(ctx, "callback refused: neither the spool nor the database kept it", "account", d.appID, "error", err)
		d.refuse(http.StatusServiceUnavailable, codeNotDurable)
		return
	}
	d.durable = true
	if receipt.Answered {
		d.repeat(m, receipt.Plain)
		return
	}
	answer := d.answer(ctx, m)
	body, contentType := d.encode(m, &answer)
	d.took = time.Since(d.began)
	answer.At, answer.Latency = d.h.o.Now(), d.took
	d.outcome = string(answer.Outcome)
	if d.overran {
		d.outcome = string(models.OutcomeFault)
	}
	d.h.o.Journal.Answer(m.Key, answer)
	d.write(body, contentType)
}

// admit takes one of the MaxInFlight places. A delivery takes it only when it is whole and
// authentic, so that nobody can hold places by sending slowly. inFlight goes down again in
// the end, unless admit returns false.
func (h *Handler) admit() bool {
	if h.inFlight.Add(1) > int64(h.o.MaxInFlight) {
		h.inFlight.Add(-1)
		return false
	}
	return true
}

// repeat sends the stored answer of an earlier delivery, encrypted anew.
func (d *delivery) repeat(m *models.Message, plain []byte) {
	d.outcome = "repeat"
	body, contentType, err := d.codec.Encode(m, plain)
	if err != nil {
		body, contentType = []byte(success), plainText
	}
	d.write(body, contentType)
}

// encode returns what says the answer. An answer that can not be encrypted becomes a fault
// before the journal hears of it, so that a repeat does not meet it again.
func (d *delivery) encode(m *models.Message, a *models.Answer) (body []byte, contentType string) {
	body, contentType, err := d.codec.Encode(m, a.Plain)
	if err != nil {
		d.h.o.Logger.Error("reply could not be encrypted", "account", d.appID, "error", err)
		a.Plain, a.Outcome = nil, models.OutcomeFault
		return []byte(success), plainText
	}
	return body, contentType
}

func (d *delivery) write(body []byte, contentType string) {
	d.w.Header().Set("Content-Type", contentType)
	d.w.Header().Set("Content-Length", strconv.Itoa(len(body)))
	if _, err := d.w.Write(body); err != nil {
		d.h.o.Logger.Debug("callback answer not written: the caller has gone", "account", d.appID)
	}
}

func (d *delivery) refuseError(err error) {
	code := models.ErrorCode(err)
	status := callbackStatus(code)
	if status == 0 {
		d.h.o.Logger.Error("callback failed", "account", d.appID, "error", err)
		d.refuse(http.StatusServiceUnavailable, codeFault)
		return
	}
	d.refuse(status, code)
	var told *models.Error
	if errors.As(err, &told) {
		d.h.refusals.note(d.appID, code, told.Message, models.Said{})
	}
}

// refuse answers with a status and an empty body: a body would help only a forger.
func (d *delivery) refuse(status int, code string) {
	d.outcome = code
	d.h.metrics.security(code)
	d.w.Header().Set("Content-Type", "text/plain")
	d.w.WriteHeader(status)
	d.w.WriteHeaderNow()
}

// finish recovers from a panic and counts the delivery.
func (d *delivery) finish() {
	if fault := recover(); fault != nil {
		d.h.o.Logger.Error("callback panicked", "account", d.appID, "fault", fault)
		d.recovered()
	}
	if d.took == 0 {
		d.took = time.Since(d.began)
	}
	d.h.metrics.count(d)
	if d.h.o.Logger.Enabled(d.r.Context(), slog.LevelDebug) {
		d.h.o.Logger.Debug("callback", "account", d.appID, "outcome", d.outcome, "status", d.w.Status())
	}
}

func (d *delivery) recovered() {
	d.outcome = codePanic
	if d.w.Written() {
		return
	}
	if !d.durable {
		d.refuse(http.StatusServiceUnavailable, codePanic)
		return
	}
	d.write([]byte(success), plainText)
}
