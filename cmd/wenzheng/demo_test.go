package main

import (
	"context"
	"io"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/demo"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// newDemo is a demo that was never started, in a folder of its own.
func newDemo(t *testing.T) (o *office, args []string) {
	t.Helper()
	o = newOffice(t, "")
	delete(o.env, "WENZHENG_SECRET_KEY") // demo makes its own
	delete(o.env, "WENZHENG_DATA_DIR")
	delete(o.env, "WENZHENG_ADDR")
	o.data = filepath.Join(o.dir, "demo-data")
	return o, []string{"demo", "--addr", o.addr, "--simulator-addr", freeAddr(t), "--data", o.data}
}

// begun is a demo in a process of its own.
func begun(t *testing.T, o *office, args ...string) (cmd *exec.Cmd, stdout *output, ended chan error) {
	t.Helper()
	stdout, ended = &output{}, make(chan error, 1)
	cmd = exec.Command(binary(t), args...)
	cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = o.environ(), o.dir, stdout, stdout
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	over := make(chan struct{})
	go func() {
		defer close(over)
		ended <- cmd.Wait()
	}()
	t.Cleanup(func() {
		_ = cmd.Process.Kill() // it may be over already
		<-over
	})
	return cmd, stdout, ended
}

func (o *office) ready(t *testing.T, within time.Duration, said *output) {
	t.Helper()
	eventually(t, within, "the demo answers", func() bool { return o.fetch("http://"+o.addr+"/readyz").status == http.StatusOK })
	eventually(t, within, "the demo says where it is", func() bool { return strings.Contains(said.String(), o.addr) })
}

func stopped(t *testing.T, cmd *exec.Cmd, ended chan error, said *output) {
	t.Helper()
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-ended:
		if err != nil {
			t.Fatalf("%v: %s", err, said.String())
		}
	case <-time.After(stopWithin + 3*time.Second):
		t.Fatalf("the demo does not stop: %s", said.String())
	}
}

func demoConfig(o *office) string { return filepath.Join(o.data, "wenzheng.yaml") }

// TestDemoAnswersWithinTenSecondsAndKeepsItsData starts the real program twice.
func TestDemoAnswersWithinTenSecondsAndKeepsItsData(t *testing.T) {
	t.Parallel()
	binary(t) // building takes longer than starting
	o, args := newDemo(t)
	args = append(args, "--empty")
	cmd, said, ended := begun(t, o, args...)
	o.ready(t, 10*time.Second, said)
	third := demo.Accounts()[2].AppID
	got := o.must("--config", demoConfig(o), "simulate", "--account", third, "send", "社保卡丢了怎么补办")
	if !strings.Contains(got, "12333") {
		t.Errorf("the citizen sees %q", got)
	}
	stopped(t, cmd, ended, said)
	if strings.Contains(said.String(), "九十天") {
		t.Errorf("an empty demo makes a history: %s", said.String())
	}
	before := o.must("--config", demoConfig(o), "log", "export")
	if strings.Count(before, third) != 2 {
		t.Errorf("the log holds\n%s", before)
	}
	cmd, said, ended = begun(t, o, args...)
	o.ready(t, 10*time.Second, said)
	stopped(t, cmd, ended, said)
	if diff := cmp.Diff(before, o.must("--config", demoConfig(o), "log", "export")); diff != "" {
		t.Error(diff)
	}
}

// TestDemoStopsInTheMiddleOfItsHistoryAndGoesOn presses Ctrl-C while the months are
// written, and then kills the next run.
func TestDemoStopsInTheMiddleOfItsHistoryAndGoesOn(t *testing.T) {
	t.Parallel()
	binary(t)
	o, args := newDemo(t)
	grown := func(beyond time.Time) {
		eventually(t, 60*time.Second, "the history grows", func() bool { return o.demoReaches(t).After(beyond) })
	}
	cmd, said, ended := begun(t, o, args...)
	o.ready(t, 10*time.Second, said)
	grown(time.Unix(0, 0))
	stopped(t, cmd, ended, said)
	if !strings.Contains(said.String(), "正在生成九十天演示数据 … 已停下") {
		t.Fatalf("it says %s", said.String())
	}
	first := o.demoReaches(t)
	cmd, said, ended = begun(t, o, args...)
	o.ready(t, 10*time.Second, said)
	grown(first)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-ended
	if strings.Contains(said.String(), "完成") {
		t.Fatalf("it was killed too late: %s", said.String())
	}
	cmd, said, ended = begun(t, o, args...)
	o.ready(t, 10*time.Second, said)
	grown(o.demoReaches(t))
	stopped(t, cmd, ended, said)
	rows := o.demoInteractions(t)
	seen := map[string]bool{}
	for i := range rows {
		if key := string(rows[i].Dir) + rows[i].MsgKey; seen[key] {
			t.Errorf("%s is there twice", key)
		} else {
			seen[key] = true
		}
	}
}

func (o *office) demoInteractions(t *testing.T) (rows []models.Interaction) {
	t.Helper()
	p := &program{stdout: io.Discard, stderr: &output{}, environ: o.environ(), now: time.Now, config: demoConfig(o)}
	st, err := p.open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer p.close(st)
	err = st.Interactions(context.Background(), store.Filter{}, func(i models.Interaction) error {
		rows = append(rows, i)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

// demoReaches is the time of the newest row. It is asked often and must cost little: the
// history is written in seconds.
func (o *office) demoReaches(t *testing.T) time.Time {
	t.Helper()
	p := &program{stdout: io.Discard, stderr: &output{}, environ: o.environ(), now: time.Now, config: demoConfig(o)}
	st, err := p.open(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer p.close(st)
	var at time.Time
	err = st.Interactions(context.Background(), store.Filter{Newest: true, Limit: 1}, func(i models.Interaction) error { at = i.At; return nil })
	if err != nil {
		t.Fatal(err)
	}
	return at
}
