package main

import (
	"context"
	"io"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/wenzheng/wenzheng/simulator"
)

// TestMetricsThatDashboardsRelyOn: every metric of the interface is there once a citizen
// has been answered, with the labels that it promises, and no citizen's word.
func TestMetricsThatDashboardsRelyOn(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	o.serve()
	client := o.client(simulator.Policy{Attempts: 1}, nil)
	const words = "私房话"
	if trace, err := client.Send(t.Context(), o.citizen(1), words); err != nil || !trace.Answered {
		t.Fatal(err)
	}
	page := o.fetch("http://" + o.metrics + "/metrics").body
	account := `account="` + o.account.AppID + `"`
	for _, want := range []string{
		`wenzheng_callbacks_total\{` + account + `,outcome="[a-z_]+"\} 1`,
		`wenzheng_callback_seconds_bucket\{le="5"\} 1`,
		`wenzheng_replies_total\{` + account + `,match="[a-z_]+"\} 1`,
		`wenzheng_journal_backlog \d`,
		`wenzheng_journal_oldest_seconds \d`,
		`wenzheng_journal_fsync_seconds_count \d`,
		`wenzheng_quarantined 0`,
		`wenzheng_rules_version\{` + account + `\} 1`,
		`wenzheng_wechat_api_seconds_bucket\{api="/cgi-bin/stable_token",outcome="ok",le="5"\} 0`,
		`go_goroutines \d`,
		`process_cpu_seconds_total \d`,
	} {
		if !regexp.MustCompile(`(?m)^` + want).MatchString(page) {
			t.Errorf("/metrics lacks %s", want)
		}
	}
	for _, secret := range []string{words, o.citizen(1)} {
		if strings.Contains(page, secret) {
			t.Errorf("/metrics shows %q", secret)
		}
	}
	checkNoCanary(t, "/metrics", page)
	if o.fetch("http://"+o.addr+"/metrics").status == 200 {
		t.Error("/metrics is on the public port")
	}
}

// TestOperationsPageDescribesTheMetrics: the page for operators has every metric of the
// program and none that does not exist.
func TestOperationsPageDescribesTheMetrics(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("../../docs/operations.md")
	if err != nil {
		t.Fatal(err)
	}
	described := regexp.MustCompile("wenzheng_[a-z_]+").FindAllString(string(page), -1)
	exported := metricNames(t)
	if len(exported) < 20 {
		t.Fatalf("only %d metrics were found: %v", len(exported), exported)
	}
	for _, name := range exported {
		if !slices.Contains(described, name) {
			t.Errorf("docs/operations.md lacks %s", name)
		}
	}
	for _, name := range described {
		if !slices.Contains(exported, name) {
			t.Errorf("docs/operations.md describes %s, which does not exist", name)
		}
	}
}

// metricNames are the program's own metrics, those with labels that nothing has used yet
// among them.
func metricNames(t *testing.T) []string {
	t.Helper()
	o := newOffice(t, "").open()
	p := &program{stderr: io.Discard, environ: o.environ(), now: time.Now}
	s, err := p.settings(nil)
	if err != nil {
		t.Fatal(err)
	}
	sealer, err := p.sealer(s)
	if err != nil {
		t.Fatal(err)
	}
	v, err := newService(t.Context(), p, s, sealer, true)
	if err != nil {
		t.Fatal(err)
	}
	described := make(chan *prometheus.Desc)
	go func() {
		defer close(described)
		v.registry.Describe(described)
	}()
	var names []string
	for d := range described {
		if m := regexp.MustCompile(`fqName: "(wenzheng_[a-z_]+)"`).FindStringSubmatch(d.String()); m != nil {
			names = append(names, m[1])
		}
	}
	if err := v.stop(context.Background(), nil); err != nil {
		t.Error(err)
	}
	return names
}
