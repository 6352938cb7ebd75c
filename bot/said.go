package bot

import (
	"strconv"
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
		if reply, ok := x.suggest(); ok {
			return reply
		}
	}
	return x.fallback()
}

// answered goes through everything that answers a text, in order: a call for help, the
// emergency answer, the next page of a long answer, an open menu, the rules, an open menu taken less strictly.
func (x *exchange) answered(text string) (*models.Reply, bool) {
	x.sc.read(text)
	x.next.more = paging{}
	if word, ok := x.b.crisis.find(x.sc); ok {
		x.match.Outcome, x.match.Matched, x.match.Keyword = OutcomeCrisis, true, word
		x.match.Kind, x.match.RuleName = models.MatchContains, "危机求助"
		return &x.b.crisis.reply, true
	}
	if x.pin != nil && (x.pin.everything() || x.pin.named(x.sc)) {
		return x.emergency(), true
	}
	if reply, ok := x.more(); ok {
		return reply, true
	}
	wrong := false
	if len(x.start.frames) > 0 || len(x.start.offered) > 0 {
		reply, got := x.choose()
		if got == tookAnswer {
			return reply, true
		}
		wrong = got == tookWrong
	}
	if hit := x.rs.match(x.sc, &x.asked); hit.Found() {
		if x.pin != nil && x.pin.topic(hit.Rule.Topic) {
			return x.emergency(), true
		}
		x.next.closeMenus()
		return x.give(x.chose(hit.place, hit.Kind, hit.Keyword, OutcomeRule, true)), true
	}
	if len(x.start.frames) > 0 {
		return x.chooseLoosely(wrong)
	}
	return nil, false
}

func (x *exchange) emergency() *models.Reply {
	x.match.Outcome, x.match.Matched, x.match.RuleName = OutcomeEmergency, true, "应急置顶"
	reply := x.pin.reply.render(x.rs, &x.asked)
	if len(reply.Text) > x.rs.limits.TextBytes {
		reply = withText(reply, cutText(reply.Text, x.rs.limits.TextBytes))
	}
	return reply
}

// suggest offers the closest rules as a numbered menu.
func (x *exchange) suggest() (*models.Reply, bool) {
	n := x.rs.limits.Suggestions
	if x.rs.closest == nil || n <= 0 || x.sc.length() < 2 {
		return nil, false
	}
	text := x.sc.key
	if len(x.sc.bare) > 0 {
		text = x.sc.bare
	}
	found := x.rs.closest().nearest(text, &x.asked, min(n, 9))
	if len(found) == 0 {
		return nil, false
	}
	var b strings.Builder
	b.WriteString("您是不是想问：")
	offered := make([]uint64, len(found))
	for i, f := range found {
		r := &x.rs.rules[f.rule]
		b.WriteString("\n" + strconv.Itoa(i+1) + ". " + r.title())
		offered[i] = refOf(r.src.Name)
	}
	b.WriteString("\n回复序号即可查看。")
	x.next.frames, x.next.offered = nil, offered
	x.hold()
	x.match.Outcome = OutcomeSuggestion
	return saying(cutText(b.String(), x.rs.limits.TextBytes)), true
}

// fallback gives the account's default answer, unless the citizen has just had it.
func (x *exchange) fallback() *models.Reply {
	for _, p := range x.rs.defaults {
		if _, ok := x.rs.fits(p, x.sc, &x.asked); !ok {
			continue
		}
		r := x.chose(p.rule, models.MatchDefault, "", OutcomeDefault, false)
		ref, now := refOf(r.src.Name), x.asked.at.Unix()
		if x.start.quietRef == ref && x.start.quiet > now {
			x.match.Outcome = OutcomeQuiet
			return nil
		}
		if x.b.o.DefaultQuiet > 0 {
			x.next.quietRef, x.next.quiet = ref, now+int64(x.b.o.DefaultQuiet.Seconds())
		}
		return x.give(r)
	}
	x.match.Outcome = OutcomeSilence
	return nil
}

// spoken answers a voice message by what was understood, else as a voice message.
func (x *exchange) spoken() *models.Reply {
	if reply, ok := x.answered(x.msg.Recognition); ok {
		return reply
	}
	return x.sent()
}
