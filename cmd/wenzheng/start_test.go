package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.uber.org/goleak"
)

// lastWord is what a service that refused to start said, its process log apart.
func lastWord(r said) said {
	var own []string
	for line := range strings.Lines(r.stderr) {
		if !strings.HasPrefix(line, "{") {
			own = append(own, line)
		}
	}
	r.stderr = strings.Join(own, "")
	return r
}

func TestTwoProcessesOnOneSpool(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	first := o.serve()
	second := *o
	second.env = map[string]string{}
	for k, v := range o.env {
		second.env[k] = v
	}
	second.addr, second.metrics = freeAddr(t), freeAddr(t)
	second.env["WENZHENG_ADDR"], second.env["WENZHENG_METRICS_ADDR"] = second.addr, second.metrics
	checkRefusal(t, o, lastWord(second.run("serve")), regexp.QuoteMeta(filepath.Join(o.data, "journal")))
	if got := o.must("simulate", "send", "社保卡"); !strings.Contains(got, "补办社保卡") {
		t.Errorf("the first process was disturbed: %q", got)
	}
	if code := first.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
	second.serve()
}

func TestSpoolOthersMayRead(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	o.serve().stop()
	folder := filepath.Join(o.data, "journal")
	for _, tc := range []struct {
		path       string
		open, shut os.FileMode
	}{{folder, 0o755, 0o700}, {filepath.Join(folder, "journal.db"), 0o644, 0o600}} {
		if err := os.Chmod(tc.path, tc.open); err != nil {
			t.Fatal(err)
		}
		checkRefusal(t, o, lastWord(o.run("serve")), regexp.QuoteMeta(tc.path)+".*chmod")
		if err := os.Chmod(tc.path, tc.shut); err != nil {
			t.Fatal(err)
		}
	}
	o.serve()
}

func TestPortInUse(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	o.serve()
	for _, variable := range []string{"WENZHENG_ADDR", "WENZHENG_METRICS_ADDR"} {
		other := o.sibling()
		other.env[variable] = o.env[variable]
		checkRefusal(t, other, lastWord(other.run("serve")), regexp.QuoteMeta(o.env[variable]))
		if _, err := os.Stat(filepath.Join(other.data, "journal")); err == nil {
			t.Errorf("%s: a service that did not start left a spool", variable)
		}
	}
	other := o.sibling()
	checkRefusal(t, other, lastWord(other.run("serve", "--addr", o.addr)), "--addr")
}

// TestAnotherKeyIsRefused: with a key that does not open what is stored nothing may be
// written, else half of the data would be lost for each key.
func TestAnotherKeyIsRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	o.env["WENZHENG_SECRET_KEY"] = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVowMTIzNDU="
	for _, args := range [][]string{{"account", "list"}, {"rules", "try", "x"}} {
		checkRefusal(t, o, o.run(args...), "secret_key")
	}
}

// TestServeLeavesNothingRunning: every goroutine of a service has an owner that ends it.
// It runs before the parallel tests go on, so that all goroutines are its own.
func TestServeLeavesNothingRunning(t *testing.T) {
	before := goleak.IgnoreCurrent()
	o := newOffice(t, "").open()
	r := o.serve()
	o.must("simulate", "send", "社保卡")
	if code := r.stop(); code != 0 {
		t.Errorf("exit %d: %s", code, r.stderr.String())
	}
	goleak.VerifyNone(t, before)
}
