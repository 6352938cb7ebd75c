package main

import (
	"syscall"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

// TestKilledUnderLoadNothingAnsweredIsLost kills the real binary five times while citizens
// write; they are delivered again until they are answered.
func TestKilledUnderLoadNothingAnsweredIsLost(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	p := o.spawn()
	const kills = 5
	load := o.play(simulator.Policy{Patience: 30 * time.Second, Spacing: 200 * time.Millisecond, Timeout: 5 * time.Second},
		simulator.LoadOptions{Rate: 80, Count: 700, Citizens: 300, Duplicates: .05, Mix: simulator.Mix{Event: .05, Media: .02, Unknown: .01}})
	killed := 0
	for ; killed < kills && !load.over(); killed++ {
		eventually(t, 20*time.Second, "callbacks since the start", func() bool { return load.over() || o.callbacks() >= 60 })
		if load.over() {
			break
		}
		p.signal(syscall.SIGKILL)
		if code := p.wait(5 * time.Second); code != -1 {
			t.Fatalf("the process ended with %d before it was killed: %s", code, p.stderr.String())
		}
		p = o.spawn()
	}
	if killed != kills {
		t.Errorf("only %d of %d kills happened: the load is too short", killed, kills)
	}
	seen := load.end(time.Minute)
	o.drained(10 * time.Second)
	for _, r := range seen {
		if !r.Answered {
			t.Errorf("%s was never answered: %s", r.Key, r.Outcome)
		}
	}
	unknown := checkKept(t, o, seen)
	t.Logf("%d events, %d retries, %d replies unknown", len(seen), load.summary.Retries, unknown)
}

// TestSIGTERMUnderLoad stops the real binary in the middle of traffic: what it has read it
// answers, what it has answered it keeps, and it goes in time and in peace.
func TestSIGTERMUnderLoad(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.open()
		p := o.spawn()
		load := o.play(simulator.Policy{Attempts: 1}, simulator.LoadOptions{Rate: 150, Count: 5000, Citizens: 500})
		eventually(t, 20*time.Second, "traffic", func() bool { return o.callbacks() >= 200 })
		p.signal(syscall.SIGTERM)
		begun := time.Now()
		if code := p.wait(stopWithin); code != 0 {
			t.Errorf("exit %d: %s", code, p.stderr.String())
		}
		t.Logf("ended after %v", time.Since(begun))
		load.cancel()
		seen := load.end(20 * time.Second)
		if r := o.run("log", "backlog"); r.code != 0 {
			t.Errorf("the spool can not be read after the stop: %s", r.stderr)
		}
		o.serve()
		o.drained(10 * time.Second)
		checkKept(t, o, seen)
		h := o.hold()
		for _, r := range seen {
			if _, kept := h.in[r.Key]; kept && !r.Answered {
				t.Errorf("%s was taken in and not answered: %s", r.Key, r.Outcome)
			}
			for _, d := range r.Deliveries {
				if d.Outcome == simulator.Status || d.Outcome == simulator.Timeout {
					t.Errorf("%s: %s with status %d during the stop", r.Key, d.Outcome, d.Status)
				}
			}
			if r.Answered && h.in[r.Key].Outcome == models.OutcomeUnknown {
				t.Errorf("%s: an orderly stop forgot the answer", r.Key)
			}
		}
	})
}
