package console

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

// slow answers a question when it is let, or when its time is over.
type slow struct {
	asked chan struct{} // one element for each question that has its turn
	let   chan struct{}
}

func (m *slow) answer(c *gin.Context) (any, error) {
	m.asked <- struct{}{}
	select {
	case <-m.let:
		return "late", nil
	case <-c.Request.Context().Done():
		return nil, errors.New("interrupted") // not every driver says why
	}
}

func quick(*gin.Context) (any, error) { return "at once", nil }

// slowDoor has /slow and /quick, which take turns, and /waits, which does not.
func slowDoor(m *slow, time, queue time.Duration) http.Handler {
	d := New(Options{Live: NewHub(HubOptions{}), Logger: slog.New(slog.DiscardHandler), QuestionTime: time, QueueTime: queue})
	return mounted(d, func(r gin.IRouter) {
		r.GET("/slow", d.do(d.queued(m.answer)))
		r.GET("/quick", d.do(d.queued(quick)))
		r.GET("/waits", d.do(d.timed(quick)))
	})
}

func messageOf(t *testing.T, w *httptest.ResponseRecorder) string {
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
	m := &slow{asked: make(chan struct{}, 9), let: make(chan struct{})}
	h := slowDoor(m, time.Minute, time.Millisecond)
	var running sync.WaitGroup
	for range 2 {
		running.Go(func() {
			if w := ask(h, "/slow", ""); w.Code != 200 {
				t.Errorf("a question with its turn: %d %s", w.Code, w.Body)
			}
		})
	}
	<-m.asked
	<-m.asked
	for _, path := range []string{"/slow", "/quick"} {
		w := ask(h, path, "")
		if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(messageOf(t, w), "稍后再试") {
			t.Errorf("%s: %d %v %s", path, w.Code, w.Header(), w.Body)
		}
	}
	if w := ask(h, "/waits", ""); w.Code != 200 {
		t.Errorf("without a turn: %d %s", w.Code, w.Body)
	}
	close(m.let)
	running.Wait()
	if w := ask(h, "/quick", ""); w.Code != 200 {
		t.Errorf("afterwards: %d %s", w.Code, w.Body)
	}
}

// A question whose time is over is refused with what to do, whatever the database says of it.
func TestQuestions_TimeIsOver(t *testing.T) {
	m := &slow{asked: make(chan struct{}, 9), let: make(chan struct{})}
	w := ask(slowDoor(m, 10*time.Millisecond, time.Second), "/slow", "")
	if w.Code != 503 || w.Header().Get("Retry-After") == "" || !strings.Contains(messageOf(t, w), "缩短窗口") {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}

// Who hung up before the answer was ready is not taken for somebody who got one.
func TestQuestions_CallerGone(t *testing.T) {
	m := &slow{asked: make(chan struct{}, 9), let: make(chan struct{})}
	ctx, hangUp := context.WithCancel(t.Context())
	r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/slow", http.NoBody)
	w := httptest.NewRecorder()
	go func() {
		<-m.asked
		hangUp()
	}()
	if slowDoor(m, time.Minute, time.Second).ServeHTTP(w, r); w.Code != statusGone || w.Body.Len() > 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

// TestUploaded_SlowLine: a body may come slowly, beyond the time that the server gives other requests, and
// takes no turn meanwhile; a long answer outlasts that time as well.
func TestUploaded_SlowLine(t *testing.T) {
	const limit = 40 * time.Millisecond
	m := &slow{asked: make(chan struct{}, 1), let: make(chan struct{})}
	d := New(Options{Live: NewHub(HubOptions{}), Logger: slog.New(slog.DiscardHandler), QuestionTime: time.Minute})
	h := mounted(d, func(r gin.IRouter) {
		r.POST("/file", d.do(d.uploaded(maxBody, d.queuedWithin(2*time.Minute, func(c *gin.Context) (any, error) {
			body, err := io.ReadAll(c.Request.Body)
			if err != nil {
				return nil, err
			}
			if _, err := m.answer(c); err != nil {
				return nil, err
			}
			return string(body), nil
		}))))
	})
	s := &http.Server{Handler: h, ReadTimeout: limit, WriteTimeout: limit}
	url := strings.TrimSuffix(serveLive(t, s), "/api/v1/live") + "/file"
	body, write := io.Pipe()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, url, body)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		write.Write([]byte("first "))
		<-time.After(2 * limit)
		if len(d.turns) != 0 {
			t.Error("a body on its way has taken a turn")
		}
		write.Write([]byte("second"))
		write.Close()
		<-m.asked
		<-time.After(2 * limit)
		close(m.let)
	}()
	answer, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if text, err := io.ReadAll(answer.Body); err != nil || answer.StatusCode != http.StatusOK || string(text) != "\"first second\"\n" {
		t.Errorf("%d %s, %v", answer.StatusCode, text, err)
	}
}
