package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

var (
	buildOnce   sync.Once
	buildFolder string // removed by TestMain
	errBuild    error
)

// binary is the program as it is shipped, built once a test process as scripts/build does, which
// spares the machine compiling everything in another way.
func binary(t testing.TB) string {
	t.Helper()
	buildOnce.Do(func() {
		buildFolder, errBuild = os.MkdirTemp("", "wenzheng-binary-") //nolint:usetesting // it outlives the test that builds
		if errBuild != nil {
			return
		}
		cmd := exec.Command("go", "build", "-tags", "nomsgpack", "-trimpath", "-buildvcs=false", "-o", filepath.Join(buildFolder, "wenzheng"), ".")
		cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := cmd.CombinedOutput(); err != nil {
			errBuild = fmt.Errorf("%w: %s", err, out)
		}
	})
	if errBuild != nil {
		t.Fatal(errBuild)
	}
	return filepath.Join(buildFolder, "wenzheng")
}

// process is `wenzheng serve` as a process of its own, which may be killed.
type process struct {
	o      *office
	cmd    *exec.Cmd
	ended  chan struct{}
	err    error
	stderr *output
}

// spawn starts the real binary and returns when it answers /readyz with 200.
func (o *office) spawn() *process {
	o.t.Helper()
	p := &process{o: o, cmd: exec.Command(binary(o.t), "serve"), ended: make(chan struct{}), stderr: &output{}}
	p.cmd.Env, p.cmd.Dir, p.cmd.Stderr = o.environ(), o.dir, p.stderr
	if err := p.cmd.Start(); err != nil {
		o.t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		p.err = p.cmd.Wait()
	}()
	o.t.Cleanup(func() { p.signal(syscall.SIGKILL); <-p.ended })
	eventually(o.t, 20*time.Second, "the process is ready", func() bool {
		select {
		case <-p.ended:
			o.t.Fatalf("the process ended: %v: %s", p.err, p.stderr.String())
		default:
		}
		return o.fetch("http://"+o.addr+"/readyz").status == 200
	})
	return p
}

func (p *process) signal(sig syscall.Signal) {
	if err := p.cmd.Process.Signal(sig); err != nil && !errors.Is(err, os.ErrProcessDone) {
		p.o.t.Errorf("signal %v: %v", sig, err)
	}
}

// wait returns the exit code.
func (p *process) wait(within time.Duration) int {
	p.o.t.Helper()
	select {
	case <-p.ended:
	case <-time.After(within):
		p.o.t.Fatalf("the process is there %v after its signal", within)
	}
	return p.cmd.ProcessState.ExitCode()
}

// load is traffic played beside a test.
type load struct {
	o       *office
	seen    bytes.Buffer
	journal *simulator.Journal
	cancel  context.CancelFunc
	done    chan struct{}
	summary simulator.Summary
	err     error
}

// play starts the traffic; the journal is complete when end returns.
func (o *office) play(policy simulator.Policy, options simulator.LoadOptions, siblings ...*office) *load {
	o.t.Helper()
	l := &load{o: o, done: make(chan struct{})}
	l.journal = simulator.NewJournal(&l.seen)
	client := o.client(policy, l.journal, siblings...)
	var ctx context.Context
	ctx, l.cancel = context.WithTimeout(context.Background(), 2*time.Minute)
	go func() {
		defer close(l.done)
		l.summary, l.err = client.Load(ctx, options)
	}()
	o.t.Cleanup(func() { l.cancel(); <-l.done })
	return l
}

// over reports whether the traffic has ended.
func (l *load) over() bool {
	select {
	case <-l.done:
		return true
	default:
		return false
	}
}

// end waits for the end of the traffic and returns what the platform saw.
func (l *load) end(within time.Duration) []simulator.Record {
	l.o.t.Helper()
	select {
	case <-l.done:
	case <-time.After(within):
		l.o.t.Fatalf("the load does not end within %v", within)
	}
	if err := l.journal.Flush(); err != nil {
		l.o.t.Fatal(err)
	}
	var out []simulator.Record
	for line := range strings.Lines(l.seen.String()) {
		var r simulator.Record
		if err := json.Unmarshal([]byte(line), &r); err != nil {
			l.o.t.Fatal(err)
		}
		out = append(out, r)
	}
	return out
}

// callbacks is how many callbacks the office has answered since it was started.
func (o *office) callbacks() int {
	sum := 0
	for line := range strings.Lines(o.fetch("http://" + o.metrics + "/metrics").body) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "wenzheng_callback_seconds_count "); ok {
			n, err := strconv.Atoi(rest)
			if err != nil {
				return 0
			}
			sum += n
		}
	}
	return sum
}

// held is the log by event key.
type held struct {
	in, out map[string]models.Interaction
}

// hold reads the log and holds that no event and no answer is there twice.
func (o *office) hold() held {
	o.t.Helper()
	h := held{map[string]models.Interaction{}, map[string]models.Interaction{}}
	for _, row := range o.rows() {
		index, key := h.in, row.MsgKey
		if row.Dir == models.DirOut {
			index, key = h.out, row.ReplyTo
		}
		if _, twice := index[key]; twice {
			o.t.Errorf("%s row of %s is there twice", row.Dir, key)
		}
		index[key] = row
	}
	return h
}

// checkKept holds that every event answered 200 is in the log once with the answer the
// citizen saw, that nothing else is, and returns how many answers the log calls unknown.
func checkKept(t *testing.T, o *office, seen []simulator.Record) (unknown int) {
	t.Helper()
	h := o.hold()
	known := map[string]bool{}
	for _, r := range seen {
		known[r.Key] = true
		if r.Mismatch {
			t.Errorf("%s was answered in two ways", r.Key)
		}
		if !r.Answered {
			continue
		}
		row, ok := h.in[r.Key]
		answer, said := h.out[r.Key]
		switch {
		case !ok:
			t.Errorf("LOST: %s was answered %s and is not in the log", r.Key, r.Outcome)
		case r.Outcome == simulator.Replied && row.Outcome == models.OutcomeUnknown:
			unknown++
		case r.Outcome == simulator.Replied && !said:
			t.Errorf("%s was answered and the log knows no answer: %s", r.Key, row.Outcome)
		case r.Outcome == simulator.Replied && !strings.Contains(r.Reply, answer.Content):
			t.Errorf("%s was answered otherwise than the log says: %q, %q", r.Key, r.Reply, answer.Content)
		}
	}
	for key := range h.in {
		if !known[key] {
			t.Errorf("invented: %s", key)
		}
	}
	return unknown
}
