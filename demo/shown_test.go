package demo

import (
	"os"
	"regexp"
	"testing"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator/platform"
)

var (
	// invitation is where a reply asks the citizen to write something: 例如“…”“…”, 回复“…”.
	invitation = regexp.MustCompile(`(?:例如|比如|回复|直接写|for instance)(?:回复)?((?:“[^”]+”)+)`)
	quoted     = regexp.MustCompile(`“([^”]+)”`)
	otherChat  = regexp.MustCompile(`到“([^”]+)”公众号`)
)

// shownText is something a citizen is shown as a thing to write, and the account he is to
// write it to.
type shownText struct{ account, text, where string }

// invited are the examples in a text; one after 到“…”公众号 is meant for that account.
func invited(account, text, where string) []shownText {
	var list []shownText
	for _, sentence := range regexp.MustCompile(`[。\n]`).Split(text, -1) {
		to := account
		if m := otherChat.FindStringSubmatch(sentence); m != nil {
			to = m[1]
		}
		for _, m := range invitation.FindAllStringSubmatch(sentence, -1) {
			for _, q := range quoted.FindAllStringSubmatch(m[1], -1) {
				list = append(list, shownText{to, q[1], where})
			}
		}
	}
	return list
}

// menuTitles are the titles of a menu and of those below it.
func menuTitles(m *models.Menu) []string {
	var list []string
	for i := range m.Items {
		list = append(list, m.Items[i].Title)
		if m.Items[i].Menu != nil {
			list = append(list, menuTitles(m.Items[i].Menu)...)
		}
	}
	return list
}

func buttonNames(buttons []platform.MenuButton) []string {
	var list []string
	for _, b := range buttons {
		list = append(list, b.Name)
		list = append(list, buttonNames(b.SubButton)...)
	}
	return list
}

// shownOf collects what the rules of an account and its menu show.
func shownOf(a *Account, rules []models.Rule) []shownText {
	var list []shownText
	for _, name := range buttonNames(a.Menu) {
		list = append(list, shownText{a.Name, name, "a button of the account"})
	}
	for i := range rules {
		r := &rules[i]
		for j := range r.Replies {
			list = append(list, invited(a.Name, r.Replies[j].Text, r.Name)...)
		}
		if r.Menu != nil {
			list = append(list, invited(a.Name, r.Menu.Intro+r.Menu.Outro, r.Name)...)
			for _, title := range menuTitles(r.Menu) {
				list = append(list, shownText{a.Name, title, r.Name})
			}
		}
		if len(r.On) == 0 && r.Match != models.MatchDefault && r.Title != "" {
			list = append(list, shownText{a.Name, r.Title, "a suggestion of " + r.Name})
		}
	}
	return list
}

// TestRules_WhatIsShownIsAnswered: what a citizen is told to write, every title of a menu,
// every button of the account and every name of a suggestion is answered when it is typed.
func TestRules_WhatIsShownIsAnswered(t *testing.T) {
	sets := map[string]*bot.Ruleset{}
	var list []shownText
	page, err := os.ReadFile("../simulator/chat/page/i18n.js")
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range Accounts() {
		rules, err := a.Rules()
		if err != nil {
			t.Fatal(err)
		}
		if sets[a.Name], err = bot.Compile(a.Account, 1, rules, bot.CompileOptions{}); err != nil {
			t.Fatal(err)
		}
		list = append(list, shownOf(&a, rules)...)
		inPage := invited(a.Name, string(page), "the chat page")
		if len(inPage) < 2 {
			t.Errorf("no example is found in the chat page: %v", inPage)
		}
		list = append(list, inPage...)
	}
	list = append(list, shownText{Accounts()[2].Name, Question, "the question to begin with"})
	if len(list) < 150 {
		t.Errorf("only %d texts are found", len(list))
	}
	for _, s := range list {
		set := sets[s.account]
		if set == nil {
			t.Errorf("%s: there is no account %s", s.where, s.account)
			continue
		}
		// 返回 and 更多 are words of the dialogue, answered where it is open; 查询 tells the citizen's own cases.
		if s.text == "返回" || s.text == "更多" || s.text == "查询" {
			continue
		}
		if got, answered := goldenAnswer(set, s.text); !answered {
			t.Errorf("%s: %q (%s) gets %s", s.account, s.text, s.where, got)
		}
	}
}
