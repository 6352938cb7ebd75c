package main

import (
	"encoding/csv"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/topics"
)

// askedLog is a log of questions, the newest of which were asked so many minutes apart from a time on.
func (o *office) askedLog(begin time.Time, apart time.Duration, texts ...string) string {
	var b strings.Builder
	b.WriteString("account,openid,at,channel,dir,actor,kind,content,msg_key\n")
	for i, text := range texts {
		at := begin.Add(time.Duration(i) * apart)
		fmt.Fprintf(&b, "%s,c%d,%s,chat,in,citizen,text,%s,key-%s-%d\n", o.account.AppID, i, at.Format(time.DateTime), text, begin.Format("0102"), i)
	}
	return b.String()
}

// estate are twelve questions about one estate, no two alike.
func estate() []string {
	return []string{
		"云顶湾车位捆绑销售", "云顶湾的车位太贵", "投诉云顶湾物业", "云顶湾电梯坏了三天", "云顶湾车位要强买", "云顶湾什么时候交房",
		"云顶湾停水没人管", "住在云顶湾没有学位", "云顶湾的燃气不通", "云顶湾楼道堆满杂物", "云顶湾车库漏水", "反映云顶湾合同有假",
	}
}

func TestRulesSuggest_GroupsOfTheLog(t *testing.T) {
	o := newOffice(t, "")
	o.must("migrate", "up")
	o.addAccount()
	texts := append(estate(), "今天下雨", "社保卡在哪里补", "补社保卡要几天")
	o.must("log", "import", o.write("log.csv", o.askedLog(time.Date(2026, 3, 2, 9, 0, 0, 0, time.UTC), time.Minute, texts...)))
	var groups []topics.Group
	out := o.must("rules", "--account", o.account.AppID, "suggest", "--json")
	if err := json.Unmarshal([]byte(out), &groups); err != nil {
		t.Fatal(err)
	}
	if len(groups) == 0 || groups[0].Entity != "云顶湾" || groups[0].Matter != "车位" || groups[0].Count != 12 {
		t.Fatalf("%+v", groups)
	}
	if g := &groups[0]; len(g.Members) != 12 || len(slices.Compact(slices.Sorted(slices.Values(g.Members)))) != 12 || g.Answers[0] != (topics.Answers{Keyword: "云顶湾", InGroup: 12}) {
		t.Errorf("members %v, answers %+v", g.Members, g.Answers)
	}
	for _, row := range o.rows() {
		if strings.Contains(row.Content, "云顶湾") != slices.Contains(groups[0].Members, row.MsgKey) {
			t.Errorf("%s is in the group or not, against its text %s", row.MsgKey, row.Content)
		}
	}
	text := o.must("rules", "--account", o.account.AppID, "suggest")
	for _, want := range []string{"12 条问题说到“云顶湾”，常一起说：车位", "建议关键词：云顶湾（会答本组 12 条）", "2 条问题说到“社保卡”"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

// TestIndices_SurgeOfWhatNoRuleKnows: twelve people write about an estate in one day, and no rule has a
// topic for it.
func TestIndices_SurgeOfWhatNoRuleKnows(t *testing.T) {
	o := newOffice(t, "")
	o.must("migrate", "up")
	o.addAccount()
	day := time.Date(2026, 3, 20, 9, 0, 0, 0, time.UTC)
	quiet := []string{"怎么预约", "护照要几天", "几点下班", "社保卡补办", "公积金提取", "想办居住证", "学位怎么查", "图书馆开门吗", "驾照换证", "水费怎么交"}
	o.must("log", "import", o.write("quiet.csv", o.askedLog(day.AddDate(0, 0, -10), 20*time.Hour, quiet...)))
	o.must("log", "import", o.write("estate.csv", o.askedLog(day, time.Minute, estate()...)))
	surging := func(from, to string) []any {
		for _, f := range look(t, o.indices("--from", from, "--to", to), "accounts.0.diagnosis").([]any) {
			for _, e := range look(t, f, "evidence").([]any) {
				if rows, ok := e.(map[string]any)["rows"].([]any); ok && look(t, e, "measure") == "surges_unanswered" {
					return rows
				}
			}
		}
		return nil
	}
	if rows := surging("2026-03-15", "2026-03-25"); len(rows) != 1 || rows[0] != "云顶湾" {
		t.Errorf("surges %v", rows)
	}
	if rows := surging("2026-03-10", "2026-03-19"); rows != nil {
		t.Errorf("before the rise: %v", rows)
	}
}

// TestTopicsClassify_UnsureIsUndecided: what the model is not sure of is left to people, whose
// corrections are learned.
func TestTopicsClassify_UnsureIsUndecided(t *testing.T) {
	o := newOffice(t, "")
	var b strings.Builder
	b.WriteString("topic,text\n")
	for i := range 6 {
		fmt.Fprintf(&b, "交通,公交车第%d次晚点 公交站台太少\n医疗,医院门诊排队%d小时 医院收费太高\n", i, i)
	}
	labelled := o.write("labelled.csv", b.String())
	texts := o.write("texts.csv", "text\n公交站台没有座位\n医院门诊\n今天下雨\n河水发臭\n")
	classify := func(args ...string) [][]string {
		rows, err := csv.NewReader(strings.NewReader(o.must(append([]string{"topics", "classify", texts}, args...)...))).ReadAll()
		if err != nil {
			t.Fatal(err)
		}
		return rows[1:]
	}
	model := o.write("model.yaml", "")
	o.must("topics", "learn", labelled, "--out", model)
	rows := classify("--topics", model, "--with-text")
	for i, want := range []string{"交通", "医疗", topics.Undecided, topics.Undecided} {
		if rows[i][1] != want {
			t.Errorf("%v, want %s", rows[i], want)
		}
	}
	if rows[3][4] != "河水发臭" {
		t.Errorf("no text in %v", rows[3])
	}
	corrections := o.write("corrections.csv", "topic,text\n"+strings.Repeat("环境,河水发臭\n未定,医院门诊\n", 3))
	o.must("topics", "learn", labelled, corrections, "--out", model)
	if rows := classify("--topics", model); rows[3][1] != "环境" || rows[1][1] != "医疗" {
		t.Errorf("after the correction: %v", rows)
	}
	if rows := classify("--topics", model, "--sure", "0"); rows[2][1] != topics.Undecided {
		t.Errorf("a text without a known word: %v", rows[2])
	}
}
