package bot

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/bot/page"
	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// personWords ask for a person when they are all that is said, leaveWords end it.
var (
	personWords = sync.OnceValue(func() [][]rune {
		return keysOf("人工", "转人工", "人工服务", "人工客服", "找人工", "我要人工", "转接人工", "转人工服务", "转人工客服", "客服", "转客服", "找客服", "人工坐席", "真人", "找真人", "人工答复")
	})
	leaveWords = sync.OnceValue(func() [][]rune { return keysOf("退出", "退出人工", "结束", "结束人工") })
)

// keysOf are words in the form in which texts and keywords meet.
func keysOf(words ...string) [][]rune {
	out := make([][]rune, len(words))
	for i, w := range words {
		out[i] = reading.Key(w)
	}
	return out
}

// says reports whether one of the words is all that is said.
func (x *exchange) says(words [][]rune) bool {
	key := x.sc.Key()
	return slices.ContainsFunc(words, func(w []rune) bool { return slices.Equal(w, key) })
}

// human is where people answer for the account.
func (x *exchange) human() string {
	if x.msg.OpenID == "" {
		return models.HumanNone
	}
	return cmp.Or(x.setting(models.SettingHuman), models.HumanNone)
}

// setting is the value of a setting of the account that holds now, "" = none is set.
func (x *exchange) setting(name string) string {
	v, _ := models.SettingOn(x.rs.account.Settings, name, x.asked.moment().at.Format(time.DateOnly))
	return v
}

// person answers what is said to the desk or to those at it, false where the rules answer. While
// somebody holds the conversation the program is silent, but for what is hit exactly where the account has that.
func (x *exchange) person() (*models.Reply, bool) {
	hold := x.b.desks.Hold(x.who())
	switch {
	case hold == "" && x.says(personWords()) && x.handsOver():
		return x.handOver(models.HandoverAsked, ""), true
	case hold == "":
		return nil, false
	case x.says(leaveWords()):
		x.match.Left, x.match.Step, x.match.Outcome = true, true, OutcomeDesk
		x.why = "市民退出了人工服务。"
		return saying("已退出人工服务，以后由程序自动答复。还需要人工，请回复“人工”。"), true
	case hold == models.HoldQueued && x.human() != models.HumanWeChat && x.says(personWords()):
		x.match.Outcome = OutcomeDesk
		x.why = "市民已在等人工。"
		return saying("您已在等人工答复，请把要问的事写在这里，不必重复排队。不想等了，请回复“退出”。"), true
	}
	if reply, ok := x.exactly(hold); ok {
		return reply, true
	}
	return x.silentFor(hold)
}

// exactly answers while somebody at the desk holds the conversation, where the account wants that: by the rule
// that the whole text hits, and with the pages that follow. Nothing is begun beside the person: a rule with a
// menu or an action is silent.
func (x *exchange) exactly(hold models.HoldState) (*models.Reply, bool) {
	if hold == models.HoldQueued || hold == models.HoldWeChat || x.setting(models.SettingHeld) != models.HeldExact {
		return nil, false
	}
	if reply, ok := x.more(); ok {
		x.match.Step = true
		return reply, true
	}
	hit := x.rs.match(x.sc, &x.asked)
	if hit.Kind != models.MatchExact || hit.Rule.Menu != nil || hit.Rule.Action != "" {
		return nil, false
	}
	if p := x.pinForTopic(hit.Rule.Topic); p != nil {
		return x.emergency(p), true
	}
	x.next.closeMenus()
	reply := x.give(x.chose(hit.place, hit.Kind, hit.Keyword, OutcomeRule, true))
	x.why = "这位市民由人工接待，程序只答整句命中的：规则“" + hit.Rule.Name + "”整句与关键词“" + hit.Keyword + "”相同。"
	return reply, true
}

// silentFor keeps silent where a person is to answer: always while somebody has the conversation, and
// while it waits, in office hours with somebody there. Where people answer in WeChat's own client, what
// comes here all the same is passed to it.
func (x *exchange) silentFor(hold models.HoldState) (*models.Reply, bool) {
	if x.human() == models.HumanWeChat && (hold == models.HoldWeChat || hold == models.HoldQueued && x.asked.moment().open) {
		if x.msg.IsEvent() {
			return nil, false
		}
		x.next.closeMenus()
		x.match.Outcome = OutcomeDesk
		x.why = "这位市民由人工接待，转给微信客服工具。"
		return transferred(), true
	}
	if hold == models.HoldQueued && (!x.asked.moment().open || !x.b.desks.Staffed(x.msg.AppID)) {
		return nil, false
	}
	x.next.closeMenus()
	x.match.Outcome = OutcomeDesk
	x.why = "这位市民由人工接待，程序不插话。"
	if x.setting(models.SettingHeld) == models.HeldExact && hold != models.HoldQueued {
		x.why = "这位市民由人工接待，程序只答整句命中的规则，这一条没有。"
	}
	return nil, true
}

// handOver hands the message to people, says so, and when somebody reads it. lead is said before. The
// receipt counts as no answer: an ignored citizen is not to read as a served one.
func (x *exchange) handOver(reason, lead string) *models.Reply {
	waiting, staffed := x.b.desks.Waiting(x.who())
	h := &models.Handover{Reason: reason}
	text := x.receipt(h, waiting, staffed)
	if lead != "" {
		text = page.Shorten(lead, max(0, x.rs.limits.TextBytes-len(text)-1)) + "\n" + text
	}
	x.next.closeMenus()
	x.match.Handover, x.match.Outcome, x.match.Matched = h, OutcomeHandover, false
	x.why = map[string]string{
		models.HandoverRule: "规则要求转人工。", models.HandoverAsked: "市民要求人工。", models.HandoverUnmatched: "十分钟内第二条没有规则认得，转人工。",
	}[reason]
	if x.human() == models.HumanWeChat {
		return transferred()
	}
	return saying(page.Shorten(text, x.rs.limits.TextBytes))
}

// messageWindow is how long after a citizen's message the platform lets the office write
// (developers.weixin.qq.com, Customer_Service_Messages).
const messageWindow = 48 * time.Hour

// transferred passes a message to WeChat's own client, which says nothing to the citizen.
func transferred() *models.Reply { return &models.Reply{Kind: models.ReplyTransfer} }

// handsOver reports whether the message can be handed to people who do not have it yet. To WeChat's own
// client only what a citizen sent can be, no click.
func (x *exchange) handsOver() bool {
	human := x.human()
	return (human == models.HumanDesk || human == models.HumanWeChat && !x.msg.IsEvent()) && x.b.desks.Hold(x.who()) == ""
}

// delegates reports whether a rule hands the message over.
func (x *exchange) delegates(r *models.Rule) bool {
	return r.Action == models.ActionHandover && x.handsOver()
}

// speaks reports whether the message is what the citizen wrote or said.
func (x *exchange) speaks() bool {
	if x.msg.MsgType == models.MsgTypeText {
		return len(x.sc.Key()) > 0 && !strings.HasPrefix(x.msg.Content, unsupported)
	}
	return x.msg.MsgType == models.MsgTypeVoice
}

// lead is the text of a rule that hands over, "" where it has none.
func (x *exchange) lead(r *rule) string {
	if len(r.replies) == 0 {
		return ""
	}
	return r.replies[x.pick(r)].render(x.rs, &x.asked).Text
}

func (x *exchange) receipt(h *models.Handover, waiting int, staffed bool) string {
	m, set := x.asked.moment(), x.rs.account.Settings
	own, closed := models.SettingText(set, models.SettingTextHandover), models.SettingText(set, models.SettingTextClosed)
	switch {
	case m.open && staffed && waiting > 0:
		return fmt.Sprintf("已转人工，前面还有 %d 位。%s", waiting, cmp.Or(own, "请把要问的事写在这里。"))
	case m.open && staffed:
		return "已转人工。" + cmp.Or(own, models.HandoverText)
	case m.open:
		return "已记下，坐席现在都不在线。" + cmp.Or(closed, models.ClosedText)
	}
	opening, ok := x.rs.office.next(x.asked.at)
	if !ok {
		return "已记下，" + cmp.Or(closed, models.ClosedText)
	}
	h.PromisedAt = opening
	text := "已记下。现在不是办公时间，" + shortDay(opening) + opening.Format(" 15:04") + " 上班后处理。"
	if opening.Sub(x.sentAt()) > messageWindow {
		text += "届时请回复任意字查看答复。"
	}
	return text + closed
}

// shortDay is a day as people say it: 3月2日（周一）.
func shortDay(t time.Time) string {
	return fmt.Sprintf("%d月%d日（周%s）", t.Month(), t.Day(), [...]string{"日", "一", "二", "三", "四", "五", "六"}[t.Weekday()])
}

// next is the next time the office opens after now, false when it does not within seven weeks.
func (o *office) next(now time.Time) (time.Time, bool) {
	now = now.In(models.Shanghai())
	for ahead := range 50 {
		day := now.AddDate(0, 0, ahead)
		d := o.date(day)
		for _, h := range o.hours(&d).On(int(d.weekday), d.workday, o.calendar != nil && o.calendar.Holiday(day)) {
			at := time.Date(day.Year(), day.Month(), day.Day(), h.From/60, h.From%60, 0, 0, day.Location())
			if at.After(now) {
				return at, true
			}
		}
	}
	return time.Time{}, false
}
