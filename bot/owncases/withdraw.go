package owncases

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// Result is what becomes of a text that is about withdrawing.
type Result struct {
	Say       string
	Asked     string // number of the case about which the citizen is asked, "" = none
	Withdrawn string // number of the case that the citizen withdraws, "" = none
}

var (
	// withdrawWords begin a withdrawal, filler stands between them and the number.
	withdrawWords = sync.OnceValue(func() map[string]bool {
		return keysOf("撤回", "我要撤回", "我想撤回", "申请撤回", "请撤回")
	})
	filler = sync.OnceValue(func() map[string]bool {
		return keysOf("", "工单", "诉求", "我的工单", "我的诉求", "编号", "工单编号", "诉求编号", "号")
	})
	yes = sync.OnceValue(func() map[string]bool { return keysOf("1", "撤回", "1撤回", "确认撤回", "确认", "确定") })
	no  = sync.OnceValue(func() map[string]bool {
		return keysOf("2", "不撤回", "2不撤回", "取消", "退出", "不撤回了")
	})
)

// longestWish is more than a wish to withdraw has, in characters.
const longestWish = 40

// Withdraw takes a text in the matched form as a step of withdrawing one of a citizen's cases, false of any
// other; asked is the case about which the citizen was asked last, "" = none.
func Withdraw(text []rune, cases []models.CaseLine, asked string) (r Result, ok bool) {
	if asked != "" {
		if r, ok := answer(text, cases, asked); ok {
			return r, true
		}
	}
	if len(text) > longestWish || !slices.Contains(text, '撤') {
		return r, false
	}
	number, ok := wish(string(text))
	switch {
	case !ok:
		return r, false
	case number != "":
		return ask(cases, number), true
	}
	var open []models.CaseLine
	for _, c := range cases {
		if c.Open {
			open = append(open, c)
		}
	}
	switch len(open) {
	case 0:
		return Result{Say: "您没有可以撤回的诉求。"}, true
	case 1:
		return ask(open, open[0].Number), true
	}
	return Result{Say: fmt.Sprintf("您有 %d 件没有办结的诉求：\n%s\n请回复：撤回 编号，例：撤回 %s", len(open), lines(open), models.ShownNumber(open[0].Number))}, true
}

// wish reads what is to be withdrawn off a text, "" = the citizen named no number.
func wish(text string) (number string, ok bool) {
	words, digits := text, ""
	if i := strings.IndexAny(text, "0123456789"); i >= 0 {
		words, digits = text[:i], strings.TrimSuffix(text[i:], "号")
		if strings.Trim(digits, "0123456789") != "" {
			return "", false
		}
	}
	for w := range withdrawWords() {
		if rest, found := strings.CutPrefix(words, w); found && filler()[rest] {
			return digits, true
		}
	}
	return "", false
}

// ask asks whether a case is to be withdrawn, where it can be.
func ask(cases []models.CaseLine, number string) Result {
	c := find(cases, number)
	switch {
	case c == nil:
		return Result{Say: unknown("撤回")}
	case !c.Open:
		return Result{Say: c.Text + "，不能再撤回。"}
	}
	return Result{Say: "确认撤回这件诉求吗？撤回后不再办理。\n" + c.Text + choices, Asked: number}
}

const choices = "\n1 撤回\n2 不撤回"

// answer takes the answer to ask, false where the citizen says something else, which withdraws nothing.
func answer(text []rune, cases []models.CaseLine, asked string) (r Result, ok bool) {
	n, rest, numbered := reading.Choice(text)
	numbered = numbered && len(rest) == 0
	switch {
	case numbered && n == 1 || yes()[string(text)]:
		if c := find(cases, asked); c != nil && !c.Open {
			return Result{Say: c.Text + "，不能再撤回。"}, true
		}
		return Result{Say: "已撤回，编号 " + models.ShownNumber(asked) + "，不再办理。", Withdrawn: asked}, true
	case numbered && n == 2 || no()[string(text)]:
		return Result{Say: "没有撤回，照常办理。"}, true
	case numbered && n < 100:
		return Result{Say: "没有这一项。" + choices, Asked: asked}, true
	}
	return r, false
}
