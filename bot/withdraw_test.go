package bot

import (
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// owner is a citizen with one case that goes on, and the text that asks whether to withdraw it.
func owner(t *testing.T) (k *talk, asks string) {
	t.Helper()
	k = staffed(t, contains("社保", "社保"))
	line := models.CaseLine{Number: "260302000013", Text: "2603 0200 0013（投诉）待受理", Open: true}
	k.bot.Matters([]models.Matters{{AppID: testApp, OpenID: k.open, RateUntil: k.now.Add(time.Hour), Cases: []models.CaseLine{line}}})
	return k, "确认撤回这件诉求吗？撤回后不再办理。\n" + line.Text + "\n1 撤回\n2 不撤回"
}

// Only the next message of ten minutes answers, here or on an instance that heard of the question; it is
// neither a rating nor the people's, and a message that comes again gets what it got.
func TestWithdraws_OnlyTheNextMessage(t *testing.T) {
	k, asks := owner(t)
	k.want(k.say("撤回"), asks, OutcomeCase)
	if !k.last.Step || k.last.Matched || k.last.Case != nil {
		t.Errorf("asked: %+v", k.last)
	}
	k.want(k.say("社保"), "答社保", OutcomeRule)
	if k.say("1"); k.last.Case != nil {
		t.Errorf("withdrawn behind another question: %+v", k.last)
	}
	k.want(k.say("撤回"), asks, OutcomeCase)
	k.now = k.now.Add(10 * time.Minute)
	if k.say("1"); k.last.Case != nil {
		t.Errorf("withdrawn by what came late: %+v", k.last)
	}
	k.want(k.say("撤回"), asks, OutcomeCase)
	dialogue := k.last.Dialogue
	k.holds(map[string]models.HoldState{k.open: "assigned"})
	k.want(k.say("1"), "", OutcomeDesk)
	k.holds(nil)
	other, _ := owner(t)
	other.now = k.now
	other.bot.Restore(*dialogue)
	said := other.say("１")
	if f := other.last.Case; !strings.HasPrefix(said, "已撤回") || f == nil || !f.Withdrawn || f.Submitted || f.Number != "260302000013" || f.At.IsZero() || !other.last.Step || other.last.Matched {
		t.Errorf("%q, %+v", said, other.last)
	}
}

func TestWithdraws_TheSameAgain(t *testing.T) {
	k, asks := owner(t)
	k.want(k.say("撤回 2603 0200 0013"), asks, OutcomeCase)
	m := models.Message{AppID: testApp, OpenID: k.open, Key: "twice", MsgType: models.MsgTypeText, Content: "1"}
	var first, second models.Answer
	k.bot.Handle(t.Context(), &m, &first)
	k.bot.Handle(t.Context(), &m, &second)
	if first.Match.Case == nil || second.Match.Case == nil || first.Reply.Text != second.Reply.Text {
		t.Errorf("%+v, then %+v", first.Match, second.Match)
	}
}
