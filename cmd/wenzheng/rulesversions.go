package main

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
)

type rulesVersionsCmd struct {
	Name string `arg:"" optional:"" help:"规则名称"`
	Set  bool   `help:"全部规则合起来的各个版本：何时、谁、做了什么"`
	jsonFlag
}

// errOneOrSet asks for a rule or for the set of all.
func errOneOrSet() error {
	return models.NewError(models.CodeInvalid, "请写一条规则的名称，或用 --set 指全部规则，二者取一")
}

// sets shows the versions of all rules together.
func (c *rulesVersionsCmd) sets(ctx context.Context, p *program, st *installation, account models.Account) error {
	list, err := st.rulebook.Sets(ctx, account.AppID, 0, rulebook.MaxSets)
	if err != nil {
		return err
	}
	text := ""
	for _, v := range list {
		text += fmt.Sprintf("v%d  %s  %s  %s  新增 %d 改动 %d 停用 %d  %s\n", v.Version, v.At.Format(time.DateTime), cmp.Or(v.By, "—"), v.Title, v.Added, v.Changed, v.Removed, strings.Join(v.Rules, "、"))
	}
	return c.print(p, list, cmp.Or(text, "还没有发布过规则\n"))
}

// Run shows who changed a rule, when, and what.
func (c *rulesVersionsCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	if c.Set == (c.Name != "") {
		return errOneOrSet()
	}
	if c.Set {
		return c.sets(ctx, p, st, account)
	}
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
	Name string `arg:"" optional:"" help:"规则名称"`
	as
	Set bool  `help:"全部规则一起回到 rules versions --set 的某个版本"`
	To  int64 `help:"回到哪个版本，见 rules versions" required:"" placeholder:"N"`
}

// Run publishes an older version again.
func (c *rulesRollbackCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	if c.Set == (c.Name != "") {
		return errOneOrSet()
	}
	if c.Set {
		version, diff, err := st.rulebook.RollbackSet(ctx, c.who(), rulebook.RollbackSetRequest{Account: account, Version: c.To})
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(p.stdout, "全部规则已回到 v%d，三秒内生效，现为 v%d：新增 %d 改动 %d 停用 %d\n", c.To, version, diff.Added, diff.Changed, diff.Removed)
		return err
	}
	rule, _, err := st.rulebook.Rollback(ctx, c.who(), rulebook.RollbackRequest{Account: account, Name: c.Name, Version: c.To})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "已回到旧版本，三秒内生效：%s\n", rule.Name)
	return err
}
