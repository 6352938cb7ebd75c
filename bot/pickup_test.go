package bot

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/bot/people"
	"github.com/wenzheng/wenzheng/models"
)

func heldText(id int64, staff, text string) models.HeldText {
	return models.HeldText{ID: id, AppID: testApp, OpenID: "oCitizen0000001", Staff: staff, Text: text}
}

// TestPickUp_AnswersTheNextMessage: what a person wrote goes before rules, open menus and defaults, to
// the one citizen it is for, once.
func TestPickUp_AnswersTheNextMessage(t *testing.T) {
	k := newTalk(t, Options{}, menuRules()...)
	k.say("菜单")
	k.bot.Hold([]models.HeldText{heldText(7, "wang", "已经派人去修")})
	k.want(k.say("1"), "已经派人去修", OutcomePickUp)
	if d := cmp.Diff([]int64{7}, k.last.PickUp); d != "" || k.last.Staff != "wang" || k.last.Step || k.last.RuleID != 0 {
		t.Errorf("%+v %s", k.last, d)
	}
	k.want(k.say("社保"), "答社保", OutcomeRule)
	k.open = "oCitizen0000002"
	k.bot.Hold([]models.HeldText{heldText(8, "wang", "在修")})
	k.want(k.say("社保"), "答社保", OutcomeRule)
}

// TestPickUp_Messages: any message of a citizen and a click on the menu get it; a clicked item of a menu
// message is an answer to a question of ours, and other events are not answered by people.
func TestPickUp_Messages(t *testing.T) {
	for name, c := range map[string]struct {
		message models.Message
		given   bool
	}{
		"text":      {models.Message{MsgType: "text", Content: "在吗"}, true},
		"image":     {models.Message{MsgType: "image", MediaID: "m"}, true},
		"voice":     {models.Message{MsgType: "voice", Recognition: "在吗"}, true},
		"location":  {models.Message{MsgType: "location"}, true},
		"click":     {models.Message{MsgType: "event", Event: "click", EventKey: "V1"}, true},
		"rating":    {models.Message{MsgType: "text", Content: "满意", MenuID: "101"}, false},
		"scan":      {models.Message{MsgType: "event", Event: "scan", EventKey: "1"}, false},
		"subscribe": {models.Message{MsgType: "event", Event: "subscribe"}, false},
		"view":      {models.Message{MsgType: "event", Event: "view"}, false},
	} {
		k := newTalk(t, Options{}, defaultRule("默认"))
		k.bot.Hold([]models.HeldText{heldText(1, "wang", "在修")})
		if got := k.send(c.message) == "在修"; got != c.given {
			t.Errorf("%s: given %v", name, got)
		}
	}
}

// TestPickUp_HelpAndEmergencyFirst: calls for help and emergency answers go before it, and it waits on.
func TestPickUp_HelpAndEmergencyFirst(t *testing.T) {
	k := newTalk(t, Options{}, defaultRule("默认"))
	k.bot.Hold([]models.HeldText{heldText(1, "wang", "在修")})
	k.want(k.say("我不想活了"), models.CrisisText, OutcomeCrisis)
	k.bot.Pin(testApp, models.Pin{Reply: models.TextReply("台风"), Since: k.now, Until: k.now.Add(time.Hour)})
	k.want(k.say("在吗"), "台风", OutcomeEmergency)
	k.bot.Pin(testApp)
	k.want(k.say("在吗"), "在修", OutcomePickUp)
}

// TestPickUp_OneMessageKey: a message that comes again gets it again, here and at another instance;
// nobody else does, also while the database still says that it waits.
func TestPickUp_OneMessageKey(t *testing.T) {
	k := newTalk(t, Options{}, defaultRule("默认"))
	text := heldText(1, "wang", "在修")
	k.bot.Hold([]models.HeldText{text})
	said := func(key string) string {
		return k.send(models.Message{MsgType: models.MsgTypeText, Content: "在吗", Key: key})
	}
	k.want(said("a"), "在修", OutcomePickUp)
	k.want(said("a"), "在修", OutcomePickUp)
	for range 3 {
		k.bot.Hold([]models.HeldText{text})
		k.want(said("b"), "默认", OutcomeDefault)
		k.now = k.now.Add(time.Hour)
	}
	text.Key = "a"
	other := newTalk(t, Options{}, defaultRule("默认"))
	other.bot.Hold([]models.HeldText{text})
	k = other
	k.want(said("b"), "默认", OutcomeDefault)
	k.want(said("a"), "在修", OutcomePickUp)
}

// TestPickUp_LateAnswerGoesToNobody: what the brain says too late was not said.
func TestPickUp_LateAnswerGoesToNobody(t *testing.T) {
	k := newTalk(t, Options{}, defaultRule("默认"))
	k.bot.Hold([]models.HeldText{heldText(1, "wang", "在修")})
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	var a models.Answer
	k.bot.Handle(ctx, &models.Message{AppID: testApp, OpenID: k.open, MsgType: "text", Content: "在吗", Key: "late"}, &a)
	k.want(k.say("在吗"), "在修", OutcomePickUp)
}

// TestPickUp_SeveralTexts: as many as fit go out together, the oldest first, each person's apart, and
// the citizen hears that there is more.
func TestPickUp_SeveralTexts(t *testing.T) {
	k := newTalk(t, Options{}, defaultRule("默认"))
	long := strings.Repeat("长", 600)
	k.bot.Hold([]models.HeldText{heldText(3, "li", "三"), heldText(1, "wang", "一"), heldText(2, "wang", "二"), heldText(4, "li", long), heldText(5, "li", long)})
	k.want(k.say("在吗"), "一\n\n二"+people.MoreText(3), OutcomePickUp)
	if d := cmp.Diff([]int64{1, 2}, k.last.PickUp); d != "" || k.last.Staff != "wang" {
		t.Errorf("%s %s", k.last.Staff, d)
	}
	k.want(k.say("在吗"), "三\n\n"+long+people.MoreText(1), OutcomePickUp)
	k.want(k.say("在吗"), long, OutcomePickUp)
	k.want(k.say("在吗"), "默认", OutcomeDefault)
}

// TestReview_LastThreeAnswers: a citizen reads again what people answered within seven days, which is
// neither a question nor an answer to one.
func TestReview_LastThreeAnswers(t *testing.T) {
	k := newTalk(t, Options{}, contains("答复", "答复"), defaultRule("默认"))
	k.want(k.say("查看答复"), "答答复", OutcomeRule)
	sent := func(id int64, hours int, text string) models.SentText {
		return models.SentText{ID: id, AppID: testApp, OpenID: k.open, Text: text, At: monday.Add(time.Duration(hours) * time.Hour)}
	}
	k.bot.Answered([]models.SentText{sent(3, 3, "三"), sent(1, 1, "一"), sent(2, 2, "二")})
	k.bot.Answered([]models.SentText{sent(4, 4, "四"), sent(3, 3, "三")})
	stamp := func(hours int) string {
		return monday.Add(time.Duration(hours)*time.Hour).In(models.Shanghai()).Format("1月2日 15:04") + " 答复：\n"
	}
	k.now = monday.Add(5 * time.Hour)
	k.want(k.say(" 查看答复。"), stamp(2)+"二\n\n"+stamp(3)+"三\n\n"+stamp(4)+"四", OutcomeMenu)
	if !k.last.Step || k.last.Matched {
		t.Errorf("%+v", k.last)
	}
	k.now = monday.Add(7*24*time.Hour + 3*time.Hour + time.Minute)
	k.want(k.say("查看答复"), stamp(4)+"四", OutcomeMenu)
	k.bot.Answered([]models.SentText{sent(5, 170, strings.Repeat("长", 700))})
	if got := k.say("查看答复"); len(got) > models.MaxTextBytes || !strings.Contains(got, "长") {
		t.Errorf("%d bytes", len(got))
	}
	k.open = "oCitizen0000002"
	k.want(k.say("查看答复"), "答答复", OutcomeRule)
}
