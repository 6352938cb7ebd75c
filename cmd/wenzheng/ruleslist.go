package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
)

type rulesListCmd struct {
	State string `help:"只列此状态；published 为正在回答的，有无新草稿都算" enum:",draft,review,published,archived" default:""`
	JSON  bool   `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (rulesListCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef list --state review\n正在回答的版本与未发布的版本并列。"
}

// Run lists every rule, the version that answers beside the one on its way.
func (c *rulesListCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	rules, err := st.rulebook.List(ctx, account.AppID, models.RuleState(c.State))
	if err != nil {
		return err
	}
	if c.JSON {
		if rules == nil {
			rules = []models.Rule{}
		}
		return json.NewEncoder(p.stdout).Encode(rules)
	}
	pins, err := st.rulebook.Pins(ctx, account.AppID)
	if err != nil {
		return err
	}
	for _, pin := range pins {
		fmt.Fprintln(p.screen(), rulebook.PinText(&pin)) //nolint:errcheck // standard output
	}
	rows := make([][]string, len(rules))
	for i := range rules {
		r := &rules[i]
		rows[i] = []string{
			rulebook.LiveText(r), rulebook.DraftText(r), r.Name, "优先级 " + strconv.Itoa(r.Priority),
			"作者 " + cmp.Or(r.Author, "—"), "审核 " + cmp.Or(r.Reviewer, "—"),
		}
	}
	return p.table(rows)
}
