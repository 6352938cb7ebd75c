package bot

import (
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/bot/page"
	"github.com/wenzheng/wenzheng/bot/people"
	"github.com/wenzheng/wenzheng/models"
)

// reviewWord is what a citizen writes to read again what people answered.
const reviewWord = "查看答复"

// Answered adds answers of people that reached citizens; the same may be added any number of times.
func (b *Bot) Answered(list []models.SentText) { b.sent.Add(list, b.o.Now()) }

// review repeats what people answered lately, false where the text asks for something else or there is
// nothing. Its row opens no wait and ends none: it is a step, and not matched.
func (x *exchange) review(text string) (*models.Reply, bool) {
	if strings.TrimRight(strings.TrimSpace(text), "。.！!") != reviewWord {
		return nil, false
	}
	texts := x.b.sent.Of(x.who(), x.asked.at)
	if len(texts) == 0 {
		return nil, false
	}
	longest := x.rs.limits.TextBytes
	reply := ""
	for _, t := range slices.Backward(texts) {
		part := t.At.In(models.Shanghai()).Format("1月2日 15:04 答复：\n") + t.Text
		if reply == "" {
			reply = page.Shorten(part, longest)
			continue
		}
		if len(part)+len(people.Between)+len(reply) > longest {
			break
		}
		reply = part + people.Between + reply
	}
	x.match.Outcome, x.match.RuleName = OutcomeMenu, reviewWord
	x.why = "重复近七天人工答复的最后几条。"
	return saying(reply), true
}
