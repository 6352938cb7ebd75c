package bot

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

func TestMatchAllocatesNothing(t *testing.T) {
	rs := mustCompile(t, benchRules(benchWords(1000))...)
	text := benchTexts(1)[0] + "😀"
	limit := 1.0
	if raced {
		limit = 20 // the pool drops a quarter of what it is given
	}
	if n := testing.AllocsPerRun(200, func() { rs.Match(Query{Text: text, At: monday}) }); n >= limit {
		t.Errorf("a match allocates %v times", n)
	}
	k := newTalk(t, Options{}, contains("社保", "社保"))
	m := models.Message{AppID: testApp, OpenID: k.open, MsgType: models.MsgTypeText, Content: "请问社保怎么交"}
	var a models.Answer
	if n := testing.AllocsPerRun(200, func() { k.bot.Handle(context.Background(), &m, &a) }); n >= limit {
		t.Errorf("an answer allocates %v times", n)
	}
}

// TestPublishWhileAnswering changes the rules under load: every answer is of one version
// or the other, and the version reported is the one that answered.
func TestPublishWhileAnswering(t *testing.T) {
	k := newTalk(t, Options{})
	set := func(version int64) []models.Rule {
		r := contains("社保", "社保")
		r.Replies[0].Text = fmt.Sprintf("v%d", version)
		return []models.Rule{r, serviceMenu(), defaultRule("默认")}
	}
	if err := k.bot.Publish(testAccount, 1, set(1)); err != nil {
		t.Fatal(err)
	}
	var all sync.WaitGroup
	for c := range 4 {
		all.Go(func() {
			m := models.Message{AppID: testApp, OpenID: fmt.Sprintf("oCitizen%d", c%2), MsgType: models.MsgTypeText}
			for i := range 300 {
				m.Key = fmt.Sprintf("%d-%d", c, i)
				m.Content = [...]string{"社保", "菜单", "2", "天气", "社保卡"}[i%5]
				var a models.Answer
				k.bot.Handle(context.Background(), &m, &a)
				if a.Match.RuleName == "社保" && a.Reply.Text != fmt.Sprintf("v%d", a.Match.RulesVersion) {
					t.Errorf("version %d answered %q", a.Match.RulesVersion, a.Reply.Text)
				}
			}
		})
	}
	for v := int64(2); v < 30; v++ {
		if err := k.bot.Publish(testAccount, v, set(v)); err != nil {
			t.Error(err)
		}
		k.bot.Pin(testApp)
	}
	all.Wait()
}

// TestPanicIsSilence breaks a rule behind the brain's back: the citizen is met with
// silence and the program goes on.
func TestPanicIsSilence(t *testing.T) {
	k := newTalk(t, Options{}, contains("社保", "社保"), contains("医保", "医保"))
	k.rules().rules[0].replies = []reply{{fixed: nil}}
	broken := k.rules().rules[0].src.Keywords[0]
	k.want(k.say(broken), "", OutcomeSilence)
	other := map[string]string{"社保": "医保", "医保": "社保"}[broken]
	k.want(k.say(other), "答"+other, OutcomeRule)
}
