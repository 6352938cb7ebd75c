package handler

import (
	"io"
	"net"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

// stalled opens a connection that sends half a body and then nothing.
func stalled(t *testing.T, address string) net.Conn {
	t.Helper()
	conn, err := (&net.Dialer{}).DialContext(t.Context(), "tcp", address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	if _, err := io.WriteString(conn, "POST "+callbackPath+" HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhalf"); err != nil {
		t.Fatal(err)
	}
	if err := conn.SetReadDeadline(time.Now().Add(20 * time.Second)); err != nil {
		t.Fatal(err)
	}
	return conn
}

func (s *slowBodies) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.all
}

// TestSlowBodies_OthersAreAnswered: however many send slowly, others are answered; of
// one address only so many are waited for.
func TestSlowBodies_OthersAreAnswered(t *testing.T) {
	h, _, s := served(t, reads{}, says("hello"), Options{BodyTimeout: 3 * time.Second})
	h.o.MaxInFlight = 2
	begun := time.Now()
	var conns []net.Conn
	for range 5 * maxSlowOfOne {
		conns = append(conns, stalled(t, s.Listener.Addr().String()))
	}
	refused := make(chan time.Duration, len(conns))
	for _, conn := range conns {
		go func() {
			b, err := io.ReadAll(conn) // ends when the server hangs up
			if err != nil || !strings.HasPrefix(string(b), "HTTP/1.1 408 ") {
				t.Errorf("got %q, %v", b, err)
			}
			refused <- time.Since(begun)
		}()
	}
	early := 0
	for n := 0; n < len(conns); {
		if got := deliver(t, s, "whole"); got.body != "<hello>" {
			t.Fatalf("another citizen got %+v", got)
		}
		if slow := h.slow.count(); slow > maxSlowOfOne {
			t.Fatalf("%d slow bodies of one address are waited for", slow)
		}
		select {
		case after := <-refused:
			n++
			if after < h.o.BodyTimeout {
				early++
			}
		default:
		}
	}
	if want := len(conns) - maxSlowOfOne; early != want {
		t.Errorf("%d were not waited for, want %d", early, want)
	}
	if h.slow.count() != 0 || h.inFlight.Load() != 0 {
		t.Errorf("%d slow bodies and %d callbacks are left", h.slow.count(), h.inFlight.Load())
	}
}

// TestSlowBodies_BodyCompletes: slow is not wrong, and the connection is used again.
func TestSlowBodies_BodyCompletes(t *testing.T) {
	h, _, s := served(t, reads{}, says("hello"), Options{BodyTimeout: 10 * time.Second})
	conn := stalled(t, s.Listener.Addr().String())
	for h.slow.count() == 0 {
		time.Sleep(time.Millisecond) // until the server sees it
	}
	const next = "POST " + callbackPath + " HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\nConnection: close\r\n\r\nx"
	if _, err := io.WriteString(conn, "-half-"+next); err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(conn)
	if err != nil || strings.Count(string(b), "<hello>") != 2 {
		t.Errorf("got %q, %v", b, err)
	}
}

func TestSlowBodies_BoundedInAll(t *testing.T) {
	var s slowBodies
	entered := 0
	for n := range 2 * maxSlow {
		if s.enter(strconv.Itoa(n)) {
			entered++
		}
	}
	if entered != maxSlow || s.count() != maxSlow {
		t.Errorf("%d are waited for, want %d", entered, maxSlow)
	}
}

// TestHead_SameAsGet: balancers probe so.
func TestHead_SameAsGet(t *testing.T) {
	_, _, s := served(t, wire{}, says(""), Options{})
	for _, path := range []string{"/healthz", "/readyz"} {
		var heads [2]http.Header
		for i, method := range []string{http.MethodGet, http.MethodHead} {
			req, err := http.NewRequestWithContext(t.Context(), method, s.URL+path, http.NoBody)
			if err != nil {
				t.Fatal(err)
			}
			res, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(res.Body)
			if err != nil || res.StatusCode != http.StatusOK || len(b) > 0 != (method == http.MethodGet) {
				t.Errorf("%s %s: %d %q, %v", method, path, res.StatusCode, b, err)
			}
			res.Body.Close()
			heads[i] = res.Header
		}
		if heads[0].Get("Content-Type") != heads[1].Get("Content-Type") {
			t.Errorf("%s: %v and %v", path, heads[0], heads[1])
		}
	}
}
