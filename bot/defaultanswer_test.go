package bot

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// TestDefaultAnswer_NeverSilentToADifferentMessage: after the default answer whatever is new, a
// picture and a long letter too, is acknowledged; the same text again is not.
func TestDefaultAnswer_NeverSilentToADifferentMessage(t *testing.T) {
	k := newTalk(t, Options{}, contains("社保", "社保"), defaultRule("默认"))
	k.want(k.say("今天天气"), "默认", OutcomeDefault)
	different := []models.Message{
		{MsgType: models.MsgTypeText, Content: "转人工"},
		{MsgType: models.MsgTypeText, Content: "12345"},
		{MsgType: models.MsgTypeText, Content: strings.Repeat("小区的树倒了很久没有人来看。", 400)},
		{MsgType: models.MsgTypeText, Content: "👍"},
		{MsgType: models.MsgTypeImage, MediaID: "m1"},
		{MsgType: models.MsgTypeImage, MediaID: "m2"},
		{MsgType: models.MsgTypeVoice, MediaID: "m3"},
		{MsgType: models.MsgTypeVideo, MediaID: "m4"},
		{MsgType: models.MsgTypeLocation, LocationX: "28.1", LocationY: "112.9"},
		{MsgType: models.MsgTypeLink, URL: "https://example.gov.cn/"},
	}
	for i, m := range different {
		if got := k.send(m); !strings.Contains(got, "12345") || k.last.Outcome != OutcomeDefault || k.last.Matched {
			t.Errorf("message %d (%s): %q, %+v", i, m.MsgType, got, k.last)
		}
		k.want(k.send(m), "", OutcomeQuiet)
	}
	k.want(k.say("社保"), "答社保", OutcomeRule)
	if got := k.say("后天天气"); got == "" {
		t.Error("silent after a rule answered")
	}
	k.now = k.now.Add(10 * time.Minute)
	k.want(k.say("转人工"), "默认", OutcomeDefault)
}

// TestDefaultAnswer_SecondReplyOfTheRule: an office writes its own acknowledgement.
func TestDefaultAnswer_SecondReplyOfTheRule(t *testing.T) {
	rule := defaultRule("默认")
	rule.Replies = append(rule.Replies, models.TextReply("也已收到，急事请打 {账号} 的电话"))
	k := newTalk(t, Options{}, rule)
	k.say("今天天气")
	k.want(k.say("明天呢"), "也已收到，急事请打 "+testAccount.Name+" 的电话", OutcomeDefault)
	saved := *k.last.Dialogue
	other := newTalk(t, Options{}, rule)
	other.n = 100
	other.bot.Restore(saved)
	other.want(other.say("明天呢"), "", OutcomeQuiet)
	other.want(other.say("后天呢"), "也已收到，急事请打 "+testAccount.Name+" 的电话", OutcomeDefault)
}

// TestDefaultAnswer_RepeatedDelivery: a retry of WeChat gets what the first delivery got.
func TestDefaultAnswer_RepeatedDelivery(t *testing.T) {
	k := newTalk(t, Options{}, defaultRule("默认"))
	k.say("今天天气")
	m := models.Message{MsgType: models.MsgTypeText, Content: "明天呢", Key: "same"}
	first := k.send(m)
	if again := k.send(m); first == "" || again != first {
		t.Errorf("a retry gets %q, the first got %q", again, first)
	}
}

// TestDefaultAnswer_ButtonAlwaysAnswers: a tapped button is no repeated text.
func TestDefaultAnswer_ButtonAlwaysAnswers(t *testing.T) {
	button := models.Rule{Name: "按钮", On: []models.Trigger{models.OnClick}, Say: "没有规则的话"}
	k := newTalk(t, Options{}, button, defaultRule("默认"))
	k.event(models.EventClick, "M")
	for range 2 {
		if got := k.event(models.EventClick, "M"); got == "" {
			t.Errorf("silence, %+v", k.last)
		}
	}
}

// TestExplain_TellsWhatTheDialogueDid: a digit, 更多 and a second default answer have reasons
// of their own.
func TestExplain_TellsWhatTheDialogueDid(t *testing.T) {
	k := newTalk(t, Options{}, append(menuRules(), longRule("落户", longText(50)))...)
	explain := func(text string) string {
		t.Helper()
		match := k.bot.Explain(&models.Message{AppID: testApp, OpenID: k.open, MsgType: models.MsgTypeText, Content: text})
		got := k.say(text)
		if match.Outcome != k.last.Outcome || match.RuleName != k.last.RuleName {
			t.Errorf("%q: explained as %+v, answered %q as %+v", text, match, got, k.last)
		}
		return match.Reason
	}
	for _, c := range []struct{ text, reason string }{
		{"菜单", "含有关键词“菜单”"},
		{"2", "菜单的第 2 项“公积金”"},
		{"贷款", "第 2 项“贷款”"},
		{"9", "不在菜单里"},
		{"返回", "再次显示菜单"},
		{"怎么落户", "落户"},
		{"更多", "第 2 页"},
		{"继续", "第 3 页"},
		{"更多", "第 4 页"},
		{"更多", "没有下文"},
		{"今天天气", "使用默认回复"},
		{"明天呢", "第二次回复"},
		{"明天呢", "不再重复"},
	} {
		if got := explain(c.text); !strings.Contains(got, c.reason) {
			t.Errorf("%q: %q, want %q", c.text, got, c.reason)
		}
	}
}

// TestDefault_MessageThatCouldNotBeRead: it gets the default answer however recently that
// was given, and its menu waits for a choice; an event gets nothing.
func TestDefault_MessageThatCouldNotBeRead(t *testing.T) {
	menu := defaultRule("")
	menu.Replies, menu.Menu = nil, &models.Menu{Items: []models.MenuItem{{Title: "社保", Reply: textReply("社保答复")}}}
	k := newTalk(t, Options{}, menu)
	unread := func(msgType string) string {
		var a models.Answer
		k.bot.Default(&models.Message{AppID: testApp, OpenID: k.open, Key: "unread", MsgType: msgType, Content: "社保"}, &a)
		k.last = a.Match
		return a.Reply.Summary()
	}
	first := k.say("没有规则的话")
	for range 2 {
		k.want(unread(models.MsgTypeText), first, OutcomeDefault)
	}
	k.want(k.say("1"), "社保答复", OutcomeMenu)
	k.want(unread(models.MsgTypeEvent), "", OutcomeSilence)
}

// TestHandle_LateDecisionIsNotRemembered: nobody saw the menu that came too late.
func TestHandle_LateDecisionIsNotRemembered(t *testing.T) {
	k := newTalk(t, Options{}, defaultRule("默认"), models.Rule{
		Name: "办事", Match: models.MatchExact, Keywords: []string{"办事"},
		Menu: &models.Menu{Items: []models.MenuItem{{Title: "社保", Reply: textReply("社保答复")}}},
	})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	var a models.Answer
	k.bot.Handle(ended, &models.Message{AppID: testApp, OpenID: k.open, Key: "late", MsgType: models.MsgTypeText, Content: "办事"}, &a)
	if a.Match.RuleName != "办事" || a.Match.Dialogue != nil {
		t.Errorf("got %q, dialogue %v", a.Match.RuleName, a.Match.Dialogue)
	}
	k.want(k.say("1"), "默认", OutcomeDefault)
}
