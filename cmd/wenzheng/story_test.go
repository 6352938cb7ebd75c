package main

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// TestACitizenWritesAndIsAnswered is the whole way by the command line alone.
func TestACitizenWritesAndIsAnswered(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.open()
		r := o.serve()
		got := o.must("simulate", "send", "请问社保卡丢了怎么补办？")
		if want := "请携带身份证到市民中心二楼补办社保卡。\n"; got != want {
			t.Errorf("the citizen sees %q, want %q", got, want)
		}
		o.drained(10 * time.Second)
		in, out := o.exported()
		if in["content"] != "请问社保卡丢了怎么补办？" || out["content"] != "请携带身份证到市民中心二楼补办社保卡。" {
			t.Errorf("log says %q and %q", in["content"], out["content"])
		}
		if in["msg_key"] == "" || out["reply_to"] != in["msg_key"] || out["matched"] != "true" || out["actor"] != "bot" {
			t.Errorf("the answer does not belong to the question: %v", out)
		}
		if in["rule"] == "" || in["rule"] != out["rule"] || in["deliveries"] != "1" || in["latency_ms"] == "" || in["wait"] != "pending" || out["wait"] != "" {
			t.Errorf("rule, deliveries, latency and wait: %v %v", in, out)
		}
		openID := o.citizen(1)
		if in["openid"] == openID || in["openid"] == "" || in["openid"] != out["openid"] {
			t.Errorf("openid %q is no pseudonym of %q", in["openid"], openID)
		}
		checkOpenIDExport(t, o, openID)
		checkJSONL(t, o, in["msg_key"])
		if code := r.stop(); code != 0 {
			t.Errorf("serve ended with %d: %s", code, r.stderr.String())
		}
	})
}

// exported is the one question and the one answer of `log export`.
func (o *office) exported(args ...string) (in, out map[string]string) {
	o.t.Helper()
	text := strings.TrimPrefix(o.must(append([]string{"log", "export"}, args...)...), "\ufeff")
	lines, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || len(lines) != 3 {
		o.t.Fatalf("log export: %v, %d lines:\n%s", err, len(lines), text)
	}
	for _, line := range lines[1:] {
		row := map[string]string{}
		for i, cell := range line {
			row[lines[0][i]] = cell
		}
		if row["dir"] == "in" {
			in = row
		} else {
			out = row
		}
	}
	if in == nil || out == nil {
		o.t.Fatalf("log export has not one row of each direction:\n%s", text)
	}
	return in, out
}

func checkOpenIDExport(t *testing.T, o *office, openID string) {
	t.Helper()
	in, out := o.exported("--with-openid", "信访核查 2026-17")
	if in["openid"] != openID || out["openid"] != openID {
		t.Errorf("--with-openid shows %q and %q, want %q", in["openid"], out["openid"], openID)
	}
	if r := o.run("log", "export", "--with-openid", " "); r.code == 0 || r.stdout != "" {
		t.Errorf("a blank reason was accepted: %d %q", r.code, r.stdout)
	}
	var audited []models.AuditEntry
	o.withStore(func(st *installation) error {
		if _, err := st.VerifyAudit(context.Background()); err != nil {
			return err
		}
		return st.AuditEntries(context.Background(), store.AuditFilter{Action: "log.export_openid"}, func(e models.AuditEntry) error {
			audited = append(audited, e)
			return nil
		})
	})
	if len(audited) != 1 || audited[0].Reason != "信访核查 2026-17" || audited[0].Who.ID == "" {
		t.Errorf("audit of the export: %+v", audited)
	}
}

func checkJSONL(t *testing.T, o *office, key string) {
	t.Helper()
	lines := strings.Split(strings.TrimSpace(o.must("log", "export", "--jsonl")), "\n")
	if len(lines) != 2 {
		t.Fatalf("%d JSON lines, want 2", len(lines))
	}
	for _, line := range lines {
		var row map[string]any
		if err := json.Unmarshal([]byte(line), &row); err != nil {
			t.Fatalf("%v in %s", err, line)
		}
		if row["msg_key"] != key && row["reply_to"] != key {
			t.Errorf("row %s belongs to no question", line)
		}
		if _, err := time.Parse(time.RFC3339Nano, row["at"].(string)); err != nil {
			t.Errorf("at: %v", err)
		}
	}
	tomorrow := time.Now().AddDate(0, 0, 2).Format(time.DateOnly)
	if rest := o.must("log", "export", "--jsonl", "--from", tomorrow); rest != "" {
		t.Errorf("rows of the future: %s", rest)
	}
}

func TestRulesTry(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	text := o.must("rules", "try", "我的社保卡和公积金都要办")
	for _, want := range []string{"规则：社保卡补办", "原因：", "胜过：公积金提取", "回复：请携带身份证"} {
		if !strings.Contains(text, want) {
			t.Errorf("rules try does not say %q:\n%s", want, text)
		}
	}
	var got struct {
		Reply models.Reply `json:"reply"`
		Match struct {
			Rule    string `json:"rule"`
			Matched bool   `json:"matched"`
			Kind    string `json:"kind"`
			Keyword string `json:"keyword"`
		} `json:"match"`
	}
	if err := json.Unmarshal([]byte(o.must("rules", "--account", o.account.AppID, "try", "--json", "公积金")), &got); err != nil {
		t.Fatal(err)
	}
	if got.Match.Rule != "公积金提取" || !got.Match.Matched || got.Match.Keyword != "公积金" || got.Reply.Text != "提取公积金请到市民中心一楼办理。" {
		t.Errorf("rules try --json: %+v", got)
	}
}

func TestRulesTryShowsPages(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	path := filepath.Join(t.TempDir(), "long.yaml")
	text := strings.Repeat("请携带身份证和申请表，到市民中心二楼办理。", 60)
	if err := os.WriteFile(path, []byte("rules:\n  - name: 开店须知\n    keywords: [开店]\n    reply: "+text+"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	o.must("rules", "import", path, "--publish")
	shown := o.must("rules", "try", "我想开店")
	for _, want := range []string{"回复第 1 页，共 3 页", "（回复“更多”看下文，1/3）", "回复第 2 页，共 3 页"} {
		if !strings.Contains(shown, want) {
			t.Errorf("rules try does not say %q:\n%s", want, shown)
		}
	}
	var got struct {
		Pages []string `json:"pages"`
	}
	if err := json.Unmarshal([]byte(o.must("rules", "try", "--json", "我想开店")), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Pages) != 3 || !strings.Contains(shown, got.Pages[1]) {
		t.Errorf("rules try --json: %q", got.Pages)
	}
	if out := o.must("rules", "check", path); !strings.Contains(out, "会分成 3 页") {
		t.Errorf("rules check does not speak of pages:\n%s", out)
	}
}

func TestRulesOfYAMLAreLiveWithinThreeSeconds(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.open()
		o.serve()
		c := o.client(simulator.Policy{Attempts: 1}, nil)
		o.must("rules", "import", o.write("新.yaml", "rules:\n  - name: 居住证\n    keywords: [居住证]\n    reply: 居住证请到派出所办理。\n"), "--publish")
		n := 0
		eventually(t, 3*time.Second, "the new rule answers", func() bool {
			n++
			trace, err := c.Send(context.Background(), o.citizen(n), "居住证怎么办")
			return err == nil && trace.Reply.Text == "居住证请到派出所办理。"
		})
		if trace, err := c.Send(context.Background(), o.citizen(n+1), "社保卡"); err != nil || !strings.Contains(trace.Reply.Text, "补办社保卡") {
			t.Errorf("an import took away another rule: %v %v", trace.Reply, err)
		}
	})
}

// TestBrokenRulesFile holds that a file with a fault anywhere changes nothing and that the
// fault is named by file, line and column.
func TestBrokenRulesFile(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	o.serve()
	before := o.must("rules", "export")
	const good = "name,match,keywords,exclude,priority,reply,examples\n好,contains,台风,,1,台风天请勿外出。,\n"
	for _, tc := range []struct{ name, file, content, want string }{
		{"unknown match", "匹配.csv", good + "坏,contians,社保,,1,x,\n", `匹配\.csv:3:\d+`},
		{"unknown column", "列.csv", "name,match,keywords,answer\na,contains,b,c\n", `列\.csv:1:\d+`},
		{"no reply", "无答.csv", good + "坏,contains,社保,,1,,\n", `无答\.csv:3:\d+`},
		{"priority", "优先.csv", good + "坏,contains,社保,,高,x,\n", `优先\.csv:3:\d+`},
		{"regexp", "正则.csv", good + "坏,regexp,(,,1,x,\n", `正则\.csv:3:\d+`},
		{"example", "例句.csv", good + "坏,contains,社保局,,1,x,完全无关的话\n", `坏.*例句`},
		{"same name", "同名.csv", good + "好,contains,社保,,1,x,\n", `同名\.csv:3:\d+`},
		{"yaml syntax", "语法.yaml", "rules:\n  - name: a\n    keywords: [b\n    reply: c\n", `语法\.yaml:\d+:\d+`},
		{"yaml field", "字段.yaml", "rules:\n  - name: a\n    keyword: b\n    reply: c\n", `字段\.yaml:3:\d+`},
		{"yaml regexp", "正则.yaml", "rules:\n  - name: a\n    match: regexp\n    keywords: ['[']\n    reply: c\n", `正则\.yaml:[234]:\d+`},
		{"empty", "空.csv", "", `空\.csv`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			file := o.write(tc.file, tc.content)
			checkRefusal(t, o, o.run("rules", "import", file, "--publish"), tc.want)
		})
	}
	if d := cmp.Diff(before, o.must("rules", "export")); d != "" {
		t.Errorf("the published rules changed: %s", d)
	}
	checkRefusal(t, o, o.run("rules", "import", filepath.Join(o.dir, "匹配.csv")), `匹配\.csv:3:\d+`)
	if d := cmp.Diff(before, o.must("rules", "export", "--drafts")); d != "" {
		t.Errorf("a broken file left drafts: %s", d)
	}
	if got := o.must("simulate", "send", "社保卡"); !strings.Contains(got, "补办社保卡") {
		t.Errorf("the published set does not answer any more: %q", got)
	}
}

func TestAccountListHoldsNoSecret(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		o.open()
		text := o.must("account", "list")
		raw := o.must("account", "list", "--json")
		var list []map[string]any
		if err := json.Unmarshal([]byte(raw), &list); err != nil || len(list) != 1 || list[0]["app_id"] != o.account.AppID {
			t.Fatalf("account list --json: %v %s", err, raw)
		}
		if !strings.Contains(text, o.account.AppID) || !strings.Contains(text, o.account.Name) {
			t.Errorf("account list: %s", text)
		}
		for _, secret := range []string{canaryToken, canaryAESKey(), canarySecret} {
			if strings.Contains(text+raw, secret) {
				t.Errorf("account list shows %s…", secret[:8])
			}
		}
	})
}

func TestMigrateOnMariaDB(t *testing.T) {
	everyDatabase(t, func(t *testing.T, o *office) {
		if o.env["WENZHENG_DATABASE"] == "" {
			emptyFile(t, o)
		} else {
			o.env["WENZHENG_DATABASE"] = "mysql:" + storetest.MariaDB(t)
		}
		embedded := o.env["WENZHENG_DATABASE"] == ""
		first := o.must("migrate", "status")
		if !embedded && (!strings.Contains(first, "未执行") || strings.Contains(first, "已执行")) {
			t.Errorf("an empty database: %s", first)
		}
		if !embedded {
			r := o.runWith(canaryAESKey()+"\n", "account", "add", "--app-id", o.account.AppID, "--name", "x", "--kind", "service", "--token", "abc", "--aes-key", "-")
			checkRefusal(t, o, r, `wenzheng migrate up`)
		}
		for range 2 {
			o.must("migrate", "up")
		}
		var steps []struct {
			Version int64  `json:"version"`
			Name    string `json:"name"`
			Applied bool   `json:"applied"`
		}
		raw := o.must("migrate", "status", "--json")
		if err := json.Unmarshal([]byte(raw), &steps); err != nil || len(steps) == 0 {
			t.Fatalf("migrate status --json: %v %s", err, raw)
		}
		for _, s := range steps {
			if !s.Applied || s.Name == "" || s.Version == 0 {
				t.Errorf("step %+v", s)
			}
		}
		if !strings.Contains(raw, `"applied"`) {
			t.Errorf("keys are not snake_case: %s", raw)
		}
	})
}

// emptyFile leaves the file that init makes for a database, with nothing in it.
func emptyFile(t *testing.T, o *office) {
	t.Helper()
	if err := os.Truncate(filepath.Join(o.data, "wenzheng.db"), 0); err != nil {
		t.Fatal(err)
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	var v map[string]string
	if err := json.Unmarshal([]byte(o.must("version", "--json")), &v); err != nil {
		t.Fatal(err)
	}
	if v["version"] == "" || !regexp.MustCompile(`^go1\.\d+`).MatchString(v["go"]) {
		t.Errorf("version --json: %v", v)
	}
	for _, key := range []string{"version", "commit", "date", "go"} {
		if _, ok := v[key]; !ok {
			t.Errorf("version --json has no %s", key)
		}
	}
	if text := o.must("version"); !strings.Contains(text, v["go"]) {
		t.Errorf("version: %s", text)
	}
}

func TestBacklogWhileServingAndAfter(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	r := o.serve()
	o.must("simulate", "send", "公积金")
	checkRefusal(t, o, o.run("log", "backlog"), regexp.QuoteMeta("http://"+o.metrics+"/metrics"))
	checkRefusal(t, o, o.run("log", "backlog", "--compact"), regexp.QuoteMeta("http://"+o.metrics+"/metrics"))
	if code := r.stop(); code != 0 {
		t.Fatalf("serve ended with %d", code)
	}
	if got := o.must("log", "backlog"); !strings.Contains(got, "待入库 0 条") {
		t.Errorf("log backlog: %s", got)
	}
	var report struct {
		Spool struct {
			Events *int64 `json:"events"`
		} `json:"spool"`
		Quarantine []any `json:"quarantine"`
	}
	raw := o.must("log", "backlog", "--json")
	if err := json.Unmarshal([]byte(raw), &report); err != nil || report.Spool.Events == nil || *report.Spool.Events != 0 || report.Quarantine == nil {
		t.Errorf("log backlog --json: %v %s", err, raw)
	}
	if compacted := o.run("log", "backlog", "--compact"); compacted.code != 0 {
		t.Errorf("log backlog --compact: %+v", compacted)
	}
	o.serve()
	if got := o.must("simulate", "send", "--citizen", "2", "公积金"); !strings.Contains(got, "提取公积金") {
		t.Errorf("after compacting: %q", got)
	}
}

// TestDefaultQuietOfNothingAnswersEveryTime holds the setting bot.default_quiet: 0.
func TestDefaultQuietOfNothingAnswersEveryTime(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	o.env["WENZHENG_BOT_DEFAULT_QUIET"] = "0s"
	o.serve()
	for n := range 2 {
		if got := o.must("simulate", "send", "天上有几颗星"); !strings.Contains(got, "留言已收到") {
			t.Errorf("question %d: %q", n+1, got)
		}
	}
}
