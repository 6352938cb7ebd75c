package bot

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

// talk is a citizen talking to a Bot whose clock the test moves.
type talk struct {
	t    *testing.T
	bot  *Bot
	now  time.Time
	open string
	n    int
	last models.Match
}

func newTalk(t *testing.T, o Options, rules ...models.Rule) *talk {
	t.Helper()
	k := &talk{t: t, now: monday, open: "oCitizen0000001"}
	o.Now = func() time.Time { return k.now }
	k.bot = New(o)
	if err := k.bot.Publish(testAccount, 7, rules); err != nil {
		t.Fatal(err)
	}
	return k
}

func (k *talk) send(m models.Message) string {
	k.t.Helper()
	k.n++
	m.AppID, m.OpenID = testApp, k.open
	if m.Key == "" {
		m.Key = fmt.Sprintf("key%d", k.n)
	}
	var a models.Answer
	k.bot.Handle(context.Background(), &m, &a)
	k.last = a.Match
	return a.Reply.Summary()
}

// rules are the published ones.
func (k *talk) rules() *Ruleset { return k.bot.brain(testApp).rules.Load() }

// explain asks as a citizen of whom nothing is remembered.
func (k *talk) explain(appID, text string) models.Match {
	return k.bot.Explain(&models.Message{AppID: appID, MsgType: models.MsgTypeText, Content: text})
}

func (k *talk) say(text string) string {
	k.t.Helper()
	return k.send(models.Message{MsgType: models.MsgTypeText, Content: text})
}

func (k *talk) event(event, key string) string {
	k.t.Helper()
	return k.send(models.Message{MsgType: models.MsgTypeEvent, Event: event, EventKey: key})
}

func (k *talk) want(got, want, outcome string) {
	k.t.Helper()
	if got != want || k.last.Outcome != outcome {
		k.t.Errorf("got %q (%s), want %q (%s)", got, k.last.Outcome, want, outcome)
	}
}

func defaultRule(text string) models.Rule {
	return models.Rule{Name: "默认", Match: models.MatchDefault, Replies: []models.Reply{models.TextReply(text)}}
}

func TestHandleCountsOutcomes(t *testing.T) {
	k := newTalk(t, Options{}, contains("社保", "社保"), defaultRule("请换个说法"))
	k.want(k.say("社保怎么交"), "答社保", OutcomeRule)
	want := models.Match{RuleName: "社保", Kind: models.MatchContains, Keyword: "社保", RulesVersion: 7, Matched: true, Outcome: OutcomeRule}
	if d := cmp.Diff(want, k.last); d != "" {
		t.Error(d)
	}
	k.want(k.say("今天天气"), "请换个说法", OutcomeDefault)
	if k.last.Matched {
		t.Error("a default answer counts as matched")
	}
	k.want(k.say("今天天气"), "", OutcomeQuiet)
	k.now = k.now.Add(11 * time.Minute)
	k.want(k.say("今天天气"), "请换个说法", OutcomeDefault)
	k.want(k.event("view", "http://x"), "", OutcomeEvent)
	k.want(k.event("click", "nothing"), "", OutcomeEvent)
}

func TestNoRulesIsSilence(t *testing.T) {
	b := New(Options{})
	a := models.Answer{Reply: models.TextReply("left over"), Match: models.Match{Matched: true}}
	b.Handle(context.Background(), &models.Message{AppID: "wxffffffffffffffff", MsgType: "text", Content: "社保"}, &a)
	if !a.Reply.Silent() || a.Match.Outcome != OutcomeSilence || a.Match.Matched {
		t.Errorf("got %+v %+v", a.Reply, a.Match)
	}
	if v := a.Match.RulesVersion; v != 0 {
		t.Errorf("version %d", v)
	}
}

func TestPublishKeepsTheOldSetOnAnError(t *testing.T) {
	k := newTalk(t, Options{}, contains("社保", "社保"))
	bad := []models.Rule{
		{Name: "坏", Match: models.MatchRegexp, Keywords: []string{"(社保"}},
		{Name: "空", Keywords: []string{" "}},
		contains("同", "甲"), contains("同", "乙"),
		{Name: "日子", Keywords: []string{"丙"}, Source: &models.Source{ValidUntil: "明年"}},
	}
	err := k.bot.Publish(testAccount, 8, bad)
	if models.ErrorCode(err) != models.CodeInvalid {
		t.Fatalf("error %v", err)
	}
	for _, name := range []string{"坏.keywords", "空.keywords", "同.name", "日子.source.valid_until"} {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%q is not named in %v", name, err)
		}
	}
	k.want(k.say("社保"), "答社保", OutcomeRule)
	if v := k.last.RulesVersion; v != 7 {
		t.Errorf("version %d", v)
	}
}

func TestCompile_TooManyPatterns(t *testing.T) {
	rules := make([]models.Rule, 101)
	for i := range rules {
		rules[i] = contains(fmt.Sprintf("r%d", i), fmt.Sprintf("公积金%d.", i))
		rules[i].Match = models.MatchRegexp
	}
	if _, err := Compile(testAccount, 1, rules, CompileOptions{}); err == nil {
		t.Error("101 patterns are accepted")
	}
}

func TestEntryPoints(t *testing.T) {
	on := func(name string, keys []string, on ...models.Trigger) models.Rule {
		return models.Rule{Name: name, On: on, Keys: keys, Replies: []models.Reply{models.TextReply("答" + name)}}
	}
	say := on("办事", []string{"BANSHI"}, models.OnClick)
	say.Say, say.Replies = "社保", nil
	k := newTalk(t, Options{}, contains("社保", "社保"), on("关注", nil, models.OnSubscribe), on("窗口", []string{"7"}, models.OnSubscribe, models.OnScan),
		on("菜单", []string{"MENU"}, models.OnClick), say, on("图", nil, models.OnImage), on("拍照", []string{"PAI"}, models.OnPhoto),
		on("位置", nil, models.OnLocation), defaultRule("默认"))
	k.want(k.event("subscribe", ""), "答关注", OutcomeEvent)
	k.want(k.event("subscribe", "qrscene_7"), "答窗口", OutcomeEvent)
	k.want(k.event("subscribe", "qrscene_8"), "答关注", OutcomeEvent)
	k.want(k.event("scan", "7"), "答窗口", OutcomeEvent)
	k.want(k.event("scan", "8"), "", OutcomeEvent)
	k.want(k.event("click", "MENU"), "答菜单", OutcomeEvent)
	k.want(k.event("scancode_waitmsg", "MENU"), "答菜单", OutcomeEvent)
	k.want(k.event("scancode_push", "MENU"), "", OutcomeEvent)
	k.want(k.event("click", "BANSHI"), "答社保", OutcomeEvent)
	if !k.last.Matched || k.last.RuleName != "社保" {
		t.Errorf("match %+v", k.last)
	}
	k.want(k.send(models.Message{MsgType: "image"}), "答图", OutcomeRule)
	k.want(k.event("pic_sysphoto", "PAI"), "", OutcomeEvent)
	k.want(k.send(models.Message{MsgType: "image"}), "答拍照", OutcomeRule)
	k.want(k.send(models.Message{MsgType: "image"}), "答图", OutcomeRule)
	k.want(k.send(models.Message{MsgType: "location"}), "答位置", OutcomeRule)
	k.want(k.send(models.Message{MsgType: "voice", Recognition: "查社保"}), "答社保", OutcomeRule)
	k.want(k.send(models.Message{MsgType: "link"}), "默认", OutcomeDefault)
	k.now = k.now.Add(time.Hour)
	k.want(k.send(models.Message{MsgType: "hologram"}), "默认", OutcomeDefault)
	for _, e := range []string{"unsubscribe", "location", "view", "templatesendjobfinish", "kf_create_session", "user_info_modified", "whatever"} {
		k.want(k.event(e, "MENU"), "", OutcomeEvent)
	}
}

func TestWindows(t *testing.T) {
	in := func(w models.Window) models.Rule {
		r := contains("开", "社保")
		r.When = &w
		return r
	}
	at := func(s string) time.Time {
		v, err := time.ParseInLocation("2006-01-02 15:04", s, monday.Location())
		if err != nil {
			t.Fatal(err)
		}
		return v
	}
	cases := []struct {
		window models.Window
		at     string
		want   bool
	}{
		{models.Window{From: "2026-06-01", Until: "2026-06-03"}, "2026-06-03 23:59", true},
		{models.Window{From: "2026-06-01", Until: "2026-06-03"}, "2026-06-04 00:00", false},
		{models.Window{From: "2026-06-02"}, "2026-06-01 23:59", false},
		{models.Window{Weekdays: []int{7}}, "2026-06-07 12:00", true},
		{models.Window{Weekdays: []int{7}}, "2026-06-06 12:00", false},
		{models.Window{Hours: []string{"22:00-06:00"}}, "2026-06-01 23:00", true},
		{models.Window{Hours: []string{"22:00-06:00"}}, "2026-06-01 05:59", true},
		{models.Window{Hours: []string{"22:00-06:00"}}, "2026-06-01 06:00", false},
		{models.Window{Weekdays: []int{5}, Hours: []string{"22:00-06:00"}}, "2026-06-05 03:00", false}, // a Friday
		{models.Window{Weekdays: []int{5}, Hours: []string{"22:00-06:00"}}, "2026-06-05 23:00", true},
		{models.Window{Weekdays: []int{5}, Hours: []string{"22:00-06:00"}}, "2026-06-06 03:00", true},
		{models.Window{Weekdays: []int{7}, Hours: []string{"22:00-06:00"}}, "2026-06-08 05:59", true}, // Sunday's, on Monday
		{models.Window{Weekdays: []int{5}, Hours: []string{"00:00-06:00", "22:00-24:00"}}, "2026-06-06 03:00", false},
		{models.Window{Weekdays: []int{5}, Hours: []string{"08:00-09:00", "22:00-06:00"}}, "2026-06-06 08:30", false},
		{models.Window{From: "2026-06-03", Until: "2026-06-03", Hours: []string{"20:00-01:00"}}, "2026-06-03 00:30", false},
		{models.Window{From: "2026-06-03", Until: "2026-06-03", Hours: []string{"20:00-01:00"}}, "2026-06-04 00:30", true},
		{models.Window{From: "2026-06-03", Until: "2026-06-03", Hours: []string{"20:00-01:00"}}, "2026-06-04 20:30", false},
		{models.Window{Holiday: "no", Hours: []string{"22:00-06:00"}}, "2026-06-06 03:00", true},  // Friday's night
		{models.Window{Holiday: "no", Hours: []string{"22:00-06:00"}}, "2026-06-08 03:00", false}, // Sunday's night
		{models.Window{Holiday: "yes", Hours: []string{"22:00-06:00"}}, "2026-06-08 03:00", true},
		{models.Window{Office: "closed", Weekdays: []int{5}, Hours: []string{"17:00-09:30"}}, "2026-06-06 09:15", true},
		{models.Window{Office: "closed", Weekdays: []int{4}, Hours: []string{"17:00-09:30"}}, "2026-06-05 09:15", false}, // open by then
		{models.Window{Office: "open"}, "2026-06-01 09:00", true},
		{models.Window{Office: "open"}, "2026-06-01 12:30", false},
		{models.Window{Office: "open"}, "2026-06-06 10:00", false},
		{models.Window{Office: "closed"}, "2026-06-01 12:30", true},
		{models.Window{Office: "closed"}, "2026-06-06 10:00", true},
		{models.Window{Holiday: "yes"}, "2026-06-06 10:00", true},
		{models.Window{Holiday: "yes"}, "2026-06-01 10:00", false},
		{models.Window{Holiday: "no"}, "2026-06-01 10:00", true},
		{models.Window{Office: "open", Weekdays: []int{1}, Hours: []string{"10:00-11:00"}}, "2026-06-01 10:30", true},
	}
	for _, c := range cases {
		rs := mustCompile(t, in(c.window))
		hit := rs.Match(Query{Text: "社保", At: at(c.at)})
		if hit.Found() != c.want {
			t.Errorf("%+v at %s: %v", c.window, c.at, hit.Found())
		}
	}
	holiday := calendar{"2026-06-01": false, "2026-06-06": true}
	rs, err := Compile(testAccount, 1, []models.Rule{in(models.Window{Office: "open"})}, CompileOptions{Calendar: holiday})
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]bool{"2026-06-01 10:00": false, "2026-06-06 10:00": true} {
		hit := rs.Match(Query{Text: "社保", At: at(day)})
		if hit.Found() != want {
			t.Errorf("make-up day %s: %v", day, hit.Found())
		}
	}
}

type calendar map[string]bool

func (c calendar) Workday(day time.Time) bool { return c[day.Format(time.DateOnly)] }

func (c calendar) Holiday(day time.Time) bool {
	work, ruled := c[day.Format(time.DateOnly)]
	return ruled && !work
}

func TestVariables(t *testing.T) {
	r := contains("问", "几点")
	r.Replies[0].Text = "{时段问候}，{account}{星期}{ 时间 }，{办公时间}，{office_state}。{不认识} {"
	k := newTalk(t, Options{}, r)
	k.want(k.say("几点上班"), "上午好，测试政务星期一10:00，09:00-12:00、13:30-17:30，现在是办公时间。{不认识} {", OutcomeRule)
	k.now = k.now.Add(12 * time.Hour)
	if got := k.say("几点"); !strings.HasPrefix(got, "晚上好") || !strings.Contains(got, "现在不是办公时间") {
		t.Error(got)
	}
}

func TestPicks(t *testing.T) {
	r := contains("笑话", "笑话")
	r.Pick = models.PickRotate
	r.Replies = []models.Reply{models.TextReply("甲"), models.TextReply("乙"), models.TextReply("丙")}
	k := newTalk(t, Options{}, r)
	for i, want := range []string{"甲", "乙", "丙", "甲"} {
		if got := k.say("讲笑话"); got != want {
			t.Errorf("answer %d is %q, want %q", i, got, want)
		}
	}
	r.Pick = models.PickRandom
	k, twin := newTalk(t, Options{}, r), newTalk(t, Options{}, r)
	seen := map[string]bool{}
	for range 60 {
		a, b := k.say("讲笑话"), twin.say("讲笑话")
		if a != b {
			t.Fatalf("two instances answer the same message differently: %q, %q", a, b)
		}
		seen[a] = true
	}
	if len(seen) != 3 {
		t.Errorf("random picks gave only %v", seen)
	}
}

func TestMessageThatComesAgain(t *testing.T) {
	r := contains("笑话", "笑话")
	r.Pick = models.PickRotate
	r.Replies = []models.Reply{models.TextReply("甲"), models.TextReply("乙")}
	k := newTalk(t, Options{}, r)
	first := k.send(models.Message{MsgType: "text", Content: "笑话", Key: "same"})
	saved := *k.last.Dialogue
	other := newTalk(t, Options{}, r)
	other.bot.Restore(saved)
	if again := other.send(models.Message{MsgType: "text", Content: "笑话", Key: "same"}); again != first {
		t.Errorf("the other instance answers %q, the first %q", again, first)
	}
	if next := other.say("笑话"); next != "乙" {
		t.Errorf("the next is %q", next)
	}
}

func TestTryExplains(t *testing.T) {
	high := contains("高", "公")
	high.Priority = 5
	k := newTalk(t, Options{}, contains("短", "公积金"), contains("长", "公积金提取"), high, defaultRule("默认"))
	trial := k.rules().Try(Query{Text: "公积金提取流程", At: monday})
	match := trial.Match
	if trial.Reply.Text != "答高" || !strings.Contains(match.Reason, "优先级最高") {
		t.Errorf("%q: %q", trial.Reply.Text, match.Reason)
	}
	want := []models.Beaten{
		{RuleName: "长", Kind: "contains", Keyword: "公积金提取", Reason: "优先级较低"},
		{RuleName: "短", Kind: "contains", Keyword: "公积金", Reason: "优先级较低"},
	}
	if d := cmp.Diff(want, match.Beaten); d != "" {
		t.Error(d)
	}
	if match = k.explain(testApp, "天气"); match.Outcome != OutcomeDefault || match.Reason == "" {
		t.Errorf("%+v", match)
	}
	if match = k.explain("wxffffffffffffffff", "天气"); match.Outcome != OutcomeSilence || match.Reason == "" {
		t.Errorf("%+v", match)
	}
}
