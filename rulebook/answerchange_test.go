package rulebook

import (
	"fmt"
	"iter"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
)

var monday = time.Date(2026, 6, 1, 2, 0, 0, 0, time.UTC)

func asked(texts ...string) []models.Interaction {
	out := make([]models.Interaction, len(texts))
	for i, t := range texts {
		out[i] = models.Interaction{Content: t, At: monday.Add(time.Duration(i) * time.Minute)}
	}
	return out
}

func contains(name string, words ...string) models.Rule {
	return models.Rule{Name: name, Keywords: words, Replies: []models.Reply{models.TextReply("答" + name)}}
}

func compiled(t testing.TB, rules ...models.Rule) *bot.Ruleset {
	t.Helper()
	rs, err := bot.Compile(models.Account{}, 1, rules, bot.CompileOptions{})
	if err != nil {
		t.Fatal(err)
	}
	return rs
}

func TestCompare(t *testing.T) {
	published := compiled(t, contains("社保", "社保"), contains("公积金", "公积金"), contains("公交", "公交"))
	reworded := contains("公交", "公交")
	reworded.Replies[0].Text = "新的回答"
	draft := compiled(t, contains("社保", "社保"), contains("贷款", "公积金贷款", "贷款"), reworded)
	got := compare(slices.Values(asked("社保", "公积金提取", "公积金贷款", "贷款！", "贷款", "公交", "天气")), published, draft)
	want := Replayed{
		Questions: 7, MatchedBefore: 4, MatchedAfter: 5, RateBefore: 400.0 / 7, RateAfter: 500.0 / 7,
		Gained: 2, Lost: 1, Rerouted: 1, Reworded: 1,
		Changes: []AnswerChange{
			{Text: "贷款！", Count: 2, Last: monday.Add(4 * time.Minute), After: "贷款", Kind: AnswerGained, AfterText: "答贷款"},
			{Text: "公交", Count: 1, Last: monday.Add(5 * time.Minute), Before: "公交", After: "公交", Kind: AnswerReworded, BeforeText: "答公交", AfterText: "新的回答"},
			{Text: "公积金贷款", Count: 1, Last: monday.Add(2 * time.Minute), Before: "公积金", After: "贷款", Kind: AnswerRerouted, BeforeText: "答公积金", AfterText: "答贷款"},
			{Text: "公积金提取", Count: 1, Last: monday.Add(time.Minute), Before: "公积金", Kind: AnswerLost, BeforeText: "答公积金"},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if empty := compare(slices.Values(asked()), published, draft); empty.RateAfter != 0 || empty.Questions != 0 {
		t.Errorf("%+v", empty)
	}
}

// BenchmarkCompare100k takes 10,000 words of three characters, of which the sets have 8,000 and 9,000.
func BenchmarkCompare100k(b *testing.B) {
	var rules []models.Rule
	var texts []string
	for i := range 10_000 {
		word := string([]rune{rune(0x4E00 + i%97), rune(0x5E00 + i/97), rune(0x6E00 + i%89)})
		rules = append(rules, contains(fmt.Sprintf("规则%d", i), word))
		texts = append(texts, "请问一下"+word+"的办理流程和需要的材料是什么")
	}
	published, draft := compiled(b, rules[:8000]...), compiled(b, rules[1000:]...)
	questions := slices.Concat(slices.Repeat([][]models.Interaction{asked(texts...)}, 10)...)
	for b.Loop() {
		compare(slices.Values(questions), published, draft)
	}
}

// compare asks both sets all questions.
func compare(questions iter.Seq[models.Interaction], published, next *bot.Ruleset) Replayed {
	c := newComparison(published, next)
	for row := range questions {
		c.ask(&row)
	}
	return c.finish()
}
