package reading

import (
	"slices"
	"strings"
	"sync"
)

func isDigit(r rune) bool { return r >= '0' && r <= '9' }
func isLatin(r rune) bool { return r >= 'a' && r <= 'z' }

// isPlace reports the Han characters that belong to a number without being digits.
func isPlace(r rune) bool { return r == '十' || r == '百' || r == '千' || r == '万' || r == '亿' }

// isNumber reports words of nothing but digits and places.
func isNumber(word []rune) bool {
	for _, r := range word {
		if !isDigit(r) && r != '.' && !isPlace(r) {
			return false
		}
	}
	return true
}

// besideWord is how many characters beside a word can matter.
const besideWord = 8

// whole reports whether the word text[i:j] stands for itself and is not part of a longer
// number or Latin word: 110 is not in 1101, in 110元, nor in 3.110.
func whole(text []rune, marks []mark, i, j int) bool {
	from, to := i, j
	for from > 0 && i-from < besideWord && marks[from]&markBreak == 0 {
		from--
	}
	for to < len(text) && to-j < besideWord && marks[to]&markBreak == 0 {
		to++
	}
	word := markedText{text[i:j], marks[i:j]}
	return (from == i || word.begins(markedText{text[from:i], marks[from:i]})) && (to == j || word.ends(markedText{text[j:to], marks[j:to]}))
}

// markedText is a part of a text with its marks.
type markedText struct {
	text  []rune
	marks []mark
}

func (s markedText) han(i int) bool { return s.marks[i]&markHan != 0 }

// begins reports whether the word begins anew behind what stands right before it.
func (s markedText) begins(before markedText) bool {
	first, last := s.text[0], before.text[len(before.text)-1]
	switch {
	case isDigit(first):
		return s.beginsNumber(before)
	case isPlace(first):
		return !isDigit(last) || first != '十' && len(s.text) > 1 && isUnit(s.text[1:]) // 万块 is said behind a number
	case isLatin(first):
		return !isLatin(last) && (!isDigit(last) || latinAfter(s.text) > 2)
	}
	return true
}

func (s markedText) beginsNumber(before markedText) bool {
	n := len(before.text)
	switch last := before.text[n-1]; {
	case isDigit(last):
		return s.han(0) != before.han(n-1) || isHotline(s.text) && endsAreaCode(before.text) || before.endsWord()
	case last == '十':
		return false
	case isPlace(last):
		return n < 2 || !isDigit(before.text[n-2]) && !isPlace(before.text[n-2])
	case isLatin(last):
		return s.han(0) || latinBefore(before.text) > 2
	case last == '.':
		return s.listed(before.text[:n-1])
	}
	return true
}

// endsWord reports a Han one that is the end of a word: 唯一一次.
func (s markedText) endsWord() bool {
	n := len(s.text)
	return n > 1 && s.text[n-1] == '1' && s.han(n-1) && strings.ContainsRune("唯统同单专划", s.text[n-2])
}

// endsAreaCode reports 010 or 0731 and no longer number.
func endsAreaCode(text []rune) bool {
	n := 0
	for n < len(text) && isDigit(text[len(text)-1-n]) {
		n++
	}
	return (n == 3 || n == 4) && text[len(text)-n] == '0'
}

func isHotline(word []rune) bool {
	return len(word) == 5 && (word[0] == '1' || word[0] == '9') && !slices.ContainsFunc(word, func(r rune) bool { return !isDigit(r) })
}

// measured are the beginnings of what may follow a decimal number.
const measured = "元块米平亩吨斤升度倍公厘毫克立岁分秒小"

// listed reports whether the dot between before and the word ends a sentence or an item of a
// list and is no decimal point: behind a year (2019.1月), before one (3.2019年), between
// hotlines, or before what is not measured (5.13栋).
func (s markedText) listed(before []rune) bool {
	if endsYear(before) || isHotline(s.text) && len(before) >= 5 && isHotline(before[len(before)-5:]) {
		return true
	}
	k := 0
	for k < len(s.text) && (isDigit(s.text[k]) || isPlace(s.text[k])) {
		k++
	}
	if k == len(s.text) || isLatin(s.text[k]) || s.text[k] == '.' {
		return false
	}
	return k == 4 && (s.text[0] == '1' || s.text[0] == '2') || !strings.ContainsRune(measured, s.text[k])
}

func endsYear(text []rune) bool {
	n := len(text)
	if n < 4 || n > 4 && isDigit(text[n-5]) || !isDigit(text[n-1]) || !isDigit(text[n-2]) {
		return false
	}
	return text[n-4] == '1' && text[n-3] == '9' || text[n-4] == '2' && text[n-3] == '0'
}

// ends reports whether the word ends before what stands right behind it.
func (s markedText) ends(after markedText) bool {
	n := len(s.text)
	last, next := s.text[n-1], after.text[0]
	switch {
	case isDigit(last) && isDigit(next):
		return s.han(n-1) != after.han(0)
	case isDigit(last) && next == '.':
		return isHotline(s.text)
	case isDigit(last):
		return !isLatin(next) && (!isNumber(s.text) || !unitFollows(after.text))
	case isPlace(last):
		return !isNumber(s.text) || !isDigit(next) && !unitFollows(after.text)
	case isLatin(last) && isLatin(next):
		plural := next == 's' && (len(after.text) == 1 || !isLatin(after.text[1]))
		return plural && latinBefore(s.text) > 2
	case isLatin(last):
		return !isDigit(next) || latinBefore(s.text) > 2
	}
	return true
}

// latinAfter is how many Latin letters a word begins with.
func latinAfter(word []rune) int {
	n := 0
	for n < len(word) && isLatin(word[n]) {
		n++
	}
	return n
}

// latinBefore is how many Latin letters a word ends with.
func latinBefore(word []rune) int {
	n := 0
	for n < len(word) && isLatin(word[len(word)-1-n]) {
		n++
	}
	return n
}

// unitWords make a bare number before them a sum, a size, a date or a house number, unless one of
// the characters behind the stroke follows: 110人员 is no number of people.
const unitWords = "元/旦 块/儿 角 米 平/安台时等 公里 公分 厘米 亩 吨 斤 公斤 升/级学 岁 年 月 日 号/码 天/然气 小时 分/公局配布享 秒 点 时/候 周/边围 栋 幢 楼 室 层 房/产 单元 " +
	"弄 路/上 线 期/间 区 组/织 队 个/人 人/员工民们 名/称 户/口籍 位/置 次 辆 台 套 间 家/里人 所/以 条 项 件 份 张 本/人地市 页 篇 棵 级 届 班 度"

type unit struct {
	word []rune
	but  string
}

// units are the unitWords; they never change.
var units = sync.OnceValue(func() []unit {
	var list []unit
	for u := range strings.FieldsSeq(unitWords) {
		word, but, _ := strings.Cut(u, "/")
		list = append(list, unit{[]rune(word), but})
	}
	return list
})

// unitFollows reports whether what follows a bare number makes it a longer one or counts something.
func unitFollows(rest []rune) bool {
	if isPlace(rest[0]) || rest[0] == '余' || rest[0] == 'k' && len(rest) > 1 && strings.ContainsRune("vgm", rest[1]) {
		return true
	}
	return isUnit(rest)
}

// isUnit reports whether a unit stands at the beginning.
func isUnit(rest []rune) bool {
	return slices.ContainsFunc(units(), func(u unit) bool {
		n := len(u.word)
		return n <= len(rest) && slices.Equal(u.word, rest[:n]) && (n == len(rest) || !strings.ContainsRune(u.but, rest[n]))
	})
}
