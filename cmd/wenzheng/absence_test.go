package main

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// awayReason is what people read while the database is away, without the driver's words.
const awayReason = "database: 账号和规则用内存里的：数据库暂时不可用：请检查数据库是否运行、网络是否连通"

func (o *office) readiness() (int, accounts.Readiness) {
	o.t.Helper()
	page := o.fetch("http://" + o.addr + "/readyz")
	var r accounts.Readiness
	if err := json.Unmarshal([]byte(page.body), &r); err != nil {
		o.t.Fatalf("/readyz: %v: %q", err, page.body)
	}
	return page.status, r
}

// slowest is the slowest answer in ms, less what the client itself was late at worst: it
// lives in the service's process here, and a machine that stands still stops both. A service
// that hangs does not make it late before 256 deliveries are under way.
func slowest(s simulator.Summary) float64 { return s.MaxMS - s.LagMS }

// TestDatabaseAbsent: citizens are answered from the snapshot while the database is away
// from the start, and all they wrote is in the log when it is back.
func TestDatabaseAbsent(t *testing.T) {
	t.Parallel()
	server := storetest.Private(t)
	o := newOffice(t, "mysql:"+server.Database(t)).open()
	if code := o.serve().stop(); code != 0 {
		t.Fatalf("first run: exit %d", code)
	}
	server.Kill(t)
	o.serve()
	status, ready := o.readiness()
	if status != http.StatusOK || ready.Status != "degraded" || !slices.Contains(ready.Reasons, awayReason) {
		t.Errorf("/readyz without a database: %d %+v", status, ready)
	}
	const messages = 50
	load := o.play(simulator.Policy{Attempts: 1}, simulator.LoadOptions{Rate: 100, Count: messages, Citizens: messages, Duplicates: .1})
	seen := load.end(time.Minute)
	if len(seen) != messages || load.summary.Answered != messages || slowest(load.summary) > 2000 {
		t.Errorf("without a database: %+v", load.summary)
	}
	if got := o.metric("wenzheng_journal_backlog"); got < messages {
		t.Errorf("backlog %v, want at least %d", got, messages)
	}
	checkRefusal(t, o, o.run("log", "export"), "数据库")
	server.Restart(t)
	o.drained(10 * time.Second)
	if unknown := checkKept(t, o, seen); unknown > 0 {
		t.Errorf("%d replies unknown", unknown)
	}
	eventually(t, 10*time.Second, "readiness without a reason of the database", func() bool {
		_, ready := o.readiness()
		return !strings.Contains(strings.Join(ready.Reasons, "\n"), "database")
	})
}

// TestLogDrain_DeadInstance: what an instance answered and could not store reaches the log
// from another machine, once.
func TestLogDrain_DeadInstance(t *testing.T) {
	t.Parallel()
	server := storetest.Private(t)
	o := newOffice(t, "mysql:"+server.Database(t)).open()
	dead := o.sibling()
	if code := dead.serve().stop(); code != 0 {
		t.Fatalf("first run: exit %d", code)
	}
	server.Kill(t)
	service := dead.serve()
	const messages = 20
	load := dead.play(simulator.Policy{Attempts: 1}, simulator.LoadOptions{Rate: 100, Count: messages, Citizens: messages})
	seen := load.end(time.Minute)
	service.stop()
	server.Restart(t)
	if r := o.run("log", "drain", "--dir", o.dir); r.code != 1 || !strings.Contains(r.stderr, "journal.db") {
		t.Errorf("a folder without a journal: exit %d: %s", r.code, r.stderr)
	}
	for _, want := range []string{"已入库 20 条，还剩 0 条", "已入库 0 条，还剩 0 条"} {
		if got := o.must("log", "drain", "--dir", dead.data); !strings.HasPrefix(got, want) {
			t.Errorf("said %q, want %q", got, want)
		}
	}
	if unknown := checkKept(t, o, seen); unknown > 0 {
		t.Errorf("%d replies unknown", unknown)
	}
}

// TestServe_ForeignKey: with another master key nothing is touched.
func TestServe_ForeignKey(t *testing.T) {
	t.Parallel()
	server := storetest.Private(t)
	o := newOffice(t, "mysql:"+server.Database(t)).open()
	o.serve().stop()
	server.Kill(t)
	service := o.serve()
	o.says("社保卡丢了怎么补办")
	service.stop()
	key := o.env["WENZHENG_SECRET_KEY"]
	o.env["WENZHENG_SECRET_KEY"] = base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{'x'}, 32))
	if r := o.run("serve"); r.code != 1 || !strings.Contains(r.stderr, "密钥不符") {
		t.Errorf("exit %d: %s", r.code, r.stderr)
	}
	o.env["WENZHENG_SECRET_KEY"] = key
	server.Restart(t)
	service = o.serve()
	o.drained(10 * time.Second)
	service.stop()
	o.env["WENZHENG_SECRET_KEY"] = base64.StdEncoding.EncodeToString(bytes.Repeat([]byte{'x'}, 32))
	if r := o.run("serve"); r.code != 1 || !strings.Contains(r.stderr, "密钥不符") || !strings.Contains(r.stderr, "快照") {
		t.Errorf("with nothing left to store: exit %d: %s", r.code, r.stderr)
	}
	o.env["WENZHENG_SECRET_KEY"] = key
	if n := len(o.rows()); n != 2 {
		t.Errorf("%d rows, want question and answer", n)
	}
}

// TestNoDatabaseAndNoSnapshot: with nothing to answer from the service says so and waits.
func TestNoDatabaseAndNoSnapshot(t *testing.T) {
	t.Parallel()
	server := storetest.Private(t)
	o := newOffice(t, "mysql:"+server.Database(t))
	server.Kill(t)
	p := o.serveUnready()
	status, ready := o.readiness()
	if status != http.StatusServiceUnavailable || ready.Status != "unable" {
		t.Errorf("/readyz: %d %+v", status, ready)
	}
	server.Restart(t)
	o.open()
	eventually(t, 10*time.Second, "ready", func() bool { status, _ := o.readiness(); return status == http.StatusOK })
	eventually(t, 5*time.Second, "the rules answer", func() bool {
		return strings.Contains(o.must("simulate", "send", "社保卡"), "补办社保卡")
	})
	if code := p.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
}

// TestDatabaseHangs stops the database's process, so that connections stay open and
// nothing answers, in the middle of traffic.
func TestDatabaseHangs(t *testing.T) {
	t.Parallel()
	server := storetest.Private(t)
	o := newOffice(t, "mysql:"+server.Database(t)).open()
	o.serve()
	load := o.play(simulator.Policy{Attempts: 1}, simulator.LoadOptions{Rate: 60, Count: 400, Citizens: 200, Duplicates: .05})
	eventually(t, 20*time.Second, "traffic", func() bool { return o.callbacks() >= 50 })
	server.Signal(t, syscall.SIGSTOP)
	resumed := false
	resume := func() {
		if !resumed {
			server.Signal(t, syscall.SIGCONT)
			resumed = true
		}
	}
	defer resume()
	eventually(t, 20*time.Second, "traffic while the database hangs", func() bool { return load.over() || o.callbacks() >= 350 })
	resume()
	seen := load.end(time.Minute)
	if load.summary.Answered != 400 || slowest(load.summary) > 2000 {
		t.Errorf("while the database hung: %+v", load.summary)
	}
	o.drained(20 * time.Second)
	if unknown := checkKept(t, o, seen); unknown > 0 {
		t.Errorf("%d replies unknown", unknown)
	}
}

// TestStartWhileTheDatabaseHangs: a database that accepts connections and says nothing
// holds up neither the start nor the answers, with --migrate or without.
func TestStartWhileTheDatabaseHangs(t *testing.T) {
	t.Parallel()
	server := storetest.Private(t)
	o := newOffice(t, "mysql:"+server.Database(t)).open()
	offices := map[string]*office{"": o, "--migrate": o.sibling()}
	for _, o := range offices {
		if code := o.serve().stop(); code != 0 {
			t.Fatalf("first run: exit %d", code)
		}
	}
	server.Signal(t, syscall.SIGSTOP)
	t.Cleanup(func() { server.Signal(t, syscall.SIGCONT) }) // after both, and before the server ends
	for flag, o := range offices {
		t.Run("serve "+flag, func(t *testing.T) {
			t.Parallel() // each waits seconds for the database
			o := *o
			o.t = t
			p := o.serveUnready(strings.Fields(flag)...)
			c := o.client(simulator.Policy{Attempts: 1}, nil)
			trace, err := c.Send(context.Background(), o.citizen(1), "社保卡")
			if err != nil || !strings.Contains(trace.Reply.Text, "补办社保卡") {
				t.Errorf("%v %v", trace.Outcome(), err)
			}
			if code := p.stop(); code != 0 {
				t.Errorf("exit %d: %s", code, lastWord(said{stderr: p.stderr.String()}).stderr)
			}
		})
	}
}

// TestStopWhileTheDatabaseIsAway: a stop with a backlog is an orderly stop; what waits is on
// the disk and goes into the database after the next start.
func TestStopWhileTheDatabaseIsAway(t *testing.T) {
	t.Parallel()
	server := storetest.Private(t)
	o := newOffice(t, "mysql:"+server.Database(t)).open()
	p := o.serve()
	server.Kill(t)
	load := o.play(simulator.Policy{Attempts: 1}, simulator.LoadOptions{Count: 20, Citizens: 20, Concurrency: 4})
	seen := load.end(30 * time.Second)
	begun := time.Now()
	if code := p.stop(); code != 0 || time.Since(begun) > stopWithin+time.Second {
		t.Errorf("exit %d after %v; last line: %s", code, time.Since(begun), lastWord(said{stderr: p.stderr.String()}).stderr)
	}
	if got := o.must("log", "backlog"); !strings.Contains(got, "待入库 20 条") {
		t.Errorf("log backlog: %s", got)
	}
	server.Restart(t)
	o.serve()
	o.drained(10 * time.Second)
	if unknown := checkKept(t, o, seen); unknown > 0 {
		t.Errorf("%d replies unknown", unknown)
	}
}

// TestProbesWhileTheDatabaseHangs: a probe that waited for the database would have an
// instance killed that answers citizens.
func TestProbesWhileTheDatabaseHangs(t *testing.T) {
	t.Parallel()
	server := storetest.Private(t)
	o := newOffice(t, "mysql:"+server.Database(t)).open()
	o.serve()
	server.Signal(t, syscall.SIGSTOP)
	defer server.Signal(t, syscall.SIGCONT)
	for range 3 {
		begun := time.Now()
		status, ready := o.readiness()
		if took := time.Since(begun); took > 2*time.Second || status != http.StatusOK {
			t.Errorf("/readyz: %d %+v after %v", status, ready, took)
		}
	}
	eventually(t, 10*time.Second, "the database is named", func() bool {
		_, ready := o.readiness()
		return ready.Status == "degraded" && strings.Contains(strings.Join(ready.Reasons, "\n"), "database")
	})
	if r := o.run("health", "--url", "http://"+o.addr); r.code != 0 || !strings.Contains(r.stdout, "degraded") {
		t.Errorf("wenzheng health: %+v", r)
	}
}
