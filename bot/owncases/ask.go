package owncases

import (
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

// longestWord is more than any of the words has, in characters. A text that is longer is told apart without a
// string being made of it: this is on the way of every answer.
const longestWord = 6

// askWords ask for one's own cases.
var askWords = sync.OnceValue(func() map[string]bool {
	return keysOf("查询", "查询工单", "工单查询", "查工单", "我的工单", "查询诉求", "我的诉求", "查询进度", "查进度", "办理进度")
})

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
	switch {
	case isNumber(text):
		if c := find(cases, string(text)); c != nil {
			return c.Text, true
		}
	case len(text) > longestWord || !askWords()[string(text)]:
		return "", false
	case len(cases) > 0:
		return lines(cases), true
	}
	return unknown("查询"), true
}

// isNumber reports whether a text is twelve digits beginning with a day, as the numbers of cases are.
func isNumber(text []rune) bool {
	if len(text) != caseDigits || slices.ContainsFunc(text, func(r rune) bool { return r < '0' || r > '9' }) {
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
