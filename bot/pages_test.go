package bot

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"
	"unicode/utf8"

	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
)

// splitPages is what a citizen gets of a text to which nothing is added.
func splitPages(text string, limit int) []string {
	if len(text) <= limit {
		return []string{text}
	}
	return cutPages(text, nil, limit)
}

// joinPages takes the hints off and checks what holds of all pages.
func joinPages(t interface{ Errorf(string, ...any) }, text string, pages []string, limit int) string {
	var b strings.Builder
	for i, page := range pages {
		if len(page) > limit || !utf8.ValidString(page) || strings.TrimSpace(page) == "" {
			t.Errorf("page %d of %d has %d bytes: %q", i+1, len(pages), len(page), page)
		}
		body := page
		if i+1 < len(pages) {
			hint := moreHint(i+1, len(pages))
			if !strings.HasSuffix(page, "\n"+hint) {
				t.Errorf("page %d ends %q", i+1, page)
			}
			body = strings.TrimSuffix(page, hint)
			// The line break before the hint is the text's own where it had one there.
			if !strings.HasPrefix(text[b.Len():], body) {
				body = strings.TrimSuffix(body, "\n")
			}
		}
		b.WriteString(body)
	}
	return b.String()
}

func TestSplitPages(t *testing.T) {
	line := strings.Repeat("材料", 20) + "。"
	cases := []struct {
		name, text string
		limit      int
		starts     []string // of the pages after the first
	}{
		{"fits", strings.Repeat("a", 300), 300, nil},
		{"no room to choose", strings.Repeat("长", 101), 300, []string{"长"}},
		{"at the end of a sentence", strings.Repeat("甲", 70) + "。乙" + strings.Repeat("丙", 40), 300, []string{"乙"}},
		{"at the end of a line before a sentence", strings.Repeat("甲", 65) + "\n乙丙。丁" + strings.Repeat("丙", 40), 300, []string{"乙"}},
		{"not at a line too early", strings.Repeat("甲", 30) + "\n乙" + strings.Repeat("丙", 40) + "。丁" + strings.Repeat("丙", 40), 300, []string{"丁"}},
		{"the quote goes with the sentence", strings.Repeat("甲", 70) + "。”乙" + strings.Repeat("丙", 40), 300, []string{"乙"}},
		{"no comma at the start", strings.Repeat("甲", 86) + "，乙" + strings.Repeat("丙", 40), 300, []string{"甲，乙"}},
		{"at a comma where no sentence ends", strings.Repeat("甲", 60) + "，乙" + strings.Repeat("丙", 60), 300, []string{"乙"}},
		{"a link stays whole", strings.Repeat("甲", 70) + `<a href="https://example.gov.cn/a?b=1">在这里。办</a>` + strings.Repeat("丙", 60), 300, []string{"<a href"}},
		{"an address stays whole", strings.Repeat("甲", 71) + "https://example.gov.cn/banshi/cailiao.html?id=1" + strings.Repeat("丙", 60), 300, []string{"https://"}},
		{"braces stay whole", strings.Repeat("甲", 80) + "{不是变量的括号}" + strings.Repeat("丙", 60), 300, []string{"{不是"}},
		{"a family stays together", strings.Repeat("甲", 82) + "👨‍👩‍👧" + strings.Repeat("丙", 60), 300, []string{"👨‍👩‍👧丙"}},
		{"a flag stays whole", strings.Repeat("甲", 84) + "🇨🇳" + strings.Repeat("丙", 60), 300, []string{"🇨🇳丙"}},
		{"lines", strings.Repeat(line+"\n", 6), 300, []string{"材料", "材料"}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			pages := splitPages(c.text, c.limit)
			if got := joinPages(t, c.text, pages, c.limit); got != strings.TrimRightFunc(c.text, unicode.IsSpace) {
				t.Errorf("the pages together are %q", got)
			}
			if len(pages)-1 < len(c.starts) {
				t.Fatalf("%d pages", len(pages))
			}
			for i, start := range c.starts {
				if !strings.HasPrefix(pages[i+1], start) || start == "材料" && !strings.Contains(pages[i], "。\n（") {
					t.Errorf("page %d begins %q, want %q", i+2, pages[i+1], start)
				}
			}
		})
	}
	if n := len(splitPages(strings.Repeat("长", 60_000), 2048)); n != models.MaxPages {
		t.Errorf("an endless text has %d pages", n)
	}
}

// TestPagesAreTheText holds for any text of words, marks, links and emoji: every page
// fits, nothing is lost, and what must stay whole does.
func TestPagesAreTheText(t *testing.T) {
	atoms := []string{
		"办理", "请携带身份证和户口簿", "，", "。", "！", "\n", "\n\n", " ", "”", "1. ", "https://example.gov.cn/a/b?c=d", "👨‍👩‍👧", "é", "🇨🇳", "👍🏽",
		`<a href="https://example.gov.cn">网上办理</a>`, "{办公时间", "}", "<", ">", "一二三四五六七八九十一二三四五六七八九十", "☎️", "abc ", "\t",
	}
	whole := regexp.MustCompile(`<a href="https://example.gov.cn">网上办理</a>|👨‍👩‍👧|🇨🇳|👍🏽|☎️`)
	rapid.Check(t, func(t *rapid.T) {
		limit := rapid.SampledFrom([]int{120, 300, 600, 2048}).Draw(t, "limit")
		text := strings.TrimSpace(strings.Join(rapid.SliceOfN(rapid.SampledFrom(atoms), 1, limit/7).Draw(t, "atoms"), ""))
		if text == "" {
			return
		}
		bodies := bodiesOf(text, nil, limit)
		if len(bodies) > models.MaxPages {
			return
		}
		if got := strings.Join(bodies, ""); len(text) > limit && got != text {
			t.Fatalf("the pages together are %q", got)
		}
		if got := joinPages(t, text, splitPages(text, limit), limit); got != text {
			t.Fatalf("the shown pages together are %q", got)
		}
		if len(text) <= limit {
			return
		}
		count := 0
		for _, b := range bodies {
			count += len(whole.FindAllString(b, -1))
		}
		if want := len(whole.FindAllString(text, -1)); count != want {
			t.Fatalf("%d of %d links and emoji are whole", count, want)
		}
	})
}

func FuzzSplitPages(f *testing.F) {
	f.Add(strings.Repeat("长文，", 300), uint16(400))
	f.Add(strings.Repeat("<a href=\"x\">一</a>{日期}", 90), uint16(64))
	f.Add(strings.Repeat("<a ", 900), uint16(70))
	f.Add(strings.Repeat("\u200d", 900)+"\xff"+strings.Repeat("{", 70), uint16(100))
	f.Fuzz(func(t *testing.T, text string, n uint16) {
		limit := 64 + int(n)%4096
		text = models.CleanText(text)
		if strings.TrimSpace(text) == "" {
			return
		}
		pages := splitPages(text, limit)
		got := joinPages(t, text, pages, limit)
		if len(pages) < models.MaxPages && got != text && got != strings.TrimRightFunc(text, unicode.IsSpace) {
			t.Fatalf("%d pages together are %q", len(pages), got)
		}
	})
}

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
	pages := splitPages(text, models.MaxTextBytes)
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
		got := joinPages(t, name+"。"+text, all, models.MaxTextBytes)
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
