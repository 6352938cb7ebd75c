package bot

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// staffed is an account at whose desk somebody is there.
func staffed(t *testing.T, rules ...models.Rule) *talk {
	t.Helper()
	k := newTalk(t, Options{}, rules...)
	account := testAccount
	account.Settings = append(slices.Clone(account.Settings), models.Setting{Name: models.SettingHuman, Value: models.HumanDesk})
	if err := k.bot.Publish(account, 8, rules); err != nil {
		t.Fatal(err)
	}
	k.holds(nil)
	return k
}

// holds says who has an open conversation.
func (k *talk) holds(holds map[string]models.HoldState) {
	k.bot.Desks(map[string]models.Desk{testApp: {Staffed: true, Holds: holds}})
}

// TestExplain_LeavesThePeopleAlone: to ask how a message would be answered neither hands it over nor
// takes an answer that waits, so that the message itself, asked about first, is handled as if it were not.
func TestExplain_LeavesThePeopleAlone(t *testing.T) {
	k := staffed(t, defaultRule("默认"))
	ask := func(text, want string) {
		t.Helper()
		m := models.Message{AppID: testApp, OpenID: k.open, Key: "asked " + text, MsgType: models.MsgTypeText, Content: text}
		if got := k.bot.Explain(&m).Outcome; got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
	ask("人工", OutcomeHandover)
	k.say("人工")
	if k.last.Handover == nil {
		t.Fatalf("not handed over: %+v", k.last)
	}
	k.holds(map[string]models.HoldState{k.open: models.HoldState("assigned")})
	ask("退出", OutcomeDesk)
	k.want(k.say("在吗"), "", OutcomeDesk)
	k.bot.Hold([]models.HeldText{heldText(7, "wang", "已经派人去修")})
	ask("好了吗", OutcomePickUp)
	k.want(k.say("怎么样了"), "已经派人去修", OutcomePickUp)
}

// TestPerson_LeavingEndsTheHoldAtOnce: who leaves is answered by the program from the next message on,
// though the list has the conversation for some seconds more, and the word that leaves is no question.
func TestPerson_LeavingEndsTheHoldAtOnce(t *testing.T) {
	k := staffed(t, contains("社保", "社保"))
	held := map[string]models.HoldState{k.open: models.HoldState("assigned")}
	k.holds(held)
	k.say("退出")
	if !k.last.Left || !k.last.Step || k.last.Matched {
		t.Errorf("%+v", k.last)
	}
	k.holds(held)
	k.want(k.say("社保"), "答社保", OutcomeRule)
	k.now = k.now.Add(11 * time.Second) // it came back, or was never stored
	k.holds(held)
	k.want(k.say("社保"), "", OutcomeDesk)
}

func TestPerson_LeavingThatReachedNobody(t *testing.T) {
	k := staffed(t, contains("社保", "社保"))
	k.holds(map[string]models.HoldState{k.open: models.HoldState("assigned")})
	late, cancel := context.WithCancel(t.Context())
	cancel()
	var a models.Answer
	k.bot.Handle(late, &models.Message{AppID: testApp, OpenID: k.open, MsgType: models.MsgTypeText, Content: "退出"}, &a)
	k.want(k.say("社保"), "", OutcomeDesk)
}

// TestHandOver_ReceiptOffersNothingElse: beside a receipt no other answers are offered.
func TestHandOver_ReceiptOffersNothingElse(t *testing.T) {
	lamps := contains("路灯", "路灯")
	lamps.Action, lamps.Priority = models.ActionHandover, 9
	k := staffed(t, contains("社保", "社保"), lamps)
	if said := k.say("路灯坏了，还有社保怎么交"); k.last.Handover == nil || strings.Contains(said, "您还提到") {
		t.Errorf("receipt %q of %+v", said, k.last)
	}
}

// TestHandOver_SecondMessageOfWords: only what the citizen wrote or said goes to people unasked.
func TestHandOver_SecondMessageOfWords(t *testing.T) {
	button := contains("按钮", "按钮")
	button.On, button.Keys, button.Keywords, button.Replies, button.Say = []models.Trigger{models.OnClick}, []string{"V1"}, nil, nil, "乌拉拉"
	for name, c := range map[string]struct {
		message models.Message
		over    bool
	}{
		"text":        {models.Message{MsgType: "text", Content: "呜噜噜"}, true},
		"voice":       {models.Message{MsgType: "voice", Recognition: "呜噜噜"}, true},
		"click":       {models.Message{MsgType: "event", Event: "click", EventKey: "V1"}, false},
		"image":       {models.Message{MsgType: "image", MediaID: "m"}, false},
		"unsupported": {models.Message{MsgType: "text", Content: "【收到不支持的消息类型，暂无法显示】"}, false},
	} {
		k := staffed(t, defaultRule("默认"), button)
		k.say("乌拉拉是什么")
		k.send(c.message)
		if over := k.last.Handover != nil; over != c.over {
			t.Errorf("%s: handed over %v", name, over)
		}
	}
}

// TestTexts_OfTheOffice: what an office writes itself stands in the place of what is built in, behind what
// only the program knows; its own words of calls for help count beside those built in.
func TestTexts_OfTheOffice(t *testing.T) {
	k := staffed(t, defaultRule("默认"))
	account := testAccount
	account.Settings = append(slices.Clone(account.Settings), models.Setting{Name: models.SettingHuman, Value: models.HumanDesk},
		models.Setting{Name: models.SettingTextHandover, Value: "请写明街道和门牌。"},
		models.Setting{Name: models.SettingTextClosed, Value: "夜间急事请打 12345。"},
		models.Setting{Name: models.SettingTextCrisis, Value: "请马上拨打 110、120、12356。"},
		models.Setting{Name: models.SettingWordsCrisis, Value: "跳江\n望江楼上"})
	if err := k.bot.Publish(account, 9, []models.Rule{defaultRule("默认")}); err != nil {
		t.Fatal(err)
	}
	k.want(k.say("有人要跳江"), "请马上拨打 110、120、12356。", OutcomeCrisis)
	k.want(k.say("救命"), "请马上拨打 110、120、12356。", OutcomeCrisis)
	k.want(k.say("人工"), "已转人工。请写明街道和门牌。", OutcomeHandover)
	k.open = "oCitizen_000009"
	k.bot.Desks(map[string]models.Desk{testApp: {}})
	k.want(k.say("人工"), "已记下，坐席现在都不在线。夜间急事请打 12345。", OutcomeHandover)
}
