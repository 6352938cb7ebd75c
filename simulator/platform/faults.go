package platform

import (
	"cmp"
	"context"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"strings"
	"time"
)

// FaultKind is a way in which the platform's API fails.
type FaultKind string

// The faults on demand.
const (
	FaultSilence FaultKind = "silence" // no answer until the caller hangs up
	FaultStatus  FaultKind = "status"  // an HTTP status, 500 unless given, with an HTML page
	FaultEmpty   FaultKind = "empty"   // {}
	FaultSlow    FaultKind = "slow"    // the right answer, delay_ms late
	FaultHuge    FaultKind = "huge"    // a body of bytes, 100 MiB unless given
	FaultErrcode FaultKind = "errcode" // an errcode: 42001 expired token, 45009 quota used up, 40164 address not allowed ...
	FaultExpires FaultKind = "expires" // a token answer whose expires_in is 0
	FaultReset   FaultKind = "reset"   // the connection is cut off
)

// Known reports whether the kind is one of these.
func (k FaultKind) Known() bool {
	switch k {
	case FaultSilence, FaultStatus, FaultEmpty, FaultSlow, FaultHuge, FaultErrcode, FaultExpires, FaultReset:
		return true
	}
	return false
}

const hugeBytes = 100 << 20

// Fault makes calls fail whose path begins with Path.
type Fault struct {
	Path    string    `json:"path"`
	Kind    FaultKind `json:"kind"`
	Status  int       `json:"status,omitempty"`
	Code    int       `json:"errcode,omitempty"`
	Message string    `json:"errmsg,omitempty"`
	DelayMS int       `json:"delay_ms,omitempty"`
	Bytes   int64     `json:"bytes,omitempty"`
	Times   int       `json:"times,omitempty"` // calls to fail; 0 = until removed
	// After: the call is carried out, and its answer fails.
	After bool `json:"after,omitempty"`
	Hits  int  `json:"hits"` // calls failed so far
}

// SetFaults replaces all faults; none removes them.
func (p *Platform) SetFaults(faults ...Fault) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.faults = nil
	for _, f := range faults {
		p.faults = append(p.faults, &f)
	}
}

// Faults are the faults set and how often each struck.
func (p *Platform) Faults() []Fault {
	p.mu.Lock()
	defer p.mu.Unlock()
	all := make([]Fault, 0, len(p.faults))
	for _, f := range p.faults {
		all = append(all, *f)
	}
	return all
}

// strike finds the fault for a path and counts it.
func (p *Platform) strike(path string) (Fault, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for _, f := range p.faults {
		if strings.HasPrefix(path, f.Path) && (f.Times == 0 || f.Hits < f.Times) {
			f.Hits++
			return *f, true
		}
	}
	return Fault{}, false
}

// injected lets a fault take the call; false = the call goes on.
func (p *Platform) injected(w http.ResponseWriter, r *http.Request) bool {
	if r.Context().Value(carriedOut{}) != nil {
		return false
	}
	f, hit := p.strike(r.URL.Path)
	if !hit {
		return false
	}
	if f.After {
		p.ServeHTTP(nobody{http.Header{}}, r.WithContext(context.WithValue(r.Context(), carriedOut{}, true)))
	}
	switch f.Kind {
	case FaultReset:
		cutOff(w)
	case FaultSilence:
		_, _ = io.Copy(io.Discard, io.LimitReader(r.Body, maxUploadBytes)) // until it is read nobody notices that the caller left
		p.hold(r, 0)
	case FaultSlow:
		return !p.hold(r, time.Duration(f.DelayMS)*time.Millisecond)
	case FaultStatus:
		if f.Status == 0 {
			f.Status = http.StatusInternalServerError
		}
		w.Header().Set("Content-Type", "text/html")
		w.WriteHeader(f.Status)
		_, _ = w.Write([]byte("<html><body>" + http.StatusText(f.Status) + "</body></html>")) // the caller is gone
	case FaultHuge:
		writeHuge(w, f.Bytes)
	case FaultErrcode:
		writeAPI(w, apiFault{Code: f.Code, Message: cmp.Or(f.Message, "injected fault")}, http.StatusOK)
	case FaultExpires:
		writeAPI(w, tokenAnswer{AccessToken: token(tokenBytes)}, http.StatusOK)
	default:
		writeAPI(w, json.RawMessage("{}"), http.StatusOK)
	}
	return true
}

// carriedOut marks the context of a call whose answer is to fail: it is carried out itself.
type carriedOut struct{}

// nobody takes an answer that is not to be seen.
type nobody struct{ header http.Header }

// Header implements http.ResponseWriter, as the others do.
func (n nobody) Header() http.Header { return n.header }

// Write takes everything.
func (n nobody) Write(b []byte) (int, error) { return len(b), nil }

// WriteHeader takes every status.
func (n nobody) WriteHeader(int) {}

// cutOff resets the connection of a caller.
func cutOff(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler)
	}
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0) // a reset, not an orderly end
	}
	_ = conn.Close() // that is the fault
}

// hold waits for d, or until the caller hangs up when d is 0; it reports whether the
// call may go on.
func (p *Platform) hold(r *http.Request, d time.Duration) bool {
	var after <-chan time.Time
	if d > 0 {
		t := time.NewTimer(d)
		defer t.Stop()
		after = t.C
	}
	select {
	case <-r.Context().Done():
		return false
	case <-p.life.Done():
		return false
	case <-after:
		return true
	}
}

func writeHuge(w http.ResponseWriter, size int64) {
	if size <= 0 {
		size = hugeBytes
	}
	w.Header().Set("Content-Type", "application/json")
	chunk := []byte(strings.Repeat(" ", 64<<10))
	for size > 0 {
		n, err := w.Write(chunk[:min(size, int64(len(chunk)))])
		if err != nil {
			return
		}
		size -= int64(n)
	}
}
