package bot

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// begun is an account that takes cases, and a citizen who began one and wrote of it.
func begun(t *testing.T, rules ...models.Rule) *talk {
	t.Helper()
	k := staffed(t, rules...)
	k.bot.o.Deadlines = func(_ *models.Account, _ models.CaseKind, at time.Time) (accept, answer time.Time) {
		return at.AddDate(0, 0, 1), at.AddDate(0, 0, 5)
	}
	k.say("我要投诉")
	if f := k.last.Case; f == nil || f.Submitted || f.Dialogue == "" || !k.last.Step || k.last.Matched {
		t.Fatalf("not begun: %+v", k.last)
	}
	k.say("人民路的路灯坏了")
	return k
}

// Within the dialogue a call for help, an emergency answer and 退出 win, what rules know does not; people who
// take the conversation have it, and it goes on behind them.
func TestFills_WhoWins(t *testing.T) {
	k := begun(t, contains("社保", "社保"))
	if said := k.say("社保"); !strings.Contains(said, "已记下 11 字") || k.last.Outcome != OutcomeCase || !k.last.Step || k.last.Matched {
		t.Errorf("%q, %+v", said, k.last)
	}
	if k.say("我不想活了"); k.last.Outcome != OutcomeCrisis {
		t.Errorf("%+v", k.last)
	}
	pin := models.Pin{AppID: testApp, Reply: models.TextReply("台风红色预警"), Until: k.now.Add(time.Hour)}
	k.bot.Pin(testApp, pin)
	k.want(k.say("1"), "台风红色预警", OutcomeEmergency)
	k.bot.Pin(testApp)
	k.holds(map[string]models.HoldState{k.open: models.HoldState("assigned")})
	k.want(k.say("1"), "", OutcomeDesk)
	k.holds(nil)
	if said := k.say("1"); !strings.Contains(said, "请写地点") {
		t.Errorf("behind the people it says %q", said)
	}
	if said := k.say("退出"); !strings.Contains(said, "没有提交") || k.last.Left {
		t.Errorf("%q, %+v", said, k.last)
	}
	k.want(k.say("社保"), "答社保", OutcomeRule)
}

// The receipt tells the number that was reserved meanwhile, and again where the message comes again, here
// or elsewhere.
func TestFills_SameReceiptEverywhere(t *testing.T) {
	k := begun(t)
	k.bot.Matters([]models.Matters{{AppID: testApp, OpenID: k.open, Reserved: models.CaseNumber{Dialogue: "another", Number: "260302000021"}}})
	k.say("1")
	k.bot.Matters([]models.Matters{{AppID: testApp, OpenID: k.open, Reserved: models.CaseNumber{Dialogue: "key1", Number: "260302000013"}}})
	for _, text := range []string{"0", "0", "0"} {
		k.say(text)
	}
	k.bot.Matters(nil)
	elsewhere := staffed(t)
	elsewhere.bot.o.Deadlines, elsewhere.now, elsewhere.n, elsewhere.open = k.bot.o.Deadlines, k.now, k.n, k.open
	elsewhere.bot.Restore(*k.last.Dialogue)
	first := k.say("1")
	if !strings.Contains(first, "编号 2603 0200 0013。将在 ") || !k.last.Matched || !k.last.Case.Submitted || k.last.Case.Text != "人民路的路灯坏了" {
		t.Errorf("%q, %+v", first, k.last.Case)
	}
	over := *k.last.Dialogue
	k.n--
	if again, other := k.say("1"), elsewhere.say("1"); again != first || other != first {
		t.Errorf("again %q, elsewhere %q", again, other)
	}
	elsewhere.bot.Restore(over)
	if elsewhere.say("1"); elsewhere.last.Case != nil {
		t.Error("elsewhere it goes on")
	}
	k.say("查询") // the dialogue is over
	if k.last.Outcome != OutcomeDesk {
		t.Errorf("%+v", k.last)
	}
}

// The second input in a row that is no answer goes to people, and what was written is kept for who asks.
func TestFills_HandsOver(t *testing.T) {
	k := begun(t)
	for _, text := range []string{"1", "7", "8"} {
		k.say(text)
	}
	if k.last.Handover == nil || k.last.Step || k.last.Matched {
		t.Fatalf("%+v", k.last)
	}
	k.bot.Desks(map[string]models.Desk{testApp: {}})
	k.now = k.now.Add(time.Hour)
	k.bot.Desks(map[string]models.Desk{testApp: {}}) // the conversation is over
	if said := k.say("投诉"); !strings.Contains(said, "没有写完的投诉") {
		t.Errorf("%q", said)
	}
	if said := k.say("1"); !strings.Contains(said, "请写地点") {
		t.Errorf("%q", said)
	}
}

// A word opens the dialogue where people handle cases, unless a rule answers just this word; a rule may
// open it too, says its reply before and gives kind and topic.
func TestBeginCase_WordsAndRules(t *testing.T) {
	exact := contains("投诉电话", "投诉")
	exact.Match = models.MatchExact
	lamps := contains("路灯", "路灯")
	lamps.Action, lamps.Topic, lamps.ID, lamps.Priority = "case:report", "城管/路灯", 31, 9
	k := staffed(t, exact, lamps, contains("举报", "举报"))
	k.want(k.say("投诉"), "答投诉电话", OutcomeRule)
	if said := k.say("路灯坏了，怎么举报"); !strings.HasPrefix(said, "答路灯\n请写举报的内容") || k.last.Matched || k.last.RuleName != "路灯" || k.last.Case == nil {
		t.Errorf("%q, %+v", said, k.last)
	}
	for _, text := range []string{"坏了", "1", "0", "0", "0", "1"} {
		k.say(text)
	}
	if f := k.last.Case; f == nil || f.Kind != models.CaseReport || f.Topic != "城管/路灯" {
		t.Errorf("%+v", f)
	}
	if k.say("举报"); k.last.Case == nil {
		t.Errorf("%+v", k.last)
	}
	nobody := newTalk(t, Options{}, lamps)
	if said := nobody.say("路灯坏了"); said != "答路灯" || !nobody.last.Matched {
		t.Errorf("without people it says %q", said)
	}
	if nobody.say("我要投诉"); nobody.last.Case != nil {
		t.Error("a case that nobody handles")
	}
}

// Of photos that arrive at the same moment none is lost.
func TestFills_PhotosAtOnce(t *testing.T) {
	k := begun(t)
	k.say("1")
	k.say("0")
	var wg sync.WaitGroup
	for i := range 3 {
		wg.Go(func() {
			var a models.Answer
			k.bot.Handle(t.Context(), &models.Message{AppID: testApp, OpenID: k.open, Key: fmt.Sprint("photo", i), MsgType: models.MsgTypeImage, MediaID: fmt.Sprint("media", i)}, &a)
		})
	}
	wg.Wait()
	k.say("0")
	if k.say("1"); k.last.Case == nil || len(k.last.Case.Photos) != 3 {
		t.Errorf("%+v", k.last.Case)
	}
}

// A place that was sent is kept to about a kilometre.
func TestFills_RoundedPlace(t *testing.T) {
	k := begun(t)
	k.say("1")
	k.send(models.Message{MsgType: models.MsgTypeLocation, LocationX: "28.228209", LocationY: "112.938814", Label: "人民路 12 号"})
	k.say("0")
	k.say("0")
	k.say("0")
	if k.say("1"); k.last.Case == nil || k.last.Case.Place != "约 28.23,112.94" {
		t.Errorf("%+v", k.last.Case)
	}
}

// Who asks for a person at any step has one, and goes on with the case later.
func TestFills_AsksForAPerson(t *testing.T) {
	k := begun(t)
	if k.say("转人工"); k.last.Handover == nil || k.last.Handover.Reason != models.HandoverAsked || k.last.Matched || k.last.Step {
		t.Fatalf("%+v", k.last)
	}
	k.bot.Desks(map[string]models.Desk{testApp: {}})
	k.now = k.now.Add(time.Minute)
	k.bot.Desks(map[string]models.Desk{testApp: {}}) // the conversation is over
	k.say("投诉")
	if said := k.say("1"); !strings.Contains(said, "已记下 8 字") {
		t.Errorf("%q", said)
	}
}

// Where the account takes no cases any more nothing is asked and nothing submitted; what was written is kept for
// when it does again.
func TestFills_CasesTurnedOff(t *testing.T) {
	k := begun(t, contains("社保", "社保"))
	for _, text := range []string{"1", "0", "0", "0"} {
		k.say(text)
	}
	turn := func(value string) {
		t.Helper()
		account := testAccount
		account.Settings = append(slices.Clone(account.Settings), models.Setting{Name: models.SettingHuman, Value: value})
		if err := k.bot.Publish(account, 9, []models.Rule{contains("社保", "社保")}); err != nil {
			t.Fatal(err)
		}
	}
	turn(models.HumanNone)
	if said := k.say("1"); !strings.Contains(said, "没有提交") || k.last.Case != nil || k.last.Matched || !k.last.Step {
		t.Errorf("%q, %+v", said, k.last)
	}
	k.want(k.say("社保"), "答社保", OutcomeRule)
	turn(models.HumanDesk)
	k.say("我要投诉")
	if said := k.say("1"); !strings.Contains(said, "请核对：\n类别：投诉\n内容：人民路的路灯坏了") {
		t.Errorf("%q", said)
	}
}

// What WeChat sends in place of something it can not pass on, and a place that is none, are no answers.
func TestFills_NoAnswers(t *testing.T) {
	k := begun(t)
	if said := k.say("【收到不支持的消息类型，暂无法显示】"); !strings.Contains(said, "要用文字写") {
		t.Errorf("%q", said)
	}
	k.say("1")
	for _, at := range [][2]string{{"1e308", "1"}, {"NaN", "1"}, {"91", "0"}, {"1", "-180.5"}, {"", ""}} {
		k.say("上一步")
		k.say("1")
		if said := k.send(models.Message{MsgType: models.MsgTypeLocation, LocationX: at[0], LocationY: at[1]}); !strings.Contains(said, "请用文字写地点") {
			t.Errorf("%v: %q", at, said)
		}
	}
}
