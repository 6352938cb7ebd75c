package handler

import (
	"context"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
)

// pages are a console with a page of many bytes and a page of few.
type pages struct{ long int }

func (p pages) Routes(r gin.IRouter) {
	page := func(size int) gin.HandlerFunc {
		return func(c *gin.Context) {
			c.Header("Content-Length", strconv.Itoa(size))
			c.Data(http.StatusOK, plainText, make([]byte, size))
		}
	}
	r.GET("/long", page(p.long))
	r.GET("/short", page(1))
}

func (pages) Page(c *gin.Context) { c.Status(http.StatusNotFound) }
func (pages) Close()              {}

// lines hands out what a logger wrote.
type lines chan string

func (l lines) Write(b []byte) (int, error) { l <- string(b); return len(b), nil }

// An answer that its caller does not read within the server's time is not logged as given.
func TestAccess_CallerDoesNotRead(t *testing.T) {
	log := make(lines, 10)
	s := httptest.NewUnstartedServer(New(Options{Console: pages{32 << 20}, Logger: slog.New(slog.NewTextHandler(log, nil))}))
	s.Config.WriteTimeout = 100 * time.Millisecond
	s.Start()
	defer s.Close()
	slow, err := (&net.Dialer{}).DialContext(context.Background(), "tcp", s.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer slow.Close()
	if err := slow.(*net.TCPConn).SetReadBuffer(4096); err != nil {
		t.Fatal(err)
	}
	if _, err := slow.Write([]byte("GET /long HTTP/1.1\r\nHost: x\r\n\r\n")); err != nil {
		t.Fatal(err)
	}
	if line := <-log; !strings.Contains(line, "status=499") {
		t.Errorf("a caller who does not read: %s", line)
	}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, s.URL+"/short", http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := s.Client().Do(r)
	if err != nil || answer.StatusCode != http.StatusOK || answer.ContentLength <= 0 || answer.Body.Close() != nil {
		t.Errorf("%+v, error %v", answer, err)
	}
	if line := <-log; !strings.Contains(line, "status=200") {
		t.Errorf("a caller who reads: %s", line)
	}
}
