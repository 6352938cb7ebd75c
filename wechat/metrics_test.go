package wechat

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/prometheus/client_golang/prometheus"
)

// observed is how often each call ended how, by "api outcome".
func observed(t *testing.T, r *prometheus.Registry) map[string]uint64 {
	t.Helper()
	families, err := r.Gather()
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]uint64{}
	for _, f := range families {
		if f.GetName() != "wenzheng_wechat_api_seconds" {
			t.Fatalf("metric %s", f.GetName())
		}
		for _, m := range f.GetMetric() {
			labels := map[string]string{}
			for _, l := range m.GetLabel() {
				labels[l.GetName()] = l.GetValue()
			}
			if n := m.GetHistogram().GetSampleCount(); n > 0 {
				out[labels["api"]+" "+labels["outcome"]] = n
			}
		}
	}
	return out
}

// TestMetricsOfCalls: each exchange is counted under its path and one of few outcomes,
// whatever WeChat makes up.
func TestMetricsOfCalls(t *testing.T) {
	answers := []struct{ body, outcome string }{
		{`{"ip_list":["203.0.113.1"]}`, "ok"},
		{`{"errcode":45009,"errmsg":"quota"}`, "45009"},
		{`{"errcode":48001,"errmsg":"right"}`, "48001"},
		{`{"errcode":-1,"errmsg":"busy"}`, "-1"},
		{`{"errcode":88123,"errmsg":"x"}`, "other"},
		{`{"errcode":88124,"errmsg":"x"}`, "other"},
		{`<html>`, "answer"},
		{`502`, "http_5xx"},
		{`404`, "http_4xx"},
		{`hang`, "timeout"},
		{`close`, "network"},
		{`huge`, "answer"},
	}
	var set atomic.Pointer[string]
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
		if goodToken(w, r) {
			return
		}
		answer := *set.Load()
		if status, err := strconv.Atoi(answer); err == nil {
			w.WriteHeader(status)
			return
		}
		switch answer {
		case "hang":
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		case "close":
			panic(http.ErrAbortHandler)
		case "huge":
			w.Header().Set("Content-Length", "104857600")
		default:
			_, _ = io.WriteString(w, answer)
		}
	})
	registry := prometheus.NewRegistry()
	c := p.client(t, ClientOptions{Metrics: NewMetrics(registry), Timeout: 100 * time.Millisecond})
	want := map[string]uint64{renewAPI + " ok": 1}
	for _, a := range answers {
		set.Store(&a.body)
		_, err := c.CheckCallback(t.Context())
		if (err == nil) != (a.outcome == "ok") {
			t.Errorf("%s: %v", a.body, err)
		}
		want["/cgi-bin/callback/check "+a.outcome]++
	}
	if diff := cmp.Diff(want, observed(t, registry)); diff != "" {
		t.Error(diff)
	}
}

// TestMetricsNameWhatNeverLeft: a call that ended here is told from one that WeChat lost.
func TestMetricsNameWhatNeverLeft(t *testing.T) {
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) { goodToken(w, r) })
	registry := prometheus.NewRegistry()
	m := NewMetrics(registry)
	c := p.client(t, ClientOptions{Metrics: m})
	if _, err := c.Token(t.Context()); err != nil {
		t.Fatal(err)
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := c.CheckCallback(gone); err == nil {
		t.Error("a canceled call worked")
	}
	lost := NewClient(c.account, ClientOptions{Base: "::no url", Metrics: m})
	if _, err := lost.Token(t.Context()); err == nil {
		t.Error("a base that is no URL worked")
	}
	want := map[string]uint64{renewAPI + " ok": 1, "/cgi-bin/callback/check canceled": 1, renewAPI + " egress": 1}
	if diff := cmp.Diff(want, observed(t, registry)); diff != "" {
		t.Error(diff)
	}
}

// TestNewTokensRefused: when WeChat refuses every token it gives out, callers do not make
// it give out one a call; and once it takes one again all is well.
func TestNewTokensRefused(t *testing.T) {
	given, mended := 0, false
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
		switch {
		case r.URL.Path == renewAPI:
			given++
			_, _ = fmt.Fprintf(w, `{"access_token":"TOKENVALUE%d","expires_in":7200}`, given)
		case mended:
			_, _ = io.WriteString(w, `{"ip_list":["203.0.113.1"]}`)
		default:
			_, _ = io.WriteString(w, `{"errcode":42001,"errmsg":"access_token expired"}`)
		}
	})
	now := testNow()
	c := p.client(t, ClientOptions{TokenInterval: time.Second, Now: func() time.Time { now = now.Add(time.Second / 2); return now }})
	for range 300 {
		_, err := c.CheckCallback(t.Context())
		secretless(t, err)
		if err == nil || !strings.Contains(err.Error(), "42001") {
			t.Fatal(err)
		}
	}
	if given > 12 {
		t.Errorf("%d tokens for 300 calls", given)
	}
	mended, now = true, now.Add(maxBackoff)
	if _, err := c.CheckCallback(t.Context()); err != nil {
		t.Error(err)
	}
	before := given
	for range 10 {
		if _, err := c.CheckCallback(t.Context()); err != nil {
			t.Error(err)
		}
	}
	if given != before {
		t.Errorf("%d tokens more for ten good calls", given-before)
	}
}
