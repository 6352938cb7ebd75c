package bot

import (
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

func mentionRules() []models.Rule {
	bus, card, home := contains("公交卡", "公交卡"), contains("社保卡", "社保卡"), contains("居住证", "居住证")
	bus.Title, home.Topic = "公交卡办理", "户籍"
	return []models.Rule{
		bus, card, home, contains("公积金", "公积金"), defaultRule("默认"),
		{Name: "租房提取", Match: models.MatchAll, Keywords: []string{"公积金", "租房"}, Replies: []models.Reply{models.TextReply("答租房提取")}},
		{Name: "问候", Match: models.MatchExact, Keywords: []string{"你好"}, Replies: []models.Reply{models.TextReply("您好")}},
		{Name: "户籍菜单", Keywords: []string{"户籍办理"}, Menu: &models.Menu{Items: []models.MenuItem{{Title: "迁入", Reply: textReply("迁入说明")}}}},
	}
}

// TestMention_SecondMatterIsOffered: the answer ends with what else was asked.
func TestMention_SecondMatterIsOffered(t *testing.T) {
	// Of two keywords of one length the rule that comes first by name answers.
	want := "答公交卡\n\n您还提到：\n1. 社保卡\n回复序号即可查看。"
	for _, text := range []string{
		"社保卡和公交卡怎么办", "社保卡怎么办？公交卡在哪充值", "我想问社保卡，还有公交卡", "社保卡丢了\n公交卡也丢了", "社保卡 公交卡", "社保卡、公交卡都要办", "你好，社保卡怎么办；公交卡呢",
	} {
		k := newTalk(t, Options{}, mentionRules()...)
		k.want(k.say(text), want, OutcomeRule)
		k.want(k.say("1"), "答社保卡", OutcomeMenu)
	}
}

func TestMention_NoMatterOfItsOwn(t *testing.T) {
	for text, want := range map[string]string{
		"公积金，租房怎么提":                      "答租房提取", // asked for by the winner itself
		"你好，居住证怎么办":                      "答居住证",  // a greeting is a whole message
		"居住证怎么办。居住证要多久。":                 "答居住证",
		"居住证，不知道找谁":                      "答居住证",
		"户籍办理找谁？公交卡呢":                    "1. 迁入", // the numbers are the menu's
		"公交卡？" + strings.Repeat("啊。", 3): "答公交卡",
	} {
		k := newTalk(t, Options{}, mentionRules()...)
		k.want(k.say(text), want, OutcomeRule)
	}
	k := newTalk(t, Options{}, mentionRules()...)
	k.bot.Pin(testApp, models.Pin{Reply: models.TextReply("暂停办理"), Topics: []string{"户籍"}, Since: k.now.Add(-time.Hour), Until: k.now.Add(time.Hour)})
	if got := k.say("社保卡？居住证"); strings.Contains(got, "还提到") {
		t.Errorf("a pinned topic is offered: %q", got)
	}
}

// TestMention_RulesOfGroups: rules that are hit by groups alone have no keyword to compare.
func TestMention_RulesOfGroups(t *testing.T) {
	fund, card := contains("公积金提取"), contains("社保卡补办")
	fund.Groups = [][]string{{"公积金"}, {"提取", "取出"}}
	card.Groups = [][]string{{"社保卡"}, {"丢", "补"}}
	twin := contains("补社保卡", "补社保卡")
	twin.Replies = card.Replies
	k := newTalk(t, Options{}, fund, card, twin, defaultRule("默认"))
	k.want(k.say("公积金怎么提取，还有我社保卡丢了"), "答公积金提取\n\n您还提到：\n1. 社保卡补办\n回复序号即可查看。", OutcomeRule)
	k.want(k.say("社保卡丢了，在哪里补社保卡"), "答社保卡补办", OutcomeRule)
}

// TestMention_FitsTheMessage: an answer that nearly fills a message is given in pages, so
// that the offer is not lost, and no message is longer than allowed.
func TestMention_FitsTheMessage(t *testing.T) {
	for n := 1; n < 800; n += 7 {
		rules := mentionRules()
		rules[1].Replies[0].Text = strings.Repeat("长", n)
		rules[0].Keywords[0] = "坐车卡号"
		k := newTalk(t, Options{}, rules...)
		got := k.say("社保卡怎么办？居住证在哪办")
		if len(got) > models.MaxTextBytes || !strings.Contains(got, "1. 居住证") && !strings.Contains(got, "1. 社保卡") {
			t.Fatalf("%d characters: %d bytes, %q", n, len(got), got)
		}
	}
}

// TestPages_FirstIsShortAndNamesSections: a long answer begins with one screen and says
// what follows.
func TestPages_FirstIsShortAndNamesSections(t *testing.T) {
	var b strings.Builder
	for _, name := range []string{"一、租房提取", "二、购房提取", "三、还贷提取", "四、退休提取"} {
		b.WriteString(name + "\n" + strings.Repeat("请携带身份证到窗口办理。", 18) + "\n")
	}
	k := newTalk(t, Options{}, longRule("提取", b.String()))
	got := k.say("提取")
	if len(got) > 1300 || strings.Contains(got, "\n二、购房提取\n下文") || !strings.Contains(got, "下文：二、购房提取；三、还贷提取；四、退休提取\n（回复“更多”看下文，1/") {
		t.Errorf("%d bytes: %q", len(got), got)
	}
}
