package rulebook

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/topics"
)

// TestSuggest_CountsWhatTheRuleWouldAnswer: what a proposed keyword answers is what a published rule
// of it answers: a name that is denied is not asked about.
func TestSuggest_CountsWhatTheRuleWouldAnswer(t *testing.T) {
	d := newTestBook(t, models.Rule{Name: "停运", Keywords: []string{"停运"}, Replies: []models.Reply{models.TextReply("停运安排见公告。")}})
	texts := []string{
		"27路公交不停站", "27路末班车几点", "投诉27路司机甩客", "27路要等半小时", "27路太挤了能加车吗",
		"127路公交不停站", "127路末班车几点", "投诉127路司机甩客",
		"27路停运了吗", "127路停运了吗",
		"云顶湾车位捆绑销售", "云顶湾的车位太贵", "投诉云顶湾物业", "云顶湾电梯坏了三天", "我不是问云顶湾，我要问桂花坪的学位",
	}
	var rows []models.Interaction
	for i, text := range texts {
		at := testTime.Add(time.Duration(i) * time.Minute)
		rows = append(rows, models.Interaction{
			AppID: d.account.AppID, OpenID: fmt.Sprintf("oCitizen_%06d", i), Channel: models.ChannelChat, Dir: models.DirIn, Actor: models.ActorCitizen,
			Kind: models.MsgTypeText, Content: text, At: at, ReceivedAt: at, MsgKey: models.DerivedKey("test", text), OK: true, ParseStatus: models.ParseOK,
		})
	}
	if err := d.store.Append(t.Context(), rows, nil); err != nil {
		t.Fatal(err)
	}
	groups, err := d.Suggest(t.Context(), SuggestRequest{Account: d.account})
	if err != nil {
		t.Fatal(err)
	}
	checked := map[string]bool{}
	for i := range groups {
		for _, a := range groups[i].Answers {
			checked[a.Keyword] = true
			if want := d.answeredBy(t, a.Keyword, texts); a.InGroup+a.Others != want.Others || a.Answered != want.Answered {
				t.Errorf("%s: %+v, a rule of it answers %+v", a.Keyword, a, want)
			}
		}
	}
	if !checked["云顶湾"] {
		t.Fatalf("%+v", groups)
	}
	at := slices.IndexFunc(groups, func(g topics.Group) bool { return g.Entity == "云顶湾" })
	if g := &groups[at]; g.Count != 5 || g.Covered != 4 || g.Answers[0].InGroup != 4 {
		t.Errorf("%+v", g)
	}
}

// TestProposed_ReadsAsTheRulesDo: a keyword answers no question that has it inside of a longer number.
func TestProposed_ReadsAsTheRulesDo(t *testing.T) {
	d := newTestBook(t)
	words := []string{"27路", "110", "五一", "27路公交", "云顶湾"}
	texts := []string{
		"27路公交几点", "127路公交几点", "家住1101号", "打110没人接", "51元一斤", "五一放假吗", "27路，127路", "不是云顶湾，是桂花坪", "云顶湾在哪", "云顶湾打110，27路停运",
	}
	answers, err := d.proposed(d.account, words)
	if err != nil {
		t.Fatal(err)
	}
	got := make([]topics.Answers, len(words))
	for _, text := range texts {
		for _, n := range answers(text) {
			got[n].Others++
		}
	}
	for i, word := range words {
		if want := d.answeredBy(t, word, texts); got[i] != want || want.Others == 0 || want.Others == len(texts) {
			t.Errorf("%s: %+v, a rule of it answers %+v", word, got[i], want)
		}
	}
}

// answeredBy counts which of the questions a rule of a keyword, published alone, answers: those that
// the rules leave open as Others, and those that they answer.
func (d *testBook) answeredBy(t *testing.T, word string, texts []string) (a topics.Answers) {
	t.Helper()
	alone := newTestBook(t, models.Rule{Name: "新", Keywords: []string{word}, Replies: []models.Reply{models.TextReply("答")}})
	for _, text := range texts {
		open, err := d.Try(t.Context(), TryRequest{Account: d.account, Text: text})
		if err != nil {
			t.Fatal(err)
		}
		fresh, err := alone.Try(t.Context(), TryRequest{Account: alone.account, Text: text})
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case fresh.Match.Outcome != "rule":
		case open.Match.Matched:
			a.Answered++
		default:
			a.Others++
		}
	}
	return a
}
