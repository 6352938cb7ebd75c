package demo

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
)

// pagedRule is the one rule of the demo that is too long for one message, on purpose.
const pagedRule = "公积金提取"

// TestRules_LongAnswerComesInPages: all of it can be read, no citizen gets the first page twice.
func TestRules_LongAnswerComesInPages(t *testing.T) {
	a := Accounts()[0]
	rules, err := a.Rules()
	if err != nil {
		t.Fatal(err)
	}
	brain := bot.New(bot.Options{})
	if err := brain.Publish(a.Account, 1, rules); err != nil {
		t.Fatal(err)
	}
	said := func(key, text string) string {
		m := models.Message{AppID: a.AppID, OpenID: "citizen-of-the-test", MsgType: models.MsgTypeText, Content: text, Key: key}
		var got models.Answer
		brain.Handle(context.Background(), &m, &got)
		return got.Reply.Text
	}
	first, second := said("1", "公积金怎么提取"), said("2", "更多")
	if !strings.Contains(first, "租房提取") || !strings.HasSuffix(first, "（回复“更多”看下文，1/2）") {
		t.Errorf("first page: %s", first)
	}
	if !strings.Contains(second, "直接写下您的情况") || strings.Contains(second, "租房提取") || strings.Contains(second, "更多") {
		t.Errorf("second page: %s", second)
	}
}

func TestRules_PassTheirChecks(t *testing.T) {
	calendar, err := indices.NewCalendar()
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range Accounts() {
		t.Run(a.Name, func(t *testing.T) {
			rules, err := a.Rules()
			if err != nil {
				t.Fatal(err)
			}
			for _, f := range bot.Check(a.Account, rules, bot.CheckOptions{Now: time.Now(), Calendar: calendar}) {
				if f.Rule != pagedRule || f.Code != bot.CheckPages {
					t.Errorf("%s: %s: %s", f.Severity, f.Rule, f.Message)
				}
			}
			brain := bot.New(bot.Options{Calendar: calendar})
			if err := brain.Publish(a.Account, 1, rules); err != nil {
				t.Fatal(err)
			}
			keys := clickKeys(t, a.Menu)
			for _, q := range simulator.Questions() {
				keys = append(keys, "topic_"+q.Topic)
			}
			for _, key := range keys {
				m := models.Message{AppID: a.AppID, OpenID: "citizen-of-the-test", MsgType: models.MsgTypeEvent, Event: "click", EventKey: key}
				var got models.Answer
				if brain.Handle(context.Background(), &m, &got); got.Reply.Silent() {
					t.Errorf("nobody answers the menu key %s", key)
				}
			}
		})
	}
}

// clickKeys holds the platform's bounds of a menu and returns its keys.
func clickKeys(t *testing.T, menu []platform.MenuButton) (keys []string) {
	t.Helper()
	if len(menu) == 0 || len(menu) > 3 {
		t.Errorf("%d buttons, not 1 to 3", len(menu))
	}
	for _, b := range menu {
		if len(b.SubButton) > 5 {
			t.Errorf("%d buttons below %s, not 5 at most", len(b.SubButton), b.Name)
		}
		for _, below := range append(b.SubButton, b) {
			if below.Type == "click" {
				keys = append(keys, below.Key)
			}
		}
	}
	return keys
}
