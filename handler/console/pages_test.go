package console

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/fstest"
)

func TestPages_FilesAndRoutesOfTheConsole(t *testing.T) {
	built := fstest.MapFS{"index.html": {Data: []byte("<p>start")}, "app.js": {Data: []byte("run()")}}
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
		{http.MethodGet, "/api/v1/none", built, 404, ""},
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
