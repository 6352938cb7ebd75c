package bot

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func asked1(texts ...string) []Query {
	out := make([]Query, len(texts))
	for i, t := range texts {
		out[i] = Query{Text: t, At: monday.Add(time.Duration(i) * time.Minute)}
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
	if empty := Replay(slices.Values([]Query{}), nil, nil); empty.RateAfter != 0 || empty.Questions != 0 {
		t.Errorf("%+v", empty)
	}
}

func BenchmarkReplay100k(b *testing.B) {
	words := benchWords(10_000)
	published, draft := mustCompile(b, benchRules(words[:8000])...), mustCompile(b, benchRules(words[1000:])...)
	texts := benchTexts(5000)
	questions := make([]Query, 100_000)
	for i := range questions {
		questions[i] = Query{texts[i%len(texts)], monday}
	}
	for b.Loop() {
		Replay(slices.Values(questions), published, draft)
	}
}
