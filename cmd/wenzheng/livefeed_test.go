package main

import (
	"bufio"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng"
	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/handler"
	"github.com/wenzheng/wenzheng/handler/console"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/worker"
)

const apiToken = "0123456789abcdef0123456789abcdef"

// served is the JSON interface of an installation, on a server of its own.
type served struct {
	t   *testing.T
	url string
	hub *console.Hub
}

// api serves the installation's interface by that clock.
func (o *office) api(st *installation, now func() time.Time) *served {
	o.t.Helper()
	hub := console.NewHub(console.HubOptions{Epoch: "t"})
	a := analytics.New(st.Store, st.waits, analytics.Options{Now: now})
	logger := slog.New(slog.DiscardHandler)
	feed := analytics.NewFeed(a, hub)
	st.OnStored(feed.Stored)
	told := worker.Periodic{Interval: analytics.FeedInterval, Logger: logger, Run: feed.Tell}
	told.Start(context.Background())
	h := handler.New(handler.Options{
		Codec: func(string) (handler.Codec, bool) { return nil, false },
		Ready: func(context.Context) (bool, []models.Reason) { return true, nil },
		Console: console.New(console.Options{
			Token: apiToken, Analytics: a, Accounts: st.accounts, Live: hub, Spec: wenzheng.OpenAPI(), Logger: logger,
		}),
		Logger: logger, Registerer: prometheus.NewRegistry(),
	})
	s := httptest.NewServer(h)
	t, _ := o.t.(*testing.T)
	t.Cleanup(func() {
		hub.Close()
		s.Close()
		told.Stop()
	})
	return &served{t: t, url: s.URL, hub: hub}
}

// get reads one path, status and body.
func (s *served) get(path string) (int, []byte) {
	s.t.Helper()
	res := s.ask(path)
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return res.StatusCode, body
}

func (s *served) ask(path string) *http.Response {
	s.t.Helper()
	r, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, s.url+path, http.NoBody)
	if err != nil {
		s.t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+apiToken)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		s.t.Fatal(err)
	}
	return res
}

// openFor is an installation that stays open for the length of the test.
func openFor(t *testing.T, o *office) *installation {
	t.Helper()
	p := &program{stdout: io.Discard, stderr: io.Discard, environ: o.environ(), now: time.Now}
	st, err := p.open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { p.close(st) })
	return st
}

// TestLiveTellsWithinTwoSeconds: from the row in the log to the listener.
func TestLiveTellsWithinTwoSeconds(t *testing.T) {
	o := toy(t, "")
	st := openFor(t, o)
	s := o.api(st, time.Now)
	events := make(chan event, 64)
	res := s.ask("/api/v1/live?account=" + o.account.AppID)
	defer res.Body.Close()
	go readEvents(res.Body, events)
	first := map[string]event{}
	for len(first) < 2 {
		e := nextEvent(t, events, 5*time.Second)
		first[e.name] = e
		if e.name == "reset" {
			delete(first, "reset")
		}
	}
	if got := first["counters"].data["inbound"]; got != 0. {
		t.Errorf("today begins with %v", got)
	}
	begin := time.Now()
	row := models.Interaction{
		AppID: o.account.AppID, OpenID: "o9", Channel: models.ChannelChat, Dir: models.DirIn, Actor: models.ActorCitizen, Kind: "text",
		At: begin, ReceivedAt: begin, MsgKey: "new", OK: true, ParseStatus: models.ParseOK,
	}
	if err := st.waits.Record(context.Background(), []models.Interaction{row}); err != nil {
		t.Fatal(err)
	}
	e := nextEvent(t, events, 5*time.Second)
	took := time.Since(begin)
	waits, _ := e.data["waits"].(map[string]any)
	if e.name != "counters" || e.data["inbound"] != 1. || waits["open"] != 1. || took > 2*time.Second {
		t.Errorf("after %v: %+v", took, e)
	}
	t.Logf("told after %v", took.Round(time.Millisecond))
	answer := row
	answer.Dir, answer.Actor, answer.MsgKey, answer.Staff = models.DirOut, models.ActorHuman, "new-a", "王"
	if err := st.waits.Record(context.Background(), []models.Interaction{answer}); err != nil {
		t.Fatal(err)
	}
	for e := nextEvent(t, events, 5*time.Second); e.name != "indices" || e.data["rti"] != 100.; {
		e = nextEvent(t, events, 5*time.Second) // answered at once: full marks
	}
}

type event struct {
	name string
	data map[string]any
}

func readEvents(body io.Reader, events chan<- event) {
	defer close(events)
	lines := bufio.NewScanner(body)
	var e event
	for lines.Scan() {
		if v, ok := strings.CutPrefix(lines.Text(), "event: "); ok {
			e = event{name: v}
		}
		if v, ok := strings.CutPrefix(lines.Text(), "data: "); ok && json.Unmarshal([]byte(v), &e.data) == nil {
			events <- e
		}
	}
}

func nextEvent(t *testing.T, events <-chan event, d time.Duration) event {
	t.Helper()
	select {
	case e, open := <-events:
		if !open {
			t.Fatal("the stream ended")
		}
		return e
	case <-time.After(d):
		t.Fatalf("nothing within %v", d)
	}
	return event{}
}
