package main

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
)

type rulesVersionsCmd struct {
	Name string `arg:"" help:"规则名称"`
	JSON bool   `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (rulesVersionsCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef versions 居住证办理"
}

// Run shows who changed a rule, when, and what.
func (c *rulesVersionsCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	list, err := st.rulebook.Versions(ctx, account.AppID, c.Name)
	if err != nil {
		return err
	}
	if c.JSON {
		rules := make([]models.Rule, len(list))
		for i := range list {
			rules[i] = list[i].Rule
		}
		return json.NewEncoder(p.stdout).Encode(rules)
	}
	for i := range list {
		fmt.Fprint(p.screen(), list[i].Text()) //nolint:errcheck // standard output
	}
	return nil
}

type rulesRollbackCmd struct {
	Name string `arg:"" help:"规则名称"`
	as
	To int64 `help:"回到哪个版本，见 rules versions" required:"" placeholder:"N"`
}

// Help implements kong's detailed help.
func (rulesRollbackCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef rollback 居住证办理 --to 2"
}

// Run publishes an older version again.
func (c *rulesRollbackCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	rule, err := st.rulebook.Rollback(ctx, c.who(), rulebook.RollbackRequest{Account: account, Name: c.Name, Version: c.To})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "已回到旧版本，三秒内生效：%s\n", rule.Name)
	return err
}
