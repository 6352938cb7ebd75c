package menu

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/models"
)

// Finding is a fault of a menu, or a doubt about it.
type Finding struct {
	Severity models.Severity `json:"severity"`
	Field    string          `json:"field"` // its place: buttons[0].buttons[2].name
	Where    string          `json:"where"` // the same for people: 办事 › 公积金
	Message  string          `json:"message"`
	// Key is that of a button that no rule answers: a rule for it would mend that.
	Key string `json:"key,omitempty"`
}

// Key is a key of a menu and the published rule that answers it, "" where none does.
type Key struct {
	Key    string `json:"key"`
	Button string `json:"button"`
	Rule   string `json:"rule"`
}

// lintMenu names what WeChat would refuse, errors, and what citizens would stumble over, and which
// rule answers each key.
func lintMenu(m *models.AccountMenu, rules []models.Rule) ([]Finding, []Key) {
	findings, keys := []Finding{}, []Key{}
	for _, f := range m.Validate() {
		findings = append(findings, Finding{Severity: models.SeverityError, Field: f.Field, Where: whereIn(m, f.Field), Message: f.Message})
	}
	walkMenu(m, func(at placedButton) {
		doubt := func(field, key, format string, args ...any) {
			findings = append(findings, Finding{
				Severity: models.SeverityWarning, Field: at.path + "." + field, Where: at.where, Message: fmt.Sprintf(format, args...), Key: key,
			})
		}
		shown := models.ShownRowChars
		if at.column {
			shown = models.ShownColumnChars
		}
		if n := shownWidth(at.Name); n > 2*shown {
			doubt("name", "", "手机上约显示 %d 个汉字，后面的会变成省略号", shown)
		}
		triggers := triggersOf(at.Type)
		if len(triggers) == 0 || at.Key == "" {
			return
		}
		rule := ruleFor(rules, triggers, at.Key)
		if !slices.ContainsFunc(keys, func(k Key) bool { return k.Key == at.Key }) {
			keys = append(keys, Key{Key: at.Key, Button: at.Name, Rule: rule})
		}
		if rule == "" {
			doubt("key", at.Key, "没有已发布的规则回复 KEY %s：市民点了没有反应", at.Key)
		}
	})
	return findings, keys
}

// shownWidth counts characters as a phone shows them, in halves: a Chinese one takes two.
func shownWidth(name string) int {
	return utf8.RuneCountInString(name) + strings.Count(strings.Map(func(r rune) rune {
		if r < 0x2e80 {
			return -1
		}
		return '一'
	}, name), "一")
}

// triggersOf are the entry points of rules by which a press of such a button is answered.
func triggersOf(t models.ButtonType) []models.Trigger {
	switch t {
	case models.ButtonClick, models.ButtonScanWait:
		return []models.Trigger{models.OnClick}
	case models.ButtonPhoto, models.ButtonPhotoAlbum, models.ButtonAlbum:
		return []models.Trigger{models.OnPhoto, models.OnImage}
	case models.ButtonLocation:
		return []models.Trigger{models.OnLocation}
	}
	return nil
}

// ruleFor is the name of a rule that answers a key at one of the entry points, one for this key before
// one for any.
func ruleFor(rules []models.Rule, triggers []models.Trigger, key string) string {
	ofAll := ""
	for i := range rules {
		r := &rules[i]
		if !slices.ContainsFunc(r.On, func(on models.Trigger) bool { return slices.Contains(triggers, on) }) {
			continue
		}
		if slices.ContainsFunc(r.Keys, func(k string) bool { return strings.TrimSpace(k) == key }) {
			return r.Name
		}
		if len(r.Keys) == 0 && ofAll == "" {
			ofAll = r.Name
		}
	}
	return ofAll
}

// placedButton is a button and where it stands.
type placedButton struct {
	models.MenuButton
	path   string // buttons[0].buttons[2]
	where  string // 办事 › 公积金
	column bool
}

// walkMenu visits every button, columns before what is below them.
func walkMenu(m *models.AccountMenu, visit func(placedButton)) {
	walkButtons("buttons", "", m.Buttons, visit)
	for i, c := range m.Conditional {
		walkButtons(fmt.Sprintf("conditional[%d].buttons", i), tagTitle(&c)+" › ", c.Buttons, visit)
	}
}

func walkButtons(path, before string, columns []models.MenuButton, visit func(placedButton)) {
	for i, column := range columns {
		at := placedButton{column, fmt.Sprintf("%s[%d]", path, i), before + nameOr(column.Name), true}
		visit(at)
		for j, row := range column.Buttons {
			visit(placedButton{row, fmt.Sprintf("%s.buttons[%d]", at.path, j), at.where + " › " + nameOr(row.Name), false})
		}
	}
}

func tagTitle(c *models.TagMenu) string {
	if c.TagName == "" {
		return fmt.Sprintf("标签 %d", c.Tag)
	}
	return "标签“" + c.TagName + "”"
}

func nameOr(name string) string {
	if name == "" {
		return "（没有名称）"
	}
	return name
}

// whereIn is the place of a field for people: the button that holds it.
func whereIn(m *models.AccountMenu, field string) string {
	where := ""
	longest := 0
	walkMenu(m, func(at placedButton) {
		if strings.HasPrefix(field, at.path) && len(at.path) > longest {
			where, longest = at.where, len(at.path)
		}
	})
	if where == "" {
		return "菜单"
	}
	return where
}
