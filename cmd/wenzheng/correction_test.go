package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// TestCorrection_IsInTheLog: an answer to a text with a slip is logged with what was put right and as
// what it was read, in the rows of the question and of the answer, wherever they are listed; a file
// of the log takes it along.
func TestCorrection_IsInTheLog(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		const want = "社宝卡→社保卡"
		o.open()
		o.serve()
		if got := o.says("社宝卡丢了怎么办"); !strings.HasPrefix(got, "按“社保卡”答复：\n") {
			t.Fatalf("answered %q", got)
		}
		o.drained(15 * time.Second)
		in, out := o.exported()
		if in["corrected"] != want || out["corrected"] != want || in["content"] != "社宝卡丢了怎么办" {
			t.Errorf("the log says %v and %v", in, out)
		}
		if lines := o.must("log", "export", "--jsonl"); strings.Count(lines, `"corrected":"`+want+`"`) != 2 {
			t.Errorf("JSON lines: %s", lines)
		}
		if list := o.must("waits", "list"); !strings.Contains(list, "按笔误纠正答复："+want) {
			t.Errorf("waits list: %s", list)
		}
		var listed struct {
			Waits []struct{ Corrected string }
		}
		if err := json.Unmarshal([]byte(o.must("waits", "list", "--json")), &listed); err != nil || len(listed.Waits) != 1 || listed.Waits[0].Corrected != want {
			t.Errorf("waits list --json: %v %+v", err, listed)
		}
		other := newOffice(t, "").open()
		other.must("log", "import", other.write("日志.csv", o.must("log", "export")))
		if in, out := other.exported(); in["corrected"] != want || out["corrected"] != want {
			t.Errorf("imported: %v and %v", in, out)
		}
	})
}

// TestCorrection_SwitchedOffWhileServing: the setting of the account reaches a running service, and
// what try, replay and suggest say follows it.
func TestCorrection_SwitchedOffWhileServing(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		const slip, answer = "社宝卡丢了怎么办", "按“社保卡”答复：\n请携带身份证到市民中心二楼补办社保卡。"
		o.open()
		o.serve()
		if got := o.says(slip); got != answer {
			t.Fatalf("answered %q", got)
		}
		o.says("社宝卡哪里可以补")
		o.says("代办社宝卡要带什么")
		o.drained(15 * time.Second)
		if text := o.must("rules", "try", slip); !strings.Contains(text, "纠正：社宝卡 → 社保卡") {
			t.Errorf("try: %s", text)
		}
		if text := o.must("rules", "suggest", "--min", "1"); strings.Contains(text, "社宝卡") {
			t.Errorf("an answered question is a gap: %s", text)
		}
		o.must("account", "correction", o.account.AppID, "off", "--from", "always")
		eventually(t, 3*time.Second, "no slip is put right", func() bool { return !strings.Contains(o.says(slip), "按“社保卡”答复") })
		if text := o.must("rules", "try", slip); strings.Contains(text, "纠正：") {
			t.Errorf("try, switched off: %s", text)
		}
		if text := o.must("rules", "suggest", "--min", "1"); !strings.Contains(text, "社宝卡") {
			t.Errorf("nothing answers it, and it is no gap: %s", text)
		}
		o.must("account", "correction", o.account.AppID, "on", "--from", "always")
		eventually(t, 3*time.Second, "slips are put right again", func() bool { return o.says(slip) == answer })
		draft := o.write("补办.yaml", "rules:\n  - name: 残疾证\n    keywords: [残疾证]\n    reply: 残疾证请到社区办理。\n")
		o.says("残急证怎么办")
		o.drained(15 * time.Second)
		if text := o.must("rules", "replay", draft, "--since", "2026-01-01"); !strings.Contains(text, "残急证怎么办（1 次）：— → 残疾证（纠正：残急证 → 残疾证）") {
			t.Errorf("replay: %s", text)
		}
		if text := o.must("rules", "replay", draft, "--since", "2026-01-01", "--json"); !strings.Contains(text, `"corrected":"残急证","meant":"残疾证"`) {
			t.Errorf("replay --json: %s", text)
		}
	})
}
