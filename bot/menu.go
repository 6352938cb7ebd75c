package bot

import (
	"slices"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// menu is one compiled level of a numbered menu.
type menu struct {
	text  reply // the menu as shown
	items []menuItem
	mark  uint32 // changes when the shown text changes
}

type menuItem struct {
	title []rune // as matched
	shown string
	rule  uint64 // reference of another rule, 0 = none
	reply *reply
	menu  *menu
}

const backLine = "0. 返回上一级"

// newMenu compiles the menu of a rule. A text reply of the same rule stands above it.
func newMenu(src *models.Rule) *menu {
	intro := ""
	if len(src.Replies) > 0 && src.Replies[0].Kind == models.ReplyText {
		intro = src.Replies[0].Text
	}
	return newLevel(src.Menu, intro, 0)
}

func newLevel(src *models.Menu, above string, depth int) *menu {
	m := &menu{}
	var b strings.Builder
	line := func(s string) {
		if s == "" {
			return
		}
		if b.Len() > 0 {
			b.WriteByte('\n')
		}
		b.WriteString(s)
	}
	line(strings.TrimSpace(above))
	line(strings.TrimSpace(src.Intro))
	for i := range src.Items {
		line(strconv.Itoa(i+1) + ". " + src.Items[i].Title)
		m.items = append(m.items, newItem(&src.Items[i], depth))
	}
	if depth > 0 {
		line(backLine)
	}
	line(strings.TrimSpace(src.Outro))
	text := models.TextReply(b.String())
	m.text = newReply(&text)
	m.mark = markOf(text.Text)
	return m
}

func newItem(src *models.MenuItem, depth int) menuItem {
	item := menuItem{title: reading.Key(src.Title), shown: src.Title}
	switch {
	case src.Reply != nil:
		r := newReply(src.Reply)
		item.reply = &r
	case src.Menu != nil:
		item.menu = newLevel(src.Menu, "", depth+1)
	case src.Rule != "":
		item.rule = refOf(src.Rule)
	}
	return item
}

// at follows a path of choices down from this level, nil when it leads nowhere.
func (m *menu) at(path []uint8) *menu {
	for _, p := range path {
		if m == nil || int(p) >= len(m.items) {
			return nil
		}
		m = m.items[p].menu
	}
	return m
}

// choice is what a citizen answered to a menu.
type choice int

const (
	chosenNone  choice = -1
	chosenBack  choice = -2
	chosenTop   choice = -3
	chosenWrong choice = -4 // a number the menu does not have
)

// chooseItem reads an answer to a menu of n items: a number in any writing, the words to
// go back, or a title. The text is in the matched form.
func chooseItem(text []rune, titles func(int) []rune, n int) choice {
	switch string(text) {
	case "返回", "返回上1级", "返回上级", "上1级", "上1步", "上1层", "返回上1层", "返回上1步", "后退", "退回", "0返回上1级", "0返回":
		return chosenBack
	case "主菜单", "返回主菜单", "回到主菜单", "首页", "返回首页", "返回顶部":
		return chosenTop
	}
	for i := range n {
		if equalRunes(text, titles(i)) {
			return choice(i)
		}
	}
	number, rest, ok := reading.Choice(text)
	switch {
	case !ok:
		return chosenNone
	case len(rest) > 0:
		if number >= 1 && number <= n && equalRunes(rest, titles(number-1)) {
			return choice(number - 1)
		}
		return chosenNone
	case number == 0:
		return chosenBack
	case number > n:
		return chosenWrong
	}
	return choice(number - 1)
}

func equalRunes(a, b []rune) bool {
	return len(a) > 0 && slices.Equal(a, b)
}

// nearTitle finds the only title that contains the text or lies within it, two
// characters at least, or chosenNone.
func nearTitle(text []rune, titles func(int) []rune, n int) choice {
	found := chosenNone
	for i := range n {
		t := titles(i)
		near := len(text) >= 2 && len(t) >= 2 && (reading.Index(t, text) >= 0 || reading.Index(text, t) >= 0)
		if !near {
			continue
		}
		if found != chosenNone {
			return chosenNone
		}
		found = choice(i)
	}
	return found
}
