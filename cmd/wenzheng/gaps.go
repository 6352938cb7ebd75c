package main

import (
	"context"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
)

type gapsCmd struct {
	accountFlag
	List    gapsListCmd    `cmd:"" help:"列出没有规则能答的问题，归成组"`
	Preview gapsPreviewCmd `cmd:"" help:"看几个关键词会答到最近 5000 条问题里的哪些"`
	Draft   gapsDraftCmd   `cmd:"" help:"为一组问题写一条规则草稿，或把词并入已有的规则"`
	Ignore  gapsIgnoreCmd  `cmd:"" help:"30 天内不再列出一组问题"`
	Recall  gapsRecallCmd  `cmd:"" help:"重新列出忽略了的一组"`
}

// gapDays is which questions are looked at.
type gapDays struct {
	Days int `help:"看最近多少天的问题，1 至 90" default:"30"`
}

func (c gapDays) request(account models.Account) (rulebook.GapsRequest, error) {
	if c.Days < 1 || c.Days > 90 {
		return rulebook.GapsRequest{}, models.NewError(models.CodeInvalid, "--days 应为 1 至 90 的整数")
	}
	return rulebook.GapsRequest{Account: account, Days: c.Days, Patient: true}, nil
}

type gapsListCmd struct {
	gapDays
	Ignored bool `help:"连忽略了的一起列"`
	jsonFlag
}

// Run lists the gaps.
func (c *gapsListCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	q, err := c.request(account)
	if err != nil {
		return err
	}
	board, err := st.rulebook.Gaps(ctx, q)
	if err != nil {
		return err
	}
	return c.print(p, board, board.Text(c.Ignored))
}

type gapsPreviewCmd struct {
	Keywords []string `arg:"" name:"keyword" help:"关键词，可写几个"`
	Exclude  []string `help:"排除词，逗号分开" sep:"," placeholder:"词"`
	Rule     string   `help:"并入这条规则；不写为单独一条" placeholder:"名称"`
	jsonFlag
}

// Run shows what the keywords would answer.
func (c *gapsPreviewCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	return printed(p, c.jsonFlag, (*rulebook.Preview).Text)(st.rulebook.PreviewKeywords(ctx, rulebook.PreviewRequest{
		Account: account, Rule: c.Rule, Keywords: c.Keywords, Exclude: c.Exclude,
	}))
}

type gapsDraftCmd struct {
	gapDays
	Gap      string   `arg:"" help:"哪一组：名称，见 gaps list"`
	Rule     string   `help:"并入这条规则；不写则新建一条" placeholder:"名称"`
	Keywords []string `help:"关键词，逗号分开；不写为建议的" sep:"," placeholder:"词"`
	Exclude  []string `help:"排除词，逗号分开" sep:"," placeholder:"词"`
	as
}

// Run writes a draft for a gap.
func (c *gapsDraftCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	q, err := c.request(account)
	if err != nil {
		return err
	}
	saved, err := st.rulebook.DraftForGap(ctx, c.who(), rulebook.GapRuleRequest{
		GapsRequest: q, Key: c.Gap, Rule: c.Rule, Keywords: c.Keywords, Exclude: c.Exclude,
	})
	return confirm(p.screen(), err, "已写成草稿“%s”；写好回复后送审、发布\n", saved.Name)
}

type gapsIgnoreCmd struct {
	gapDays
	Gap    string `arg:"" help:"哪一组：名称，见 gaps list"`
	Reason string `help:"为什么（写入审计）" required:""`
	as
}

// Run ignores a gap.
func (c *gapsIgnoreCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	q, err := c.request(account)
	if err != nil {
		return err
	}
	ignored, err := st.rulebook.IgnoreGap(ctx, c.who(), rulebook.IgnoreRequest{GapsRequest: q, Key: c.Gap, Reason: c.Reason})
	return confirm(p.screen(), err, "已忽略到 %s；问的人多起来会提前回来\n", ignored.Until.In(models.Shanghai()).Format("2006-01-02"))
}

type gapsRecallCmd struct {
	Gap string `arg:"" help:"哪一组：名称，见 gaps list --ignored"`
	as
}

// Run brings a gap back.
func (c *gapsRecallCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	return confirm(p.stdout, st.rulebook.RecallGap(ctx, c.who(), account.AppID, c.Gap), "已恢复\n")
}
