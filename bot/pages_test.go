package bot

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/bot/page"
	"github.com/wenzheng/wenzheng/models"
)

// hint stands below every page but the last.
var hint = regexp.MustCompile(`\n（回复“更多”看下文，\d/\d）$`)

// longText has n sentences that can be told apart.
func longText(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, "第 %d 步，请携带身份证、户口簿和申请表到窗口办理，工作人员当场核对。", i+1)
	}
	return b.String()
}

func longRule(name, text string) models.Rule {
	return models.Rule{Name: name, Keywords: []string{name}, Replies: []models.Reply{models.TextReply(text)}}
}

func TestMoreGivesTheNextPage(t *testing.T) {
	text := longText(50)
	pages := page.Cut(text, nil, models.MaxTextBytes)
	if len(pages) != 4 {
		t.Fatalf("%d pages", len(pages))
	}
	noMore := "没有下文了：长回复已经发完，或已超过 10 分钟。请直接写下要问的事。"
	for _, word := range []string{"更多", "“更多”", "继续", "繼續", "下一页", "更多。", "更多👍", "回复更多"} {
		k := newTalk(t, Options{DefaultQuiet: -1}, longRule("落户", text), defaultRule("默认"))
		k.want(k.say("更多"), noMore, OutcomeMenu)
		k.want(k.say("怎么落户"), pages[0], OutcomeRule)
		k.want(k.say(word), pages[1], OutcomeMenu)
		if !k.last.Matched || k.last.RuleName != "落户" {
			t.Errorf("%+v", k.last)
		}
		k.want(k.say(word), pages[2], OutcomeMenu)
		k.want(k.say("更多"), pages[3], OutcomeMenu)
		k.want(k.say("更多"), noMore, OutcomeMenu)
	}
}

func TestOtherMessagesEndPages(t *testing.T) {
	rules := []models.Rule{
		longRule("落户", longText(50)), contains("社保", "社保"), defaultRule("默认"),
		{Name: "图", On: []models.Trigger{models.OnImage, models.OnClick}, Replies: []models.Reply{models.TextReply("收到图片")}},
	}
	others := map[string]func(k *talk){
		"a rule":    func(k *talk) { k.say("社保") },
		"no rule":   func(k *talk) { k.say("今天天气") },
		"a number":  func(k *talk) { k.say("1") },
		"an image":  func(k *talk) { k.send(models.Message{MsgType: models.MsgTypeImage}) },
		"a click":   func(k *talk) { k.event(models.EventClick, "M") },
		"a call":    func(k *talk) { k.say("救命") },
		"time":      func(k *talk) { k.now = k.now.Add(11 * time.Minute) },
		"leaving":   func(k *talk) { k.event("unsubscribe", "") },
		"no answer": func(k *talk) { k.send(models.Message{MsgType: models.MsgTypeVoice}) },
	}
	for name, other := range others {
		k := newTalk(t, Options{DefaultQuiet: -1}, rules...)
		k.say("落户")
		other(k)
		if got := k.say("更多"); !strings.HasPrefix(got, "没有下文了") {
			t.Errorf("%s does not end the pages: %.30q", name, got)
		}
	}
	k := newTalk(t, Options{}, rules...)
	k.say("落户")
	k.event("location", "") // the phone speaks, not the citizen
	if got := k.say("更多"); !strings.Contains(got, "2/4") {
		t.Errorf("a reported position ends the pages: %.30q", got)
	}
}

func TestPagesTravelAndRepeat(t *testing.T) {
	text := "现在是 {时间}。" + longText(50)
	k := newTalk(t, Options{}, longRule("落户", text))
	k.say("落户")
	saved := *k.last.Dialogue
	if len(saved.State) > 100 {
		t.Errorf("the place in a long answer takes %d bytes", len(saved.State))
	}
	first := k.send(models.Message{MsgType: models.MsgTypeText, Content: "更多", Key: "same"})
	again := k.send(models.Message{MsgType: models.MsgTypeText, Content: "更多", Key: "same"})
	if first != again || !strings.Contains(first, "2/4") {
		t.Errorf("a retry gets %.40q, the first got %.40q", again, first)
	}
	k.say("更多")
	if got := k.say("更多"); strings.Contains(got, "回复“更多”") || !strings.HasSuffix(text, got[len(got)-60:]) {
		t.Errorf("the last page is %.40q", got)
	}
	other := newTalk(t, Options{}, longRule("落户", text), contains("社保", "社保"))
	other.n = 100
	other.now = other.now.Add(3 * time.Minute)
	other.bot.Restore(saved)
	if got := other.say("更多"); got != first {
		t.Errorf("another instance gives %.40q, want %.40q", got, first)
	}
}

func TestPagesOfAnAnswerThatChanged(t *testing.T) {
	k := newTalk(t, Options{}, longRule("落户", longText(50)), defaultRule("默认"))
	publish := func(version int64, rules ...models.Rule) {
		t.Helper()
		if err := k.bot.Publish(testAccount, version, rules); err != nil {
			t.Fatal(err)
		}
	}
	k.say("落户")
	publish(8, longRule("落户", "新规定："+longText(50)), defaultRule("默认"))
	if got := k.say("更多"); !strings.HasPrefix(got, "新规定：第 1 步") || !strings.Contains(got, "1/4") {
		t.Errorf("the changed answer goes on with %.60q", got)
	}
	publish(9, longRule("落户", "不再需要办理。"), defaultRule("默认"))
	k.want(k.say("更多"), "不再需要办理。", OutcomeMenu)
	publish(10, longRule("落户", longText(50)), defaultRule("默认"))
	k.say("落户")
	publish(11, defaultRule("默认"))
	if got := k.say("更多"); !strings.HasPrefix(got, "没有下文了") {
		t.Errorf("the page of a rule that is gone: %q", got)
	}
	expired := longRule("落户", longText(50))
	publish(12, expired, defaultRule("默认"))
	k.say("落户")
	expired.Source = &models.Source{ValidUntil: "2020-01-01"}
	publish(13, expired, defaultRule("默认"))
	k.want(k.say("更多"), notNow().Text, OutcomeMenu)
}

func TestPagesEverywhere(t *testing.T) {
	text := longText(50)
	rules := []models.Rule{
		{Name: "欢迎", On: []models.Trigger{models.OnSubscribe}, Replies: []models.Reply{models.TextReply("欢迎。" + text)}},
		{Name: "默认", Match: models.MatchDefault, Replies: []models.Reply{models.TextReply("默认。" + text)}},
		{
			Name: "菜单", Keywords: []string{"菜单"}, Replies: []models.Reply{models.TextReply("须知。" + text)},
			Menu: &models.Menu{Items: []models.MenuItem{
				{Title: "甲项", Reply: textReply("甲项。" + text)},
				{Title: "乙项", Menu: &models.Menu{Items: []models.MenuItem{{Title: "丙项", Reply: textReply("丙项。" + text)}}}},
			}},
		},
		{Name: "轮流", Keywords: []string{"轮流"}, Pick: models.PickRotate, Replies: []models.Reply{models.TextReply("短"), models.TextReply("轮流。" + text)}},
	}
	k := newTalk(t, Options{DefaultQuiet: -1}, rules...)
	// The place in the text, not the sentence, shows which page of which answer it is.
	read := func(first, name string) {
		t.Helper()
		all := []string{first}
		for strings.Contains(all[len(all)-1], "看下文") {
			all = append(all, k.say("更多"))
		}
		got := ""
		for _, p := range all {
			got += hint.ReplaceAllString(p, "")
		}
		if len(all) < 3 || !strings.HasPrefix(got, name+"。"+text) {
			t.Errorf("%s: %d pages, %.30q", name, len(all), got)
		}
	}
	read(k.event("subscribe", ""), "欢迎")
	read(k.say("今天天气"), "默认")
	read(k.say("菜单"), "须知")
	read(k.say("1"), "甲项")
	k.say("2")
	read(k.say("丙项"), "丙项")
	k.say("菜单")
	read(k.say("甲项"), "甲项") // a number or title ends the pages of the menu
	k.say("轮流")
	read(k.say("轮流"), "轮流")
}

func TestEmergencyGoesBeforePages(t *testing.T) {
	rule := longRule("落户", longText(50))
	rule.Topic = "户籍"
	k := newTalk(t, Options{}, rule)
	pin := models.Pin{Reply: models.TextReply("窗口今日关闭"), Topics: []string{"户籍"}, Since: k.now.Add(-time.Hour), Until: k.now.Add(time.Hour)}
	k.say("落户")
	k.bot.Pin(testApp, pin)
	k.want(k.say("更多"), "窗口今日关闭", OutcomeEmergency)
}

func TestVariablesStayWhole(t *testing.T) {
	account := testAccount
	account.Name = strings.Repeat("名", 20)
	for n := range 40 {
		rule := longRule("落户", strings.Repeat("无", 640+n)+"{账号}"+strings.Repeat("尾", 100))
		b := New(Options{Now: func() time.Time { return monday }})
		if err := b.Publish(account, 1, []models.Rule{rule}); err != nil {
			t.Fatal(err)
		}
		pages := b.brain(testApp).rules.Load().Try(Query{Text: "落户", At: monday}).Pages
		if len(pages) != 2 || !strings.Contains(pages[0]+"|"+pages[1], account.Name) {
			t.Errorf("%d: the name is cut: %.90q", n, pages)
		}
	}
}
