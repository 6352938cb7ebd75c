package main

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestLogImportIsAllOrNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	o.must("migrate", "up")
	o.addAccount()
	head := "account,openid,at,dir,actor,content\n"
	good := o.account.AppID + ",o1,2026-03-01 09:00:00,in,citizen,社保卡丢了\n"
	bad := o.account.AppID + ",o2,昨天,in,citizen,在吗\n" + o.account.AppID + ",o3,2026-03-01 09:00:00,in,human,在\n"
	file := o.write("三月.csv", head+good+bad)
	r := o.run("log", "import", file)
	if r.code != 1 || !strings.Contains(r.stderr, "三月.csv:3:") || !strings.Contains(r.stderr, "三月.csv:4:") {
		t.Errorf("exit %d: %s", r.code, r.stderr)
	}
	if n := len(o.rows()); n != 0 {
		t.Fatalf("%d rows of a file with faults", n)
	}
	aside := filepath.Join(o.dir, "有误.csv")
	r = o.run("log", "import", file, "--skip-bad", aside)
	if r.code != 0 || !strings.Contains(r.stdout, "新增 1") || !strings.Contains(r.stderr, "跳过 2 行") {
		t.Errorf("exit %d: %s %s", r.code, r.stdout, r.stderr)
	}
	kept, err := os.ReadFile(aside)
	if err != nil || strings.Count(string(kept), "\n") != 3 || !strings.Contains(string(kept), "第 3 行") {
		t.Errorf("kept: %s %v", kept, err)
	}
	if n := len(o.rows()); n != 1 {
		t.Errorf("%d rows, want the good one", n)
	}
	mended := strings.NewReplacer("昨天", "2026-03-01 10:00:00", "in\",\"human", "out\",\"human").Replace(string(kept))
	if got := o.must("log", "import", o.write("改好.csv", mended)); !strings.Contains(got, "新增 2") {
		t.Errorf("the mended rows: %s", got)
	}
	if r := o.run("log", "import", file, "--skip-bad", filepath.Join(o.dir, "again.csv")); r.code != 0 || !strings.Contains(r.stdout, "新增 0") {
		t.Errorf("again: %s", r.stdout)
	}
	if r := o.run("log", "import", file, "--skip-bad", file); r.code == 0 {
		t.Error("the file itself was taken for the bad rows")
	}
	if got := o.must("log", "import", o.write("good.csv", head+good), "--skip-bad", filepath.Join(o.dir, "none.csv")); got == "" {
		t.Error("nothing said")
	}
	if _, err := os.Stat(filepath.Join(o.dir, "none.csv")); err == nil {
		t.Error("a file of no bad rows")
	}
}

func TestImportsSayWhatIsUnknown(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	o.must("migrate", "up")
	o.addAccount()
	r := o.run("followers", "import", o.write("f.csv", "account,date,followers\nwx00000000000000ff,2026-03-01,5\n"))
	if r.code != 0 || !strings.Contains(r.stderr, "wx00000000000000ff") {
		t.Errorf("exit %d: %s", r.code, r.stderr)
	}
	r = o.run("ratings", "import", o.write("r.csv", "account,openid,at,satisfied,solved\n"+o.account.AppID+",nobody,2026-03-01 08:00:00,1,1\n"))
	if r.code != 0 || !strings.Contains(r.stderr, "1 份评价找不到") {
		t.Errorf("exit %d: %s", r.code, r.stderr)
	}
	r = o.run("articles", "import", o.write("a.csv", "account,msgid\n"))
	if r.code != 1 || !strings.Contains(r.stderr, "published_at") {
		t.Errorf("exit %d: %s", r.code, r.stderr)
	}
}

func TestRatingsCount(t *testing.T) {
	t.Parallel()
	o := toy(t, "")
	var b strings.Builder
	b.WriteString("account,openid,at,satisfied,solved\n")
	for _, line := range []string{"A,2026-03-02 09:21:00,0,0", "A,2026-03-02 09:28:00,1,1", "A,2026-03-02 09:29:00,0,1", "C,2026-03-02 14:00:00,1,1"} {
		b.WriteString(o.account.AppID + "," + line + "\n")
	}
	file := o.write("r.csv", b.String())
	o.must("ratings", "import", file)
	o.must("ratings", "import", file)
	got := look(t, o.indices(toyAsOf...), "accounts.0.rates.csat")
	if hits, n := look(t, got, "hits"), look(t, got, "n"); hits != 1. || n != 3. {
		t.Errorf("%v of %v satisfied: one rating a wait, the last wins", hits, n)
	}
	if v := o.must("log", "verify"); v != "0 differences\n" {
		t.Error(v)
	}
}

func TestLogImport_KeyOfAnotherRow(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	o.must("migrate", "up")
	o.addAccount()
	head := "account,openid,at,dir,actor,content,msg_key\n"
	first := o.account.AppID + ",o1,2026/3/1 9:00,in,citizen,路灯坏了,24512345678901200\n"
	other := o.account.AppID + ",o2,2026/3/1 10:00,in,citizen,下水道堵了,24512345678901200\n"
	o.must("log", "import", o.write("一.csv", head+first))
	if got := o.must("log", "import", o.write("一.csv", head+first)); !strings.Contains(got, "新增 0，已有 1") {
		t.Errorf("the same file once more: %s", got)
	}
	file := o.write("二.csv", head+first+other)
	if r := o.run("log", "import", file); r.code != 1 || !strings.Contains(r.stderr, "二.csv:3:") {
		t.Errorf("exit %d: %s", r.code, r.stderr)
	}
	file = o.write("三.csv", head+other)
	r := o.run("log", "import", file)
	if r.code != 1 || !strings.Contains(r.stderr, "三.csv:2:") || !strings.Contains(r.stderr, "2026-03-01 09:00:00") {
		t.Errorf("a key that the log has already: exit %d: %s", r.code, r.stderr)
	}
	if r := o.run("log", "import", file, "--skip-bad", filepath.Join(o.dir, "有误.csv")); r.code != 0 || !strings.Contains(r.stderr, "跳过 1 行") {
		t.Errorf("exit %d: %s %s", r.code, r.stdout, r.stderr)
	}
	future := o.write("四.csv", head+o.account.AppID+",o1,2099/3/1 9:00,in,citizen,路灯坏了,\n")
	if r := o.run("log", "import", future); r.code != 1 || !strings.Contains(r.stderr, "四.csv:2:") {
		t.Errorf("a row of the future: exit %d: %s", r.code, r.stderr)
	}
	exported := o.write("导出.csv", o.must("log", "export"))
	if got := o.must("log", "import", exported); !strings.Contains(got, "新增 0") {
		t.Errorf("an export of the same installation: %s", got)
	}
}

func TestRules_NameIsFoundAsItIsListed(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	o.must("migrate", "up")
	o.addAccount()
	o.must("rules", "import", o.write("r.csv", "name,keywords,reply\n\"　重 \",重名,甲\n"))
	if got := o.must("rules", "submit", "重", "--as", "张三"); !strings.Contains(got, "重") {
		t.Error(got)
	}
}

func TestLogExport_ShowsTheStateOfWaits(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	o.must("migrate", "up")
	o.addAccount()
	var b strings.Builder
	b.WriteString("账号,市民,时间,方向,角色,内容,消息编号,答复编号\n")
	for _, line := range []string{
		"u1,2026/3/2 9:00,收,市民,路灯坏了,q1,", "u1,2026/3/2 9:10,收,市民,在人民路,q2,", "u1,2026/3/2 10:00,发,人工,已派人,a1,q2",
		"u2,2026/3/2 9:00,收,市民,没有人答,q3,",
	} {
		b.WriteString(o.account.AppID + "," + line + "\n")
	}
	o.must("log", "import", o.write("r.csv", b.String()))
	states := map[string]any{}
	for line := range strings.Lines(o.must("log", "export", "--jsonl")) {
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatal(err)
		}
		if row["deliveries"] != nil || row["latency_ms"] != nil {
			t.Errorf("WeChat delivered no imported row: %v", row)
		}
		states[row["msg_key"].(string)] = row["wait"]
	}
	if d := cmp.Diff(map[string]any{"q1": "human", "q2": "", "a1": "", "q3": "expired"}, states); d != "" {
		t.Error(d)
	}
}

func TestLogExport_ShowsTheStateOfCasesWithoutCitizen(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	o.must("migrate", "up")
	o.addAccount()
	o.must("case", "import", "--source", "12345", o.write("工单.csv", "工单编号,来电时间,诉求类别,诉求内容,办结时间,答复内容\nA1,2026/3/2 9:00,咨询,路灯坏了,2026/3/3 9:00,已修好\n"))
	if got := o.must("log", "export", "--jsonl"); !strings.Contains(got, `"wait":"human"`) {
		t.Error(got)
	}
}

// What the clock has long decided of imported rows is in the sums when the import ends: no report
// has to work it out, row by row.
func TestLogImport_LeavesNothingToSettle(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	o.must("migrate", "up")
	o.addAccount()
	var b strings.Builder
	b.WriteString("account,openid,at,dir,actor,content,topic\n")
	for n := range 1200 {
		fmt.Fprintf(&b, "%s,u%d,2026-03-01 09:00:00,in,citizen,社保卡丢了,社保\n%s,u%d,2026-03-01 09:05:00,out,human,请带身份证,社保\n",
			o.account.AppID, n, o.account.AppID, n)
	}
	o.must("log", "import", o.write("三月.csv", b.String()))
	o.withStore(func(st *installation) error {
		n, err := st.waits.Sweep(context.Background(), time.Now(), 10_000)
		if n != 0 {
			t.Errorf("%d waits were left", n)
		}
		return err
	})
}
