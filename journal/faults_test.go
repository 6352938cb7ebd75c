package journal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// faulty lets a test decide what becomes of each commit once it is armed.
type faulty struct {
	armed  atomic.Bool
	commit func(commit func() error) error
}

func (f *faulty) run(commit func() error) error {
	if f.armed.Load() {
		return f.commit(commit)
	}
	return commit()
}

var errDisk = &os.PathError{Op: "fdatasync", Path: "journal.db", Err: syscall.EIO}

func TestReceive_CommitFails(t *testing.T) {
	for name, commit := range map[string]func(func() error) error{
		"nothing written":                     func(func() error) error { return errDisk },
		"written, but the sync reports fault": func(commit func() error) error { _ = commit(); return errDisk },
		"panic":                               func(func() error) error { panic("mapping lost") },
	} {
		t.Run(name, func(t *testing.T) {
			b := newTable()
			f := &faulty{commit: commit}
			o := options(t, b)
			o.hooks.commit = f.run
			j := open(t, o)
			feed(t, j, "before", 3)
			f.armed.Store(true)
			receive(t, j, "k1") // acknowledged, because the database took it
			if _, ok := b.row("k1"); !ok {
				t.Fatal("acknowledged, and in no database")
			}
			j.Answer("k1", reply("一"))
			eventually(t, "the answer, from memory", func() bool { row, _ := b.row("k1"); return row.Outcome == models.OutcomeAnswered })
			b.set(down(models.FaultTransient))
			if _, err := j.Receive(t.Context(), message("k2")); err == nil {
				t.Fatal("acknowledged, and kept nowhere")
			}
			f.armed.Store(false)
			eventually(t, "the spool takes events again", func() bool {
				_, err := j.Receive(t.Context(), message("k3"))
				return err == nil
			})
			if j.Backlog().Reopened == 0 {
				t.Error("the same descriptor after a failed sync")
			}
			b.set(nil)
			closeNow(t, j)
			for _, key := range []string{"before0", "before1", "before2", "k1", "k3"} {
				if _, ok := b.row(key); !ok {
					t.Errorf("%s is lost", key)
				}
			}
		})
	}
}

func TestReceive_RepeatOfRefusedEvent(t *testing.T) {
	b := newTable()
	b.fault = down(models.FaultTransient)
	f := &faulty{commit: func(func() error) error { return errDisk }}
	o := options(t, b)
	o.DirectTimeout = 20 * time.Millisecond
	o.hooks.commit = f.run
	j := open(t, o)
	f.armed.Store(true)
	var wg sync.WaitGroup
	var kept atomic.Int32
	for range 4 { // one is first, the others wait for its disk and start anew
		wg.Go(func() {
			if _, err := j.Receive(t.Context(), message("k1")); err == nil {
				kept.Add(1)
			}
		})
	}
	wg.Wait()
	if kept.Load() != 0 {
		t.Fatal("acknowledged, and kept nowhere")
	}
	f.armed.Store(false)
	eventually(t, "the repeat is a first delivery", func() bool {
		r, err := j.Receive(t.Context(), message("k1"))
		return err == nil && !r.Repeat
	})
}

func TestReceive_SlowSync(t *testing.T) {
	b := newTable()
	gate := make(chan struct{})
	f := &faulty{commit: func(commit func() error) error { <-gate; return commit() }}
	o := options(t, b)
	o.AppendTimeout = 30 * time.Millisecond
	o.hooks.commit = f.run
	j := open(t, o)
	f.armed.Store(true)
	receive(t, j, "k1")
	if got := b.bodies("k1"); !slices.Equal(got, []string{bodySum(message("k1").Raw)}) {
		t.Fatalf("in the database: %q", got)
	}
	if r := receiveAnswered(t, j, "k1"); string(r.Plain) != "<xml>一</xml>" {
		t.Errorf("repeat %+v", r)
	}
	f.armed.Store(false)
	close(gate)
	closeNow(t, j)
	row, _ := b.row("k1")
	if in, out, _ := b.count(); in != 1 || out != 1 || row.Outcome != models.OutcomeAnswered {
		t.Errorf("in %d out %d row %+v", in, out, row)
	}
}

func receiveAnswered(t *testing.T, j *Journal, key string) models.Receipt {
	t.Helper()
	j.Answer(key, reply("一"))
	return receive(t, j, key)
}

func TestReceive_SlowSyncAndNoDatabase(t *testing.T) {
	b := newTable()
	b.fault = down(models.FaultTransient)
	gate := make(chan struct{})
	f := &faulty{commit: func(commit func() error) error { <-gate; return commit() }}
	o := options(t, b)
	o.AppendTimeout, o.DirectTimeout = 10*time.Millisecond, 5*time.Second
	o.hooks.commit = f.run
	o.hooks.retryMin = time.Second // the database is asked once, then the spool is faster
	j := open(t, o)
	f.armed.Store(true)
	timer := time.AfterFunc(100*time.Millisecond, func() { f.armed.Store(false); close(gate) })
	defer timer.Stop()
	receive(t, j, "k1")
	if _, ok := b.row("k1"); ok {
		t.Error("the database is away")
	}
	b.set(nil)
	closeNow(t, j)
	if _, ok := b.row("k1"); !ok {
		t.Error("lost")
	}
}

func TestDirectInsert_BacklogFails(t *testing.T) {
	b := newTable()
	f := &faulty{commit: func(func() error) error { return errDisk }}
	o := options(t, b)
	o.hooks.retryMin, o.hooks.retryMax = time.Second, 10*time.Second
	o.hooks.commit = f.run
	b.fault = func(_ int, rows []models.Interaction) (bool, error) {
		for _, r := range rows {
			if r.MsgKey == "stuck" {
				return false, &models.StoreFault{Class: models.FaultTransient, Err: errors.New("busy")}
			}
		}
		return true, nil
	}
	j := open(t, o)
	receiveAnswered(t, j, "stuck")
	eventually(t, "the drain backs off", func() bool { b.mu.Lock(); defer b.mu.Unlock(); return b.calls > 0 })
	f.armed.Store(true)
	start := time.Now()
	receive(t, j, "k1")
	if took := time.Since(start); took > time.Second {
		t.Errorf("waited %s behind the backlog", took)
	}
	f.armed.Store(false)
	b.set(nil)
	closeNow(t, j)
	for _, key := range []string{"stuck", "k1"} {
		if _, ok := b.row(key); !ok {
			t.Errorf("%s is lost", key)
		}
	}
}

func TestDirectInsert_PoisonRow(t *testing.T) {
	b := newTable()
	b.fault = rejects("k2", &models.StoreFault{Class: models.FaultPoison, Err: errors.New("too long")})
	f := &faulty{commit: func(func() error) error { return errDisk }}
	o := options(t, b)
	o.hooks.commit = f.run
	j := open(t, o)
	f.armed.Store(true)
	var wg sync.WaitGroup
	for i := range 5 {
		wg.Go(func() { receive(t, j, fmt.Sprint("k", i)) })
	}
	wg.Wait()
	in, _, _ := b.count()
	b.mu.Lock()
	defer b.mu.Unlock()
	if in != 4 || b.reduced["k2"] == "" {
		t.Errorf("%d rows, reduced %v", in, b.reduced)
	}
}

func TestReceive_SpoolAtItsCap(t *testing.T) {
	b := newTable()
	b.fault = down(models.FaultTransient)
	o := options(t, b)
	o.MaxBytes = 256 << 10
	o.DirectTimeout = 5 * time.Millisecond
	j := open(t, o)
	kept := []string{}
	for i := range 2000 {
		key := fmt.Sprint("k", i)
		if _, err := j.Receive(t.Context(), message(key)); err != nil {
			break
		}
		kept = append(kept, key)
	}
	if s := j.Backlog(); len(kept) == 2000 || len(kept) < 50 || s.Bytes > o.MaxBytes+64<<10 {
		t.Fatalf("%d events, %+v", len(kept), s)
	}
	b.set(nil)
	eventually(t, "an empty spool", func() bool { return j.Backlog().Events == 0 })
	receive(t, j, "after")
	closeNow(t, j)
	for _, key := range append(kept, "after") {
		if _, ok := b.row(key); !ok {
			t.Fatalf("%s is lost", key)
		}
	}
}

func TestDrain_DiskFull(t *testing.T) {
	b := newTable()
	b.fault = down(models.FaultTransient)
	var full atomic.Bool
	o := options(t, b)
	reserve := filepath.Join(o.Dir, reserveFile)
	o.DirectTimeout = 5 * time.Millisecond
	o.hooks.commit = func(commit func() error) error {
		if _, err := os.Stat(reserve); full.Load() && err == nil {
			return &os.PathError{Op: "write", Path: "journal.db", Err: syscall.ENOSPC}
		}
		return commit()
	}
	o.hooks.reserve = func() error {
		if full.Load() {
			return syscall.ENOSPC
		}
		return nil
	}
	j := open(t, o)
	feed(t, j, "k", 20)
	full.Store(true)
	for i := range 3 {
		if _, err := j.Receive(t.Context(), message(fmt.Sprint("x", i))); err == nil {
			t.Fatal("acknowledged on a full disk without a database")
		}
	}
	if _, err := os.Stat(reserve); err == nil || !j.Backlog().DiskLow {
		t.Fatal("the reserve is still there")
	}
	b.set(nil)
	eventually(t, "the drain empties the spool", func() bool { return j.Backlog().Events == 0 })
	full.Store(false)
	eventually(t, "the reserve is taken again", func() bool { return !j.Backlog().DiskLow })
	receive(t, j, "after")
	closeNow(t, j)
	if in, _, _ := b.count(); in < 21 {
		t.Errorf("%d rows", in)
	}
}

func TestReceive_ContextEnds(t *testing.T) {
	gate := make(chan struct{})
	f := &faulty{commit: func(commit func() error) error { <-gate; return commit() }}
	o := options(t, newTable())
	o.hooks.commit = f.run
	j := open(t, o)
	f.armed.Store(true)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	if _, err := j.Receive(ctx, message("k1")); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("err %v", err)
	}
	f.armed.Store(false)
	close(gate)
}
