package texts

import (
	"cmp"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// ListText lists texts for people.
func ListText(list []Text) string {
	var b strings.Builder
	for i := range list {
		b.WriteString(list[i].String() + "\n")
	}
	return b.String()
}

// String says to people what a text is now, and what is on its way.
func (x *Text) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s（%s）  %s\n", x.Title, x.Key, x.origin())
	switch {
	case x.HeldBy == ByWords:
		fmt.Fprintf(&b, "    %s\n", cmp.Or(strings.Join(x.Words, "、"), "没有自己的词"))
	case x.Text != "":
		fmt.Fprintf(&b, "    %s\n", models.OneLine(x.Text, 100))
	}
	for _, r := range x.Rules {
		fmt.Fprintf(&b, "    规则“%s”  %s\n", r.Name, map[bool]string{true: "正在回答", false: "未发布"}[r.Live])
	}
	if d := x.Draft; d != nil {
		fmt.Fprintf(&b, "    %s（%s 写）：%s\n", d.State.Title(), d.Author, d.content())
		if d.Reason != "" {
			fmt.Fprintf(&b, "    退回的理由：%s\n", d.Reason)
		}
	}
	for _, f := range x.Findings {
		fmt.Fprintf(&b, "    提醒：%s\n", f.Text)
	}
	return b.String()
}

func (x *Text) origin() string {
	switch {
	case x.HeldBy == ByRule:
		return "由规则回答"
	case x.HeldBy == ByWords && len(x.BuiltIn) > 0:
		return fmt.Sprintf("自己的 %d 个，内置 %d 个", len(x.Words), len(x.BuiltIn))
	case x.HeldBy == ByWords:
		return fmt.Sprintf("%d 个", len(x.Words))
	case !x.Set:
		return "内置"
	}
	return x.By + " 写，" + x.Since.Format(time.DateTime) + " 起"
}

func (d *Draft) content() string {
	if len(d.Added)+len(d.Removed) > 0 {
		var parts []string
		for _, w := range d.Added {
			parts = append(parts, "+"+w)
		}
		for _, w := range d.Removed {
			parts = append(parts, "-"+w)
		}
		return strings.Join(parts, " ")
	}
	return cmp.Or(models.OneLine(d.Text, 100), "内置")
}
