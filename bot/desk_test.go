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

// TestPerson_ExactMatchesOnly: where the account wants it, rules that the whole text hits answer while a
// person holds the conversation, what they leave for the next page follows, and nothing else is said.
func TestPerson_ExactMatchesOnly(t *testing.T) {
	exact := func(name, word string) models.Rule {
		r := contains(name, word)
		r.Match = models.MatchExact
		return r
	}
	long := exact("章程", "章程")
	long.Replies = []models.Reply{models.TextReply(strings.Repeat("第一条总则。", 200))}
	over, begins, menu := exact("投诉电话", "投诉电话"), exact("我要反映路灯", "我要反映路灯"), exact("菜单", "菜单")
	over.Action, begins.Action = models.ActionHandover, models.ActionCase
	menu.Menu = &models.Menu{Items: []models.MenuItem{{Title: "社保", Rule: "社保"}}}
	rules := []models.Rule{exact("地址", "地址"), contains("社保", "社保"), long, over, begins, menu, defaultRule("默认")}
	k := staffed(t, rules...)
	held := map[string]models.HoldState{k.open: "assigned"}
	k.holds(held)
	k.want(k.say("地址"), "", OutcomeDesk) // silent, unless the account says otherwise
	account := testAccount
	account.Settings = append(slices.Clone(account.Settings), models.Setting{Name: models.SettingHuman, Value: models.HumanDesk}, models.Setting{Name: models.SettingHeld, Value: models.HeldExact})
	if err := k.bot.Publish(account, 9, rules); err != nil {
		t.Fatal(err)
	}
	for _, state := range []models.HoldState{"assigned", "answered"} {
		k.holds(map[string]models.HoldState{k.open: state})
		k.want(k.say("地　址！"), "答地址", OutcomeRule)
		if !k.last.Matched || k.last.Step {
			t.Errorf("%+v", k.last)
		}
		for _, text := range []string{"社保", "地址在哪里", "地止", "投诉电话", "我要反映路灯", "菜单", "1", "人工", "你好"} {
			k.want(k.say(text), "", OutcomeDesk)
		}
		if said := k.say("章程"); !strings.Contains(said, "更多") {
			t.Errorf("a long answer reads %q", said)
		}
		if said := k.say("更多"); !strings.Contains(said, "总则") || !k.last.Step {
			t.Errorf("its next page reads %q, %+v", said, k.last)
		}
	}
	if why := k.bot.Explain(&models.Message{AppID: testApp, OpenID: k.open, MsgType: models.MsgTypeText, Content: "地址"}).Reason; !strings.Contains(why, "人工接待") || !strings.Contains(why, "“地址”整句") {
		t.Errorf("reason %q", why)
	}
	k.holds(map[string]models.HoldState{k.open: models.HoldQueued})
	k.want(k.say("地址"), "", OutcomeDesk) // nobody holds it yet: all wait for whoever comes
	k.holds(map[string]models.HoldState{k.open: models.HoldWeChat})
	k.want(k.say("地址"), "", OutcomeDesk)
}
