package console

import (
	"compress/gzip"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"
	"testing/fstest"
)

func TestPages_FilesAndRoutesOfTheConsole(t *testing.T) {
	script := strings.Repeat("go();", 200)
	built := fstest.MapFS{"index.html": {Data: []byte("<p>start")}, "app.js": {Data: []byte("run()")}, "assets/a-1.js": {Data: []byte(script)}}
	for _, c := range []struct {
		method, path string
		files        fstest.MapFS
		status       int
		body         string // begins so
	}{
		{http.MethodGet, "/", built, 200, "<p>start"},
		{http.MethodGet, "/app.js", built, 200, "run()"},
		{http.MethodGet, "/rules/7", built, 200, "<p>start"},
		{http.MethodHead, "/", built, 200, ""},
		{http.MethodPost, "/", built, 404, ""},
		{http.MethodGet, "/wechat/other", built, 404, ""},
		{http.MethodGet, "/api/v1/none", built, 404, `{"code":"not_found"`},
		{http.MethodPost, "/api/v2/rules", nil, 404, `{"code":"not_found"`},
		{http.MethodGet, "/assets/a-1.js", built, 200, "go();"},
		{http.MethodGet, "/assets/a-0.js", built, 404, ""},
		{http.MethodGet, "/../../etc/passwd", built, 200, "<p>start"},
		{http.MethodGet, "/", nil, 200, "<!doctype html>"},
		{http.MethodGet, "/app.js", nil, 404, ""},
	} {
		o := Options{Live: NewHub(HubOptions{}), Logger: slog.New(slog.DiscardHandler)}
		if c.files != nil {
			o.Files = c.files
		}
		w := httptest.NewRecorder()
		mounted(New(o)).ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), c.method, c.path, http.NoBody))
		if w.Code != c.status || !strings.HasPrefix(w.Body.String(), c.body) || (c.body == "") != (w.Body.Len() == 0) {
			t.Errorf("%s %s: %d %q", c.method, c.path, w.Code, w.Body)
		}
		if w.Code == http.StatusOK && w.Header().Get("Content-Security-Policy") == "" {
			t.Errorf("%s %s: headers %v", c.method, c.path, w.Header())
		}
	}
}

func TestPages_CachingAndCompression(t *testing.T) {
	script := strings.Repeat("go();", 200)
	built := fstest.MapFS{"index.html": {Data: []byte("<p>start")}, "assets/a-1.js": {Data: []byte(script)}, "assets/b-2.png": {Data: []byte("png")}}
	h := mounted(New(Options{Live: NewHub(HubOptions{}), Logger: slog.New(slog.DiscardHandler), Files: built}))
	for _, c := range []struct{ path, accept, caching, encoding string }{
		{"/", "gzip", "no-store", ""}, // nothing gained by compression
		{"/rules/7", "", "no-store", ""},
		{"/assets/a-1.js", "", "public, max-age=31536000, immutable", ""},
		{"/assets/a-1.js", "gzip, br", "public, max-age=31536000, immutable", "gzip"},
		{"/assets/a-1.js", "br", "public, max-age=31536000, immutable", ""},
		{"/assets/b-2.png", "gzip", "public, max-age=31536000, immutable", ""},
		{"/assets/a-0.js", "gzip", "no-store", ""},
	} {
		r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, c.path, http.NoBody)
		r.Header.Set("Accept-Encoding", c.accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		head := w.Header()
		if head.Get("Cache-Control") != c.caching || head.Get("Content-Encoding") != c.encoding {
			t.Errorf("%s with %q: headers %v", c.path, c.accept, head)
		}
		if n := head.Get("Content-Length"); w.Code == http.StatusOK && n != strconv.Itoa(w.Body.Len()) {
			t.Errorf("%s: Content-Length %s of %d", c.path, n, w.Body.Len())
		}
		if c.encoding != "gzip" {
			continue
		}
		z, err := gzip.NewReader(w.Body)
		if err != nil {
			t.Fatal(err)
		}
		if plain, err := io.ReadAll(z); err != nil || string(plain) != script {
			t.Errorf("%s: %v %.20q", c.path, err, plain)
		}
	}
}
