package handler

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/models"
)

// gauge is a measure whose answers a test chooses; it keeps the last question.
type gauge struct {
	err     error
	indices IndicesQuery
	series  SeriesQuery
	waits   WaitsQuery
}

func (g *gauge) Indices(_ context.Context, q IndicesQuery) (any, error) {
	g.indices = q
	return map[string]string{"formula_version": "t"}, g.err
}

func (g *gauge) Series(_ context.Context, q SeriesQuery) (any, error) {
	g.series = q
	return nil, g.err
}

func (g *gauge) Waits(_ context.Context, q WaitsQuery) (any, error) {
	g.waits = q
	return nil, g.err
}

const testToken = "0123456789abcdef0123456789abcdef"

func apiDoor(g *gauge, hub *Hub, token string) *Handler {
	return New(Options{
		Codec: func(string) (Codec, bool) { return nil, false },
		Ready: func(context.Context) (bool, []string) { return true, nil },
		API: &API{
			Token: token, Measure: g, Live: hub, Metrics: []string{"rti.value"}, Spec: []byte("openapi: 3.0.3\n"),
			Zone: time.FixedZone("Asia/Shanghai", 8*3600),
		},
		Logger: slog.New(slog.DiscardHandler), Registerer: prometheus.NewRegistry(),
	})
}

func ask(h http.Handler, path, token string) *httptest.ResponseRecorder {
	r := httptest.NewRequestWithContext(context.Background(), http.MethodGet, path, http.NoBody)
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func TestAPI_Token(t *testing.T) {
	h := apiDoor(&gauge{}, NewHub(HubOptions{}), testToken)
	for _, path := range []string{"/api/v1/indices", "/api/v1/series?metric=rti.value", "/api/v1/waits", "/api/v1/live"} {
		for _, token := range []string{"", "wrong", testToken + "x", testToken[:31]} {
			w := ask(h, path, token)
			var e models.Error
			if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || w.Code != 401 || e.Code != "unauthorized" {
				t.Errorf("%s with %q: %d %s", path, token, w.Code, w.Body)
			}
			if w.Header().Get("WWW-Authenticate") == "" || w.Header().Get("Cache-Control") != "no-store" {
				t.Errorf("%s: headers %v", path, w.Header())
			}
		}
	}
	basic := httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/api/v1/indices", http.NoBody)
	basic.Header.Set("Authorization", "Basic "+testToken)
	w := httptest.NewRecorder()
	if h.ServeHTTP(w, basic); w.Code != 401 {
		t.Errorf("another scheme: %d", w.Code)
	}
	if w := ask(h, "/api/v1/indices", testToken); w.Code != 200 {
		t.Errorf("with the token: %d %s", w.Code, w.Body)
	}
	off := apiDoor(&gauge{}, nil, "")
	if w := ask(off, "/api/v1/indices", testToken); w.Code != 404 {
		t.Errorf("switched off: %d", w.Code)
	}
	if w := ask(off, "/openapi.yaml", ""); w.Code != 200 || !strings.Contains(w.Header().Get("Content-Type"), "yaml") {
		t.Errorf("the description: %d %v", w.Code, w.Header())
	}
}

func TestAPI_InvalidQuery(t *testing.T) {
	h := apiDoor(&gauge{}, NewHub(HubOptions{}), testToken)
	tests := []struct{ path, fields string }{
		{"/api/v1/indices?acount=wx1", "acount"},
		{"/api/v1/indices?from=2026-13-01&to=x", "from,to"},
		{"/api/v1/indices?from=2026-03-02&to=2026-03-01", "from"},
		{"/api/v1/indices?as_of=2026-03-05", "as_of"},
		{"/api/v1/indices?channel=mail", "channel"},
		{"/api/v1/indices?channel=", "channel"},
		{"/api/v1/indices?account=a,,b", "account"},
		{"/api/v1/indices?account=a&account=b", "account"},
		{"/api/v1/indices?%zz", ""},
		{"/api/v1/indices?account=" + strings.Repeat("a", 5000), "account"},
		{"/api/v1/series", "metric"},
		{"/api/v1/series?metric=rti", "metric"},
		{"/api/v1/series?metric=rti.value&by=minute&split=openid", "by,split"},
		{"/api/v1/waits?limit=0", "limit"},
		{"/api/v1/waits?limit=201", "limit"},
		{"/api/v1/waits?limit=", "limit"},
		{"/api/v1/live?accounts=a", "accounts"},
	}
	for _, c := range tests {
		w := ask(h, c.path, testToken)
		var e models.Error
		if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || w.Code != 400 || e.Code != models.CodeInvalid {
			t.Errorf("%.60s: %d %s", c.path, w.Code, w.Body)
			continue
		}
		var fields []string
		for _, f := range e.Fields {
			fields = append(fields, f.Field)
		}
		if got := strings.Join(fields, ","); got != c.fields {
			t.Errorf("%.60s: fields %q, want %q", c.path, got, c.fields)
		}
	}
}

func TestAPI_Query(t *testing.T) {
	g := &gauge{}
	h := apiDoor(g, nil, testToken)
	zone := time.FixedZone("Asia/Shanghai", 8*3600)
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, zone) }
	ask(h, "/api/v1/indices?account=a,b,a&from=2026-03-01&to=2026-03-05&as_of=2026-03-05T12:00:00%2B08:00&channel=form", testToken)
	asOf := g.indices.AsOf
	if !asOf.Equal(day(5).Add(12 * time.Hour)) {
		t.Errorf("as of %v", asOf)
	}
	g.indices.AsOf = time.Time{}
	want := IndicesQuery{Accounts: []string{"a", "b"}, Channel: models.ChannelForm, From: day(1), To: day(6)}
	if d := cmp.Diff(want, g.indices); d != "" {
		t.Error(d)
	}
	ask(h, "/api/v1/series?metric=rti.value&topic=&staff=%E7%8E%8B&by=hour&split=topic", testToken)
	series := SeriesQuery{
		Metric: "rti.value", By: "hour", Split: "topic", Channel: models.ChannelChat, Topic: new(""), Staff: new("王"),
	}
	if d := cmp.Diff(series, g.series); d != "" {
		t.Error(d)
	}
	ask(h, "/api/v1/waits?assignee=&after=x&limit=7", testToken)
	if d := cmp.Diff(WaitsQuery{Channel: models.ChannelChat, Assignee: new(""), After: "x", Limit: 7}, g.waits); d != "" {
		t.Error(d)
	}
}

func TestAPI_ErrorStatus(t *testing.T) {
	for _, c := range []struct {
		err    error
		status int
		code   string
	}{
		{models.NewError(models.CodeNotFound, "没有"), 404, models.CodeNotFound},
		{models.NewError(models.CodeForbidden, "不行"), 403, models.CodeForbidden},
		{models.NewError(models.CodeConflict, "冲突"), 409, models.CodeConflict},
		{models.NewError("unheard_of", "?"), 500, "unheard_of"},
		{&models.StoreFault{Class: models.FaultTransient, Err: io.EOF}, 503, models.CodeUnavailable},
		{context.DeadlineExceeded, 503, models.CodeUnavailable},
		{errors.New("password=hunter2"), 500, "internal"},
	} {
		w := ask(apiDoor(&gauge{err: c.err}, nil, testToken), "/api/v1/indices", testToken)
		var e models.Error
		if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || w.Code != c.status || e.Code != c.code {
			t.Errorf("%v: %d %s", c.err, w.Code, w.Body)
		}
		if strings.Contains(w.Body.String(), "hunter2") {
			t.Errorf("the answer tells what went wrong inside: %s", w.Body)
		}
	}
	if w := ask(apiDoor(&gauge{}, nil, testToken), "/api/v1/live", testToken); w.Code != 503 {
		t.Errorf("live without a hub: %d", w.Code)
	}
}
