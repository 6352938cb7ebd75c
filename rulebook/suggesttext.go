package rulebook

import (
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/topics"
)

// SuggestionsText writes the groups for people: names, then matters.
func SuggestionsText(groups []topics.Group) string {
	if len(groups) == 0 {
		return "没有发现反复出现而无人能答的问题\n"
	}
	var b strings.Builder
	kind := topics.Kind("")
	for i := range groups {
		g := &groups[i]
		if g.Kind != kind {
			kind = g.Kind
			b.WriteString(map[topics.Kind]string{topics.KindName: "【说到同一名称】\n", topics.KindMatter: "【说到同一事项】\n"}[kind])
		}
		groupText(&b, g)
	}
	return b.String()
}

func groupText(b *strings.Builder, g *topics.Group) {
	fmt.Fprintf(b, "%d 条问题说到“%s”", g.Count, g.Name())
	if g.Broad {
		b.WriteString("（地区，所问各不相同）")
	}
	if len(g.Aliases) > 0 {
		fmt.Fprintf(b, "（同时说到 %s）", strings.Join(g.Aliases, "、"))
	}
	if len(g.Together) > 0 {
		fmt.Fprintf(b, "，常一起说：%s", strings.Join(g.Together, "、"))
	}
	fmt.Fprintf(b, "（最近 %s）\n    例：%s\n", g.Last.In(models.Shanghai()).Format(time.DateOnly), models.OneLine(g.Question, 60))
	if len(g.Synonyms) > 0 {
		fmt.Fprintf(b, "    可能是同一件事：%s\n", strings.Join(g.Synonyms, "、"))
	}
	for _, a := range g.Answers {
		fmt.Fprintf(b, "    建议关键词：%s（会答本组 %d 条", a.Keyword, a.InGroup)
		if a.Others > 0 {
			fmt.Fprintf(b, "，本组以外没有答上的 %d 条", a.Others)
		}
		if a.Answered > 0 {
			fmt.Fprintf(b, "；已有规则答的 %d 条也含它", a.Answered)
		}
		b.WriteString("）\n")
	}
	if len(g.Groups) > 0 {
		fmt.Fprintf(b, "    说到它的问题太多也太杂，请同时要求出现：%s 之一\n", strings.Join(g.Groups[0], "、"))
	}
}
