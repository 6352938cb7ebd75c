package bot

import (
	_ "embed"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

//go:embed testdata/boundaries.txt
var boundaries string

// TestBoundary_GoldenTexts asks every text with the keyword in each place a rule has for it.
func TestBoundary_GoldenTexts(t *testing.T) {
	word, n := "", 0
	for line := range strings.Lines(boundaries) {
		line = strings.TrimSpace(line)
		sign, text, ok := strings.Cut(line, " ")
		if sign == "#" || line == "" {
			continue
		}
		if !ok || sign != "+" && sign != "-" {
			word = line
			continue
		}
		n++
		want := sign == "+"
		rules := map[string]models.Rule{
			"contains": {Keywords: []string{word}},
			"groups":   {Groups: [][]string{{"没有这个词", word}}},
		}
		for kind, r := range rules {
			r.Name, r.Replies = "规则", []models.Reply{models.TextReply("答")}
			hit := mustCompile(t, r).Match(Query{Text: text, At: monday})
			// Words of a group are looked for as they are written, in one spelling only.
			if hit.Found() != want && (kind == "contains" || len(reading.OtherNumber(reading.Key(word)).Key) == 0) {
				t.Errorf("%s %q in %q: %v, want %v", kind, word, text, hit.Found(), want)
			}
		}
	}
	if n < 119 {
		t.Errorf("only %d texts", n)
	}
}

// TestBoundary_EveryPlaceOfAWord: all, prefix, groups and exclude read numbers like contains.
func TestBoundary_EveryPlaceOfAWord(t *testing.T) {
	reply := []models.Reply{models.TextReply("答")}
	cases := map[string]struct {
		rule models.Rule
		yes  []string
		no   []string
	}{
		"all, the rare word":  {models.Rule{Match: models.MatchAll, Keywords: []string{"报警电话", "110"}}, []string{"报警电话110", "110 是报警电话吗"}, []string{"报警电话1101", "报警电话110元"}},
		"prefix":              {models.Rule{Match: models.MatchPrefix, Keywords: []string{"110"}}, []string{"110打不通", "110，在吗", "一一零打不通"}, []string{"1101号", "110元", "110年"}},
		"exclude":             {models.Rule{Keywords: []string{"打不通"}, Exclude: []string{"110"}}, []string{"1101 打不通", "打不通"}, []string{"110打不通", "一一〇打不通"}},
		"pattern":             {models.Rule{Match: models.MatchRegexp, Keywords: []string{"110"}}, []string{"1101号", "110元", "110"}, nil},
		"exact":               {models.Rule{Match: models.MatchExact, Keywords: []string{"110"}}, []string{"110", "一一零", "110！"}, []string{"1101"}},
		"keyword with a sign": {models.Rule{Keywords: []string{"0731-12345"}}, []string{"打0731-12345", "073112345"}, []string{"0731-123456"}},
		"after a keycap":      {models.Rule{Keywords: []string{"110"}}, []string{"1️⃣110打不通", "110👍1", "110[微笑]1"}, []string{"1👍10"}},
		"two letters apart":   {models.Rule{Keywords: []string{"1号线"}}, []string{"ABC1号线", "A 1号线"}, []string{"AB C1号线", "C1号线"}},
	}
	for name, c := range cases {
		c.rule.Name, c.rule.Replies = "规则", reply
		rs := mustCompile(t, c.rule)
		for _, text := range append(slices.Clone(c.yes), c.no...) {
			if got, want := rs.Match(Query{Text: text, At: monday}), slices.Contains(c.yes, text); got.Found() != want {
				t.Errorf("%s: %q: %v, want %v", name, text, got.Found(), want)
			}
		}
	}
}

// TestBoundary_IsTold: check and try say why a keyword in the text was not counted.
func TestBoundary_IsTold(t *testing.T) {
	r := contains("报警", "110", "五一值班")
	for text, want := range map[string]string{
		"家住1101号房": "关键词“110”在“1101”里不算",
		"一共110元":   "关键词“110”在“110元”里不算",
		"51值班吗":    "关键词“五一值班”在这句话里不算：数字的写法不同",
	} {
		r.Examples = []string{text}
		if m := mustCompile(t, r).Try(Query{Text: text, At: monday}).Match; m.Matched || !strings.Contains(m.Reason, want) {
			t.Errorf("try %s: %s", text, m.Reason)
		}
		found := Check(testAccount, []models.Rule{r}, CheckOptions{Now: monday})
		if !slices.ContainsFunc(found, func(f models.Finding) bool { return f.Code == CheckExample && strings.Contains(f.Message, want) }) {
			t.Errorf("check %s: %+v", text, found)
		}
	}
}

// TestBoundary_NumbersShadowNothing: a keyword inside a longer number of another one neither
// goes before it nor excludes it.
func TestBoundary_NumbersShadowNothing(t *testing.T) {
	short, long := contains("短", "110"), contains("长", "1101")
	short.Priority, long.Exclude = 1, []string{"110"}
	for _, f := range Check(testAccount, []models.Rule{short, long}, CheckOptions{Now: monday}) {
		if f.Code == CheckUnreachable || f.Code == CheckSelfExcluded {
			t.Errorf("%+v", f)
		}
	}
}

// TestBoundary_RulesReadLikeWords: a rule finds its keyword where the text has it.
func TestBoundary_RulesReadLikeWords(t *testing.T) {
	pieces := strings.Split("1 0 9 2 12345 010 一 二 零 十 百 万 . 。 　 - ① a b cd s app etc 号 线 路 上 元 人 员 月 年 2019 期 间 唯 达 中 k v 👍 [微笑] 不是问 除了 外 不是 而是 别发 ，", " ")
	some := rapid.Map(rapid.SliceOfN(rapid.SampledFrom(append(pieces, " ")), 0, 9), func(p []string) string { return strings.Join(p, "") })
	rapid.Check(t, func(t *rapid.T) {
		word := some.Draw(t, "word")
		w := reading.NewWord(word)
		if len(w.Key) == 0 || len(reading.OtherNumber(w.Key).Key) > 0 {
			return
		}
		rs, err := Compile(testAccount, 1, []models.Rule{contains("规则", word)}, CompileOptions{})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range []string{some.Draw(t, "text"), some.Draw(t, "before") + word + some.Draw(t, "after")} {
			var text reading.Text
			text.Read(s)
			if hit := rs.Match(Query{Text: s, At: monday}); hit.Found() != text.Has(&w) {
				t.Fatalf("rule of %q on %q: %v, the word is there: %v", word, s, hit.Found(), !hit.Found())
			}
		}
	})
}
