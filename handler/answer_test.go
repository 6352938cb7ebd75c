package handler

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/wenzheng/wenzheng/models"
)

// ledger is a journal that many deliveries write to at once.
type ledger struct {
	mu      sync.Mutex
	answers map[models.AnswerOutcome]int
	said    map[string]int // what was answered
}

func (l *ledger) Receive(context.Context, *models.Message) (models.Receipt, error) {
	return models.Receipt{}, nil
}

func (l *ledger) Answer(_ string, a models.Answer) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.answers == nil {
		l.answers, l.said = map[models.AnswerOutcome]int{}, map[string]int{}
	}
	l.said[string(a.Plain)]++
	l.answers[a.Outcome]++
}

func (l *ledger) count(o models.AnswerOutcome) int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.answers[o]
}

// served is a door behind a real server, because only that has connections.
func served(t *testing.T, w Codec, b Brain, limits Options) (*Handler, *ledger, *httptest.Server) {
	t.Helper()
	l := &ledger{}
	h := door(wire{}, &spool{}, b)
	h.o.Journal, h.o.Codec = l, func(string) (Codec, bool) { return w, true }
	limits = withDefaults(limits)
	h.o.RouteLimit, h.o.Deadline, h.o.BodyTimeout = limits.RouteLimit, limits.Deadline, limits.BodyTimeout
	s := httptest.NewUnstartedServer(h)
	s.Config = NewServer(h, h.o.Logger)
	s.Start()
	t.Cleanup(s.Close)
	return h, l, s
}

// delivered is what a citizen got: closed says that the connection is not used again.
type delivered struct {
	status int
	body   string
	closed bool
}

func deliver(t *testing.T, s *httptest.Server, body string) delivered {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+callbackPath, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	res, err := s.Client().Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return delivered{res.StatusCode, string(b), res.Close}
}

// TestCallback_RuleHangs holds a rule for as long as the test wants: its citizen gets the
// default reply in time, or success at the hard cut, the next one on the same connection the usual answer, the server can
// stop, and what the rule does in the end, returning or panicking, reaches nobody.
func TestCallback_RuleHangs(t *testing.T) {
	for _, tt := range []struct {
		name   string
		limits Options
		want   string
		log    models.AnswerOutcome
		end    func() models.Reply
	}{
		{"returns after the route limit", Options{RouteLimit: 30 * time.Millisecond}, "<default>", models.OutcomeAnswered, func() models.Reply { return models.TextReply("too late") }},
		{"returns after the hard cut", Options{RouteLimit: time.Hour, Deadline: 30 * time.Millisecond}, "success", models.OutcomeFault, func() models.Reply { return models.TextReply("too late") }},
		{"panics after the route limit", Options{RouteLimit: 30 * time.Millisecond}, "<default>", models.OutcomeAnswered, func() models.Reply { panic("planted") }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			leave, left := make(chan struct{}), make(chan struct{})
			var first sync.Once
			h, l, s := served(t, wire{decode: message(models.ParseOK)}, brainFunc(func(context.Context) (models.Reply, models.Match) {
				held := false
				first.Do(func() { held = true })
				if !held {
					return models.TextReply("hello"), models.Match{}
				}
				<-leave
				defer close(left)
				return tt.end(), models.Match{}
			}), tt.limits)

			if got := deliver(t, s, "x"); got != (delivered{http.StatusOK, tt.want, false}) {
				t.Errorf("the citizen got %+v, want %s", got, tt.want)
			}
			if n := l.count(tt.log); n != 1 {
				t.Errorf("%d times %s in the journal, want 1", n, tt.log)
			}
			if n := testutil.ToFloat64(h.metrics.callbacks.WithLabelValues("wx0123456789abcdef", "fault")); n != 1 {
				t.Errorf("%v faults counted, want 1", n)
			}
			answered := l.count(models.OutcomeAnswered)
			if tt.limits.RouteLimit < time.Hour {
				if got := deliver(t, s, "x"); got.body != "<hello>" {
					t.Errorf("the next citizen got %+v", got)
				}
			}
			if n := h.inFlight.Load(); n != 0 {
				t.Errorf("%d callbacks still in flight", n)
			}
			s.Client().CloseIdleConnections()
			stop, cancel := context.WithTimeout(t.Context(), 10*time.Second)
			defer cancel()
			if err := s.Config.Shutdown(stop); err != nil {
				t.Errorf("the server waits for the rule: %v", err)
			}
			close(leave)
			<-left
			if n := l.count(models.OutcomeAnswered) - answered; n > 1 {
				t.Errorf("%d answers in the journal after it: the late one counts", n)
			}
		})
	}
}

// TestCallback_RuleEndsAtTheLimit lets rules end just before and just after the limit, many at a time
// on connections that are used again: every citizen gets one answer, and the journal has
// the one the citizen got.
func TestCallback_RuleEndsAtTheLimit(t *testing.T) {
	const citizens, each, limit = 8, 60, 2 * time.Millisecond
	_, l, s := served(t, wire{decode: message(models.ParseOK)}, brainFunc(func(context.Context) (models.Reply, models.Match) {
		<-time.After(limit - time.Millisecond + rand.N(2*time.Millisecond))
		return models.TextReply("hello"), models.Match{}
	}), Options{RouteLimit: limit})
	var mu sync.Mutex
	got := map[string]int{}
	var wg sync.WaitGroup
	for range citizens {
		wg.Go(func() {
			for range each {
				answer := deliver(t, s, "x").body
				mu.Lock()
				got[answer]++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if got["<hello>"]+got["<default>"] != citizens*each {
		t.Errorf("answers: %v", got)
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(got) < 2 || l.said["<hello>"] != got["<hello>"] || l.said["<default>"] != got["<default>"] {
		t.Errorf("journal has %v, citizens got %v", l.said, got)
	}
}

// reads is a codec that wants the whole body first.
type reads struct{ wire }

func (reads) Decode(r *http.Request) (*models.Message, error) {
	if _, err := io.ReadAll(r.Body); err != nil {
		var n net.Error
		if errors.As(err, &n) && n.Timeout() {
			return nil, models.NewError(models.CodeBodyTimeout, "slow")
		}
		return nil, models.NewError(models.CodeBadEnvelope, err.Error())
	}
	return message(models.ParseOK)()
}

// TestCallback_BodyStalls sends half a body: the caller is told 408 and loses the
// connection, others are answered meanwhile and after.
func TestCallback_BodyStalls(t *testing.T) {
	h, _, s := served(t, reads{}, says("hello"), Options{BodyTimeout: 50 * time.Millisecond})
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, "POST "+callbackPath+" HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf"); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for range 20 {
		if got := deliver(t, s, "whole"); got.body != "<hello>" {
			t.Fatalf("another citizen got %+v", got)
		}
	}
	b, err := io.ReadAll(conn) // ends when the server hangs up
	if err != nil || !strings.HasPrefix(string(b), "HTTP/1.1 408 ") {
		t.Errorf("got %q, %v", b, err)
	}
	if n := h.inFlight.Load(); n != 0 {
		t.Errorf("%d callbacks still in flight", n)
	}
}
