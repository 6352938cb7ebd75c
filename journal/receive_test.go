package journal

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

func TestAnswer_StoredWithItsEvent(t *testing.T) {
	b := newTable()
	j := open(t, options(t, b))
	if got := receive(t, j, "k1"); !cmp.Equal(got, models.Receipt{}) {
		t.Fatalf("first delivery: %+v", got)
	}
	j.Answer("k1", reply("请到一楼"))
	eventually(t, "both rows", func() bool { in, out, _ := b.count(); return in == 1 && out == 1 })
	in, _ := b.row("k1")
	if in.Outcome != models.OutcomeAnswered || in.RuleID != 7 || in.Latency != time.Millisecond || len(in.Deliveries) != 1 {
		t.Errorf("question: %+v", in)
	}
	if d := in.Deliveries[0]; d.SpoolID == "" || d.Seq == 0 || d.Number != 1 || d.Outcome != "answered" {
		t.Errorf("delivery: %+v", d)
	}
	out, ok := b.row(models.ReplyKey("k1"))
	if !ok || out.Content != "请到一楼" || out.ReplyTo != "k1" || !bytes.Contains(out.Raw, []byte("请到一楼")) {
		t.Errorf("answer: %+v", out)
	}
	eventually(t, "an empty spool", func() bool { return j.Backlog().Events == 0 })
}

func TestReceive_WaitsForTheCommit(t *testing.T) {
	b := newTable()
	o := options(t, b)
	gate, entered := make(chan struct{}), make(chan struct{}, 1)
	var armed atomic.Bool
	o.hooks.commit = func(commit func() error) error {
		if armed.Load() {
			select {
			case entered <- struct{}{}:
			default:
			}
			<-gate
		}
		return commit()
	}
	j := open(t, o)
	armed.Store(true)
	done := make(chan error, 1)
	go func() {
		_, err := j.Receive(t.Context(), message("k1"))
		done <- err
	}()
	<-entered
	select {
	case err := <-done:
		t.Fatalf("acknowledged before the commit: %v", err)
	default:
	}
	close(gate)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
}

func TestReceive_RepeatOfAnsweredEvent(t *testing.T) {
	b := newTable()
	j := open(t, options(t, b))
	receive(t, j, "k1")
	j.Answer("k1", reply("一"))
	want := models.Receipt{Repeat: true, Answered: true, Plain: []byte("<xml>一</xml>")}
	for range 2 {
		if diff := cmp.Diff(want, receive(t, j, "k1")); diff != "" {
			t.Error(diff)
		}
	}
	closeNow(t, j)
	row, _ := b.row("k1")
	if in, out, deliveries := b.count(); in != 1 || out != 1 || deliveries != 3 || row.RetryCount != 2 {
		t.Errorf("rows in %d out %d deliveries %d retries %d", in, out, deliveries, row.RetryCount)
	}
}

func TestReceive_RepeatOfSilence(t *testing.T) {
	b := newTable()
	j := open(t, options(t, b))
	receive(t, j, "k1")
	j.Answer("k1", models.Answer{Outcome: models.OutcomeSilent, At: time.Now()})
	if got := receive(t, j, "k1"); !got.Answered || len(got.Plain) != 0 {
		t.Errorf("%+v", got)
	}
	closeNow(t, j)
	if in, out, _ := b.count(); in != 1 || out != 0 {
		t.Errorf("rows in %d out %d", in, out)
	}
}

func TestReceive_ConcurrentDeliveries(t *testing.T) {
	b := newTable()
	j := open(t, options(t, b))
	var first atomic.Int32
	var wg sync.WaitGroup
	plains := make(chan string, 3)
	running := make(chan struct{})
	for range 3 {
		wg.Go(func() {
			r, err := j.Receive(t.Context(), message("k1"))
			if err != nil {
				t.Error(err)
			}
			if r.Repeat {
				plains <- string(r.Plain)
				return
			}
			first.Add(1)
			close(running)
		})
	}
	<-running
	eventually(t, "three deliveries", func() bool {
		e := j.memory.recall("k1")
		e.memory.mu.Lock()
		defer e.memory.mu.Unlock()
		return e.number == 3
	})
	j.Answer("k1", reply("一"))
	wg.Wait()
	close(plains)
	for p := range plains {
		if p != "<xml>一</xml>" {
			t.Errorf("joined %q", p)
		}
	}
	if first.Load() != 1 {
		t.Errorf("%d deliveries were first", first.Load())
	}
	closeNow(t, j)
	if in, out, deliveries := b.count(); in != 1 || out != 1 || deliveries != 3 {
		t.Errorf("rows in %d out %d deliveries %d", in, out, deliveries)
	}
}

func TestReceive_RepeatAfterDeadline(t *testing.T) {
	j := open(t, options(t, newTable()))
	receive(t, j, "k1")
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	r, err := j.Receive(ctx, message("k1"))
	if err != nil || !r.Repeat || r.Answered {
		t.Fatalf("%+v %v", r, err)
	}
	// Its fault must not take the place of the answer that is still being made.
	j.Answer("k1", models.Answer{Outcome: models.OutcomeFault, At: time.Now()})
	j.Answer("k1", reply("一"))
	if r := receive(t, j, "k1"); string(r.Plain) != "<xml>一</xml>" {
		t.Errorf("%+v", r)
	}
}

func TestAnswer_FaultOfTheLastDelivery(t *testing.T) {
	b := newTable()
	j := open(t, options(t, b))
	receive(t, j, "k1")
	j.Answer("k1", models.Answer{Outcome: models.OutcomeFault, At: time.Now()})
	if r := receive(t, j, "k1"); !r.Answered || len(r.Plain) != 0 {
		t.Errorf("%+v", r)
	}
	closeNow(t, j)
	if row, _ := b.row("k1"); row.Outcome != models.OutcomeFault {
		t.Errorf("outcome %q", row.Outcome)
	}
}

func TestReceive_KeySeenWithAnotherBody(t *testing.T) {
	b := newTable()
	o := options(t, b)
	var events atomic.Int32
	o.OnSecurity = func(kind string) {
		if kind == "key_conflict" {
			events.Add(1)
		}
	}
	j := open(t, o)
	receive(t, j, "k1")
	j.Answer("k1", reply("一"))
	m := message("k1")
	m.Raw = []byte("<xml>forged</xml>")
	if r, err := j.Receive(t.Context(), m); err != nil || !r.Answered {
		t.Fatalf("%+v %v", r, err)
	}
	closeNow(t, j)
	row, _ := b.row("k1")
	if events.Load() != 1 || bytes.Contains(row.Raw, []byte("forged")) {
		t.Errorf("events %d, raw %s", events.Load(), row.Raw)
	}
	want := []string{fmt.Sprintf("%x", sha256.Sum256(message("k1").Raw)), fmt.Sprintf("%x", sha256.Sum256(m.Raw))}
	slices.Sort(want)
	if diff := cmp.Diff(want, b.bodies("k1")); diff != "" {
		t.Error("deliveries do not tell their bodies apart: " + diff)
	}
}

func TestReceive_AfterClose(t *testing.T) {
	j := open(t, options(t, newTable()))
	closeNow(t, j)
	if _, err := j.Receive(t.Context(), message("k1")); !errors.Is(err, errClosed) {
		t.Errorf("err %v", err)
	}
	j.Answer("k1", reply("一")) // must neither block nor panic
}

func TestMemory_Full(t *testing.T) {
	m := newMemory(time.Minute)
	now := time.Now()
	for i := range 3 * memoryMaxEntries {
		e, owner, _ := m.claim(fmt.Sprint(i), 1, origin{}, now)
		if !owner {
			t.Fatal("a new key is known")
		}
		e.durable()
		e.answer(&models.Answer{Plain: make([]byte, 1000), Outcome: models.OutcomeAnswered})
	}
	if n := len(m.entries); n > memoryMaxEntries || m.bytes > memoryMaxBytes+1000 || n < 1000 {
		t.Errorf("%d entries, %d bytes", n, m.bytes)
	}
	if m.recall(fmt.Sprint(3*memoryMaxEntries-1)) == nil {
		t.Error("the newest is forgotten")
	}
}

func TestMemory_EntryExpires(t *testing.T) {
	m := newMemory(time.Minute)
	now := time.Now()
	m.insert(&entry{key: "old", memory: m, seen: now}, now)
	m.insert(&entry{key: "new", memory: m, seen: now.Add(2 * time.Minute)}, now.Add(2*time.Minute))
	if m.entries["old"] != nil || m.entries["new"] == nil {
		t.Errorf("entries %v", m.entries)
	}
}
