package bot

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

func asked1(texts ...string) []Question {
	out := make([]Question, len(texts))
	for i, t := range texts {
		out[i] = Question{Text: t, At: monday.Add(time.Duration(i) * time.Minute)}
	}
	return out
}

func TestReplay(t *testing.T) {
	published := mustCompile(t, contains("社保", "社保"), contains("公积金", "公积金"), contains("公交", "公交"))
	reworded := contains("公交", "公交")
	reworded.Replies[0].Text = "新的回答"
	draft := mustCompile(t, contains("社保", "社保"), contains("贷款", "公积金贷款", "贷款"), reworded)
	got := Replay(slices.Values(asked1("社保", "公积金提取", "公积金贷款", "贷款！", "贷款", "公交", "天气")), published, draft)
	want := Replayed{
		Questions: 7, MatchedBefore: 4, MatchedAfter: 5, RateBefore: 400.0 / 7, RateAfter: 500.0 / 7,
		Gained: 2, Lost: 1, Rerouted: 1, Reworded: 1,
		Changes: []Change{
			{Text: "贷款！", Count: 2, Last: monday.Add(4 * time.Minute), After: "贷款", Kind: ChangeGained},
			{Text: "公交", Count: 1, Last: monday.Add(5 * time.Minute), Before: "公交", After: "公交", Kind: ChangeReworded},
			{Text: "公积金贷款", Count: 1, Last: monday.Add(2 * time.Minute), Before: "公积金", After: "贷款", Kind: ChangeRerouted},
			{Text: "公积金提取", Count: 1, Last: monday.Add(time.Minute), Before: "公积金", Kind: ChangeLost},
		},
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if empty := Replay(slices.Values([]Question{}), nil, nil); empty.RateAfter != 0 || empty.Questions != 0 {
		t.Errorf("%+v", empty)
	}
}

func TestSuggestFindsGaps(t *testing.T) {
	rs := mustCompile(t, contains("社保", "社保"))
	questions := asked1(
		"社保卡丢了怎么补", "社保怎么交", "1", "2",
		"居住证怎么办理", "请问居住证怎么办理？", "居住证在哪里办理呢", "怎么办理居住证", "居住证办理",
		"小区停水了", "小区又停水了！", "我们小区停水了",
		"一棵树",
	)
	gaps := Suggest(slices.Values(questions), rs, GapOptions{})
	if len(gaps) != 2 {
		t.Fatalf("%d gaps: %+v", len(gaps), gaps)
	}
	if g := gaps[0]; g.Count != 5 || !slices.Contains(g.Keywords, "居住证") || g.Covered != 5 {
		t.Errorf("%+v", g)
	}
	if g := gaps[1]; g.Count != 3 || len(g.Keywords) == 0 || g.Covered != 3 || !g.Last.Equal(monday.Add(11*time.Minute)) {
		t.Errorf("%+v", g)
	}
	draft := mustCompile(t, contains("社保", "社保"), models.Rule{Name: "新", Keywords: gaps[0].Keywords, Replies: []models.Reply{models.TextReply("居住证")}})
	if r := Replay(slices.Values(questions), rs, draft); r.Gained != 5 || r.Lost+r.Rerouted != 0 {
		t.Errorf("a rule from the proposal: %+v", r)
	}
}

func TestSuggestedKeywordsAvoidWhatIsAnswered(t *testing.T) {
	r := contains("缴费", "缴费")
	rs := mustCompile(t, r)
	var texts []string
	for i := range 30 {
		texts = append(texts, fmt.Sprintf("社保卡%d缴费", i))
	}
	texts = append(texts, "社保卡挂失", "社保卡怎么挂失", "社保卡要挂失")
	gaps := Suggest(slices.Values(asked1(texts...)), rs, GapOptions{})
	if len(gaps) != 1 || !slices.ContainsFunc(gaps[0].Keywords, func(w string) bool { return w == "挂失" || w == "社保卡挂失" || w == "卡挂失" }) {
		t.Fatalf("%+v", gaps)
	}
	if slices.Contains(gaps[0].Keywords, "社保卡") {
		t.Errorf("社保卡 is answered already: %v", gaps[0].Keywords)
	}
}

func BenchmarkReplay100k(b *testing.B) {
	words := benchWords(10_000)
	published, draft := mustCompile(b, benchRules(words[:8000])...), mustCompile(b, benchRules(words[1000:])...)
	texts := benchTexts(5000)
	questions := make([]Question, 100_000)
	for i := range questions {
		questions[i] = Question{texts[i%len(texts)], monday}
	}
	for b.Loop() {
		Replay(slices.Values(questions), published, draft)
	}
}

func BenchmarkGaps20k(b *testing.B) {
	rs := mustCompile(b, contains("社保", "社保"))
	texts := benchTexts(20_000)
	questions := make([]Question, len(texts))
	for i := range questions {
		questions[i] = Question{texts[i], monday}
	}
	for b.Loop() {
		Suggest(slices.Values(questions), rs, GapOptions{MinCount: 1})
	}
}
