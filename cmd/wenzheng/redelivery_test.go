package main

import (
	"context"
	"database/sql"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// replyTime is the element of a reply in which two instances may differ: each writes the
// second in which the delivery reached it.
var replyTime = regexp.MustCompile(`<CreateTime>\d+</CreateTime>`)

// checkOnce holds that each event is one row with two retries, and one answer, to the byte
// where one instance gave it.
func checkOnce(t *testing.T, o *office, traces ...*simulator.Trace) {
	t.Helper()
	type source struct {
		key    string
		target int
	}
	plain, bytes := map[string]string{}, map[source]string{}
	for _, trace := range traces {
		key := trace.Event.Key
		if trace.Outcome() != simulator.Replied || trace.Mismatch {
			t.Errorf("%s: %s, mismatch %v", key, trace.Outcome(), trace.Mismatch)
		}
		for _, a := range trace.Attempts {
			from, timeless := source{key, a.Target}, replyTime.ReplaceAllString(a.Reply, "")
			if plain[key] == "" {
				plain[key] = timeless
			}
			if bytes[from] == "" {
				bytes[from] = a.Reply
			}
			if d := cmp.Diff(plain[key], timeless) + cmp.Diff(bytes[from], a.Reply); d != "" {
				t.Errorf("two deliveries, two plaintexts: %s", d)
			}
		}
	}
	var h held
	eventually(t, 15*time.Second, "every row with its retries", func() bool {
		h = o.hold()
		if len(h.in) != len(plain) || len(h.out) != len(plain) {
			return false
		}
		for _, row := range h.in {
			if row.RetryCount != 2 || row.Outcome == models.OutcomeUnknown {
				return false
			}
		}
		return true
	})
	for key := range plain {
		deliveries := 0
		o.withStore(func(st *installation) error {
			return st.Query(context.Background(), store.Console, func(rows *sql.Rows) error { return rows.Scan(&deliveries) },
				"SELECT COUNT(*) FROM deliveries WHERE event_key = ?", key)
		})
		if deliveries != 3 {
			t.Errorf("%s has %d deliveries, want 3", key, deliveries)
		}
		if _, ok := h.in[key]; !ok {
			t.Errorf("%s is not in the log", key)
		}
	}
}

func TestRedeliveryIsOneRow(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.open()
		o.serve()
		c := o.client(simulator.Policy{Attempts: 1}, nil)
		trace, err := c.Repeat(context.Background(), c.Text(o.citizen(1), "社保卡丢了", ""), 3)
		if err != nil || len(trace.Attempts) != 3 {
			t.Fatalf("%v, %d deliveries", err, len(trace.Attempts))
		}
		checkOnce(t, o, append(together(t, c, c.Text(o.citizen(2), "公积金怎么取", ""), 3), trace)...)
	})
}

// together delivers a body by several hands at one time.
func together(t *testing.T, c *simulator.Client, body []byte, hands int) []*simulator.Trace {
	t.Helper()
	traces := make([]*simulator.Trace, hands)
	var all sync.WaitGroup
	for i := range hands {
		all.Go(func() {
			trace, err := c.Deliver(context.Background(), body)
			if err != nil {
				t.Error(err)
			}
			traces[i] = trace
		})
	}
	all.Wait()
	return traces
}

// TestRedeliveryOverTwoInstances: deliveries of one event meet different instances on one
// database, one after the other and at one time.
func TestRedeliveryOverTwoInstances(t *testing.T) {
	t.Parallel()
	o := newOffice(t, current.MariaDB(t)).open()
	other := o.sibling()
	o.serve()
	other.serve()
	c := o.client(simulator.Policy{Attempts: 1}, nil, other)
	var traces []*simulator.Trace
	for n := range 5 {
		trace, err := c.Repeat(context.Background(), c.Text(o.citizen(n), "社保卡丢了", ""), 3)
		if err != nil {
			t.Fatal(err)
		}
		if trace.Attempts[0].Target == trace.Attempts[1].Target {
			t.Fatal("the deliveries did not go to both instances")
		}
		traces = append(traces, trace)
	}
	for n := range 5 {
		traces = append(traces, together(t, c, c.Text(o.citizen(n+10), "公积金怎么取", ""), 3)...)
	}
	checkOnce(t, o, traces...)
}

// TestTwoInstancesUnderLoad: the same, as traffic; indices count each event once.
func TestTwoInstancesUnderLoad(t *testing.T) {
	t.Parallel()
	o := newOffice(t, current.MariaDB(t)).open()
	other := o.sibling()
	o.serve()
	other.serve()
	load := o.play(simulator.Policy{}, simulator.LoadOptions{
		Rate: 100, Count: 300, Citizens: 100, Duplicates: .3, Texts: []string{"社保卡丢了怎么办", "公积金怎么提取"},
	}, other)
	seen := load.end(time.Minute)
	o.drained(15 * time.Second)
	other.drained(15 * time.Second)
	if load.summary.Refused+load.summary.Non200+load.summary.BadReplies > 0 {
		t.Errorf("%+v", load.summary)
	}
	if unknown := checkKept(t, o, seen); unknown > 0 {
		t.Errorf("%d replies unknown", unknown)
	}
}

// TestRedelivery_InstancesDisagree: with the database away one instance still answers by older rules.
// Each message meets both, in either order; the log holds what was sent first.
func TestRedelivery_InstancesDisagree(t *testing.T) {
	t.Parallel()
	server := storetest.Private(t)
	o := newOffice(t, "mysql:"+server.Database(t)).open()
	behind := o.sibling()
	for _, change := range []struct {
		instance *office
		answer   string
	}{{behind, "旧答复"}, {o, "新答复"}} {
		o.must("rules", "import", o.write("改.csv", "name,match,keywords,reply\n河长,contains,河长,"+change.answer+"\n"), "--publish")
		if code := change.instance.serve().stop(); code != 0 {
			t.Fatalf("first run: exit %d", code)
		}
	}
	server.Kill(t)
	o.serve()
	behind.serve()
	clients := []*simulator.Client{o.client(simulator.Policy{Attempts: 1}, nil), behind.client(simulator.Policy{Attempts: 1}, nil)}
	sent := map[string]string{}
	for n := range 12 {
		body := clients[0].Text(o.citizen(n), "河长是谁", "")
		for turn := range 2 {
			trace, err := clients[(n+turn)%2].Deliver(context.Background(), body)
			if err != nil || trace.Outcome() != simulator.Replied {
				t.Fatalf("%v, %s", err, trace.Outcome())
			}
			want := []string{"新答复", "旧答复"}[(n+turn)%2]
			if !strings.Contains(trace.Attempts[0].Reply, want) {
				t.Fatalf("answered %q, want %s", trace.Attempts[0].Reply, want)
			}
			if turn == 0 {
				sent[trace.Event.Key] = want
			}
		}
	}
	server.Restart(t)
	o.drained(20 * time.Second)
	behind.drained(20 * time.Second)
	h := o.hold()
	if len(h.in) != len(sent) || len(h.out) != len(sent) {
		t.Fatalf("%d questions and %d answers, want %d", len(h.in), len(h.out), len(sent))
	}
	for key, want := range sent {
		in, out := h.in[key], h.out[key]
		if out.Content != want || in.RulesVersion != out.RulesVersion || in.RetryCount != 1 || in.Latency != out.Latency {
			t.Errorf("first sent was %s, the log holds %q, rules %d and %d, %d retries", want, out.Content, in.RulesVersion, out.RulesVersion, in.RetryCount)
		}
	}
	if v := o.must("log", "verify"); v != "0 differences\n" {
		t.Error(v)
	}
}
