package rulebook

import (
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/topics"
)

// Text writes the gaps for people, ignored ones where they are asked for.
func (g *GapBoard) Text(ignored bool) string {
	var b strings.Builder
	fmt.Fprintf(&b, "最近 %d 天 %d 条问题，%d 条没有规则能答（%.1f%%）\n", g.Days, g.Asked, g.Open, percent(g.Open, g.Asked))
	for i := range g.Gaps {
		x := &g.Gaps[i]
		if x.Ignored != nil && !ignored {
			continue
		}
		day := func(at time.Time) string { return at.In(models.Shanghai()).Format(time.DateOnly) }
		fmt.Fprintf(&b, "%s（%s）  %d 条，%d 人，占 %.1f%%，%s 至 %s\n", x.Name, x.kind(), x.Count, x.Citizens, x.Share, day(x.First), day(x.Last))
		for _, s := range x.Sentences {
			b.WriteString("    " + models.OneLine(s, 60) + "\n")
		}
		if x.Draft != nil {
			b.WriteString("    有草稿能答：" + x.Draft.Name + "\n")
		}
		if x.Ignored != nil {
			fmt.Fprintf(&b, "    已忽略到 %s：%s（%s）\n", day(x.Ignored.Until), x.Ignored.Reason, x.Ignored.By)
		}
	}
	return b.String()
}

func (g *Gap) kind() string {
	switch {
	case g.Broad:
		return "地区"
	case g.Kind == topics.KindName:
		return "名称"
	}
	return "事项"
}

// Text says to people what the words would answer.
func (p *Preview) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "最近 %d 条问题里会答 %d 条：%d 条现在没有规则能答\n", p.Questions, p.Answers, p.Gained)
	for _, r := range p.Taken {
		fmt.Fprintf(&b, "    从“%s”那里答走 %d 条\n", r.Rule, r.Questions)
	}
	for _, r := range p.Left {
		fmt.Fprintf(&b, "    %d 条也含这些词，仍由“%s”答\n", r.Questions, r.Rule)
	}
	for _, s := range p.Samples {
		today := "现在没有规则答"
		if s.Today != "" {
			today = "现在由“" + s.Today + "”答"
		}
		fmt.Fprintf(&b, "    例：%s（%s）\n", models.OneLine(s.Text, 60), today)
	}
	return b.String()
}
