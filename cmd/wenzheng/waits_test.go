package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/analytics"
)

// A 谢谢 that is marked leaves the indices and is shown apart wherever figures are shown, and
// comes back when the mark is taken back.
func TestWaits_MarkedAreShownApartEverywhere(t *testing.T) {
	t.Parallel()
	o := toy(t, "")
	asOf := []string{"--from", "2026-02-04", "--to", "2026-03-05", "--as-of", "2026-03-05 12:00:00"}
	clean := o.indices(asOf...)
	o.must("log", "import", o.write("thanks.csv", "account,openid,at,dir,actor,content,msg_key\n"+
		o.account.AppID+",oThanks00000000000000000001,2026-03-02 09:30:00,in,citizen,谢谢，问题解决了,9001\n"))
	rti := func(r map[string]any) any { return look(t, r, "accounts.0.rti.value") }
	counted := o.indices(asOf...)
	if rti(counted) == rti(clean) {
		t.Fatal("the thanks costs nothing")
	}
	list := o.must("waits", "list", "--from", "2026-03-01", "--to", "2026-03-05", "--find", "谢谢")
	if !strings.Contains(list, "msg_key 9001") || !strings.Contains(list, "谢谢，问题解决了") || strings.Count(list, "msg_key") != 1 {
		t.Fatalf("list:\n%s", list)
	}
	if said := o.run("waits", "mark", "9001", "--as", "lovely"); said.code != 1 || !strings.Contains(said.stderr, "感谢") {
		t.Errorf("%+v", said)
	}
	if got := o.must("waits", "mark", "9001", "--as", "感谢"); got != "已标记为感谢：1 轮\n" {
		t.Errorf("mark: %s", got)
	}
	if got := o.must("waits", "mark", "9001", "--as", "thanks"); !strings.Contains(got, "1 轮原本如此") {
		t.Errorf("mark again: %s", got)
	}
	marked := o.indices(asOf...)
	if rti(marked) != rti(clean) || look(t, marked, "accounts.0.rates.marked.hits") != 1. || look(t, marked, "accounts.0.rates.marked.value") != 12.5 {
		t.Errorf("RTI %v, want %v; marked %v", rti(marked), rti(clean), look(t, marked, "accounts.0.rates.marked"))
	}
	for _, format := range []string{"table", "csv"} {
		out := o.must(append([]string{"indices", "--format", format}, asOf...)...)
		if !strings.Contains(out, "无需答复") || !strings.Contains(out, "12.5") ||
			strings.Contains(out, "人工标为无需答复的比例") != (format == "table") {
			t.Errorf("%s:\n%s", format, out)
		}
	}
	html := filepath.Join(o.dir, "report.html")
	o.must("report", "--quarter", "2026Q1", "--as-of", "2026-03-05 12:00:00", "--out", html)
	page, err := os.ReadFile(html)
	if err != nil || !strings.Contains(string(page), "无需答复 1 轮（12.50%）") {
		t.Errorf("the report says nothing of it, error %v", err)
	}
	if got := o.must("waits", "list", "--marked", "--from", "2026-03-01", "--to", "2026-03-05"); !strings.Contains(got, "【感谢，") {
		t.Errorf("list: %s", got)
	}
	if got := o.must("log", "verify"); got != "0 differences\n" {
		t.Errorf("verify: %s", got)
	}
	if got := o.must("waits", "unmark", "9001"); got != "已取消标记：1 轮\n" {
		t.Errorf("unmark: %s", got)
	}
	if back := o.indices(asOf...); rti(back) != rti(counted) {
		t.Errorf("RTI %v, want %v", rti(back), rti(counted))
	}
	o.must("audit", "verify")
}

func TestWaitsList_IsBoundedAndSaysSo(t *testing.T) {
	t.Parallel()
	o := toy(t, "")
	window := []string{"waits", "list", "--from", "2026-03-01", "--to", "2026-03-05"}
	if out := o.must(append(window, "--limit", "2")...); strings.Count(out, "msg_key") != 2 || !strings.Contains(out, "只列出最近的 2 轮") {
		t.Errorf("list:\n%s", out)
	}
	var list struct {
		Waits []analytics.ListedWait `json:"waits"`
		More  bool                   `json:"more"`
	}
	if err := json.Unmarshal([]byte(o.must(append(window, "--json")...)), &list); err != nil || len(list.Waits) != 7 || list.More {
		t.Errorf("%d waits, more %v, error %v", len(list.Waits), list.More, err)
	}
	for args, want := range map[string]string{"--limit 0": "正整数", "--from yesterday": "2026-03-01", "--account wxnone": "account list"} {
		said := o.run(append(window[:2:2], strings.Fields(args)...)...)
		if said.code == 0 || !strings.Contains(said.stderr, want) {
			t.Errorf("%s: %+v", args, said)
		}
	}
}
