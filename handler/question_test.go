package handler

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// slowMeasure answers reports when it is let, or when their time is over.
type slowMeasure struct {
	gauge
	asked chan struct{} // one element for each question that has its turn
	let   chan struct{}
	size  int // bytes of an answer
}

func (m *slowMeasure) Indices(ctx context.Context, _ IndicesQuery) (any, error) {
	m.asked <- struct{}{}
	select {
	case <-m.let:
		return strings.Repeat("x", m.size), nil
	case <-ctx.Done():
		return nil, errors.New("interrupted") // not every driver says why
	}
}

func slowDoor(m *slowMeasure, time, queue time.Duration, log *slog.Logger) *Handler {
	h := apiDoor(&m.gauge, NewHub(HubOptions{}), testToken)
	o := h.o
	api := *o.API
	api.Measure, api.QuestionTime, api.QueueTime = m, time, queue
	o.API, o.Logger, o.Registerer = &api, log, nil
	return New(o)
}

func codeOf(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	var e models.Error
	if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return e.Message
}

// Two questions are answered at once. A third is told to come again, and what is quick is answered
// all the while.
func TestQuestions_ThirdAtOnce(t *testing.T) {
	m := &slowMeasure{asked: make(chan struct{}, 9), let: make(chan struct{})}
	h := slowDoor(m, time.Minute, time.Millisecond, slog.New(slog.DiscardHandler))
	var running sync.WaitGroup
	for range 2 {
		running.Go(func() {
			if w := ask(h, "/api/v1/indices", testToken); w.Code != 200 {
				t.Errorf("a question with its turn: %d %s", w.Code, w.Body)
			}
		})
	}
	<-m.asked
	<-m.asked
	for _, path := range []string{"/api/v1/indices", "/api/v1/series?metric=rti.value"} {
		w := ask(h, path, testToken)
		if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(codeOf(t, w), "稍后再试") {
			t.Errorf("%s: %d %v %s", path, w.Code, w.Header(), w.Body)
		}
	}
	for _, path := range []string{"/api/v1/waits", "/readyz", "/healthz"} {
		if w := ask(h, path, testToken); w.Code != 200 {
			t.Errorf("%s: %d %s", path, w.Code, w.Body)
		}
	}
	close(m.let)
	running.Wait()
	if w := ask(h, "/api/v1/series?metric=rti.value", testToken); w.Code != 200 {
		t.Errorf("afterwards: %d %s", w.Code, w.Body)
	}
}

// A question whose time is over is refused with what to do, whatever the database says of it.
func TestQuestions_TimeIsOver(t *testing.T) {
	var log bytes.Buffer
	m := &slowMeasure{asked: make(chan struct{}, 9), let: make(chan struct{})}
	h := slowDoor(m, 10*time.Millisecond, time.Second, slog.New(slog.NewTextHandler(&log, nil)))
	w := ask(h, "/api/v1/indices", testToken)
	if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(codeOf(t, w), "缩短窗口") {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
	if !strings.Contains(log.String(), "status=503") {
		t.Errorf("logged %s", log.String())
	}
}

// lines hands out what a logger wrote.
type lines chan string

func (l lines) Write(b []byte) (int, error) { l <- string(b); return len(b), nil }

// An answer that nobody got is not logged as given: the caller is gone before it is ready, or does
// not read it within the server's time.
func TestAccess_CallerGone(t *testing.T) {
	log := make(lines, 10)
	m := &slowMeasure{asked: make(chan struct{}, 9), let: make(chan struct{}), size: 32 << 20}
	h := slowDoor(m, time.Minute, time.Second, slog.New(slog.NewTextHandler(log, nil)))
	s := httptest.NewUnstartedServer(h)
	s.Config.WriteTimeout = 100 * time.Millisecond
	s.Start()
	defer s.Close()
	dial := func() net.Conn {
		t.Helper()
		conn, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", s.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		if err := conn.(*net.TCPConn).SetReadBuffer(4096); err != nil {
			t.Fatal(err)
		}
		_, err = conn.Write([]byte("GET /api/v1/indices HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + testToken + "\r\n\r\n"))
		if err != nil {
			t.Fatal(err)
		}
		return conn
	}
	gone := dial()
	<-m.asked
	if err := gone.Close(); err != nil {
		t.Fatal(err)
	}
	if line := <-log; !strings.Contains(line, "status=499") {
		t.Errorf("a caller who hung up: %s", line)
	}
	close(m.let)
	slow := dial() // reads nothing
	defer slow.Close()
	if line := <-log; !strings.Contains(line, "status=499") {
		t.Errorf("a caller who does not read: %s", line)
	}
	r, err := http.NewRequestWithContext(context.Background(), http.MethodGet, s.URL+"/api/v1/waits", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+testToken)
	answer, err := s.Client().Do(r)
	if err != nil || answer.StatusCode != http.StatusOK || answer.ContentLength <= 0 || answer.Body.Close() != nil {
		t.Errorf("%+v, error %v", answer, err)
	}
	if line := <-log; !strings.Contains(line, "status=200") {
		t.Errorf("a caller who reads: %s", line)
	}
}
