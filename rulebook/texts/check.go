package texts

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// clean is what somebody wrote as it is kept: lines end alike, a word has its line and stands once.
func (k *kind) clean(text string, list []string) string {
	if k.held == ByText {
		return strings.TrimSpace(strings.ReplaceAll(text, "\r\n", "\n"))
	}
	var out []string
	for _, w := range list {
		if w = strings.TrimSpace(w); w != "" && !slices.Contains(out, w) {
			out = append(out, w)
		}
	}
	return strings.Join(out, "\n")
}

// faults are why a version can not take effect.
func (k *kind) faults(body string, sensitive models.Sensitive) error {
	var faults []models.FieldError
	fault := func(field, code, text string, pairs ...string) {
		faults = append(faults, models.Fault(field, code, text, pairs...))
	}
	if k.held == ByText {
		if len(body) > k.max {
			fault("text", "most_bytes_now", "最长 {max} 字节（约 {chinese} 个汉字），现在是 {now}", "max", fmt.Sprint(k.max), "chinese", fmt.Sprint(k.max/3), "now", fmt.Sprint(len(body)))
		}
		if strings.ContainsFunc(body, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\t' }) {
			fault("text", "control_characters", "有看不见的控制字符，请删去")
		}
		if word := sensitive.In(body); word != "" {
			fault("text", "sensitive_word", "含敏感词“{word}”，请改写", "word", word)
		}
	} else {
		k.wordFaults(wordsOf(body), fault)
	}
	if len(faults) == 0 {
		return nil
	}
	return &models.Error{Code: models.CodeInvalid, Message: k.title + "有误", Fields: faults}
}

func (k *kind) wordFaults(list []string, fault func(field, code, text string, pairs ...string)) {
	if len(list) > maxWords {
		fault("words", "most_words", "最多 500 个词")
		return
	}
	if n := utf8.RuneCountInString(strings.Join(list, "\n")); n > maxList {
		fault("words", "words_long", "全部的词合起来最长 4000 个字")
	}
	var builtIn []string
	if k.key == CrisisWords {
		builtIn = reading.BuiltInCalls()
	}
	for i, w := range list {
		field := "words[" + strconv.Itoa(i) + "]"
		switch n := len(reading.Key(w)); {
		case strings.ContainsFunc(w, unicode.IsControl):
			fault(field, "one_line", "一个词里不能换行")
		case n < 2 || utf8.RuneCountInString(w) > maxWordRunes:
			fault(field, "word_length", "“{word}”应为 2 至 20 个字，太短的词许多不相干的话里也有", "word", models.OneLine(w, maxWordRunes))
		case slices.Contains(builtIn, w):
			fault(field, "word_built_in", "“{word}”是内置的，不必再写", "word", w)
		}
	}
}

// lint says what is doubtful about what holds.
func (x *Text) lint(sensitive models.Sensitive) {
	warn := func(text string) { x.Findings = append(x.Findings, Finding{"warning", text}) }
	if word := sensitive.In(x.Text); word != "" && x.HeldBy != ByWords {
		warn("含敏感词“" + word + "”，请改写")
	}
	answers := slices.ContainsFunc(x.Rules, func(r RuleText) bool { return r.Live })
	switch {
	case x.Key == Welcome && !answers:
		warn("还没有欢迎语，市民关注后什么也收不到")
	case x.Key == Default && !answers:
		warn("还没有默认回复，没有规则能答时市民得不到回答")
	case x.Key == Crisis:
		text := x.Text
		if x.Draft != nil && x.Draft.Text != "" {
			text = x.Draft.Text
		}
		for _, number := range []string{"110", "120", "12356"} {
			if !strings.Contains(text, number) {
				warn("没有写 " + number + "（110 报警、120 急救、12356 心理援助都应写上）")
			}
		}
	}
}

// without are the words of a list that another one does not have.
func without(list, other []string) []string {
	return slices.DeleteFunc(slices.Clone(list), func(w string) bool { return slices.Contains(other, w) })
}
