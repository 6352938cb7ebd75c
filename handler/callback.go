package handler

import (
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
	replyXML  = "text/xml; charset=utf-8"
)

// callback is the way of a message. Its order is the promise: verify and decode, make the
// event durable, decide, hand the answer to the journal, write once. HTTP 200 is never
// sent for an event that was not kept; 503 never for one that was.
func (h *Handler) callback(c *gin.Context) {
	x := h.exchanges.take(h, c)
	defer h.exchanges.put(x)
	defer x.finish()
	codec, ok := h.o.Codec(c.Param("app_id"))
	if !ok { // a stranger never chooses a metric label
		x.refuse(http.StatusNotFound, unknownAccount)
		h.astray(c)
		return
	}
	x.codec, x.appID = codec, c.Param("app_id")
	switch x.r.Method {
	case http.MethodGet:
		x.verify()
	case http.MethodPost:
		x.receive()
	default:
		x.w.Header().Set("Allow", "GET, POST")
		x.refuse(http.StatusMethodNotAllowed, models.CodeBadMethod)
	}
}

func (x *exchange) verify() {
	echo, err := x.codec.Verify(x.r)
	if err != nil {
		x.refuseError(err)
		return
	}
	x.outcome = "verified"
	x.w.Header().Set("X-Content-Type-Options", "nosniff")
	x.write([]byte(echo), plainText)
}

func (x *exchange) receive() {
	due := x.began + x.h.o.Deadline
	x.ctx.begin(x.r.Context(), x.h.born.Add(due), due)
	if !x.decode() || !x.admit() {
		return
	}
	receipt, err := x.h.o.Journal.Receive(x.ctx, x.m)
	if err != nil {
		x.h.o.Logger.ErrorContext(x.ctx, "callback refused: neither the spool nor the database kept it", "account", x.appID, "error", err)
		x.refuse(http.StatusServiceUnavailable, codeNotDurable)
		return
	}
	x.durable = true
	if receipt.Answered {
		x.outcome = "repeat"
		x.say(receipt.Plain)
		return
	}
	x.respond()
}

// decode reads and checks the delivery within BodyTimeout, or refuses it.
func (x *exchange) decode() bool {
	prompt, err := x.read()
	if err != nil {
		// What is left of the body is not waited for either. A test recorder has no
		// connection; a real one always has.
		if prompt {
			_ = http.NewResponseController(x.w).SetReadDeadline(x.h.born.Add(x.began + x.h.o.BodyTimeout))
		}
		x.refuseError(err)
		return false
	}
	x.h.skew.see(x.m.Delivery.ReceivedAt, x.m.Delivery.Skew)
	if x.m.Delivery.Skew.Abs() > 5*time.Minute {
		x.h.metrics.skew.Inc()
	}
	return true
}

// read is prompt where the whole body was there at once.
func (x *exchange) read() (prompt bool, err error) {
	x.alarm.begin(x.began + min(promptBody, x.h.o.BodyTimeout))
	defer func() {
		if prompt = x.alarm.end(); !prompt {
			x.arrived(err)
		}
	}()
	x.m, err = x.codec.Decode(x.r)
	return false, err
}

// admit takes one of the places of those that are worked on. A delivery takes it only when
// it is whole and authentic, so that nobody can hold places by sending slowly.
func (x *exchange) admit() bool {
	x.admitted = true
	if x.h.inFlight.Add(1) > int64(x.h.o.MaxInFlight) {
		x.refuse(http.StatusServiceUnavailable, codeOverload)
		return false
	}
	return true
}

// respond decides, keeps the decision and says it.
func (x *exchange) respond() {
	x.answer.Outcome = models.OutcomeSilent
	if !x.m.ParseStatus.Routable() {
		x.h.metrics.security(string(x.m.ParseStatus))
		x.unanswered()
	} else if !x.decide() {
		return
	}
	x.write(x.settle(&x.answer))
}

// decide asks the brain for an answer. It is false when that took too long and the exchange
// was ended beside it.
func (x *exchange) decide() bool {
	ok, mine := x.think()
	a := &x.answer
	switch {
	case !mine:
		return false
	case !ok:
		a.Outcome = models.OutcomeFault
		return true
	}
	x.decided = true
	if a.Reply.Silent() {
		return true
	}
	plain, err := x.codec.Render(x.m, &a.Reply)
	if err != nil {
		a.Outcome = models.OutcomeFault
		x.h.o.Logger.ErrorContext(x.ctx, "reply could not be rendered", "account", x.appID, "rule", a.Match.RuleID, "error", err)
		return true
	}
	a.Plain, a.Outcome = plain, models.OutcomeAnswered
	return true
}

// settle hands the answer to the journal and returns what says it.
func (x *exchange) settle(a *models.Answer) (body []byte, contentType string) {
	x.outcome = string(a.Outcome)
	body, contentType, err := x.codec.Encode(x.m, a.Plain)
	if err != nil {
		x.h.o.Logger.ErrorContext(x.ctx, "reply could not be encrypted", "account", x.appID, "error", err)
		body, contentType = []byte("success"), plainText
		a.Plain, a.Outcome = nil, models.OutcomeFault
	}
	x.took = x.h.clock() - x.began
	a.At, a.Latency = x.h.o.Now(), x.took
	x.h.o.Journal.Answer(x.m.Key, *a)
	return body, contentType
}

// say sends the stored answer of an earlier delivery, encrypted anew.
func (x *exchange) say(plain []byte) {
	body, contentType, err := x.codec.Encode(x.m, plain)
	if err != nil {
		body, contentType = []byte("success"), plainText
	}
	x.write(body, contentType)
}

// measured is the longest body whose length net/http still counts by itself.
const measured = 2 << 10

func (x *exchange) write(body []byte, contentType string) {
	head := x.w.Header()
	head["Content-Type"] = x.h.typeHeader(contentType)
	if len(body) > measured {
		head["Content-Length"] = []string{strconv.Itoa(len(body))}
	}
	if _, err := x.w.Write(body); err != nil {
		x.gone()
	}
}

func (x *exchange) gone() {
	x.h.o.Logger.Debug("callback answer not written: the caller has gone", "account", x.appID)
}

func (x *exchange) refuseError(err error) {
	code := models.ErrorCode(err)
	status := callbackStatus(code)
	if status == 0 {
		x.h.o.Logger.Error("callback failed", "account", x.appID, "error", err)
		x.refuse(http.StatusServiceUnavailable, codeFault)
		return
	}
	x.refuse(status, code)
	var told *models.Error
	if errors.As(err, &told) {
		x.h.refusals.note(x.appID, code, told.Message, "")
	}
}

// Outcomes of callbacks that no other room names.
const (
	unknownAccount = "unknown_account"
	wrongPath      = "wrong_path"   // in the log and /readyz alone: it is no callback
	noAccount      = "unknown"      // the label account where the URL names none of ours
	keyConflict    = "key_conflict" // journal: a key was seen with another body
	codeNotDurable = "not_durable"
	codeOverload   = "overload"
	codeFault      = "fault"
	codePanic      = "panic"
)

// typeHeader spares the two usual types a slice of their own.
func (h *Handler) typeHeader(contentType string) []string {
	switch contentType {
	case plainText:
		return h.plainType
	case replyXML:
		return h.xmlType
	}
	return []string{contentType}
}

// refuse answers with a status and an empty body: a body would help only a forger.
func (x *exchange) refuse(status int, code string) {
	x.outcome = code
	x.h.metrics.security(code)
	x.w.Header().Set("Content-Type", "text/plain")
	x.w.WriteHeader(status)
	x.w.WriteHeaderNow()
}

// finish counts the exchange and is the callback's own recovery.
func (x *exchange) finish() {
	if x.ended {
		return
	}
	x.ended = true
	if x.admitted {
		x.h.inFlight.Add(-1)
	}
	if fault := recover(); fault != nil {
		x.h.o.Logger.Error("callback panicked", "account", x.appID, "fault", fault)
		x.recovered()
	}
	if x.took == 0 {
		x.took = x.h.clock() - x.began
	}
	x.count()
	if x.h.o.Logger.Enabled(x.r.Context(), slog.LevelDebug) {
		x.h.o.Logger.Debug("callback", "account", x.appID, "outcome", x.outcome, "status", x.w.Status())
	}
}

func (x *exchange) count() {
	t := x.h.metrics.tally(x.appID)
	t.callbacks.inc(x.outcome)
	if x.decided {
		t.replies.inc(x.answer.Match.Outcome)
	}
	x.h.metrics.answered(x.w.Status(), x.took)
}

func (x *exchange) recovered() {
	x.outcome = codePanic
	if x.w.Written() {
		return
	}
	if !x.durable {
		x.refuse(http.StatusServiceUnavailable, codePanic)
		return
	}
	x.write([]byte("success"), plainText)
}
