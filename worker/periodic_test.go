package worker

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/wenzheng/wenzheng/store/storetest"
)

func TestPeriodic_RunsUntilStoppedAndStopWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var began, ended atomic.Int32
		p := &Periodic{Name: "job", Interval: time.Second, Logger: slog.New(slog.DiscardHandler)}
		p.Run = func(ctx context.Context) error {
			if began.Add(1) < 3 {
				ended.Add(1)
				return nil
			}
			<-ctx.Done()
			time.Sleep(time.Minute) // fake time
			ended.Add(1)
			return ctx.Err()
		}
		p.Start(t.Context())
		time.Sleep(time.Second - 1)
		if n := began.Load(); n != 0 {
			t.Errorf("%d runs within the first interval", n)
		}
		time.Sleep(10 * time.Second)
		p.Stop()
		if began.Load() != 3 || ended.Load() != 3 {
			t.Errorf("%d runs began, %d ended", began.Load(), ended.Load())
		}
	})
	var never Periodic
	never.Stop()
}

func TestPeriodic_RunEndsWithinItsTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		p := &Periodic{Within: time.Minute, Logger: slog.New(slog.NewTextHandler(&log, nil))}
		p.Run = func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
		begun := time.Now()
		p.once(t.Context())
		if took := time.Since(begun); took != time.Minute {
			t.Errorf("a run took %v", took)
		}
		if log.Len() > 0 {
			t.Errorf("being cut short is a failure: %s", log.String())
		}
	})
}

// A failure is told once while it lasts, another one and the next one too; one that comes from
// being stopped is none.
func TestPeriodic_FailureIsLoggedOnce(t *testing.T) {
	var log bytes.Buffer
	var fault error
	p := &Periodic{Name: "job", Logger: slog.New(slog.NewTextHandler(&log, nil)), Run: func(context.Context) error { return fault }}
	for _, step := range []struct {
		fault error
		lines int
	}{{nil, 0}, {errors.New("away"), 1}, {errors.New("away"), 1}, {errors.New("full"), 2}, {nil, 2}, {errors.New("full"), 3}} {
		fault = step.fault
		p.once(t.Context())
		if n := strings.Count(log.String(), "job=job"); n != step.lines {
			t.Errorf("after %v: %d lines, want %d: %s", step.fault, n, step.lines, log.String())
		}
	}
	stopped, cancel := context.WithCancel(t.Context())
	cancel()
	fault = stopped.Err()
	p.once(stopped)
	if strings.Contains(log.String(), "canceled") {
		t.Error(log.String())
	}
}

// jobPair are a job of two instances that share a MariaDB, whose clocks stand still until they
// are moved.
type jobPair struct {
	t     *testing.T
	clock time.Time
	jobs  [2]*Periodic
	runs  [2]int
}

func newJobPair(t *testing.T, offsets [2]time.Duration) *jobPair {
	t.Helper()
	database := current.MariaDB(t)
	w := &jobPair{t: t, clock: time.Now()}
	for i := range w.jobs {
		st := openStore(t, database, func() time.Time { return w.clock.Add(offsets[i]) })
		w.jobs[i] = &Periodic{
			Name: "job", Interval: 10 * time.Second, Within: 20 * time.Second, Logger: slog.New(slog.NewTextHandler(t.Output(), nil)),
			Lease: "job", Leases: &Leases{st, []string{"first", "second"}[i]},
			Run: func(context.Context) error { w.runs[i]++; return nil },
		}
	}
	return w
}

// round lets the clocks pass and the instances that live come to their next run.
func (w *jobPair) round(d time.Duration, living ...int) {
	w.clock = w.clock.Add(d)
	for _, i := range living {
		w.jobs[i].once(w.t.Context())
	}
}

func (w *jobPair) ran(what string, first, second int) {
	w.t.Helper()
	if w.runs != [2]int{first, second} {
		w.t.Errorf("%s: ran %v times, want %d and %d", what, w.runs, first, second)
	}
	w.runs = [2]int{}
}

func TestPeriodic_OneOfTwoInstancesRunsTheJob(t *testing.T) {
	t.Parallel()
	for _, off := range []time.Duration{0, 5 * time.Second, -5 * time.Second} {
		w := newJobPair(t, [2]time.Duration{0, off})
		for range 6 {
			w.round(10*time.Second, 0, 1)
		}
		w.ran("both live", 6, 0)
		w.round(30*time.Second, 1)
		w.ran("the first runs for as long as it may", 0, 0)
		w.round(0, 0)
		w.ran("and comes to its next run", 1, 0)
		for range 6 {
			w.round(10*time.Second, 1)
		}
		if w.runs[0] != 0 || w.runs[1] == 0 {
			t.Errorf("clocks %v apart: after the death of the first the jobs ran %v times", off, w.runs)
		}
		w.runs = [2]int{}
		w.round(10*time.Second, 1, 0)
		w.ran("the first is back", 0, 1)
	}
}

func TestPeriodic_OrderlyStopGivesTheLeaseBack(t *testing.T) {
	t.Parallel()
	w := newJobPair(t, [2]time.Duration{})
	w.round(0, 0, 1)
	w.ran("both live", 1, 0)
	w.jobs[1].Start(t.Context())
	w.jobs[1].Stop() // gives back nothing, for it holds nothing
	w.round(0, 1)
	w.ran("the second stopped", 0, 0)
	w.jobs[0].Start(t.Context())
	w.jobs[0].Stop()
	w.round(0, 1)
	w.ran("the first stopped", 0, 1)
}

func TestPeriodic_DatabaseAway(t *testing.T) {
	t.Parallel()
	server := storetest.Private(t)
	st := openStore(t, "mysql:"+server.Database(t), time.Now)
	var log bytes.Buffer
	runs := 0
	p := &Periodic{
		Name: "job", Interval: time.Second, Logger: slog.New(slog.NewTextHandler(&log, nil)), Lease: "job", Leases: &Leases{st, "holder"},
		Run: func(context.Context) error { runs++; return nil },
	}
	p.once(t.Context())
	server.Kill(t)
	p.once(t.Context())
	p.once(t.Context())
	if runs != 1 || !strings.Contains(log.String(), "job=job") {
		t.Errorf("%d runs, log %s", runs, log.String())
	}
	server.Restart(t)
	eventually(t, 10*time.Second, "the job runs again", func() bool { p.once(t.Context()); return runs > 1 })
}
