package console

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
)

// tell publishes a number.
func tell(t testing.TB, h *Hub, account, name string, n int) {
	t.Helper()
	if err := h.Publish(account, name, n); err != nil {
		t.Fatal(err)
	}
}

// heard are the events of a stream as "name data", comments and retry left out.
func heard(text string) []string {
	var list []string
	for block := range strings.SplitSeq(text, "\n\n") {
		name, data := "", ""
		for line := range strings.SplitSeq(block, "\n") {
			if v, ok := strings.CutPrefix(line, "event: "); ok {
				name = v
			}
			if v, ok := strings.CutPrefix(line, "data: "); ok {
				data = v
			}
		}
		if name != "" {
			list = append(list, strings.TrimSpace(name+" "+data))
		}
	}
	return list
}

func TestHub_Resume(t *testing.T) {
	h := NewHub(HubOptions{Epoch: "e", Ring: 4})
	tell(t, h, "a", "counters", 1)
	tell(t, h, "b", "counters", 2)
	tell(t, h, "a", "counters", 3)
	tell(t, h, "a", "indices", 4)
	for _, c := range []struct {
		name, lastID string
		accounts     []string
		want         []string
	}{
		{"newcomer", "", nil, []string{"reset {}", "counters 2", "counters 3", "indices 4"}},
		{"newcomer of one account", "", []string{"b"}, []string{"reset {}", "counters 2"}},
		{"resumed", "e-2", nil, []string{"counters 3", "indices 4"}},
		{"resumed in one account", "e-1", []string{"b"}, []string{"counters 2"}},
		{"missed nothing", "e-4", nil, nil},
		{"another start of the program", "d-2", nil, []string{"reset {}", "counters 2", "counters 3", "indices 4"}},
		{"from the future", "e-9", []string{"b"}, []string{"reset {}", "counters 2"}},
		{"not an id", "x", []string{"b"}, []string{"reset {}", "counters 2"}},
	} {
		l, first, err := h.join(c.accounts, c.lastID)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(c.want, heard(string(first))); d != "" {
			t.Errorf("%s: %s", c.name, d)
		}
		h.leave(l)
	}
	tell(t, h, "a", "counters", 5)
	if l, first, err := h.join(nil, "e-0"); err != nil || heard(string(first))[0] != "reset {}" {
		t.Errorf("what left the ring: %v %s", err, first)
	} else {
		h.leave(l)
	}
	if n := h.Listeners(); n != 0 {
		t.Errorf("%d listeners left behind", n)
	}
}

func TestHub_SlowListener(t *testing.T) {
	h := NewHub(HubOptions{Epoch: "e", Listeners: 2, Buffer: 3})
	slow, _, err := h.join(nil, "")
	if err != nil {
		t.Fatal(err)
	}
	other, _, err := h.join([]string{"b"}, "")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, err := h.join(nil, ""); err == nil {
		t.Error("a third listener of two")
	}
	for i := range 4 {
		tell(t, h, "a", "counters", i)
	}
	if !h.wasSlow(slow) || h.Listeners() != 1 {
		t.Errorf("who does not read is kept: %d listeners", h.Listeners())
	}
	n := 0
	for range slow.frames {
		n++
	}
	if n != 3 {
		t.Errorf("%d frames kept for the slow one", n)
	}
	h.Close()
	if _, open := <-other.frames; open || h.wasSlow(other) {
		t.Error("the hub closed and a listener did not hear of it")
	}
	if _, _, err := h.join(nil, ""); err == nil {
		t.Error("a listener after the end")
	}
	tell(t, h, "a", "counters", 9)
	h.leave(other)
}

// pipe is a response whose bytes a test reads as they come.
type pipe struct {
	header http.Header
	w      *io.PipeWriter
}

func (p *pipe) Header() http.Header         { return p.header }
func (p *pipe) WriteHeader(int)             {}
func (p *pipe) Write(b []byte) (int, error) { return p.w.Write(b) }
func (p *pipe) Flush()                      {}

func TestLive_Stream(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		hub := NewHub(HubOptions{Epoch: "e"})
		h := mounted(doorWith(testToken, hub))
		ctx, cancel := context.WithCancel(t.Context())
		r := httptest.NewRequestWithContext(ctx, http.MethodGet, "/api/v1/live?account=a", http.NoBody)
		r.Header.Set("Authorization", "Bearer "+testToken)
		out, in := io.Pipe()
		var text strings.Builder
		go io.Copy(&text, out)
		done := make(chan struct{})
		p := &pipe{header: http.Header{}, w: in}
		go func() {
			defer close(done)
			h.ServeHTTP(p, r)
			in.Close()
		}()
		synctest.Wait()
		if p.header.Get("Content-Type") != "text/event-stream; charset=utf-8" || p.header.Get("Cache-Control") != "no-store" {
			t.Errorf("headers %v", p.header)
		}
		tell(t, hub, "a", "counters", 1)
		tell(t, hub, "b", "counters", 2)
		time.Sleep(16 * time.Second) // of the bubble's clock
		synctest.Wait()
		tell(t, hub, "a", "indices", 3)
		synctest.Wait()
		if d := cmp.Diff([]string{"reset {}", "counters 1", "indices 3"}, heard(text.String())); d != "" {
			t.Error(d)
		}
		if !strings.Contains(text.String(), "id: e-3\n") || !strings.Contains(text.String(), "retry: ") ||
			strings.Count(text.String(), ": heartbeat") != 1 {
			t.Errorf("stream:\n%s", text.String())
		}
		hub.Close()
		<-done
		synctest.Wait()
		if list := heard(text.String()); !strings.HasPrefix(list[len(list)-1], "closing") {
			t.Errorf("last words %v", list)
		}
		cancel()
	})
}

// TestLive_LongerThanServerLimits: the server's limits are for answers, not for streams.
func TestLive_LongerThanServerLimits(t *testing.T) {
	hub := NewHub(HubOptions{Epoch: "e"})
	d := doorWith(testToken, hub)
	s := &http.Server{Handler: mounted(d), ReadTimeout: 50 * time.Millisecond, WriteTimeout: 50 * time.Millisecond}
	s.RegisterOnShutdown(d.Close)
	url := serveLive(t, s)
	body := listen(t, url, "")
	lines := bufio.NewReader(body)
	waitFor(t, func() bool { return hub.Listeners() == 1 })
	for begin := time.Now(); time.Since(begin) < 300*time.Millisecond; {
		tell(t, hub, "a", "counters", 7)
		for line := ""; line != "data: 7\n"; {
			var err error
			if line, err = lines.ReadString('\n'); err != nil {
				t.Fatalf("the stream ended after %v: %v", time.Since(begin), err)
			}
		}
	}
	stopped := make(chan error, 1)
	go func() { stopped <- s.Shutdown(t.Context()) }()
	if _, err := io.Copy(io.Discard, lines); err != nil {
		t.Errorf("the end of the stream: %v", err)
	}
	if err := <-stopped; err != nil {
		t.Error(err)
	}
}

func serveLive(t testing.TB, s *http.Server) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		s.Serve(l)
	}()
	t.Cleanup(func() {
		s.Close()
		<-done
		http.DefaultClient.CloseIdleConnections()
	})
	return "http://" + l.Addr().String() + "/api/v1/live"
}

func listen(t testing.TB, url, lastID string) io.ReadCloser {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+testToken)
	r.Header.Set("Last-Event-ID", lastID)
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { res.Body.Close() })
	if res.StatusCode != http.StatusOK {
		t.Fatalf("status %d", res.StatusCode)
	}
	return res.Body
}

func waitFor(t testing.TB, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(10 * time.Second); !ok(); runtime.Gosched() {
		if time.Now().After(deadline) {
			t.Fatal("waited in vain")
		}
	}
}

// BenchmarkLive sends events to 200 listeners over real connections and tells how long the
// last of them waits and what a listener costs in memory.
func BenchmarkLive(b *testing.B) {
	const listeners = 200
	hub := NewHub(HubOptions{Epoch: "e"})
	s := &http.Server{Handler: mounted(doorWith(testToken, hub)), ReadHeaderTimeout: 3 * time.Second}
	url := serveLive(b, s)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	arrived := make(chan time.Time, listeners)
	for range listeners {
		lines := bufio.NewReaderSize(listen(b, url, "e-0"), 512)
		go func() {
			for {
				line, err := lines.ReadString('\n')
				if err != nil {
					return
				}
				if strings.HasPrefix(line, "data: {\"account\"") {
					arrived <- time.Now()
				}
			}
		}()
	}
	waitFor(b, func() bool { return hub.Listeners() == listeners })
	runtime.GC()
	runtime.ReadMemStats(&after)
	event := map[string]string{"account": "wx0123456789abcdef", "filler": strings.Repeat("0", 600)}
	var delays []time.Duration
	b.ResetTimer()
	for range b.N {
		begin := time.Now()
		if err := hub.Publish("wx0123456789abcdef", "counters", event); err != nil {
			b.Fatal(err)
		}
		var last time.Time
		for range listeners {
			if at := <-arrived; at.After(last) {
				last = at
			}
		}
		delays = append(delays, last.Sub(begin))
	}
	b.StopTimer()
	slices.Sort(delays)
	b.ReportMetric(float64(delays[len(delays)/2].Microseconds()), "µs-to-last-p50")
	b.ReportMetric(float64(delays[len(delays)*99/100].Microseconds()), "µs-to-last-p99")
	b.ReportMetric(float64(after.HeapInuse+after.StackInuse-before.HeapInuse-before.StackInuse)/listeners/1024, "KiB/listener+client")
	if hub.Listeners() != listeners {
		b.Errorf("%s were dropped", fmt.Sprint(listeners-hub.Listeners()))
	}
}
