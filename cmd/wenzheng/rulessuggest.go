package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
	"github.com/wenzheng/wenzheng/topics"
)

type rulesSuggestCmd struct {
	Since string `help:"看这一天起的问题，例 2026-10-01；不写为全部" placeholder:"日期"`
	Min   int    `help:"至少几条问题才成一组" default:"2"`
	Max   int    `help:"名称和事项各最多列几组" default:"50"`
	JSON  bool   `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (rulesSuggestCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef suggest --since 2026-10-01\n" +
		"列出没有规则能答的问题：说到同一个名称（小区、道路、机构……）的为一组，说到同一件事的为一组，一条问题可在几组里；并建议关键词，说明用它写规则会答到多少条。"
}

// Run shows what citizens ask and no rule answers.
func (c *rulesSuggestCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	if c.Min < 1 || c.Max < 1 {
		return models.NewError(models.CodeInvalid, "--min 和 --max 应为 1 或更大的整数")
	}
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	from, _, err := days(c.Since, "")
	if err != nil {
		return err
	}
	groups, err := st.rulebook.Suggest(ctx, rulebook.SuggestRequest{
		Account: account, From: from, Options: topics.Options{MinCount: c.Min, MaxGroups: c.Max},
	})
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(p.stdout).Encode(groups)
	}
	_, err = fmt.Fprint(p.stdout, suggestionsText(groups))
	return err
}

// suggestionsText writes the groups for people: names, then matters.
func suggestionsText(groups []topics.Group) string {
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
	fmt.Fprintf(b, "（最近 %s）\n    例：%s\n", g.Last.In(indices.Shanghai()).Format(time.DateOnly), oneLine(g.Question, 60))
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
