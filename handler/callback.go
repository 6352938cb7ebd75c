package handler

import (
	"log/slog"
	"net/http"
	"strconv"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

const (
	plainText = "text/plain; charset=utf-8"
	replyXML  = "text/xml; charset=utf-8"
)

// callback is the way of a message. Its order is the promise: verify and decode, make the
// event durable, decide, hand the answer to the journal, write once. HTTP 200 is never
// sent for an event that was not kept; 503 never for one that was.
func (h *Handler) callback(c *gin.Context) {
	x := exchange{h: h, w: c.Writer, r: c.Request, start: h.o.Now(), appID: c.Param("app_id")}
	defer x.finish()
	if h.inFlight.Add(1) > int64(h.o.MaxInFlight) {
		x.refuse(http.StatusServiceUnavailable, "overload")
		return
	}
	codec, ok := h.o.Codec(x.appID)
	if !ok {
		x.appID = "unknown" // never let a stranger choose a metric label
		x.refuse(http.StatusNotFound, "unknown_account")
		return
	}
	switch x.r.Method {
	case http.MethodGet:
		x.verify(codec)
	case http.MethodPost:
		x.receive(codec)
	default:
		x.w.Header().Set("Allow", "GET, POST")
		x.refuse(http.StatusMethodNotAllowed, models.CodeBadMethod)
	}
}

// exchange is one delivery on its way through the door.
type exchange struct {
	h       *Handler
	w       gin.ResponseWriter
	r       *http.Request
	start   time.Time
	appID   string
	outcome string
	durable bool
}

func (x *exchange) verify(codec Codec) {
	echo, err := codec.Verify(x.r)
	if err != nil {
		x.refuseError(err)
		return
	}
	x.outcome = "verified"
	x.w.Header().Set("X-Content-Type-Options", "nosniff")
	x.write([]byte(echo), plainText)
}

func (x *exchange) receive(codec Codec) {
	// The bound is on the body alone: a deadline left behind would end the request while
	// it waits for the disk. A test recorder has no connection; a real one always has.
	conn := http.NewResponseController(x.w)
	_ = conn.SetReadDeadline(x.start.Add(x.h.o.BodyTimeout))
	m, err := codec.Decode(x.r)
	if err != nil {
		// The deadline stays: what is left of the body is not waited for.
		x.refuseError(err)
		return
	}
	_ = conn.SetReadDeadline(time.Time{})
	if skew := m.Delivery.Skew.Abs(); skew > 5*time.Minute {
		x.h.metrics.skew.Inc()
	}
	ctx := x.h.cuts.take(x.r.Context(), x.start.Add(x.h.o.Deadline), x.h.o.Deadline-x.h.o.Now().Sub(x.start))
	defer x.h.cuts.put(ctx)
	receipt, err := x.h.o.Journal.Receive(ctx, m)
	if err != nil {
		x.h.o.Logger.ErrorContext(ctx, "callback refused: neither the spool nor the database kept it", "account", x.appID, "error", err)
		x.refuse(http.StatusServiceUnavailable, "not_durable")
		return
	}
	x.durable = true
	if receipt.Answered {
		x.outcome = "repeat"
		x.say(codec, m, receipt.Plain)
		return
	}
	x.answer(ctx, codec, m)
}

// answer decides, keeps the decision and says it.
func (x *exchange) answer(ctx *cut, codec Codec, m *models.Message) {
	a := models.Answer{Outcome: models.OutcomeSilent}
	if m.ParseStatus.Routable() {
		x.decide(ctx, codec, m, &a)
	} else {
		x.h.metrics.security(string(m.ParseStatus))
	}
	x.outcome = string(a.Outcome)
	body, contentType, err := codec.Encode(m, a.Plain)
	if err != nil {
		x.h.o.Logger.ErrorContext(ctx, "reply could not be encrypted", "account", x.appID, "error", err)
		body, contentType = []byte("success"), plainText
		a.Plain, a.Outcome = nil, models.OutcomeFault
	}
	a.At = x.h.o.Now()
	a.Latency = a.At.Sub(x.start)
	x.h.o.Journal.Answer(m.Key, a)
	x.write(body, contentType)
}

func (x *exchange) decide(ctx *cut, codec Codec, m *models.Message, a *models.Answer) {
	d, ok := x.h.route(ctx, m)
	if !ok {
		a.Outcome = models.OutcomeFault
		x.h.o.Logger.ErrorContext(ctx, "no rule answered: the brain failed or took too long", "account", x.appID)
		return
	}
	a.Reply, a.Match = d.reply, d.match
	x.h.metrics.reply(x.appID, a.Match.Outcome)
	if a.Reply.Silent() {
		return
	}
	plain, err := codec.Render(m, &a.Reply)
	if err != nil {
		a.Outcome = models.OutcomeFault
		x.h.o.Logger.ErrorContext(ctx, "reply could not be rendered", "account", x.appID, "rule", a.Match.RuleID, "error", err)
		return
	}
	a.Plain, a.Outcome = plain, models.OutcomeAnswered
}

// say sends the stored answer of an earlier delivery, encrypted anew.
func (x *exchange) say(codec Codec, m *models.Message, plain []byte) {
	body, contentType, err := codec.Encode(m, plain)
	if err != nil {
		body, contentType = []byte("success"), plainText
	}
	x.write(body, contentType)
}

func (x *exchange) write(body []byte, contentType string) {
	head := x.w.Header()
	head["Content-Type"] = x.h.typeHeader(contentType)
	head["Content-Length"] = []string{strconv.Itoa(len(body))}
	if _, err := x.w.Write(body); err != nil {
		x.h.o.Logger.Debug("callback answer not written: the caller has gone", "account", x.appID)
	}
}

func (x *exchange) refuseError(err error) {
	code := models.ErrorCode(err)
	status, ok := callbackStatus[code]
	if !ok {
		x.h.o.Logger.Error("callback failed", "account", x.appID, "error", err)
		status, code = http.StatusServiceUnavailable, "fault"
	}
	x.refuse(status, code)
}

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
	x.h.inFlight.Add(-1)
	if fault := recover(); fault != nil {
		x.h.o.Logger.Error("callback panicked", "account", x.appID, "fault", fault)
		x.recovered()
	}
	x.h.metrics.callback(x.appID, x.outcome, x.w.Status(), x.h.o.Now().Sub(x.start))
	if x.h.o.Logger.Enabled(x.r.Context(), slog.LevelDebug) {
		x.h.o.Logger.Debug("callback", "account", x.appID, "outcome", x.outcome, "status", x.w.Status())
	}
}

func (x *exchange) recovered() {
	x.outcome = "panic"
	if x.w.Written() {
		return
	}
	if !x.durable {
		x.refuse(http.StatusServiceUnavailable, "panic")
		return
	}
	x.write([]byte("success"), plainText)
}

// callbackStatus is the status of each refusal.
var callbackStatus = map[string]int{
	models.CodeBadMethod:        http.StatusMethodNotAllowed,
	models.CodeBadQuery:         http.StatusForbidden,
	models.CodeBadSignature:     http.StatusForbidden,
	models.CodeStale:            http.StatusForbidden,
	models.CodeBodyTooLarge:     http.StatusRequestEntityTooLarge,
	models.CodeBodyTimeout:      http.StatusRequestTimeout,
	models.CodeEmptyBody:        http.StatusBadRequest,
	models.CodeBadEnvelope:      http.StatusBadRequest,
	models.CodeUnsupportedType:  http.StatusUnsupportedMediaType,
	models.CodeBadMode:          http.StatusForbidden,
	models.CodePlaintextRefused: http.StatusForbidden,
	models.CodeBadMsgSignature:  http.StatusForbidden,
	models.CodeBadBase64:        http.StatusForbidden,
	models.CodeBadPadding:       http.StatusForbidden,
	models.CodeBadLength:        http.StatusForbidden,
	models.CodeBadAppID:         http.StatusForbidden,
	models.CodeReplay:           http.StatusForbidden,
	models.CodeBadMessage:       http.StatusForbidden,
}
