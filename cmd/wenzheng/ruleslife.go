package main

import (
	"context"
	"fmt"
	"io"

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
func (c *ruleStep) run(ctx context.Context, p *program, parent *rulesCmd, said, reason string, take step) error {
	if c.All == (len(c.Names) > 0) {
		return models.NewError(models.CodeInvalid, "请写规则名称（可写几个），或用 --all，二者取一")
	}
	st, account, err := parent.use(ctx, p)
	if err != nil {
		return err
	}
	rules, err := take(st.rulebook, ctx, c.who(), rulebook.StepRequest{Account: account, Names: c.Names, All: c.All, Reason: reason})
	if err != nil {
		return err
	}
	_, err = io.WriteString(p.screen(), rulebook.StepText(said, rules))
	return err
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
	_, err = fmt.Fprintf(p.screen(), "已定于 %s 发布 %d 条规则，那时再检查一遍\n", plan.At.Format("2006-01-02 15:04"), len(plan.Rules))
	return err
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
