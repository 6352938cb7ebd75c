package main

import (
	"encoding/json"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// holds fails unless text holds every word.
func holds(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if !strings.Contains(text, w) {
			t.Errorf("%q is missing in:\n%s", w, text)
		}
	}
}

func lacks(t *testing.T, text string, words ...string) {
	t.Helper()
	for _, w := range words {
		if strings.Contains(text, w) {
			t.Errorf("%q stands in:\n%s", w, text)
		}
	}
}

// TestRulesImport_WritesWhatDiffers: one cell of an export was edited, one draft is made.
func TestRulesImport_WritesWhatDiffers(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	for _, kind := range []string{"csv", "xlsx", "yaml", "json"} {
		file := filepath.Join(o.dir, "全部."+kind)
		o.must("rules", "export", file)
		holds(t, o.must("rules", "import", file), "相同  3 条", "什么也没有改")
		holds(t, o.must("rules", "import", file, "--publish"), "相同  3 条", "什么也没有改")
	}
	edited := o.write("改.csv", strings.Replace(standardRules, "市民中心二楼", "市民中心三楼", 1))
	line := "修改  社保卡补办，回复：请携带身份证到市民中心二楼补办社保卡。 -> 请携带身份证到市民中心三楼补办社保卡。"
	holds(t, o.must("rules", "import", edited, "--dry-run"), line, "相同  2 条", "什么也没有写入")
	lacks(t, o.must("rules", "list"), "草稿")
	holds(t, o.must("rules", "import", edited), line, "已存为草稿：1 条")
	list := o.must("rules", "list")
	holds(t, list, "已发布 v1  草稿 v2  社保卡补办")
	if n := strings.Count(list, "草稿"); n != 1 {
		t.Errorf("%d drafts:\n%s", n, list)
	}
	holds(t, o.must("rules", "import", edited), "相同  3 条", "什么也没有改") // the draft is there
	holds(t, o.must("rules", "import", o.write("原.csv", standardRules)), "什么也没有改")
	var got struct {
		Changes []struct {
			Rule, Kind string
			Fields     []struct{ Field, Before, After string }
		}
		Same    int
		DryRun  bool   `json:"dry_run"`
		Version string `json:"rules_version"`
	}
	if err := json.Unmarshal([]byte(o.must("rules", "import", edited, "--publish", "--json")), &got); err != nil {
		t.Fatal(err)
	}
	if len(got.Changes) != 1 || got.Changes[0].Kind != "changed" || got.Changes[0].Fields[0].Field != "reply" || got.Same != 2 || got.Version != "2" {
		t.Errorf("%+v", got)
	}
	lacks(t, o.must("rules", "list"), "草稿")
}

// TestRulesImport_DefaultOfWeChatAndOwn: the back office's default reply does not keep a
// file with a default of its own from being published.
func TestRulesImport_DefaultOfWeChatAndOwn(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	o.must("migrate", "up")
	o.addAccount()
	replies := o.write("自动回复.json", `{"is_autoreply_open":1,"message_default_autoreply_info":{"type":"text","content":"请稍候。"},
		"keyword_autoreply_info":{"list":[{"rule_name":"落户","keyword_list_info":[{"type":"text","match_mode":"contain","content":"落户"}],"reply_list_info":[{"type":"text","content":"落户请到派出所。"}]}]}}`)
	o.must("rules", "import-wechat", "--file", replies, "--publish")
	holds(t, o.must("rules", "import", o.write("规则.csv", standardRules), "--publish"), "已发布：3 条", "[提醒] “其他”", "“默认回复”先答")
	holds(t, o.must("rules", "try", "社保卡丢了怎么补办"), "社保卡补办", "市民中心二楼")
	holds(t, o.must("rules", "try", "zzzz"), "规则：默认回复", "请稍候。")
	o.must("rules", "import", o.write("先.csv", strings.Replace(standardRules, "其他,default,,,0", "其他,default,,,1", 1)), "--publish")
	holds(t, o.must("rules", "try", "zzzz"), "规则：其他")
	if r := o.run("rules", "check"); r.code != 0 {
		t.Errorf("exit %d: %s%s", r.code, r.stdout, r.stderr)
	}
}

// TestRulesSteps_SeveralAtOnce: names and --all go through the whole life of rules, all or none.
func TestRulesSteps_SeveralAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	o.must("rules", "import", o.write("新.yaml", `rules:
- {name: 居住证, keywords: [居住证], reply: 请到派出所。}
- {name: 身份证, keywords: [身份证], reply: 请到派出所。}
- {name: 护照, keywords: [护照], reply: 请到出入境大厅。}
- {name: 社保卡补办, keywords: [社保卡], reply: 新答复。}
`))
	checkRefusal(t, o, o.run("rules", "submit", "居住证", "户口本"), "没有名为“户口本”的规则")
	checkRefusal(t, o, o.run("rules", "submit"), "--all")
	checkRefusal(t, o, o.run("rules", "submit", "居住证", "--all"), "--all")
	holds(t, o.must("rules", "submit", "居住证", "身份证", "--as", "张三"), "已送审：居住证、身份证")
	holds(t, o.must("rules", "submit", "--all", "--as", "张三"), "护照", "社保卡补办")
	holds(t, o.must("rules", "reject", "护照", "社保卡补办", "--reason", "再改", "--as", "李四"), "已退回：护照、社保卡补办")
	holds(t, o.must("rules", "approve", "--all", "--as", "李四"), "居住证、身份证")
	checkRefusal(t, o, o.run("rules", "publish", "居住证", "护照"), "“护照”还没有审核通过")
	lacks(t, o.must("rules", "try", "居住证"), "派出所")
	holds(t, o.must("rules", "publish", "--all"), "居住证、身份证")
	holds(t, o.must("rules", "try", "居住证"), "派出所")
	holds(t, o.must("rules", "list"), "已发布 v1  草稿 v2", "未发布", "已发布 v1  —")
	holds(t, o.must("rules", "discard", "--all"), "社保卡补办、护照")
	list := o.must("rules", "list")
	lacks(t, list, "草稿", "护照")
	holds(t, o.must("rules", "versions", "社保卡补办"), "v2", "已丢弃", "v1", "正在回答")
	holds(t, o.must("rules", "discard", "--all"), "什么也没有做")
	holds(t, o.must("rules", "archive", "居住证", "身份证"), "已停用：居住证、身份证")
	var rules []models.Rule
	if err := json.Unmarshal([]byte(o.must("rules", "list", "--state", "published", "--json")), &rules); err != nil || len(rules) != 3 || rules[0].LiveVersion != 1 {
		t.Errorf("%+v, error %v", rules, err)
	}
}

// TestRulesArchive_OldFaultElsewhere: a rule can be ended though another one's source has run out.
func TestRulesArchive_OldFaultElsewhere(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	o.damage(`UPDATE rule_versions SET spec = replace(spec, '"name":"公积金提取"', '"name":"公积金提取","source":{"valid_until":"2020-01-01"}')`)
	checkRefusal(t, o, o.run("rules", "import", o.write("新.yaml", "- {name: 居住证, keywords: [居住证], reply: x}\n"), "--publish"), "公积金提取.*到期")
	o.must("rules", "archive", "社保卡补办")
}

// TestRulesFile_IsMerged: check, replay and try take a file as import would.
func TestRulesFile_IsMerged(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	file := o.write("医保.yaml", "- {name: 医保, keywords: [医保], reply: 请到医保局。, examples: [社保卡和医保]}\n")
	r := o.run("rules", "check", file)
	if r.code != 1 {
		t.Errorf("exit %d", r.code)
	}
	holds(t, r.stdout, "[错误] “医保”：", "“社保卡和医保”", "由“社保卡补办”回答", "共 4 条规则")
	holds(t, o.must("rules", "check", file, "--only"), "共 1 条规则，错误 0")
	holds(t, o.must("rules", "try", "公积金", "--file", file), "规则：公积金提取")
	lacks(t, o.must("rules", "try", "公积金", "--file", file, "--only"), "公积金提取")
	checkRefusal(t, o, o.run("rules", "check", "--only"), "--only")
	o.must("log", "import", o.write("记录.csv", "account,openid,at,channel,thread,dir,actor,kind,content,msg_key,reply_to,matched,ok,topic,staff\n"+
		o.account.AppID+",oA,2026-03-02 09:00:00,chat,,in,citizen,text,公积金怎么提取,,,,,,\n"))
	holds(t, o.must("rules", "replay", "--since", "2026-03-01", file), "问题 1 条", "不再答 0", "100.0% → 100.0%")
	holds(t, o.must("rules", "replay", "--since", "2026-03-01", file, "--only"), "不再答 1")
}

// TestRulesTry_DraftAndOtherTimes tries what is not published, and another time.
func TestRulesTry_DraftAndOtherTimes(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	o.must("rules", "import", o.write("新.yaml", `- name: 夜间
  keywords: [在吗]
  when: {hours: ["20:00-23:00"]}
  reply: 夜间自动回复。
- {name: 社保卡补办, keywords: [社保卡], reply: 改过的答复。}
`))
	holds(t, o.must("rules", "try", "社保卡"), "市民中心二楼")
	holds(t, o.must("rules", "try", "社保卡", "--draft"), "改过的答复")
	for _, at := range []string{"2026-12-25 21:00", "21:30", "2026-12-25T21:00:00+08:00"} {
		holds(t, o.must("rules", "try", "在吗", "--draft", "--at", at), "夜间自动回复")
	}
	lacks(t, o.must("rules", "try", "在吗", "--draft", "--at", "2026-12-25 12:00"), "夜间自动回复")
	checkRefusal(t, o, o.run("rules", "try", "在吗", "--at", "明天"), "2026-12-25 20:00")
	var got struct{ Match models.Match }
	if err := json.Unmarshal([]byte(o.must("rules", "try", "社保卡", "--draft", "--json")), &got); err != nil || got.Match.RuleName != "社保卡补办" {
		t.Errorf("%+v, error %v", got, err)
	}
}

// TestRulesPin_SideBySide: pins of different scopes stand beside each other, are listed, tried
// and taken away one by one.
func TestRulesPin_SideBySide(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	o.must("rules", "import", o.write("主题.yaml", `- {name: 路灯, keywords: [路灯], topic: 城乡建设/照明, reply: 请写明路段。}
- {name: 停课, keywords: [停课], topic: 教育, reply: 正常上课。}
`), "--publish")
	checkRefusal(t, o, o.run("rules", "pin", "x", "--topic", "交通", "--for", "1h", "--reason", "r"), "没有主题“交通”.*城乡建设、城乡建设/照明、教育")
	checkRefusal(t, o, o.run("rules", "pin", "x", "--reason", "r"), "--for.*--until")
	checkRefusal(t, o, o.run("rules", "pin", "x", "--for=-1h", "--reason", "r"), "--for 应为以后的时长")
	checkRefusal(t, o, o.run("rules", "pin", "x", "--until", "2020-01-01 10:00", "--reason", "r"), "--until 应为以后的时刻，2020-01-01 10:00 已经过了")
	checkRefusal(t, o, o.run("rules", "pin", "x", "--for", "721h", "--reason", "r"), "--until: 应急置顶最长 30 天")
	checkRefusal(t, o, o.run("rules", "pin", strings.Repeat("长", 700), "--for", "1h", "--reason", "r"), "回复: 最长 2048 字节")
	o.must("rules", "pin", "台风红色预警，请勿外出", "--for", "2h", "--reason", "台风")
	holds(t, o.must("rules", "pin", "照明检修", "--topic", "城乡建设", "--for", "1h", "--reason", "检修"), "unpin --topic 城乡建设")
	holds(t, o.must("rules", "pin", "list"), "所有消息", "台风红色预警", "主题 城乡建设", "照明检修")
	holds(t, o.must("rules", "list"), "应急置顶", "照明检修")
	holds(t, o.must("rules", "try", "路灯不亮"), "照明检修", "主题城乡建设", "理由：检修")
	holds(t, o.must("rules", "try", "停课吗"), "台风红色预警", "胜过：停课")
	holds(t, o.must("rules", "try", "停课吗", "--at", "2037-01-01 10:00"), "正常上课")
	p := o.serve()
	if got := o.says("路灯不亮"); got != "照明检修" {
		t.Errorf("said %q", got)
	}
	o.must("rules", "unpin")
	eventually(t, 10*time.Second, "the pin is gone", func() bool { return o.says("停课吗") == "正常上课。" })
	if got := o.says("路灯不亮"); got != "照明检修" {
		t.Errorf("said %q", got)
	}
	checkRefusal(t, o, o.run("rules", "unpin"), "pin list")
	o.must("rules", "unpin", "--topic", "城乡建设")
	holds(t, o.must("rules", "pin", "list"), "没有应急置顶")
	holds(t, o.must("rules", "pin", "list", "--past"), "照明检修", "台风红色预警，请勿外出  理由 台风", "  答复 ")
	if code := p.stop(); code != 0 {
		t.Errorf("exit %d", code)
	}
}

// TestRulesSets_OnTheCommandLine: versions of the whole set, back to one, publishing at a time, and lists
// that are bounded.
func TestRulesSets_OnTheCommandLine(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	o.must("rules", "import", o.write("新.yaml", "- {name: 居住证, keywords: [居住证], reply: 请到派出所。}\n"), "--publish")
	holds(t, o.must("rules", "versions", "--set"), "v2", "发布规则", "新增 1 改动 0 停用 0  居住证", "v1")
	checkRefusal(t, o, o.run("rules", "versions"), "--set")
	checkRefusal(t, o, o.run("rules", "rollback", "居住证", "--set", "--to", "1"), "--set")
	holds(t, o.must("rules", "rollback", "--set", "--to", "1"), "全部规则已回到 v1", "现为 v3", "停用 1")
	lacks(t, o.must("rules", "list", "--state", "published"), "居住证")
	o.must("rules", "import", o.write("又.yaml", "- {name: 护照, keywords: [护照], reply: 请到大厅。}\n"))
	holds(t, o.must("rules", "list", "--only", "unpublished"), "护照")
	lacks(t, o.must("rules", "list", "--only", "never-hit"), "护照")
	o.must("rules", "submit", "护照", "--as", "张三")
	checkRefusal(t, o, o.run("rules", "publish", "护照", "--at", "23:59"), "还没有审核通过")
	o.must("rules", "approve", "护照", "--as", "李四")
	checkRefusal(t, o, o.run("rules", "publish", "护照", "--at", "2020-01-01 08:00"), "90 天")
	holds(t, o.must("rules", "publish", "护照", "--at", time.Now().Add(time.Hour).In(models.Shanghai()).Format("2006-01-02 15:04")), "已定于", "发布 1 条规则")
}
