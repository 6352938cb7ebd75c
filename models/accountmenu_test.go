package models

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func click(name, key string) MenuButton { return MenuButton{Name: name, Type: ButtonClick, Key: key} }

func TestAccountMenu_Faults(t *testing.T) {
	t.Parallel()
	one := []MenuButton{click("办事", "K")}
	below := func(rows ...MenuButton) []MenuButton { return []MenuButton{{Name: "办事", Buttons: rows}} }
	for name, c := range map[string]struct {
		menu  AccountMenu
		field string // of the only fault, "" = none
	}{
		"one button":                {AccountMenu{Buttons: one}, ""},
		"no button":                 {AccountMenu{}, "buttons"},
		"four columns":              {AccountMenu{Buttons: []MenuButton{click("a", "1"), click("b", "2"), click("c", "3"), click("d", "4")}}, "buttons"},
		"six rows":                  {AccountMenu{Buttons: below(click("a", "1"), click("b", "2"), click("c", "3"), click("d", "4"), click("e", "5"), click("f", "6"))}, "buttons[0].buttons"},
		"name of 16 bytes":          {AccountMenu{Buttons: []MenuButton{click("办事大厅1234", "K")}}, ""},
		"name of 17 bytes":          {AccountMenu{Buttons: []MenuButton{click("办事大厅12345", "K")}}, "buttons[0].name"},
		"row of 60 bytes":           {AccountMenu{Buttons: below(click(strings.Repeat("政", 20), "K"))}, ""},
		"row of 61 bytes":           {AccountMenu{Buttons: below(click(strings.Repeat("政", 20)+"x", "K"))}, "buttons[0].buttons[0].name"},
		"no name":                   {AccountMenu{Buttons: []MenuButton{click(" ", "K")}}, "buttons[0].name"},
		"no type":                   {AccountMenu{Buttons: []MenuButton{{Name: "办事"}}}, "buttons[0].type"},
		"unknown type":              {AccountMenu{Buttons: []MenuButton{{Name: "办事", Type: "view_limited"}}}, "buttons[0].type"},
		"type above rows":           {AccountMenu{Buttons: []MenuButton{{Name: "办事", Type: ButtonClick, Buttons: one}}}, "buttons[0].type"},
		"three levels":              {AccountMenu{Buttons: below(MenuButton{Name: "a", Type: ButtonClick, Key: "1", Buttons: one})}, "buttons[0].buttons[0].buttons"},
		"same key twice":            {AccountMenu{Buttons: []MenuButton{click("a", "K"), click("b", "K")}}, "buttons[1].key"},
		"key of 129 bytes":          {AccountMenu{Buttons: []MenuButton{click("a", strings.Repeat("k", 129))}}, "buttons[0].key"},
		"address without scheme":    {AccountMenu{Buttons: []MenuButton{{Name: "a", Type: ButtonView, URL: "www.example.gov.cn"}}}, "buttons[0].url"},
		"address of a script":       {AccountMenu{Buttons: []MenuButton{{Name: "a", Type: ButtonView, URL: "javascript:alert(1)"}}}, "buttons[0].url"},
		"good address":              {AccountMenu{Buttons: []MenuButton{{Name: "a", Type: ButtonView, URL: "https://www.example.gov.cn/a?b=c&d=e"}}}, ""},
		"mini program without page": {AccountMenu{Buttons: []MenuButton{{Name: "a", Type: ButtonMiniProgram, URL: "https://a.cn", AppID: "wx0123456789abcdef"}}}, "buttons[0].pagepath"},
		"material without id":       {AccountMenu{Buttons: []MenuButton{{Name: "a", Type: ButtonMedia}}}, "buttons[0].media_id"},
		"article without id":        {AccountMenu{Buttons: []MenuButton{{Name: "a", Type: ButtonArticle}}}, "buttons[0].article_id"},
		"tag menu without tag":      {AccountMenu{Buttons: one, Conditional: []TagMenu{{Buttons: one}}}, "conditional[0].tag"},
		"tag twice":                 {AccountMenu{Buttons: one, Conditional: []TagMenu{{Tag: 100, Buttons: one}, {Tag: 100, Buttons: one}}}, "conditional[1].tag"},
		"fault in a tag menu":       {AccountMenu{Buttons: one, Conditional: []TagMenu{{Tag: 100}}}, "conditional[0].buttons"},
	} {
		var fields []string
		for _, f := range c.menu.Validate() {
			fields = append(fields, f.Field)
		}
		if got := strings.Join(fields, ","); got != c.field {
			t.Errorf("%s: faults at %q, want %q", name, got, c.field)
		}
	}
}

func TestAccountMenu_CleanKeepsWhatTheTypeUses(t *testing.T) {
	t.Parallel()
	m := AccountMenu{Buttons: []MenuButton{
		{Name: " 办事\u0007 ", Type: ButtonView, Key: "left over", URL: " https://a.cn\u200b", MediaID: "m"},
		{Name: "查询", Key: "left over", Buttons: []MenuButton{{Name: "社保", Type: ButtonClick, Key: " SB ", URL: "http://left"}}},
	}}
	want := AccountMenu{Buttons: []MenuButton{
		{Name: "办事", Type: ButtonView, URL: "https://a.cn"},
		{Name: "查询", Buttons: []MenuButton{{Name: "社保", Type: ButtonClick, Key: "SB"}}},
	}}
	if d := cmp.Diff(want, m.Clean()); d != "" {
		t.Error(d)
	}
}
