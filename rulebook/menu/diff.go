package menu

import (
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
)

// Change is a button that is new, gone, elsewhere or another one.
type Change struct {
	Where  string              `json:"where"`
	Kind   ChangeKind          `json:"kind"`
	Fields []sheet.FieldChange `json:"fields"` // of a changed or moved button
}

// ChangeKind says what became of a button.
type ChangeKind string

// A button that was only moved is no changed one.
const (
	ButtonAdded   ChangeKind = "added"
	ButtonRemoved ChangeKind = "removed"
	ButtonChanged ChangeKind = "changed"
	ButtonMoved   ChangeKind = "moved"
)

// Compare lists the buttons in which two menus differ; nil is no menu. A button is known by its
// name in its column, else by its place.
func Compare(before, after *models.AccountMenu) []Change {
	was, is := placedButtons(before), placedButtons(after)
	gone := make([]bool, len(was))
	pairs := make([]int, len(is)) // of each new button the old one, -1 = none
	match := func(same func(a, b *placedButton) bool) {
		for i := range is {
			for j := range was {
				if pairs[i] < 0 && !gone[j] && same(&was[j], &is[i]) {
					pairs[i], gone[j] = j, true
				}
			}
		}
	}
	for i := range pairs {
		pairs[i] = -1
	}
	match(func(a, b *placedButton) bool { return a.where == b.where && a.path == b.path })
	match(func(a, b *placedButton) bool { return a.where == b.where })
	match(func(a, b *placedButton) bool { return a.path == b.path })
	changes := []Change{}
	for i := range is {
		if pairs[i] < 0 {
			changes = append(changes, Change{is[i].where, ButtonAdded, buttonFields(&models.MenuButton{}, &is[i].MenuButton)})
			continue
		}
		old := &was[pairs[i]]
		fields := buttonFields(&old.MenuButton, &is[i].MenuButton)
		switch {
		case len(fields) > 0:
			changes = append(changes, Change{is[i].where, ButtonChanged, fields})
		case old.path != is[i].path:
			changes = append(changes, Change{is[i].where, ButtonMoved, []sheet.FieldChange{{Field: "place", Title: "位置", Before: placeTitle(old.path), After: placeTitle(is[i].path)}}})
		}
	}
	for j := range was {
		if !gone[j] {
			changes = append(changes, Change{was[j].where, ButtonRemoved, []sheet.FieldChange{}})
		}
	}
	return changes
}

func placedButtons(m *models.AccountMenu) []placedButton {
	var out []placedButton
	if m != nil {
		walkMenu(m, func(b placedButton) { out = append(out, b) })
	}
	return out
}

// placeTitle says a place in numbers that people count from 1: 第 1 列第 3 项.
func placeTitle(path string) string {
	numbers := strings.FieldsFunc(path, func(r rune) bool { return r < '0' || r > '9' })
	counted := make([]string, len(numbers))
	for i, n := range numbers {
		place, _ := strconv.Atoi(n) // digits alone
		counted[i] = strconv.Itoa(place + 1)
	}
	switch {
	case strings.HasPrefix(path, "conditional") && len(counted) == 3:
		return "标签菜单 " + counted[0] + " 第 " + counted[1] + " 列第 " + counted[2] + " 项"
	case strings.HasPrefix(path, "conditional"):
		return "标签菜单 " + counted[0] + " 第 " + counted[1] + " 列"
	case len(counted) == 2:
		return "第 " + counted[0] + " 列第 " + counted[1] + " 项"
	}
	return "第 " + counted[0] + " 列"
}

func buttonFields(a, b *models.MenuButton) []sheet.FieldChange {
	fields := []sheet.FieldChange{}
	add := func(field, title, before, after string) {
		if before != after {
			fields = append(fields, sheet.FieldChange{Field: field, Title: title, Before: before, After: after})
		}
	}
	add("name", "名称", a.Name, b.Name)
	add("type", "类型", a.Type.Title(), b.Type.Title())
	add("key", "KEY", a.Key, b.Key)
	add("url", "网址", a.URL, b.URL)
	add("media_id", "素材", a.MediaID, b.MediaID)
	add("article_id", "图文", a.ArticleID, b.ArticleID)
	add("appid", "小程序", a.AppID, b.AppID)
	add("pagepath", "小程序页面", a.PagePath, b.PagePath)
	return fields
}
