package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

// TestCallbackSamples delivers every kind of message and event, as we wrote them and as other projects
// did, three times each: in every mode addressed to the account by a citizen, in safe mode also as they are.
func TestCallbackSamples(t *testing.T) {
	t.Parallel()
	files, others := wechattest.Samples(t, "callbacks")
	if len(files) != 63 || len(others) != 0 && len(others) != 35 {
		t.Fatalf("%d samples of our own and %d of others, want 63 and 35", len(files), len(others))
	}
	files = append(files, others...)
	// In compat and plain mode anyone who saw one query can forge a body, so a sample that is
	// not addressed to the account by a citizen is refused there.
	for _, tc := range []struct {
		mode      models.Mode
		addressed bool
	}{{models.ModeSafe, false}, {models.ModeSafe, true}, {models.ModeCompat, true}, {models.ModePlain, true}} {
		t.Run(fmt.Sprintf("%s addressed=%v", tc.mode, tc.addressed), func(t *testing.T) {
			t.Parallel()
			conform(t, tc.mode, tc.addressed, files)
		})
	}
}

func conform(t *testing.T, mode models.Mode, addressed bool, files []string) {
	t.Helper()
	o := newOffice(t, "")
	o.account.Mode = mode
	if mode == models.ModePlain {
		o.account.AESKey = ""
	}
	o.env["WENZHENG_CALLBACK_ALLOW_JSON"] = "true"
	o.open()
	o.serve()
	args := append([]string{"simulate", "file", "--json", "--retries", "1"}, files...)
	if addressed {
		args = append(args, "--to", o.account.OriginalID, "--from", o.citizen(1))
	}
	replies := map[string]string{}
	for range 3 {
		checkTraces(t, o.must(args...), files, replies)
	}
	o.drained(15 * time.Second)
	var h held
	retries := 0
	eventually(t, 15*time.Second, fmt.Sprintf("%d events delivered %d times are as many rows and retries", len(replies), 3*len(files)), func() bool {
		h, retries = o.hold(), 0
		for _, row := range h.in {
			retries += row.RetryCount
		}
		return len(h.in) == len(replies) && retries == 3*len(files)-len(replies)
	})
	for key, row := range h.in {
		if _, delivered := replies[key]; !delivered {
			t.Errorf("row %s was never delivered", key)
		}
		if addressed && row.ParseStatus != models.ParseOK {
			t.Errorf("%s %s is %s: %v", row.Kind, key, row.ParseStatus, row.Warnings)
		}
	}
	for key, reply := range replies {
		if _, said := h.out[key]; said != (reply != "") {
			t.Errorf("%s: replied %v, answer in the log %v", key, reply != "", said)
		}
	}
	if addressed && len(h.out) == 0 {
		t.Error("not even the sample texts were answered")
	}
}

// checkTraces reads the lines of `simulate file --json`: everything is accepted, and a
// repeat gets the same reply.
func checkTraces(t *testing.T, lines string, files []string, replies map[string]string) {
	t.Helper()
	got := strings.Split(strings.TrimSpace(lines), "\n")
	if len(got) != len(files) {
		t.Fatalf("%d lines for %d files", len(got), len(files))
	}
	for i, line := range got {
		var trace simulator.Trace
		if err := json.Unmarshal([]byte(line), &trace); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		file := filepath.Base(files[i])
		if o := trace.Outcome(); o != simulator.Replied && o != simulator.Silent {
			t.Errorf("%s: %s, status %d, %s", file, o, trace.Attempts[0].Status, trace.Attempts[0].Fault)
			continue
		}
		reply := trace.Attempts[0].Reply
		if before, known := replies[trace.Event.Key]; known && before != reply {
			t.Errorf("%s: first %q, then %q", file, before, reply)
		}
		replies[trace.Event.Key] = reply
	}
}
