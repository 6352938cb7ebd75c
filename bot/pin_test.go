package bot

import (
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// TestPin_SeveralScopes: the pin of the closest topic goes before that of a wider one, and any
// of a topic before the one for every message; each ends at its own time.
func TestPin_SeveralScopes(t *testing.T) {
	lamp := contains("路灯", "路灯")
	lamp.Topic = "城乡建设/照明"
	water := contains("停水", "停水")
	water.Topic = "城乡建设/供水"
	k := newTalk(t, Options{}, lamp, water, contains("社保", "社保"), defaultRule("默认"))
	pin := func(text string, hours int, topics ...string) models.Pin {
		return models.Pin{Reply: models.TextReply(text), Topics: topics, Since: k.now, Until: k.now.Add(time.Duration(hours) * time.Hour)}
	}
	k.bot.Pin(testApp, pin("台风", 2), pin("照明检修", 1, "城乡建设/照明"), pin("市政抢修", 3, "城乡建设"))
	k.want(k.say("路灯不亮"), "照明检修", OutcomeEmergency)
	k.want(k.say("家里停水"), "市政抢修", OutcomeEmergency)
	k.want(k.say("社保"), "台风", OutcomeEmergency)
	k.want(k.send(models.Message{MsgType: "image"}), "台风", OutcomeEmergency)
	k.now = k.now.Add(time.Hour)
	k.want(k.say("路灯不亮"), "市政抢修", OutcomeEmergency)
	k.now = k.now.Add(time.Hour)
	k.want(k.say("社保"), "答社保", OutcomeRule)
	k.want(k.say("家里停水"), "市政抢修", OutcomeEmergency)
	k.now = k.now.Add(time.Hour)
	k.want(k.say("家里停水"), "答停水", OutcomeRule)
}

// TestTry_Pins: a try tells which pin answers, for what, until when and why.
func TestTry_Pins(t *testing.T) {
	k := newTalk(t, Options{}, contains("社保", "社保"))
	pin := models.Pin{Reply: models.TextReply("台风"), Since: k.now, Until: k.now.Add(time.Hour), Reason: "红色预警"}
	trial := k.rules().Try(Query{Text: "社保", At: k.now}, pin)
	reply, match := trial.Reply, trial.Match
	if reply.Text != "台风" || match.Outcome != OutcomeEmergency || len(match.Beaten) != 1 || !strings.Contains(match.Reason, "所有消息") || !strings.Contains(match.Reason, "红色预警") {
		t.Errorf("%q %+v", reply.Text, match)
	}
	if reply := k.rules().Try(Query{Text: "社保", At: pin.Until}, pin).Reply; reply.Text != "答社保" {
		t.Errorf("after its end: %q", reply.Text)
	}
}

// TestDefaults_ByKindAndOrder: defaults of an account never keep each other out; the kind of
// the message and then their order tell which one answers.
func TestDefaults_ByKindAndOrder(t *testing.T) {
	named := func(name string, change func(*models.Rule)) models.Rule {
		r := defaultRule("答" + name)
		r.Name = name
		change(&r)
		return r
	}
	on := func(triggers ...models.Trigger) func(*models.Rule) {
		return func(r *models.Rule) { r.On = triggers }
	}
	rules := []models.Rule{
		named("公众平台", func(*models.Rule) {}),
		named("图片默认", on(models.OnImage, models.OnVideo)),
		named("图片默认二", on(models.OnImage)),
		named("语音默认", on(models.OnVoice)),
		named("文字默认", on(models.OnText)),
		{Name: "视频", On: []models.Trigger{models.OnVideo}, Replies: []models.Reply{models.TextReply("视频收到")}},
	}
	if found := checkAll(rules...); Refused(found) {
		t.Errorf("refused: %+v", found)
	}
	for i := range rules {
		rules[i].ID = int64(i + 1)
	}
	k := newTalk(t, Options{DefaultQuiet: -1}, rules...)
	k.want(k.say("你好啊朋友"), "答公众平台", OutcomeDefault)
	k.want(k.send(models.Message{MsgType: "image"}), "答图片默认", OutcomeDefault)
	k.want(k.send(models.Message{MsgType: "voice"}), "答语音默认", OutcomeDefault)
	k.want(k.send(models.Message{MsgType: "video"}), "视频收到", OutcomeRule)
	k.want(k.send(models.Message{MsgType: "location"}), "答公众平台", OutcomeDefault)
	rules[4].Priority = 1
	if err := k.bot.Publish(testAccount, 2, rules); err != nil {
		t.Fatal(err)
	}
	k.want(k.say("你好啊朋友"), "答文字默认", OutcomeDefault)
}

// TestCheck_MessagesNameWhatTheyAreAbout: whoever reads only the message learns the sentence, the
// keyword or the variable.
func TestCheck_MessagesNameWhatTheyAreAbout(t *testing.T) {
	card := contains("社保卡", "社保卡")
	card.Priority = 1
	health := contains("医保", "医保", "a")
	health.Examples = []string{"社保卡和医保", "完全无关"}
	health.Replies = nil
	health.Menu = &models.Menu{Items: []models.MenuItem{{Title: "一", Reply: &models.Reply{Kind: models.ReplyText, Text: "{姓名}您好"}}}}
	var all []string
	for _, f := range checkAll(card, health, defaultRule("默认")) {
		all = append(all, f.Message)
		if f.Example != "" && !strings.Contains(f.Message, f.Example) {
			t.Errorf("%q does not name %q", f.Message, f.Example)
		}
	}
	text := strings.Join(all, "\n")
	for _, want := range []string{"“社保卡和医保”", "由“社保卡”回答", "“完全无关”", "{姓名}", "“a”"} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is missing in:\n%s", want, text)
		}
	}
}

func TestCrisisGoesBeforeEverything(t *testing.T) {
	k := newTalk(t, Options{}, contains("活", "不想活"), defaultRule("默认"))
	k.bot.Pin(testApp, models.Pin{Reply: models.TextReply("台风"), Until: k.now.Add(time.Hour)})
	k.want(k.say("我不想活了"), models.CrisisText, OutcomeCrisis)
	if !k.last.Matched {
		t.Error("a call for help counts as unanswered")
	}
	if len(models.CrisisText) > models.MaxTextBytes {
		t.Error("the text with the help lines is too long")
	}
}

func TestPin(t *testing.T) {
	flood := contains("防汛", "积水")
	flood.Topic = "应急/防汛"
	k := newTalk(t, Options{}, flood, contains("社保", "社保"), serviceMenu(), defaultRule("默认"))
	k.say("菜单")
	k.bot.Pin(testApp, models.Pin{Reply: models.TextReply("{account}：台风停课"), Until: k.now.Add(time.Hour)})
	k.want(k.say("1"), "测试政务：台风停课", OutcomeEmergency)
	k.want(k.say("社保"), "测试政务：台风停课", OutcomeEmergency)
	k.want(k.event("click", "MENU"), "测试政务：台风停课", OutcomeEmergency)
	k.want(k.send(models.Message{MsgType: "image"}), "测试政务：台风停课", OutcomeEmergency)
	k.want(k.event("view", "http://x"), "", OutcomeEvent)
	k.bot.Pin(testApp, models.Pin{Reply: models.TextReply("台风"), Topics: []string{"应急", "台风"}, Until: k.now.Add(time.Hour)})
	k.want(k.say("门口积水"), "台风", OutcomeEmergency)
	k.want(k.say("台风几点到"), "台风", OutcomeEmergency)
	k.want(k.say("社保"), "答社保", OutcomeRule)
	k.now = k.now.Add(time.Hour)
	k.want(k.say("门口积水"), "答防汛", OutcomeRule)
	k.bot.Pin(testApp)
	k.want(k.say("社保"), "答社保", OutcomeRule)
}
