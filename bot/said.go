package bot

import (
	"cmp"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// unsupported begins the text WeChat sends in place of a message it can not pass on.
const unsupported = "【收到不支持的消息类型"

// said answers a text.
func (x *exchange) said(text string) *models.Reply {
	if reply, ok := x.answered(text); ok {
		return reply
	}
	if !strings.HasPrefix(text, unsupported) {
		if reply, ok := x.corrected(); ok {
			return reply
		}
		if reply, ok := x.suggest(); ok {
			return reply
		}
	}
	return x.defaultAnswer()
}

// answered goes through everything that answers a text, in order: a call for help, the
// emergency answer, the dialogue that makes a case, a person's answer that waits, what is said of one's own cases, the people who hold the conversation, a case that
// is withdrawn, the next page of a long answer, an open menu, the rules, an open menu taken less strictly.
func (x *exchange) answered(text string) (*models.Reply, bool) {
	x.sc.Read(text)
	x.next.more, x.next.asked = paging{}, ""
	if word, ok := x.sc.Crisis(x.rs.calls); ok {
		x.match.Outcome, x.match.Matched, x.match.RuleName, x.match.Kind, x.match.Keyword = OutcomeCrisis, true, "危机求助", models.MatchContains, word
		return saying(cmp.Or(models.SettingText(x.rs.account.Settings, models.SettingTextCrisis), models.CrisisText)), true
	}
	if p := x.pinForText(); p != nil {
		return x.emergency(p), true
	}
	if reply, ok := x.fills(); ok {
		return reply, true
	}
	if reply, ok := x.pickUp(); ok {
		return reply, true
	}
	if reply, ok := x.review(text); ok {
		x.match.Step = true
		return reply, true
	}
	if reply, ok := x.matter(); ok {
		return reply, true
	}
	if reply, ok := x.person(); ok {
		return reply, true
	}
	if reply, ok := x.withdraws(); ok {
		return reply, true
	}
	if reply, ok := x.more(); ok {
		x.match.Step = true
		return reply, true
	}
	wrong := false
	if len(x.start.frames) > 0 || len(x.start.offered) > 0 {
		reply, got := x.choose()
		if got == tookAnswer {
			x.match.Step = true
			return reply, true
		}
		wrong = got == tookWrong
	}
	hit := x.rs.match(x.sc, &x.asked)
	if reply, ok := x.asksForCase(hit.Kind); ok {
		return reply, true
	}
	if hit.Found() {
		if p := x.pinForTopic(hit.Rule.Topic); p != nil {
			return x.emergency(p), true
		}
		x.next.closeMenus()
		also := x.offering("您还提到：", x.mentioned(text, hit), "\n回复序号即可查看。")
		return x.giveBeside(x.chose(hit.place, hit.Kind, hit.Keyword, OutcomeRule, true), also), true
	}
	if reply, ok := x.chooseLoosely(wrong); ok {
		x.match.Step = true
		return reply, true
	}
	reply, ok := x.noMore()
	x.match.Step = ok
	return reply, ok
}

// spoken answers a voice message by what was understood, else as a voice message.
func (x *exchange) spoken() *models.Reply {
	if reply, ok := x.answered(x.msg.Recognition); ok {
		return reply
	}
	if reply, ok := x.corrected(); ok {
		return reply
	}
	return x.sent()
}

// corrected answers a text with a slip in it, and says in the first line as what it was read.
func (x *exchange) corrected() (*models.Reply, bool) {
	c, ok := x.rs.correct(x.sc, &x.asked)
	if !ok {
		return nil, false
	}
	if p := x.pinForTopic(c.hit.Rule.Topic); p != nil {
		return x.emergency(p), true
	}
	x.next.closeMenus()
	b := x.offering("您还提到：", x.mentioned(c.text, c.hit), "\n回复序号即可查看。")
	b.lead = "按“" + c.meant + "”答复："
	r := x.chose(c.hit.place, c.hit.Kind, c.meant, OutcomeCorrection, true)
	x.match.Corrected = c.written
	x.why = "没有规则照原文命中；把“" + c.written + "”看作“" + c.meant + "”的笔误，由规则“" + c.hit.Rule.Name + "”答复。"
	return x.giveBeside(r, b), true
}

func (x *exchange) text() []rune { return x.sc.Runes() }
