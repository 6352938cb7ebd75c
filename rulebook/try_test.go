package rulebook

import (
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
)

// TestExplain_StoredDialogue: a number is the answer to the list that was sent to this citizen, as
// it will be when the message arrives.
func TestExplain_StoredDialogue(t *testing.T) {
	list := models.Rule{
		Name: "办事", Match: models.MatchContains, Keywords: []string{"办事"},
		Menu: &models.Menu{Intro: "请选择：", Items: []models.MenuItem{{Title: "社保", Reply: &models.Reply{Kind: models.ReplyText, Text: "甲"}}}},
	}
	d := newTestBook(t, list)
	message := func(text string) *models.Message {
		return &models.Message{
			AppID: d.account.AppID, OpenID: "oCitizen_000001", MsgType: models.MsgTypeText, Content: text,
			CreateTime: testTime.Unix(), Delivery: models.Delivery{ReceivedAt: testTime},
		}
	}
	explained := func(text string) models.Match {
		t.Helper()
		match, err := d.Explain(t.Context(), message(text))
		if err != nil {
			t.Fatal(err)
		}
		return match
	}
	if got := explained("办事"); got.RuleName != "办事" {
		t.Errorf("the rule: %+v", got)
	}
	if got := explained("1"); got.RuleName != "" {
		t.Errorf("no list was sent: %+v", got)
	}
	rules, stamp, err := d.store.PublishedRules(t.Context(), d.account.AppID)
	if err != nil {
		t.Fatal(err)
	}
	brain := bot.New(d.options)
	if err := brain.Publish(d.account, stamp.Version, rules); err != nil {
		t.Fatal(err)
	}
	var said models.Answer
	brain.Handle(t.Context(), message("办事"), &said)
	if said.Match.Dialogue == nil {
		t.Fatal("the brain remembers nothing")
	}
	answer := models.Interaction{
		AppID: d.account.AppID, OpenID: "oCitizen_000001", Channel: models.ChannelChat, Dir: models.DirOut, Actor: models.ActorBot,
		Kind: models.MsgTypeText, Content: "请选择", At: testTime, ReceivedAt: testTime.Add(time.Second), MsgKey: models.DerivedKey("test", "1"),
		OK: true, ParseStatus: models.ParseOK, Dialogue: said.Match.Dialogue,
	}
	if err := d.store.Append(t.Context(), []models.Interaction{answer}, nil); err != nil {
		t.Fatal(err)
	}
	if got := explained("1"); got.RuleName != "办事" {
		t.Errorf("the list was sent: %+v", got)
	}
}
