package bot

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

// withSets are rules of a town that share words, so that suggestions and slips come up.
func withSets() []models.Rule {
	var rules []models.Rule
	for i, name := range []string{"居住证办理", "社保卡补办", "公积金提取", "身份证换领", "户口迁移", "医保报销", "护照办理", "养老金领取"} {
		r := contains(name, name, name[:9])
		r.ID = int64(10 * (i + 1))
		r.Examples = []string{"请问" + name + "要带什么材料", "怎么" + name}
		rules = append(rules, r)
	}
	return rules
}

// TestWith_AnswersLikeACompiledSet: a set with one rule changed or added answers every text as the same
// rules compiled anew, suggestions and slips among them.
func TestWith_AnswersLikeACompiledSet(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)
	texts := []string{
		"居住证办理", "居主证办理要多久", "想问问居住的证件补领材料", "社保卡", "社宝卡补办", "养老金什么时候领", "驾驶证换证在哪里", "驾驶政", "今天天气不错", "",
		"户口迁移和居住证", "请问护照要带什么材料", "报销医保需要什么材料呢", "gjjtq", "公基金怎么取",
	}
	changed := withSets()[2]
	changed.Keywords, changed.Examples, changed.Priority = []string{"驾驶证", "公积金"}, []string{"驾驶证在哪里换证"}, 5
	reworded := withSets()[4]
	reworded.Replies = []models.Reply{models.TextReply("新的说法")}
	renamed := withSets()[0]
	renamed.Name, renamed.Title = "居住证", "居住证的事"
	between := contains("驾驶证换证", "驾驶证", "换证")
	between.ID = 35
	between.Examples = []string{"驾驶证在哪里换证"}
	behind := contains("驾驶证换证", "驾驶证", "换证")
	fewer := withSets()[7]
	fewer.On, fewer.Keywords, fewer.Keys = []models.Trigger{models.OnClick}, nil, []string{"K"}
	for name, r := range map[string]models.Rule{
		"changed": changed, "reworded": reworded, "renamed": renamed, "added between": between, "added behind": behind, "no text rule any more": fewer,
	} {
		base := mustCompile(t, withSets()...)
		got, err := base.With(r)
		if err != nil {
			t.Fatal(err)
		}
		var rules []models.Rule
		found := false
		for _, old := range withSets() {
			if old.ID == r.ID {
				old, found = r, true
			}
			rules = append(rules, old)
		}
		if !found {
			if r.ID == 0 {
				r.ID = 81
			}
			rules = append(rules, r)
		}
		want := mustCompile(t, rules...)
		for _, text := range texts {
			q := Query{Text: text, At: at}
			if d := cmp.Diff(want.Try(q), got.Try(q)); d != "" {
				t.Errorf("%s, %q: compiled (-) and with (+):\n%s", name, text, d)
			}
		}
	}
}

// TestWith_FaultyRule: what can not be compiled is refused; half a rule that can be is tried.
func TestWith_FaultyRule(t *testing.T) {
	base := mustCompile(t, withSets()...)
	for _, r := range []models.Rule{
		{},
		{Name: "半"},
		{Name: "坏", Match: models.MatchRegexp, Keywords: []string{"("}},
		{Name: "坏", Keywords: []string{"甲"}, Source: &models.Source{ValidUntil: "明年"}},
		{Name: "半", Keywords: []string{"甲", "", " "}},
		{Name: "半", Match: models.MatchAll, Keywords: []string{"", "甲"}},
	} {
		if _, err := base.With(r); models.ErrorCode(err) != models.CodeInvalid {
			t.Errorf("%+v: error %v", r, err)
		}
	}
	rs, err := base.With(models.Rule{Name: "半", Keywords: []string{"甲"}})
	if err != nil {
		t.Fatal(err)
	}
	if got := rs.Try(Query{Text: "甲", At: time.Now()}); got.Match.RuleName != "半" {
		t.Errorf("%+v", got.Match)
	}
	if len(rs.CheckRule("半", CheckOptions{Now: time.Now()}).Findings) == 0 {
		t.Error("a rule without an answer is found faultless")
	}
}

// TestCheckRule_SaysWhatCheckSays of one rule, and how each example is answered.
func TestCheckRule_SaysWhatCheckSays(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC)
	rules := withSets()
	rules[0].Examples = append(rules[0].Examples, "社保卡补办和居住", "什么也不是")
	rules[0].CounterExamples = []string{"在哪里开居住证办理的证明", "今天天气"}
	rules[0].Menu = &models.Menu{Items: []models.MenuItem{{Title: "甲", Rule: "没有的"}}}
	rules[0].Source = &models.Source{ValidUntil: "2026-03-20"}
	rules[3].Keywords = []string{"社保卡"} // behind the one that has it
	rs := mustCompile(t, rules...)
	all := Check(testAccount, rules, CheckOptions{Now: at})
	for _, r := range rules {
		var want []models.Finding
		for _, f := range all {
			if f.Rule == r.Name {
				want = append(want, f)
			}
		}
		got := rs.CheckRule(r.Name, CheckOptions{Now: at})
		if d := cmp.Diff(fmt.Sprint(want), fmt.Sprint(got.Findings)); d != "" {
			t.Errorf("%s: %s", r.Name, d)
		}
	}
	got := rs.CheckRule("居住证办理", CheckOptions{Now: at}).Examples
	want := []ExampleResult{
		{"请问居住证办理要带什么材料", false, true, "居住证办理"},
		{"怎么居住证办理", false, true, "居住证办理"},
		{"社保卡补办和居住", false, false, "社保卡补办"},
		{"什么也不是", false, false, ""},
		{"在哪里开居住证办理的证明", true, false, "居住证办理"},
		{"今天天气", true, true, ""},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if c := rs.CheckRule("没有", CheckOptions{Now: at}); c.Findings != nil || c.Examples != nil {
		t.Errorf("%+v", c)
	}
}

// TestTryEntry answers what comes in elsewhere than as text.
func TestTryEntry(t *testing.T) {
	welcome := models.Rule{Name: "欢迎", On: []models.Trigger{models.OnSubscribe}, Replies: []models.Reply{models.TextReply("欢迎")}}
	hall := models.Rule{Name: "大厅", On: []models.Trigger{models.OnScan, models.OnSubscribe}, Keys: []string{"hall"}, Replies: []models.Reply{models.TextReply("大厅")}}
	button := models.Rule{Name: "按钮", On: []models.Trigger{models.OnClick}, Keys: []string{"SB"}, Say: "社保卡"}
	photo := models.Rule{Name: "随手拍", On: []models.Trigger{models.OnPhoto}, Keys: []string{"P"}, Replies: []models.Reply{models.TextReply("收到照片")}}
	picture := models.Rule{Name: "图", On: []models.Trigger{models.OnImage}, Replies: []models.Reply{models.TextReply("收到图")}}
	rs := mustCompile(t, append(withSets(), welcome, hall, button, photo, picture)...)
	for _, c := range []struct {
		on        models.Trigger
		key, want string
	}{
		{models.OnSubscribe, "", "欢迎"},
		{models.OnSubscribe, "hall", "大厅"},
		{models.OnScan, "hall", "大厅"},
		{models.OnScan, "else", ""},
		{models.OnClick, "SB", "社保卡补办"},
		{models.OnClick, "x", ""},
		{models.OnPhoto, "P", "随手拍"},
		{models.OnImage, "", "图"},
		{models.OnVoice, "", ""},
	} {
		got := rs.TryEntry(Query{Text: "不看", At: time.Now()}, c.on, c.key)
		if got.Match.RuleName != c.want || got.Match.Reason == "" {
			t.Errorf("%s %q: %+v", c.on, c.key, got.Match)
		}
	}
}
