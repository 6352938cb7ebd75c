package main

import (
	"context"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
)

type rulesVersionsCmd struct {
	Name string `arg:"" help:"规则名称"`
	jsonFlag
}

// Run shows who changed a rule, when, and what.
func (c *rulesVersionsCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	list, err := st.rulebook.Versions(ctx, account.AppID, c.Name)
	if err != nil {
		return err
	}
	rules := make([]models.Rule, len(list))
	text := ""
	for i := range list {
		rules[i] = list[i].Rule
		text += list[i].Text()
	}
	return c.print(p, rules, text)
}

type rulesRollbackCmd struct {
	Name string `arg:"" help:"规则名称"`
	as
	To int64 `help:"回到哪个版本，见 rules versions" required:"" placeholder:"N"`
}

// Run publishes an older version again.
func (c *rulesRollbackCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	rule, _, err := st.rulebook.Rollback(ctx, c.who(), rulebook.RollbackRequest{Account: account, Name: c.Name, Version: c.To})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "已回到旧版本，三秒内生效：%s\n", rule.Name)
	return err
}
