package menu

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
)

// Text says to people what there is of a menu.
func (m *Overview) Text() string {
	var b strings.Builder
	if m.Live == nil {
		b.WriteString("还没有从这里发布过菜单\n")
	} else {
		fmt.Fprintf(&b, "已发布 v%d，%s，作者 %s，审核 %s\n", m.Live.Version, moment(m.Live.PublishedAt), m.Live.Author, cmp.Or(m.Live.Reviewer, "—"))
	}
	shown := m.Live
	if m.Draft != nil {
		shown = m.Draft
		fmt.Fprintf(&b, "%s v%d，作者 %s\n", m.Draft.State.Title(), m.Draft.Version, m.Draft.Author)
		if m.Draft.Reason != "" {
			fmt.Fprintf(&b, "退回的理由：%s\n", m.Draft.Reason)
		}
	}
	if shown == nil {
		b.WriteString("用 wenzheng menu import 导入公众号现在的菜单，或 wenzheng menu import 菜单.yaml 导入文件\n")
		return b.String()
	}
	b.WriteString(Text(&shown.Menu))
	for _, f := range m.Findings {
		mark := "提醒"
		if f.Severity == models.SeverityError {
			mark = "错误"
		}
		fmt.Fprintf(&b, "[%s] %s：%s\n", mark, f.Where, f.Message)
	}
	return b.String()
}

func moment(at *time.Time) string {
	if at == nil {
		return "—"
	}
	return at.In(models.Shanghai()).Format(time.DateTime)
}

// Text is the tree of a menu, a button a line.
func Text(m *models.AccountMenu) string {
	var b strings.Builder
	walkMenu(m, func(at placedButton) {
		lead := "  "
		if at.column {
			lead = ""
			if strings.HasPrefix(at.path, "conditional") {
				lead, _, _ = strings.Cut(at.where, " › ")
				lead += "："
			}
		}
		fmt.Fprintf(&b, "%s%s%s\n", lead, nameOr(at.Name), actionText(&at.MenuButton))
	})
	return b.String()
}

// actionText says what a button does.
func actionText(b *models.MenuButton) string {
	if b.Type == "" {
		return ""
	}
	what := cmp.Or(b.Key, b.MediaID, b.ArticleID, b.PagePath, b.URL)
	return "  " + cmp.Or(b.Type.Title(), string(b.Type)) + " " + what
}

// Text says to people what citizens see and how ours differs.
func (m *Live) Text() string {
	var b strings.Builder
	switch {
	case m.Menu == nil:
		b.WriteString("公众号现在没有菜单\n")
	case m.Source == models.MenuOfBackOffice:
		b.WriteString("公众号现在的菜单是在公众平台后台设的；从这里发布一次以后，以这里的为准\n")
	case !m.Shown:
		b.WriteString("公众号的菜单现在是停用的（公众平台 → 自定义菜单）\n")
	}
	for _, note := range m.Notes {
		b.WriteString("注意：" + note + "\n")
	}
	if m.Drifted {
		b.WriteString("公众号现在的菜单与这里最后发布的不同：有人在别处改过\n")
	}
	return b.String() + ChangesText(m.Changes)
}

// ChangesText is a changed button a line, its fields below it.
func ChangesText(changes []Change) string {
	if len(changes) == 0 {
		return "没有差别\n"
	}
	var b strings.Builder
	title := map[ChangeKind]string{ButtonAdded: "新增", ButtonRemoved: "删除", ButtonChanged: "修改", ButtonMoved: "移动"}
	for _, c := range changes {
		fmt.Fprintf(&b, "%s  %s\n", title[c.Kind], c.Where)
		if c.Kind != ButtonAdded {
			b.WriteString(sheet.FieldLines("    ", c.Fields))
		}
	}
	return b.String()
}
