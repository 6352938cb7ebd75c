package console

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"math"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/gin-gonic/gin"
	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/models"
)

const testToken = "0123456789abcdef0123456789abcdef"

// door is a console with a token and nothing to ask: what reaches the log is a test's of cmd.
func door() *Console { return doorWith(testToken, NewHub(HubOptions{})) }

func doorWith(token string, hub *Hub) *Console {
	return New(Options{Token: token, Live: hub, Spec: []byte("openapi: 3.0.3\n"), Logger: slog.New(slog.DiscardHandler)})
}

// mounted serves a console as the server does; more adds routes of a test.
func mounted(d *Console, more ...func(r gin.IRouter)) *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	e := gin.New()
	d.Routes(e)
	for _, add := range more {
		add(e)
	}
	e.NoRoute(d.Page)
	return e
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
	h := mounted(door())
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
	if w := ask(h, "/api/v1/indices?no_such=1", testToken); w.Code != 400 {
		t.Errorf("with the token a question is read: %d %s", w.Code, w.Body)
	}
	off := mounted(doorWith("", NewHub(HubOptions{})))
	for _, token := range []string{"", testToken} {
		if w := ask(off, "/api/v1/indices", token); w.Code != 401 {
			t.Errorf("without a token there is none: %d", w.Code)
		}
	}
	if w := ask(off, "/openapi.yaml", ""); w.Code != 200 || !strings.Contains(w.Header().Get("Content-Type"), "yaml") {
		t.Errorf("the description: %d %v", w.Code, w.Header())
	}
}

func TestAPI_InvalidQuery(t *testing.T) {
	h := mounted(door())
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
		{"/api/v1/indices?account=" + strings.Repeat("a", 20000), "account"},
		{"/api/v1/series", "metric"},
		{"/api/v1/series?metric=rti", "metric"},
		{"/api/v1/series?metric=rti.value&by=minute&split=openid", "by,split"},
		{"/api/v1/waits?limit=0", "limit"},
		{"/api/v1/waits?limit=201", "limit"},
		{"/api/v1/waits?limit=", "limit"},
		{"/api/v1/waits?state=&human=no&breach=-1&weekday=8&hour=24", "state,human,breach,weekday,hour"},
		{"/api/v1/waits?state=closed", "state"},
		{"/api/v1/waits?rt_from=x&rt_to=-1", "rt_from,rt_to"},
		{"/api/v1/waits?rt_from=5&rt_to=4", "rt_from"},
		{"/api/v1/waits?rt_from=unanswered&rt_to=4", "rt_to"},
		{"/api/v1/distribution", "by"},
		{"/api/v1/distribution?by=rt,age&human=false&compare=none", "by,human,compare"},
		{"/api/v1/window?span=14d", "span"},
		{"/api/v1/distribution?by=rt,heat&format=csv", "by"},
		{"/api/v1/waits?format=xls", "format"},
		{"/api/v1/report?quarter=2026Q5&format=pdf", "format,quarter"},
		{"/api/v1/report", "quarter"},
		{"/api/v1/report?quarter=2026Q3&from=2026-07-01&to=2026-07-31", "quarter"},
		{"/api/v1/report?from=2026-07-01", "from"},
		{"/api/v1/citizens/abcdef", "account"},
		{"/api/v1/citizens/abcdef?account=a,b", "account"},
		{"/api/v1/changes?compare=", "compare"},
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
	day := func(d int) time.Time { return time.Date(2026, 3, d, 0, 0, 0, 0, models.Shanghai()) }
	asked, err := parseQuery("account=a,b,a&from=2026-03-01&to=2026-03-05&as_of=2026-03-05T12:00:00%2B08:00&channel=form").indices()
	want := analytics.IndicesQuery{
		Accounts: []string{"a", "b"}, Channel: models.ChannelForm, From: day(1), To: day(6), AsOf: day(5).Add(12 * time.Hour),
	}
	if d := cmp.Diff(want, asked); d != "" || err != nil {
		t.Error(err, d)
	}
	series, err := door().seriesQuery(parseQuery("metric=rti.value&topic=&staff=%E7%8E%8B&by=hour&split=topic"))
	if d := cmp.Diff(analytics.SeriesQuery{
		Metric: "rti.value", By: "hour", Split: "topic", Channel: models.ChannelChat, Topic: new(""), Staff: new("王"),
	}, series); d != "" || err != nil {
		t.Error(err, d)
	}
	waits, err := parseQuery("assignee=&after=x&limit=7").waits()
	if d := cmp.Diff(analytics.WaitListQuery{Channel: models.ChannelChat, Assignee: new(""), After: "x", Limit: 7}, waits); d != "" || err != nil {
		t.Error(err, d)
	}
	waits, err = parseQuery("state=expired&human=true&breach=7200&weekday=7&hour=0&topic=&staff=%E7%8E%8B&from=2026-03-01&to=2026-03-05").waits()
	if d := cmp.Diff(analytics.WaitListQuery{
		Channel: models.ChannelChat, Limit: 50, State: "expired", Sample: analytics.SampleHuman, Breach: 7200, Weekday: 7, Hour: new(0),
		Topic: new(""), Staff: new("王"), From: day(1), To: day(6),
	}, waits); d != "" || err != nil {
		t.Error(err, d)
	}
	for text, want := range map[string]analytics.Times{
		"rt_from=61&rt_to=180":      {Answered: true, From: 61, To: 180},
		"rt_from=172801":            {Answered: true, From: 172801, To: math.MaxInt64, Unanswered: true},
		"rt_to=10":                  {Answered: true, To: 10},
		"rt_from=61&rt_to=answered": {Answered: true, From: 61, To: math.MaxInt64},
		"rt_from=unanswered":        {Unanswered: true},
	} {
		waits, err := parseQuery(text).waits()
		if err != nil || waits.Times == nil || *waits.Times != want {
			t.Errorf("%s: %+v, error %v", text, waits.Times, err)
		}
	}
	spread, err := parseQuery("by=rt,heat,rt&human=all&compare=year&account=a").distribution()
	if d := cmp.Diff(analytics.DistributionQuery{
		By: []string{"rt", "heat"}, Accounts: []string{"a"}, Channel: models.ChannelChat, Sample: analytics.SampleDue, Compare: "year",
	}, spread); d != "" || err != nil {
		t.Error(err, d)
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
		d := door()
		w := ask(mounted(d, func(r gin.IRouter) {
			r.GET("/fails", d.do(d.queued(func(*gin.Context) (any, error) { return nil, c.err })))
		}), "/fails", "")
		var e models.Error
		if err := json.Unmarshal(w.Body.Bytes(), &e); err != nil || w.Code != c.status || e.Code != c.code {
			t.Errorf("%v: %d %s", c.err, w.Code, w.Body)
		}
		if strings.Contains(w.Body.String(), "hunter2") {
			t.Errorf("the answer tells what went wrong inside: %s", w.Body)
		}
	}
}
