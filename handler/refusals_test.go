package handler

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"

	"github.com/wenzheng/wenzheng/models"
)

func readiness(h http.Handler) string {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequestWithContext(context.Background(), http.MethodGet, "/readyz", http.NoBody))
	return w.Body.String()
}

// TestRefusals_ToldForTenMinutes: a warning every five minutes, a reason that counts, and
// then nothing any more.
func TestRefusals_ToldForTenMinutes(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		h := door(wire{decode: refused(models.CodeBadSignature)}, &spool{}, says("x"))
		h.refusals.logger = slog.New(slog.NewTextHandler(&log, nil))
		for range 40 {
			post(h)
			time.Sleep(10 * time.Second)
		}
		if n := strings.Count(log.String(), "callbacks are refused"); n != 2 {
			t.Errorf("%d warnings in 400 s, want 2", n)
		}
		if got := readiness(h); !strings.Contains(got, "wx0123456789abcdef: 近 10 分钟有 40 次回调被拒绝") || !strings.Contains(got, "degraded") {
			t.Error(got)
		}
		time.Sleep(11 * time.Minute)
		if got := readiness(h); !strings.Contains(got, `"ok"`) {
			t.Errorf("long after: %s", got)
		}
	})
}

// TestRefusals_Bounded: strangers who try every AppID and reason cost no memory.
func TestRefusals_Bounded(t *testing.T) {
	r := refusals{logger: slog.New(slog.DiscardHandler), now: time.Now, kinds: map[refusalKind]*refusalCount{}}
	for i := range 10 * maxRefusals {
		r.note(fmt.Sprint("wx", i), models.CodeBadSignature, "x", models.Said{})
	}
	if len(r.kinds) > maxRefusals {
		t.Errorf("%d kinds are remembered", len(r.kinds))
	}
}

func TestRefusals_PathsThatLeadNowhere(t *testing.T) {
	const query = "?signature=x&timestamp=1&nonce=2"
	for path, told := range map[string]string{
		"/wechat/callback/wx0123456789abcdef/" + query: "路径不对",
		"//wechat/callback/wx0123456789abcdef" + query: "路径不对",
		"/wechat/callback" + query:                     "路径不对",
		"/wechat/callback/wx0000000000000009" + query:  "最近一次是 wx0000000000000009",
		"/wechat/callback/gh_0123456789ab" + query:     "AppID 不是这里的账号",
		"/favicon.ico" + query:                         "路径不对", // whoever signs thus is WeChat
		"/wechat/callback/wx0123456789abcdef/":         "",
		"/favicon.ico":                                 "",
	} {
		h := door(wire{decode: message(models.ParseOK)}, &spool{}, says("x"))
		w := httptest.NewRecorder()
		h.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader("x")))
		if got := readiness(h); w.Code != http.StatusNotFound || strings.Contains(got, "degraded") != (told != "") || !strings.Contains(got, told) {
			t.Errorf("%s: status %d, %s", path, w.Code, got)
		}
	}
}

func TestClockSkew_MiddleOfTheLastDeliveries(t *testing.T) {
	now := time.Now()
	for name, c := range map[string]struct {
		skews []int // our time less WeChat's, s
		says  string
	}{
		"right":            {[]int{0, 1, 0, 1}, ""},
		"behind":           {[]int{-20, -19, -20, -15}, "慢约 20 秒"},
		"ahead":            {[]int{30, 31, 30}, "快约 30 秒"},
		"late repeats":     {[]int{0, 5, 10, 0, 1, 0}, ""},
		"too little known": {[]int{-60, -60}, ""},
	} {
		var s clockSkew
		for _, skew := range c.skews {
			s.see(now, time.Duration(skew)*time.Second)
		}
		if got := strings.Join(models.ReasonTexts(s.reason(now)), ""); !strings.Contains(got, c.says) || (got == "") != (c.says == "") {
			t.Errorf("%s: %q", name, got)
		}
		if got := s.reason(now.Add(time.Hour)); got != nil {
			t.Errorf("%s, an hour later: %q", name, got)
		}
	}
}

// TestCounters_ExistBeforeTheFirstEvent: otherwise increase() misses it.
func TestCounters_ExistBeforeTheFirstEvent(t *testing.T) {
	r := prometheus.NewRegistry()
	h := New(Options{
		Codec: func(string) (Codec, bool) { return nil, false }, Matches: []string{"rule", "default"},
		Ready:  func(context.Context) (bool, []models.Reason) { return true, nil },
		Logger: slog.New(slog.DiscardHandler), Registerer: r,
	})
	h.Accounts([]string{"wx1", "wx2"})
	for name, want := range map[string]int{"wenzheng_callbacks_total": 2*26 + 1, "wenzheng_replies_total": 4} {
		if n, err := testutil.GatherAndCount(r, name); err != nil || n != want {
			t.Errorf("%s: %d series, want %d, %v", name, n, want, err)
		}
	}
	text, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprint(text)
	for _, series := range []string{
		`label:{name:"account" value:"wx1"} label:{name:"outcome" value:"not_durable"}`,
		`label:{name:"account" value:"unknown"} label:{name:"outcome" value:"unknown_account"}`,
		`label:{name:"kind" value:"bad_signature"}`, `label:{name:"status" value:"503"}`,
	} {
		if !strings.Contains(strings.Join(strings.Fields(all), " "), series) {
			t.Errorf("no %s", series)
		}
	}
}

// TestReasons_EveryRefusalHasItsCode: what can be refused or kept without an answer can be said in another language.
func TestReasons_EveryRefusalHasItsCode(t *testing.T) {
	spec, err := os.ReadFile("../openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	kinds := []string{wrongPath, unknownAccount, string(models.ParseForeign), string(models.ParseIncomplete), string(models.ParseUnreadable)}
	for _, code := range refusalCodes() {
		if callbackStatus(code) != 0 {
			kinds = append(kinds, code)
		}
	}
	for _, kind := range kinds {
		said := (&refusalCount{text: "请核对"}).said(kind, 3)
		if !strings.Contains(string(spec), ", "+said.Code+", ") || said.Values["n"] != "3" {
			t.Errorf("%+v is not in openapi.yaml", said)
		}
	}
}
