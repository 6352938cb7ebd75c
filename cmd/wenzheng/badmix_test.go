package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

// badWriters is how many citizens and strangers write at one time.
const badWriters = 8

// mixed sends the cases among good messages, which are all answered.
func (o *badOffice) mixed(t *testing.T, cases []wechattest.Case, good int) {
	t.Helper()
	clients := o.clients(t)
	work := make(chan func(*badLine))
	var all sync.WaitGroup
	for range badWriters {
		all.Go(func() {
			l := &badLine{addr: o.addr}
			defer l.close()
			for f := range work {
				f(l)
			}
		})
	}
	for n := range good {
		work <- func(*badLine) { o.ask(t, clients[n%len(clients)], len(cases)*100+n) }
		if every := good / max(1, len(cases)); n%every == 0 && n/every < len(cases) {
			work <- func(l *badLine) { o.deliver(t, l, &cases[n/every], 3) }
		}
	}
	close(work)
	all.Wait()
	for _, c := range clients {
		c.Close()
	}
}

// clients are the platform towards an account of each mode.
func (o *badOffice) clients(t *testing.T) []*simulator.Client {
	t.Helper()
	var all []*simulator.Client
	for _, mode := range []models.Mode{models.ModeSafe, models.ModeCompat, models.ModePlain} {
		c, err := simulator.NewClient(simulator.ClientOptions{
			URLs: []string{"http://" + o.addr}, Account: o.accounts[badSetting{mode: mode, originalID: badOriginalID}], Policy: simulator.Policy{Attempts: 1},
		})
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	return all
}

// ask sends a good message and holds its answer.
func (o *badOffice) ask(t *testing.T, c *simulator.Client, n int) {
	t.Helper()
	trace, err := c.Send(context.Background(), simulator.OpenID(c.Account().AppID, 9, n), fmt.Sprintf("金丝雀问公积金 %d", n))
	if err != nil || trace.Outcome() != simulator.Replied || trace.Reply.Text != "提取公积金请到市民中心一楼办理。" {
		t.Errorf("good message %d: %v %v %q", n, err, trace.Outcome(), trace.Reply.Text)
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.good[trace.Event.Key] = true
}

// checkLog holds the log against what was sent: each good message once, of the bad ones
// those that are authentic, byte for byte, and nothing else.
func (o *badOffice) checkLog(t *testing.T) {
	t.Helper()
	o.drained(20 * time.Second)
	rows := o.rows()
	asked, keys := map[string]int{}, map[string]int{}
	o.withStore(func(st *installation) error {
		for i := range rows {
			row := &rows[i]
			if row.Dir != models.DirIn {
				continue
			}
			keys[row.MsgKey]++
			if o.good[row.MsgKey] {
				if row.ParseStatus != models.ParseOK {
					t.Errorf("good message %s is %s", row.MsgKey, row.ParseStatus)
				}
				continue
			}
			raw, err := st.Reveal(context.Background(), row.ID, operator(), "bad inputs")
			if err != nil {
				return err
			}
			key := badKey(row.AppID, raw)
			asked[key]++
			o.checkRow(t, key, row, raw)
		}
		return nil
	})
	for key, status := range o.kept {
		if asked[key] != 1 {
			t.Errorf("a message that is %s has %d rows", status, asked[key])
		}
	}
	o.checkExport(t, keys)
}

func (o *badOffice) checkRow(t *testing.T, key string, row *models.Interaction, raw []byte) {
	t.Helper()
	want, known := o.kept[key]
	if !known {
		t.Errorf("row %d of %s was never to be kept: %.300q", row.ID, row.AppID, raw)
	}
	if row.ParseStatus != want {
		t.Errorf("row of %.100q is %s, want %s", raw, row.ParseStatus, want)
	}
	if content, ok := o.contents[key]; ok && row.Content != content {
		t.Errorf("row of %.100q says %.100q, want %.100q", raw, row.Content, content)
	}
	if !want.Routable() && row.Outcome != models.OutcomeSilent {
		t.Errorf("row of %.100q was %q, want silence", raw, row.Outcome)
	}
}

// checkExport holds `log export` against the rows: every question once, every good one
// answered once.
func (o *badOffice) checkExport(t *testing.T, keys map[string]int) {
	t.Helper()
	in, out := map[string]int{}, map[string]int{}
	for line := range strings.Lines(o.must("log", "export", "--jsonl")) {
		var row struct {
			Dir     string `json:"dir"`
			MsgKey  string `json:"msg_key"`
			ReplyTo string `json:"reply_to"`
		}
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if row.Dir == string(models.DirIn) {
			in[row.MsgKey]++
		} else {
			out[row.ReplyTo]++
		}
	}
	if len(in) != len(o.kept)+len(o.good) || len(in) != len(keys) {
		t.Errorf("the export has %d questions, the log %d, want %d", len(in), len(keys), len(o.kept)+len(o.good))
	}
	for key, n := range in {
		if n != 1 || keys[key] != 1 || out[key] > 1 {
			t.Errorf("question %s: %d lines of the export, %d rows, %d answers", key, n, keys[key], out[key])
		}
	}
	for key := range o.good {
		if in[key] != 1 || out[key] != 1 {
			t.Errorf("good message %s: %d questions and %d answers in the log", key, in[key], out[key])
		}
	}
}

// badMeasure is what this process, and the service in it, holds. Descriptors of the database's files are
// not counted: its pools are bounded by their size, and fill as jobs happen to run beside one another.
type badMeasure struct{ goroutines, descriptors, kilobytes int }

func badMeasured(t *testing.T) badMeasure {
	t.Helper()
	debug.FreeOSMemory()
	files, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	files = slices.DeleteFunc(files, func(f os.DirEntry) bool {
		name, err := os.Readlink("/proc/self/fd/" + f.Name())
		return err == nil && strings.HasPrefix(filepath.Base(name), "wenzheng.db")
	})
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Fatal(err)
	}
	_, rss, _ := strings.Cut(string(status), "VmRSS:")
	kilobytes, err := strconv.Atoi(strings.Fields(rss)[0])
	if err != nil {
		t.Fatal(err)
	}
	return badMeasure{runtime.NumGoroutine(), len(files), kilobytes}
}

// badCalm measures once the goroutines of what was before have ended.
func badCalm(t *testing.T) badMeasure {
	t.Helper()
	known, since := runtime.NumGoroutine(), time.Now()
	eventually(t, 10*time.Second, "the number of goroutines stays the same", func() bool {
		if n := runtime.NumGoroutine(); n != known {
			known, since = n, time.Now()
		}
		return time.Since(since) > 300*time.Millisecond
	})
	return badMeasured(t)
}

// checkCalm holds that nothing is left of all that: goroutines, descriptors, memory.
func (o *badOffice) checkCalm(t *testing.T, before badMeasure) {
	t.Helper()
	var after badMeasure
	defer func() { t.Logf("before %+v, after %+v, race detector %v", before, after, badRaced()) }()
	eventually(t, 30*time.Second, fmt.Sprintf("at most 5 more than %+v", before), func() bool {
		after = badMeasured(t)
		return after.goroutines <= before.goroutines+5 && after.descriptors <= before.descriptors+5
	})
	bound := 64 << 10
	if badRaced() {
		bound *= 4 // the detector keeps a shadow of all memory
	}
	if grown := after.kilobytes - before.kilobytes; grown >= bound {
		t.Errorf("memory has grown by %d KiB", grown)
	}
}

// badRaced reports whether the race detector is at work.
func badRaced() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// end holds that the service is as well as ever and has told nothing, and stops it.
func (o *badOffice) end(t *testing.T) {
	t.Helper()
	select {
	case <-o.r.ended:
		t.Fatalf("the service has ended: %s", o.r.stderr.String())
	default:
	}
	if got := o.fetch("http://" + o.addr + "/healthz"); got.status != http.StatusOK {
		t.Errorf("healthz: %+v", got)
	}
	told := o.fetch("http://" + o.metrics + "/metrics").body
	if !strings.Contains(told, "wenzheng_security_events_total") {
		t.Error("no metrics to look into")
	}
	if code := o.r.stop(); code != 0 {
		t.Errorf("serve ended with %d", code)
	}
	log := o.r.stderr.String()
	if !strings.Contains(log, `"msg":"callback"`) && !strings.Contains(log, "msg=callback") {
		t.Error("the log does not have the lines that might leak")
	}
	for _, fault := range []string{"panic", "fatal error", "DATA RACE", `"level":"ERROR"`, "level=ERROR"} {
		if at := strings.Index(log, fault); at >= 0 {
			t.Errorf("the service logs %q: %.300s", fault, log[at:])
		}
	}
	told += log + o.r.stdout.String()
	checkNoCanary(t, "what the service tells", told)
	for _, canary := range []string{wechattest.FormerAESKey, "社保", "金丝雀", "oMgHVjng", "gh_7f08", "DROP TABLE", "nonce000", simulator.OpenID(o.accounts[badSetting{mode: models.ModeSafe, originalID: badOriginalID}].AppID, 9, 0)} {
		if at := strings.Index(told, canary); at >= 0 {
			t.Errorf("the service tells %q: %.200s", canary, told[max(0, at-100):])
		}
	}
}
