package bot

import (
	_ "embed"
	"slices"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

//go:embed reading/testdata/denials.txt
var denialLines string

// TestDenial_GoldenTexts asks every text with the keyword in each place a rule has for it.
func TestDenial_GoldenTexts(t *testing.T) {
	n := 0
	for line := range strings.Lines(denialLines) {
		line = strings.TrimSpace(line)
		sign, rest, _ := strings.Cut(line, " ")
		if sign == "#" {
			continue
		}
		n++
		at := strings.LastIndex(rest, " ")
		text, word, want := rest[:at], rest[at+1:], sign == "+"
		reply := []models.Reply{models.TextReply("答")}
		for kind, r := range map[string]models.Rule{
			"contains": {Keywords: []string{word}},
			"all":      {Match: models.MatchAll, Keywords: []string{word}},
			"groups":   {Groups: [][]string{{"没有这个词", word}}},
			"beside":   {Match: models.MatchRegexp, Keywords: []string{"."}, Groups: [][]string{{word}}},
			"exclude":  {Match: models.MatchRegexp, Keywords: []string{"."}, Exclude: []string{word}},
		} {
			r.Name, r.Replies = "规则", reply
			hit := mustCompile(t, r).Match(Query{Text: text, At: monday})
			if hit.Found() != (want != (kind == "exclude")) {
				t.Errorf("%s %q in %q: %v", kind, word, text, hit.Found())
			}
		}
	}
	if n < 60 {
		t.Errorf("only %d texts", n)
	}
}

// TestDenial_PatternsAndWholeTexts: a pattern and a whole sentence are read as they are written.
func TestDenial_PatternsAndWholeTexts(t *testing.T) {
	pattern, exact := contains("规则", "社保卡"), contains("规则", "不是问社保卡")
	pattern.Match, exact.Match = models.MatchRegexp, models.MatchExact
	for _, r := range []models.Rule{pattern, exact, contains("规则", "不是问社保卡")} {
		if hit := mustCompile(t, r).Match(Query{Text: "不是问社保卡", At: monday}); !hit.Found() {
			t.Errorf("%s %s: not found", r.Match, r.Keywords[0])
		}
	}
}

// TestDenial_IsTold: check and try say why a keyword in the text was not counted.
func TestDenial_IsTold(t *testing.T) {
	fund, card := contains("公积金", "公积金"), contains("医保卡", "医保卡")
	want := "关键词“公积金”在这句话里被否定"
	for text, answers := range map[string]string{"我不是问公积金": "", "我不是问公积金，是问医保卡": "医保卡"} {
		m := mustCompile(t, fund, card).Try(Query{Text: text, At: monday}).Match
		if m.RuleName != answers || !strings.Contains(m.Reason, want) {
			t.Errorf("try %s: %s: %s", text, m.RuleName, m.Reason)
		}
		fund.Examples = []string{text}
		found := Check(testAccount, []models.Rule{fund, card}, CheckOptions{Now: monday})
		if !slices.ContainsFunc(found, func(f models.Finding) bool { return f.Code == CheckExample && strings.Contains(f.Message, want) }) {
			t.Errorf("check %s: %+v", text, found)
		}
	}
	both := contains("租房", "租房")
	both.Groups = [][]string{{"公积金"}, {"提取", "取"}}
	if m := mustCompile(t, both).Try(Query{Text: "租房，不问公积金，提取什么", At: monday}).Match; m.Matched || !strings.Contains(m.Reason, want) {
		t.Errorf("%+v", m)
	}
	short := contains("社保", "社保", "社保卡")
	if m := mustCompile(t, short).Try(Query{Text: "不是问社保卡", At: monday}).Match; !strings.Contains(m.Reason, "关键词“社保”“社保卡”在这句话里被否定") {
		t.Error(m.Reason)
	}
	if m := mustCompile(t, fund, card).Try(Query{Text: "公积金", At: monday}).Match; strings.Contains(m.Reason, "否定") {
		t.Error(m.Reason)
	}
}

// TestDenial_IsNotOffered: what a citizen says he does not mean comes back neither as a suggestion,
// nor as a second matter, nor as a slip of the pen.
func TestDenial_IsNotOffered(t *testing.T) {
	rules := []models.Rule{contains("社保卡补办", "社保卡"), contains("医保卡", "医保卡"), contains("天气预报", "天气预报"), defaultRule("默认")}
	for text, want := range map[string]string{
		"我不是问社保卡，是问医保卡": "答医保卡",
		"不是社保卡，是医保卡":    "答医保卡",
		"医保卡怎么办？不是问社保卡": "答医保卡",
		"不是社宝卡，是医保卡":    "答医保卡",
		"别给我发天气预报":      "默认",
		"我不是问社保卡":       "默认",
		"我不是问社宝卡":       "默认",
	} {
		k := newTalk(t, Options{}, rules...)
		if got := k.say(text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

// TestDenial_InsideAKeywordShadowsNothing: a rule for what people deny is reached although its
// keyword holds that of another one.
func TestDenial_InsideAKeywordShadowsNothing(t *testing.T) {
	short, long := contains("短", "社保卡"), contains("长", "不是问社保卡")
	short.Priority = 1
	for _, f := range Check(testAccount, []models.Rule{short, long}, CheckOptions{Now: monday}) {
		if f.Code == CheckUnreachable {
			t.Errorf("%+v", f)
		}
	}
}
