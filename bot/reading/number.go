package reading

import (
	"strconv"
	"strings"
	"unicode/utf8"
)

// OtherNumber rewrites the only number of a keyword, 10 to 99: 24小时 as 二十四小时 and
// back, in the form where Han digits are digits. Its Key is empty when there is none, or nothing
// but the number.
func OtherNumber(word []rune) Word {
	start, end := -1, -1
	if isNumber(word) {
		return Word{} // 十一 is the first of October, 110 the police
	}
	for i, r := range word {
		if r >= '0' && r <= '9' || r == '十' {
			if start >= 0 && end != i {
				return Word{}
			}
			if start < 0 {
				start = i
			}
			end = i + 1
		}
		if r == '.' || r == '百' || r == '千' || r == '万' {
			return Word{}
		}
	}
	if start < 0 || end-start > 3 {
		return Word{}
	}
	other := swapNumber(string(word[start:end]))
	if other == "" {
		return Word{}
	}
	out := make([]rune, 0, len(word)+2)
	out = append(out, word[:start]...)
	out = append(out, []rune(other)...)
	w := Word{Key: append(out, word[end:]...)}
	if Numbered(w.Key) {
		w.marks = make([]mark, len(w.Key))
	}
	return w
}

// swapNumber: 24 <-> 2十4, 20 <-> 2十, 15 <-> 十5, 10 <-> 十.
func swapNumber(n string) string {
	tens, ones, placed := strings.Cut(n, "十")
	if !placed {
		if len(n) != 2 || n[0] == '0' {
			return ""
		}
		tens, ones = n[:1], n[1:]
		if tens == "1" {
			tens = ""
		}
		if ones == "0" {
			ones = ""
		}
		return tens + "十" + ones
	}
	if strings.Contains(ones, "十") || len(tens) > 1 || len(ones) > 1 || utf8.RuneCountInString(n) < 2 {
		return ""
	}
	if tens == "" {
		tens = "1"
	}
	if ones == "" {
		ones = "0"
	}
	return tens + ones
}

// Choice reads 1, 第1, 第1个, 选1, 我要选第十二项, 1号 off a text in the matched form and returns the
// number and what follows.
func Choice(text []rune) (n int, rest []rune, ok bool) {
	for _, p := range [...]string{"我要", "我想", "我", "请", "回复", "选择", "选", "按", "看", "查", "要", "那个", "就", "第"} {
		if beginsWith(text, p) {
			text = text[utf8.RuneCountInString(p):]
		}
	}
	end, tens := 0, false
	for end < len(text) && end < 3 && (isDigit(text[end]) || text[end] == '十') {
		tens = tens || text[end] == '十'
		end++
	}
	if end == 0 {
		return 0, nil, false
	}
	s := string(text[:end])
	if s == "十" {
		s = "10"
	} else if tens {
		s = swapNumber(s)
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0, nil, false
	}
	switch rest = text[end:]; string(rest) {
	case "个", "项", "条", "号", "点", "种", "吧", "谢谢":
		rest = nil
	}
	return n, rest, true
}
