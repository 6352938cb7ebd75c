package bot

import (
	"strings"

	"github.com/wenzheng/wenzheng/bot/owncases"
	"github.com/wenzheng/wenzheng/models"
)

// RatingMenu begins the ids of the items of a rating; the choice follows from 1, behind a hyphen what is rated.
const RatingMenu = "rate-"

// matter answers what is said of one's own cases: a rating, 查询, a number. It answers while people hold
// the conversation too, and then counts as no answer: a reply is owed still.
func (x *exchange) matter() (*models.Reply, bool) {
	mine := x.b.matters.Of(x.who())
	if i, ok := x.rates(&mine); ok {
		return x.rated(i), true
	}
	said, ok := owncases.Ask(x.text(), mine.Cases)
	if !ok || x.human() == models.HumanNone {
		return nil, false
	}
	x.why = "市民查询自己的诉求。"
	x.match.Outcome, x.match.Matched = OutcomeDesk, x.b.desks.Hold(x.who()) == ""
	return saying(said), true
}

// withdraws takes a message as a step of withdrawing one of the citizen's cases. Only the message that follows
// the question answers it, and none while people hold the conversation. The case itself is withdrawn where the
// answer is stored.
func (x *exchange) withdraws() (*models.Reply, bool) {
	r, ok := owncases.Withdraw(x.text(), x.b.matters.Of(x.who()).Cases, x.start.asked)
	if !ok || x.msg.MenuID != "" || x.human() == models.HumanNone {
		return nil, false
	}
	x.next.closeMenus()
	x.step("市民要撤回诉求。")
	if x.next.asked = r.Asked; r.Asked != "" {
		x.hold()
	}
	if r.Withdrawn != "" {
		x.match.Case, x.match.RuleName = &models.CaseForm{Withdrawn: true, Number: r.Withdrawn, At: x.sentAt()}, "撤回诉求"
		x.why = "市民撤回了诉求。"
	}
	return saying(r.Say), true
}

// rates reports which choice of a rating the message is: a clicked one, or its number in any form, for
// as long as that is what was asked last.
func (x *exchange) rates(mine *models.Matters) (choice int, ok bool) {
	if id, clicked := strings.CutPrefix(x.msg.MenuID, RatingMenu); clicked {
		n, _, _ := strings.Cut(id, "-")
		i := strings.Index("123", n)
		return i, i >= 0 && len(n) == 1
	}
	if !x.asked.at.Before(mine.RateUntil) || len(x.start.frames) > 0 || len(x.start.offered) > 0 || x.start.asked != "" {
		return 0, false
	}
	choices := models.RatingChoices()
	c := chooseItem(x.text(), func(i int) []rune { return keysOf(choices[i])[0] }, len(choices))
	return int(c), c >= 0
}

// rated thanks for a rating. Its row is an event, as the click is that it stands for.
func (x *exchange) rated(i int) *models.Reply {
	x.match.RuleName, x.match.Keyword, x.match.Step, x.match.Outcome = models.RatingRule+models.RatingChoices()[i], x.msg.MenuID, true, OutcomeDesk
	x.why = "市民评价了答复。"
	if i == 2 {
		return saying("很抱歉没有解决，已记下您的评价。")
	}
	return saying("谢谢您的评价。")
}
