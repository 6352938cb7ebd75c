package bot

import (
	_ "embed"
	"regexp"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
)

//go:embed testdata/denials.txt
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
		if slowFinds(text, word) != want {
			t.Errorf("the slow reading of %q in %q says %v", word, text, !want)
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

var (
	slowDenial = regexp.MustCompile(`^(.*?)(不是[想要来]?(?:问|说|讲|查|找|办|要|指|咨询|打听|办理|投诉|反映)|不想?问|没有?问|(?:别|不要)再?(?:给我)?(?:发|发送|推送))$`)
	slowNot    = regexp.MustCompile(`^(.*)(不是|除了)$`)
	slowBut    = regexp.MustCompile(`^(的问题|的事情|的事|的)?(是$|是[^不否]|而是|我要|我问)`)
	slowBeside = regexp.MustCompile(`^(的问题|的事情|的事|的)?[以之]?外`)
	slowExcept = regexp.MustCompile(`(是\|不是.*|要\|不要.*|想\|不想.*|问\|不问|难道\|.*|(不管|不闻)\|不问|[特分个区级类性]\|别.*)$`)
	slowInsist = regexp.MustCompile(`^(不是.*\|[吗嘛].*|不是.*说\|(.*[吗嘛么]))$`)
)

// denied reports whether a word that stands at one place is denied there, with regular expressions.
func (p plainText) denied(word string, i int) bool {
	bare := slices.DeleteFunc(slices.Clone(p.text), isEmoji)
	if len(bare) > 60 || len(bare) == 0 && len(p.text) > 60 || i < len(p.text) && p.stops[i] {
		return false
	}
	end, from := i+len(plainForms(word)[0].text), i
	for from > 0 && !p.stops[from] {
		from--
	}
	to := end
	for to < len(p.text) && !p.stops[to] {
		to++
	}
	before, after := string(p.text[from:i]), string(p.text[end:])
	m := slowDenial.FindStringSubmatch(before)
	if m == nil {
		m = slowNot.FindStringSubmatch(before)
		if m == nil {
			return false
		}
		if !slowBut.MatchString(after) && (m[2] == "不是" || !slowBeside.MatchString(after)) {
			return false
		}
	}
	if slowExcept.MatchString(m[1]+"|"+m[2]) || slowInsist.MatchString(m[2]+"|"+string(p.text[end:to])) {
		return false
	}
	for k := range p.text {
		if k != i && p.whole(word, k) {
			return false
		}
	}
	return true
}

func denialText() *rapid.Generator[string] {
	pieces := strings.Split("不是 不 是 问 说 查 想 要 来 没 有 别 再 给我 发 推送 除了 外 以外 而是 我要 我问 的事 的 吗 么 ， 。 … 、 难道 不管 分 卡 卡证 1 元 👍 [微笑] 否", " ")
	return rapid.Map(rapid.SliceOfN(rapid.SampledFrom(append(pieces, " ", strings.Repeat("长", 2)+"句")), 0, 9), func(p []string) string { return strings.Join(p, "") })
}

// TestDenial_EqualsSlowReading holds the quick way, through tries, postings and conditions,
// against a reading of the same rules with regular expressions.
func TestDenial_EqualsSlowReading(t *testing.T) {
	var starts []string
	for line := range strings.Lines(strings.TrimSpace(denialWords)) {
		all, verbs, _ := strings.Cut(line, "/")
		for start := range strings.FieldsSeq(all) {
			for verb := range strings.FieldsSeq(verbs) {
				starts = append(starts, start+verb)
			}
		}
	}
	starts = append(starts, "不是", "除了", "不是", "除了", "")
	denied := 0
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.SampledFrom([]string{"卡", "卡证", "1", "证卡", "问卡", "是", "的"}).Draw(t, "word")
		start := rapid.SampledFrom(starts).Draw(t, "start")
		text := denialText().Draw(t, "before") + start + word + denialText().Draw(t, "after")
		if n := rapid.IntRange(0, 6).Draw(t, "long"); n == 0 {
			text += strings.Repeat("长句", 25)
		}
		sameForBoth(t, word, text)
		if !slowFinds(text, word) {
			denied++
		}
	})
	if denied == 0 {
		t.Error("no word was denied")
	}
}
