package bot

import (
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/bot/intake"
	"github.com/wenzheng/wenzheng/bot/page"
	"github.com/wenzheng/wenzheng/models"
)

// CaseRule is the name under which the receipt of a case stands in the log: no rule has an id of zero.
const CaseRule = "提交诉求"

// fills takes a message as a step of the dialogue in which the citizen tells a case, false where there is
// none or it is no step of it. While people hold the conversation the dialogue rests.
func (x *exchange) fills() (*models.Reply, bool) {
	if x.start.intake == nil || x.msg.MenuID != "" || x.b.desks.Hold(x.who()) != "" {
		return nil, false
	}
	if reply, ok := x.rests(); ok {
		return reply, true
	}
	s := x.start.intake.Numbered(x.b.matters.Of(x.who()).Reserved)
	r := s.Next(x.told())
	if x.next.intake = r.State; r.State == nil {
		x.next.over = s.Kept
	}
	switch r.Outcome {
	case intake.Passes:
		return nil, false
	case intake.Lost:
		if x.handsOver() {
			x.next.intake = r.State.Rest()
			return x.handOver(models.HandoverUnmatched, "没有看懂，写到一半的先留着，请坐席帮您。"), true
		}
	case intake.Submits:
		x.step("市民提交了诉求。")
		x.match.Case, x.match.Matched, x.match.RuleName = r.Form, true, CaseRule
		return saying(x.caseReceipt(r.Form)), true
	case intake.Asks, intake.Leaves:
	}
	x.step("市民在登记诉求。")
	return saying(page.Shorten(r.Say, x.rs.limits.TextBytes)), true
}

// rests leaves the dialogue as it is until the citizen asks for a case again: the account takes none any
// more, or the citizen wants a person.
func (x *exchange) rests() (*models.Reply, bool) {
	s := x.start.intake
	switch {
	case !s.Takes(x.asked.at):
		return nil, false
	case x.human() == models.HumanNone:
		x.next.intake = s.Rest()
		x.step("账号不再登记诉求，写到一半的留着。")
		return saying("现在不能登记诉求，没有提交；写到一半的先留着。"), true
	case x.says(personWords()) && x.handsOver():
		x.next.intake = s.Rest()
		return x.handOver(models.HandoverAsked, "写到一半的诉求先留着。"), true
	}
	return nil, false
}

// told is the message as a step of the dialogue reads it.
func (x *exchange) told() intake.Input {
	in := intake.Read(x.msg, x.b.o.Keeps)
	if strings.HasPrefix(in.Text, unsupported) {
		in.Text = ""
	}
	in.Now, in.Sent, in.TTL = x.asked.at, x.sentAt(), x.b.o.DialogueTTL
	return in
}

// step counts the message as an answer to what the account asked, and what is said as no answer.
func (x *exchange) step(why string) {
	x.match.Step, x.match.Matched, x.match.Outcome = true, false, OutcomeCase
	x.why = why
}

// asksForCase begins the dialogue where a word for it is all that is said, unless a rule answers exactly
// this word.
func (x *exchange) asksForCase(hit models.MatchKind) (*models.Reply, bool) {
	kind, ok := intake.Opens(x.sc.Key())
	if !ok || hit == models.MatchExact || !x.takesCases() {
		return nil, false
	}
	return x.beginCase(kind, ""), true
}

// takesCases reports whether somebody handles cases of the account and the citizen can begin one.
func (x *exchange) takesCases() bool {
	return x.human() != models.HumanNone && x.b.desks.Hold(x.who()) == ""
}

// opensCase reports whether a rule begins a case, and of what kind.
func (x *exchange) opensCase(r *models.Rule) (models.CaseKind, bool) {
	kind, is := r.Action.Case()
	return kind, is && x.takesCases()
}

// beginCase begins the dialogue, or asks whether to go on with the one that lies. lead is said before.
func (x *exchange) beginCase(kind models.CaseKind, lead string) *models.Reply {
	x.next.closeMenus()
	x.step("市民要登记诉求。")
	now, ttl := x.asked.at, x.b.o.DialogueTTL
	if x.start.intake != nil {
		r := x.start.intake.Resume(now, ttl)
		x.next.intake = r.State
		return saying(r.Say)
	}
	s := intake.Begin(x.msg.Key, kind, x.match.Topic, now, ttl)
	x.next.intake = s
	x.match.Case = &models.CaseForm{Dialogue: s.Dialogue}
	text := s.Question()
	if lead != "" {
		text = page.Shorten(lead, max(0, x.rs.limits.TextBytes-len(text)-1)) + "\n" + text
	}
	return saying(text)
}

// caseReceipt tells number and limits of a case that was submitted. Nothing of it is looked up.
func (x *exchange) caseReceipt(f *models.CaseForm) string {
	var accept, answer time.Time
	if due := x.b.o.Deadlines; due != nil {
		accept, answer = due(&x.rs.account, f.Kind, f.At)
	}
	return intake.Receipt(f, accept, answer)
}
