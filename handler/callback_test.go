package handler

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/wenzheng/wenzheng/models"
)

// wire is a codec whose faults a test chooses. It speaks no XML: what the door does with
// the rooms is under test here; the rooms themselves meet in cmd/wenzheng.
type wire struct {
	decode func() (*models.Message, error)
	render error
	encode error
}

func (w wire) Verify(r *http.Request) (string, error) {
	if r.URL.Query().Get("echostr") == "" {
		return "", models.NewError(models.CodeBadQuery, "no echostr")
	}
	return r.URL.Query().Get("echostr"), nil
}

func (w wire) Decode(*http.Request) (*models.Message, error) { return w.decode() }

func (w wire) Render(_ *models.Message, r *models.Reply) ([]byte, error) {
	return []byte("<" + r.Text + ">"), w.render
}

func (w wire) Encode(_ *models.Message, plain []byte) (body []byte, contentType string, err error) {
	if len(plain) == 0 {
		return []byte("success"), plainText, nil
	}
	return plain, "text/xml; charset=utf-8", w.encode
}

type spool struct {
	receipt models.Receipt
	err     error
	answers []models.Answer
}

func (s *spool) Receive(context.Context, *models.Message) (models.Receipt, error) {
	return s.receipt, s.err
}
func (s *spool) Answer(_ string, a models.Answer) { s.answers = append(s.answers, a) }

type brainFunc func(context.Context) (models.Reply, models.Match)

func (f brainFunc) Handle(ctx context.Context, _ *models.Message, a *models.Answer) {
	a.Reply, a.Match = f(ctx)
}

func (brainFunc) Default(_ *models.Message, a *models.Answer) {
	a.Reply, a.Match = models.TextReply("default"), models.Match{Outcome: "default"}
}

func says(text string) brainFunc {
	return func(context.Context) (models.Reply, models.Match) {
		return models.TextReply(text), models.Match{Matched: true, Outcome: "rule"}
	}
}

func message(status models.ParseStatus) func() (*models.Message, error) {
	return func() (*models.Message, error) {
		return &models.Message{AppID: "wx0123456789abcdef", Key: "k", MsgType: "text", ParseStatus: status}, nil
	}
}

func refused(code string) func() (*models.Message, error) {
	return func() (*models.Message, error) { return nil, models.NewError(code, code) }
}

func door(w wire, s *spool, b Brain) *Handler {
	return New(Options{
		Codec: func(appID string) (Codec, bool) { return w, appID == "wx0123456789abcdef" },
		Ready: func(context.Context) (bool, []models.Reason) { return true, nil },
		Brain: b, Journal: s, Logger: slog.New(slog.DiscardHandler), Registerer: prometheus.NewRegistry(),
	})
}

const callbackPath = "/wechat/callback/wx0123456789abcdef"

func post(h http.Handler) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), http.MethodPost, callbackPath, strings.NewReader("x")))
	return w
}

func TestCallback_StatusBodyAndOutcome(t *testing.T) {
	hangs := brainFunc(func(ctx context.Context) (models.Reply, models.Match) {
		<-ctx.Done()
		time.Sleep(time.Second) // an answer that is ready at the very moment is taken
		return models.TextReply("too late"), models.Match{}
	})
	panics := brainFunc(func(context.Context) (models.Reply, models.Match) { panic("planted") })
	silent := brainFunc(func(context.Context) (models.Reply, models.Match) { return models.Reply{}, models.Match{} })
	tests := []struct {
		name    string
		wire    wire
		spool   spool
		brain   Brain
		status  int
		body    string
		outcome models.AnswerOutcome // of the answer handed to the journal, "" = none
	}{
		{"reply", wire{decode: message(models.ParseOK)}, spool{}, says("hello"), 200, "<hello>", models.OutcomeAnswered},
		{"repaired is routed", wire{decode: message(models.ParseRepaired)}, spool{}, says("hello"), 200, "<hello>", models.OutcomeAnswered},
		{"silence", wire{decode: message(models.ParseOK)}, spool{}, silent, 200, "success", models.OutcomeSilent},
		{"foreign account is kept, not routed", wire{decode: message(models.ParseForeign)}, spool{}, says("no"), 200, "success", models.OutcomeSilent},
		{"unparsable is kept, not routed", wire{decode: message(models.ParseUnreadable)}, spool{}, says("no"), 200, "success", models.OutcomeSilent},
		{"brain panics", wire{decode: message(models.ParseOK)}, spool{}, panics, 200, "success", models.OutcomeFault},
		{"brain hangs", wire{decode: message(models.ParseOK)}, spool{}, hangs, 200, "<default>", models.OutcomeAnswered},
		{"render fails", wire{decode: message(models.ParseOK), render: errors.New("planted")}, spool{}, says("x"), 200, "success", models.OutcomeFault},
		{"encrypt fails", wire{decode: message(models.ParseOK), encode: errors.New("planted")}, spool{}, says("x"), 200, "success", models.OutcomeFault},
		{"repeat gets the stored answer", wire{decode: message(models.ParseOK)}, spool{receipt: models.Receipt{Repeat: true, Answered: true, Plain: []byte("<first>")}}, says("second"), 200, "<first>", ""},
		{"repeat of silence", wire{decode: message(models.ParseOK)}, spool{receipt: models.Receipt{Repeat: true, Answered: true}}, says("second"), 200, "success", ""},
		{"repeat never answered is routed", wire{decode: message(models.ParseOK)}, spool{receipt: models.Receipt{Repeat: true}}, says("now"), 200, "<now>", models.OutcomeAnswered},
		{"nothing kept", wire{decode: message(models.ParseOK)}, spool{err: errors.New("planted")}, says("x"), 503, "", ""},
		{"bad signature", wire{decode: refused(models.CodeBadSignature)}, spool{}, says("x"), 403, "", ""},
		{"body too large", wire{decode: refused(models.CodeBodyTooLarge)}, spool{}, says("x"), 413, "", ""},
		{"body too slow", wire{decode: refused(models.CodeBodyTimeout)}, spool{}, says("x"), 408, "", ""},
		{"no body", wire{decode: refused(models.CodeEmptyBody)}, spool{}, says("x"), 400, "", ""},
		{"json", wire{decode: refused(models.CodeUnsupportedType)}, spool{}, says("x"), 415, "", ""},
		{"decoder panics before anything was kept", wire{decode: func() (*models.Message, error) { panic("planted") }}, spool{}, says("x"), 503, "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				h := door(tt.wire, &tt.spool, tt.brain)
				w := post(h)
				time.Sleep(2 * time.Second) // whoever came late has ended
				if w.Code != tt.status || w.Body.String() != tt.body {
					t.Errorf("got %d %q, want %d %q", w.Code, w.Body, tt.status, tt.body)
				}
				var got models.AnswerOutcome
				if len(tt.spool.answers) > 0 {
					got = tt.spool.answers[0].Outcome
				}
				if got != tt.outcome {
					t.Errorf("outcome %q, want %q", got, tt.outcome)
				}
				if n := h.inFlight.Load(); n != 0 {
					t.Errorf("%d callbacks still in flight", n)
				}
			})
		})
	}
}

func TestRoutes_MethodAndPath(t *testing.T) {
	tests := []struct {
		method, path string
		status       int
		body         string
	}{
		{http.MethodGet, callbackPath + "?echostr=abc123", 200, "abc123"},
		{http.MethodGet, callbackPath, 403, ""},
		{http.MethodPost, callbackPath + "?echostr=abc123", 200, "<x>"},
		{http.MethodPut, callbackPath, 405, ""},
		{http.MethodDelete, callbackPath, 405, ""},
		{http.MethodHead, callbackPath, 405, ""},
		{http.MethodPost, "/wechat/callback/wx9999999999999999", 404, ""},
		{http.MethodPost, "/wechat/callback/", 404, ""},
		{http.MethodPost, "/healthz", 405, ""},
		{http.MethodGet, "/healthz", 200, `{"status":"ok","reasons":[],"problems":[]}`},
		{http.MethodGet, "/readyz", 200, `{"status":"ok","reasons":[],"problems":[]}`},
		{http.MethodOptions, "/readyz", 200, `{"status":"ok","reasons":[],"problems":[]}`},
		{http.MethodPut, "/readyz", 405, ""},
		{http.MethodGet, "/wechat/other", 404, ""},
		{http.MethodGet, "/api/v1/none", 404, ""},
		{http.MethodGet, "/../../etc/passwd", 404, ""},
	}
	for _, tt := range tests {
		t.Run(tt.method+" "+tt.path, func(t *testing.T) {
			h := door(wire{decode: message(models.ParseOK)}, &spool{}, says("x"))
			w := httptest.NewRecorder()
			h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), tt.method, tt.path, http.NoBody))
			if w.Code != tt.status || w.Body.String() != tt.body {
				t.Errorf("got %d %q, want %d %q", w.Code, w.Body, tt.status, tt.body)
			}
		})
	}
}

func TestCallback_TooManyInFlight(t *testing.T) {
	enter, leave := make(chan struct{}), make(chan struct{})
	slow := brainFunc(func(context.Context) (models.Reply, models.Match) {
		enter <- struct{}{}
		<-leave
		return models.TextReply("done"), models.Match{}
	})
	h := door(wire{decode: message(models.ParseOK)}, &spool{}, slow)
	h.o.MaxInFlight, h.o.RouteLimit = 1, time.Minute
	first := make(chan *httptest.ResponseRecorder)
	go func() { first <- post(h) }()
	<-enter
	if w := post(h); w.Code != http.StatusServiceUnavailable || w.Body.Len() != 0 {
		t.Errorf("second callback got %d %q, want an empty 503", w.Code, w.Body)
	}
	close(leave)
	if w := <-first; w.Body.String() != "<done>" {
		t.Errorf("first callback got %q", w.Body)
	}
}

func TestReadyz_Degraded(t *testing.T) {
	h := door(wire{}, &spool{}, says(""))
	for _, tt := range []struct {
		able    bool
		reasons []models.Reason
		status  int
		body    string
	}{
		{
			true,
			[]models.Reason{{What: "database", Said: models.Say("away", "away for {n}", "n", "3")}},
			200,
			`{"status":"degraded","reasons":["database: away for 3"],"problems":[{"what":"database","code":"away","values":{"n":"3"},"text":"away for 3"}]}`,
		},
		{
			false,
			[]models.Reason{{Said: models.Say("no_account", "no account")}},
			503,
			`{"status":"unable","reasons":["no account"],"problems":[{"what":"","code":"no_account","values":{},"text":"no account"}]}`,
		},
		{true, nil, 200, `{"status":"ok","reasons":[],"problems":[]}`},
	} {
		h.o.Ready = func(context.Context) (bool, []models.Reason) { return tt.able, tt.reasons }
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/readyz", http.NoBody))
		if w.Code != tt.status || w.Body.String() != tt.body {
			t.Errorf("got %d %s, want %d %s", w.Code, w.Body, tt.status, tt.body)
		}
	}
}

func TestMetrics_UnknownAccount(t *testing.T) {
	h := door(wire{decode: message(models.ParseOK)}, &spool{}, says("x"))
	for _, most := range []int{10, 0} { // 0: every one finds the house full
		h.o.MaxInFlight = most
		for _, app := range []string{"a", "b", "c"} {
			h.ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/wechat/callback/"+app, http.NoBody))
		}
	}
	if n := testutil.CollectAndCount(h.metrics.callbacks); n != 1 {
		t.Errorf("%d label sets for unknown accounts, want 1", n)
	}
}

// TestCallback_ClockSetForward sets the clock an hour forward whenever it is read, as the
// history of the demo does between two moments: limits run by the machine's clock.
func TestCallback_ClockSetForward(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := &spool{}
		h := door(wire{decode: message(models.ParseOK)}, s, brainFunc(func(context.Context) (models.Reply, models.Match) {
			time.Sleep(40 * time.Millisecond) // fake time, most of the limit
			return models.TextReply("hello"), models.Match{}
		}))
		clock := time.Now()
		h.o.RouteLimit = 50 * time.Millisecond
		h.o.Now = func() time.Time {
			clock = clock.Add(time.Hour)
			return clock
		}
		for i := range 5 {
			if w := post(h); w.Body.String() != "<hello>" || s.answers[i].Latency != 40*time.Millisecond {
				t.Errorf("got %q after %v", w.Body, s.answers[i].Latency)
			}
		}
	})
}

// waitingJournal keeps nothing and waits for the end of the context.
type waitingJournal struct{ spool }

func (*waitingJournal) Receive(ctx context.Context, _ *models.Message) (models.Receipt, error) {
	<-ctx.Done()
	return models.Receipt{}, ctx.Err()
}

// TestCallback_JournalHangs: the hard cut ends the wait and nothing else does, not even the
// caller, who has gone already.
func TestCallback_JournalHangs(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		h := door(wire{decode: message(models.ParseOK)}, &spool{}, says("x"))
		h.o.Journal = &waitingJournal{}
		gone, cancel := context.WithCancel(t.Context())
		cancel()
		w, begun := httptest.NewRecorder(), time.Now()
		h.ServeHTTP(w, httptest.NewRequestWithContext(gone, http.MethodPost, callbackPath, strings.NewReader("x")))
		if took := time.Since(begun); w.Code != http.StatusServiceUnavailable || took != 4*time.Second {
			t.Errorf("got %d after %v, want 503 after 4s", w.Code, took)
		}
	})
}
