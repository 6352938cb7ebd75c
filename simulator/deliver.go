package simulator

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Attempt is one delivery of an event.
type Attempt struct {
	At        time.Time       `json:"at"`
	Status    int             `json:"status"` // 0 when no status came
	LatencyMS float64         `json:"latency_ms"`
	Outcome   DeliveryOutcome `json:"outcome"`
	Reply     string          `json:"reply"`           // plaintext, "" when silent
	Fault     string          `json:"fault,omitempty"` // why the reply was refused, or what broke
	Target    int             `json:"target"`          // index of the service address
	Query     string          `json:"-"`
	Sent      []byte          `json:"-"` // the body on the wire
	Received  []byte          `json:"-"` // the answer on the wire
}

// Trace is all the platform saw of one event. It belongs to the caller once delivery is
// over.
type Trace struct {
	Event    Event
	Attempts []Attempt
	Answered bool // a delivery was answered with status 200
	Plain    []byte
	Reply    models.Reply // of the first good answer
	Mismatch bool         // two deliveries were answered differently
}

// Outcome is the outcome of the first acknowledged delivery, or of the last one when none
// was acknowledged.
func (t *Trace) Outcome() DeliveryOutcome {
	for i := range t.Attempts {
		if t.Attempts[i].Outcome.Acknowledged() {
			return t.Attempts[i].Outcome
		}
	}
	if len(t.Attempts) == 0 {
		return Canceled
	}
	return t.Attempts[len(t.Attempts)-1].Outcome
}

// flight is an event under way: its trace and the signed request, kept for a redelivery
// with identical timestamp and nonce.
type flight struct {
	trace   Trace
	turn    uint32
	target  string
	query   string
	payload []byte
	extra   int // deliveries still to be made although the event was acknowledged
}

// Deliver delivers a callback body under the policy and returns when the event is
// acknowledged, given up, or ctx is done. The error is of the body, which is delivered
// all the same when it cannot be read; what became of the event is in the trace.
func (c *Client) Deliver(ctx context.Context, body []byte) (*Trace, error) {
	return c.deliver(ctx, body, 0)
}

// Repeat delivers a body like Deliver and then again, times in all, although it was
// acknowledged: what a lost answer looks like to the service.
func (c *Client) Repeat(ctx context.Context, body []byte, times int) (*Trace, error) {
	return c.deliver(ctx, body, times-1)
}

func (c *Client) deliver(ctx context.Context, body []byte, extra int) (*Trace, error) {
	ev, readErr := ReadEvent(c.account.AppID, body)
	f := c.newFlight(ev)
	f.extra = extra
	c.carry(ctx, f)
	return &f.trace, readErr
}

// carry makes all deliveries of one event.
func (c *Client) carry(ctx context.Context, f *flight) {
	for {
		pause, again := c.attempt(ctx, f)
		if !again || !wait(ctx, pause) {
			break
		}
	}
	c.finish(f)
}

func (c *Client) newFlight(ev Event) *flight {
	return &flight{trace: Trace{Event: ev}, turn: c.turn.Add(1) - 1}
}

func (c *Client) finish(f *flight) {
	if c.watch != nil {
		c.watch.End(c.account.AppID, &f.trace)
	}
	if c.journal != nil {
		c.journal.write(f.trace.record(c.account.AppID))
	}
}

// wait pauses unless ctx ends first.
func wait(ctx context.Context, d time.Duration) bool {
	if d <= 0 {
		return ctx.Err() == nil
	}
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

// attempt makes the next delivery and says whether and after which pause another one is
// due.
func (c *Client) attempt(ctx context.Context, f *flight) (pause time.Duration, again bool) {
	if f.payload == nil {
		c.sign(f)
	}
	n := len(f.trace.Attempts)
	if n == 0 && c.watch != nil {
		c.watch.Begin(c.account.AppID, &f.trace.Event)
	}
	w := c.wires[(int(f.turn)+n)%len(c.wires)]
	start := time.Now()
	a := Attempt{At: c.now(), Target: (int(f.turn) + n) % len(c.wires), Query: f.query, Sent: f.payload}
	res, err := w.do(ctx, http.MethodPost, f.target, contentTypeOf(&f.trace.Event), f.payload, start.Add(c.policy.Timeout))
	took := time.Since(start)
	a.LatencyMS = float64(took) / float64(time.Millisecond)
	c.judge(ctx, f, &a, res, err)
	f.trace.Attempts = append(f.trace.Attempts, a)
	return c.next(f, &a, took)
}

func contentTypeOf(ev *Event) string {
	if ev.JSON {
		return "application/json"
	}
	return "text/xml"
}

// judge turns what came back into the outcome of the delivery.
func (c *Client) judge(ctx context.Context, f *flight, a *Attempt, res *wireResponse, err error) {
	if err != nil {
		a.Outcome, a.Fault = brokenOutcome(ctx, err), err.Error()
		return
	}
	a.Status, a.Received = res.status, res.body
	if res.status != http.StatusOK {
		a.Outcome = Status
		return
	}
	firstAnswer := !f.trace.Answered
	f.trace.Answered = true
	plain, err := c.openReply(res.contentType, res.body)
	a.Reply = string(plain)
	var reply models.Reply
	if err == nil && len(plain) > 0 {
		reply, err = readReply(&f.trace.Event, plain)
	}
	switch {
	case err != nil:
		a.Outcome, a.Fault = BadReply, err.Error()
	case len(plain) == 0:
		a.Outcome = Silent
	default:
		a.Outcome = Replied
	}
	if firstAnswer {
		f.trace.Plain, f.trace.Reply = plain, reply
		return
	}
	if !SameReply(f.trace.Plain, plain) {
		f.trace.Mismatch = true
	}
}

func brokenOutcome(ctx context.Context, err error) DeliveryOutcome {
	var timeout net.Error
	switch {
	case ctx.Err() != nil:
		return Canceled
	case errors.As(err, &timeout) && timeout.Timeout():
		return Timeout
	case errors.Is(err, syscall.ECONNREFUSED):
		return Refused
	default:
		return Reset
	}
}

// next applies the retry policy after a delivery that took this long.
func (c *Client) next(f *flight, a *Attempt, took time.Duration) (pause time.Duration, again bool) {
	if a.Outcome == Canceled {
		return 0, false
	}
	if a.Outcome.Acknowledged() {
		f.extra--
		f.payload = nil
		return 0, f.extra >= 0
	}
	p := c.policy
	pause = p.AtOnce
	if a.Outcome != Status {
		pause = max(0, p.Spacing-took)
		f.payload = nil // a redelivery after silence is signed anew
	}
	if p.Patience > 0 {
		return pause, c.now().Add(pause).Sub(f.trace.Attempts[0].At) < p.Patience
	}
	return pause, len(f.trace.Attempts) < p.Attempts
}

// sign encrypts the body as the account's mode asks and signs the query.
func (c *Client) sign(f *flight) {
	ev := &f.trace.Event
	timestamp, nonce := c.stamp()
	b := make([]byte, 0, 320)
	b = append(b, "signature="...)
	b = append(b, Signature(c.account.Token, timestamp, nonce)...)
	b = append(b, "&timestamp="...)
	b = append(b, timestamp...)
	b = append(b, "&nonce="...)
	b = append(b, nonce...)
	b = append(b, "&openid="...)
	b = append(b, url.QueryEscape(ev.OpenID)...)
	f.payload = ev.Body
	if c.account.Mode != models.ModePlain {
		sealed := c.cipher.Seal(c.random.sixteen(), ev.Body)
		b = append(b, "&encrypt_type=aes&msg_signature="...)
		b = append(b, Signature(c.account.Token, timestamp, nonce, sealed)...)
		f.payload = c.wrap(ev, sealed)
	}
	f.query = string(b)
	f.target = "/wechat/callback/" + url.PathEscape(c.account.AppID) + "?" + f.query
}

// wrap puts the ciphertext into its envelope: alone in safe mode, beside the fields in
// clear in compat mode.
func (c *Client) wrap(ev *Event, sealed string) []byte {
	if ev.JSON {
		return wrapJSON(ev, sealed, c.account.Mode == models.ModeCompat)
	}
	b := make([]byte, 0, len(sealed)+len(ev.Body)+128)
	if inner, ok := innerXML(ev.Body); ok && c.account.Mode == models.ModeCompat {
		b = append(b, "<xml>"...)
		b = append(b, inner...)
	} else {
		b = append(b, "<xml>"...)
		to := TextField("ToUserName", ev.To)
		b = to.append(b)
	}
	cipherField := TextField("Encrypt", sealed)
	b = cipherField.append(b)
	return append(b, "</xml>"...)
}
