package owncases

import (
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// shown is how many cases a citizen is told at once.
const shown = 5

// caseDigits is the length of a case's number.
const caseDigits = 12

// longestAsk is more than a wish to see a case has, in characters. A text that is longer is told apart without a
// string being made of it: this is on the way of every answer.
const longestAsk = 40

var (
	// askWords ask for one's own cases. Of those that are false a citizen without cases here means another
	// office's as well, and rules answer.
	askWords = sync.OnceValue(func() map[string]bool {
		out := keysOf("查询", "查询工单", "工单查询", "查工单", "我的工单", "查询诉求", "我的诉求")
		for w := range keysOf("查询进度", "查进度", "办理进度") {
			out[w] = false
		}
		return out
	})
	// askNumber is a number with what stands beside it where a case is asked for, in the matched form (一步 is 1步).
	askNumber = sync.OnceValue(func() *regexp.Regexp {
		const beside = `(?:请问?|麻烦|帮我?|我的?|想|要|问|查|询|看|1?下|这个|工单|诉求|投诉|案件|编号|单号|号码?|是|的|进度|进展|结果|情况|办理|处理|办|得|到|哪里?|哪儿|1?步|怎么样|如何|好|完|有|没|了|吗|呢)*`
		return regexp.MustCompile(`^` + beside + `([0-9]{12})` + beside + `$`)
	})
)

// keysOf are words in the form in which texts and keywords meet.
func keysOf(words ...string) map[string]bool {
	out := make(map[string]bool, len(words))
	for _, w := range words {
		out[string(reading.Key(w))] = true
	}
	return out
}

// Ask answers a text in the matched form that asks for all cases or names one, false of any other. A number
// that is wrong is answered as somebody else's is.
func Ask(text []rune, cases []models.CaseLine) (say string, ok bool) {
	if len(text) > longestAsk {
		return "", false
	}
	if number := numberIn(text); number != "" {
		if c := find(cases, number); c != nil {
			return c.Text, true
		}
		return unknown("查询"), true
	}
	own, ok := askWords()[string(text)]
	switch {
	case ok && len(cases) > 0:
		return lines(cases), true
	case own:
		return "没有查到您在这里提交的诉求。在别处提交的（例如拨打 12345），请到那里查询。", true
	}
	return "", false
}

// numberIn is the number of the one case that a text asks for, "" = none: the number alone, or with words of
// asking around it.
func numberIn(text []rune) string {
	if len(text) < caseDigits || !slices.ContainsFunc(text, isDigit) {
		return ""
	}
	found := askNumber().FindStringSubmatch(string(text))
	if len(found) < 2 || !isNumber([]rune(found[1])) {
		return ""
	}
	return found[1]
}

func isDigit(r rune) bool { return '0' <= r && r <= '9' }

// isNumber reports whether a text is twelve digits beginning with a day, as the numbers of cases are.
func isNumber(text []rune) bool {
	if len(text) != caseDigits || slices.ContainsFunc(text, func(r rune) bool { return !isDigit(r) }) {
		return false
	}
	month, day := 10*(text[2]-'0')+text[3]-'0', 10*(text[4]-'0')+text[5]-'0'
	return month >= 1 && month <= 12 && day >= 1 && day <= 31
}

func find(cases []models.CaseLine, number string) *models.CaseLine {
	for i := range cases {
		if cases[i].Number == number {
			return &cases[i]
		}
	}
	return nil
}

func unknown(todo string) string {
	return "没有查到。请核对编号；只能" + todo + "您自己在这里提交的诉求。"
}

// lines are the first cases, one a line.
func lines(cases []models.CaseLine) string {
	cases = cases[:min(len(cases), shown)]
	texts := make([]string, len(cases))
	for i := range cases {
		texts[i] = cases[i].Text
	}
	return strings.Join(texts, "\n")
}
