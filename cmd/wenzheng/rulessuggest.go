package main

import (
	"context"
	"encoding/json"
	"io"

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
	_, err = io.WriteString(p.screen(), rulebook.SuggestionsText(groups))
	return err
}
