package bot

import (
	"strings"
	"sync"

	"github.com/wenzheng/wenzheng/models"
)

// RatingMenu begins the ids of the items of a rating; the choice follows from 1, behind a hyphen what is rated.
const RatingMenu = "rate-"

// queryWords ask for one's own cases when they are all that is said.
var queryWords = sync.OnceValue(func() [][]rune {
	return keysOf("查询", "查询工单", "工单查询", "查工单", "我的工单", "查询诉求", "我的诉求", "查询进度", "查进度", "办理进度")
})

// matter answers what is said of one's own cases: a rating, 查询, a number. It answers while people hold
// the conversation too, and then counts as no answer: a reply is owed still.
func (x *exchange) matter() (*models.Reply, bool) {
	mine := x.b.matters.Of(x.who())
	if i, ok := x.rates(&mine); ok {
		return x.rated(i), true
	}
	number := caseNumber(x.text())
	if number == "" && !x.says(queryWords()) || x.human() == models.HumanNone {
		return nil, false
	}
	x.why = "市民查询自己的诉求。"
	x.match.Outcome, x.match.Matched = OutcomeDesk, x.b.desks.Hold(x.who()) == ""
	var lines []string
	for _, c := range mine.Cases {
		if number == "" || c.Number == number {
			lines = append(lines, c.Text)
		}
	}
	if len(lines) == 0 {
		return saying("没有查到。请核对编号；只能查询您自己在这里提交的诉求。"), true
	}
	return saying(strings.Join(lines, "\n")), true
}

// caseNumber is a text that is twelve digits beginning with a day, as the numbers of cases are, "" of any
// other. A wrong one is answered as somebody else's is.
func caseNumber(text []rune) string {
	if len(text) < 12 || len(text) > 16 {
		return ""
	}
	number := strings.NewReplacer(" ", "", "-", "").Replace(string(text))
	if len(number) != 12 || strings.Trim(number, "0123456789") != "" || number[2:4] < "01" || number[2:4] > "12" || number[4:6] < "01" || number[4:6] > "31" {
		return ""
	}
	return number
}

// rates reports which choice of a rating the message is: a clicked one, or its number in any form, for
// as long as that is what was asked last.
func (x *exchange) rates(mine *models.Matters) (choice int, ok bool) {
	if id, clicked := strings.CutPrefix(x.msg.MenuID, RatingMenu); clicked {
		n, _, _ := strings.Cut(id, "-")
		i := strings.Index("123", n)
		return i, i >= 0 && len(n) == 1
	}
	if !x.asked.at.Before(mine.RateUntil) || len(x.start.frames) > 0 || len(x.start.offered) > 0 {
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
