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

// ruleStep is what the commands share that take rules one step on, all of them or none.
type ruleStep struct {
	Names []string `arg:"" optional:"" name:"name" help:"规则名称，可写几个"`
	All   bool     `help:"所有能这样做的规则"`
	as
}

// step is a function of the rulebook that takes rules one step on.
type step func(*rulebook.Book, context.Context, models.Who, rulebook.StepRequest) ([]models.Rule, error)

// run takes the step and reports which rules took it.
func (c *ruleStep) run(ctx context.Context, p *program, parent *rulesCmd, what, reason string, take step) error {
	if c.All == (len(c.Names) > 0) {
		return models.NewError(models.CodeInvalid, "请写规则名称（可写几个），或用 --all，二者取一")
	}
	st, account, err := parent.use(ctx, p)
	if err != nil {
		return err
	}
	rules, err := take(st.rulebook, ctx, c.who(), rulebook.StepRequest{Account: account, Names: c.Names, All: c.All, Reason: reason})
	return confirm(p.screen(), err, "%s", rulebook.StepText(what, rules))
}

type rulesSubmitCmd struct{ ruleStep }

// Run hands drafts to a reviewer.
func (c *rulesSubmitCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	return c.run(ctx, p, parent, "已送审", "", (*rulebook.Book).Submit)
}

type rulesApproveCmd struct{ ruleStep }

// Run approves what another person wrote.
func (c *rulesApproveCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	return c.run(ctx, p, parent, "审核通过", "", (*rulebook.Book).Approve)
}

type rulesRejectCmd struct {
	ruleStep
	Reason string `help:"退回的理由" required:""`
}

// Run sends rules back to their authors.
func (c *rulesRejectCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	return c.run(ctx, p, parent, "已退回", c.Reason, (*rulebook.Book).Return)
}

type rulesPublishCmd struct {
	ruleStep
	At string `help:"定时发布，例 \"2026-12-25 08:00\"，由运行中的服务在那时发布；不写为现在" placeholder:"时刻"`
}

// Run publishes reviewed rules, if the whole set passes the check with them.
func (c *rulesPublishCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	if c.At != "" {
		return c.plan(ctx, p, parent)
	}
	return c.run(ctx, p, parent, "已发布，三秒内生效", "", (*rulebook.Book).Publish)
}

// plan has the running service publish later.
func (c *rulesPublishCmd) plan(ctx context.Context, p *program, parent *rulesCmd) error {
	if c.All == (len(c.Names) > 0) {
		return models.NewError(models.CodeInvalid, "请写规则名称（可写几个），或用 --all，二者取一")
	}
	at, err := models.ParseMoment(c.At, p.now())
	if err != nil {
		return err
	}
	st, account, err := parent.use(ctx, p)
	if err != nil {
		return err
	}
	plan, err := st.rulebook.PublishAt(ctx, c.who(), rulebook.StepRequest{Account: account, Names: c.Names, All: c.All}, at)
	if err != nil {
		return err
	}
	return confirm(p.screen(), nil, "已定于 %s 发布 %d 条规则，那时再检查一遍\n", plan.At.Format("2006-01-02 15:04"), len(plan.Rules))
}

type rulesArchiveCmd struct{ ruleStep }

// Run takes rules out of use; their history stays.
func (c *rulesArchiveCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	return c.run(ctx, p, parent, "已停用", "", (*rulebook.Book).Archive)
}

type rulesDiscardCmd struct{ ruleStep }

// Run gives drafts up; what is published goes on answering.
func (c *rulesDiscardCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	return c.run(ctx, p, parent, "已丢弃草稿", "", (*rulebook.Book).Discard)
}

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
	return confirm(p.stdout, err, "已回到旧版本，三秒内生效：%s\n", rule.Name)
}
