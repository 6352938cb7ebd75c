package main

import (
	"bufio"
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

// blind is a response writer that keeps nothing but the status.
type blind struct {
	header http.Header
	status int
}

func (b *blind) Header() http.Header         { return b.header }
func (b *blind) Write(p []byte) (int, error) { return len(p), nil }
func (b *blind) WriteHeader(status int)      { b.status = status }

// rewound is a body that can be read again.
type rewound struct{ *bytes.Reader }

func (rewound) Close() error { return nil }

// callbacks returns what handles one delivery, without a socket.
func callbacks(t testing.TB, mode models.Mode) func() {
	t.Helper()
	h, err := ours(mode, 1)
	if err != nil {
		t.Fatal(err)
	}
	b, err := newBuilder(mode)
	if err != nil {
		t.Fatal(err)
	}
	r, err := http.ReadRequest(bufio.NewReader(bytes.NewReader(b.request(0, 0))))
	if err != nil {
		t.Fatal(err)
	}
	content, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	body, w := rewound{bytes.NewReader(content)}, &blind{header: http.Header{}}
	r.Body = body
	return func() {
		if _, err := body.Seek(0, io.SeekStart); err != nil {
			t.Fatal(err)
		}
		clear(w.header)
		w.status = http.StatusOK
		if h.ServeHTTP(w, r); w.status != http.StatusOK {
			t.Fatalf("status %d", w.status)
		}
	}
}

// BenchmarkCallback is a whole callback without a socket: time and allocations.
func BenchmarkCallback(b *testing.B) {
	for _, mode := range []models.Mode{models.ModePlain, models.ModeSafe} {
		b.Run(string(mode), func(b *testing.B) {
			one := callbacks(b, mode)
			b.ReportAllocs()
			for b.Loop() {
				one()
			}
		})
	}
}
