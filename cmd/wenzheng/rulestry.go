package main

import (
	"context"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
	"github.com/wenzheng/wenzheng/topics"
)

type rulesTryCmd struct {
	Text string `arg:"" help:"市民会写的一句话"`
	File string `help:"试已发布的规则换上这个文件之后的样子（不写入）" placeholder:"文件"`
	ruleChoice
	At string `help:"当作在这个时刻问的，例 \"2026-12-25 20:00\"；只写 20:00 则为今天；不写为现在" placeholder:"时刻"`
	jsonFlag
}

// Run shows what a citizen would be told, and why.
func (c *rulesTryCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	at, err := models.ParseMoment(c.At, p.now())
	if err != nil {
		return err
	}
	selection, err := c.selection(c.File)
	if err != nil {
		return err
	}
	st, account, err := parent.use(ctx, p)
	if err != nil {
		return err
	}
	return printed(p, c.jsonFlag, rulebook.TrialText)(st.rulebook.Try(ctx, rulebook.TryRequest{Account: account, Rules: selection, Text: c.Text, At: at}))
}

type rulesCheckCmd struct {
	File string `arg:"" optional:"" help:"检查已发布的规则换上这个文件之后的样子（不写入）；不写则检查已发布的规则"`
	ruleChoice
	jsonFlag
}

// Run lints rules.
func (c *rulesCheckCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	selection, err := c.selection(c.File)
	if err != nil {
		return err
	}
	rules, findings, err := st.rulebook.Check(ctx, account, selection)
	if err != nil {
		return err
	}
	err = c.print(p, append([]models.Finding{}, findings...), rulebook.FindingsText(rules, findings))
	if err == nil && bot.Refused(findings) {
		err = exitCode(1)
	}
	return err
}

type rulesReplayCmd struct {
	Since string `help:"重放这一天起市民问过的话，例 2026-10-01" required:"" placeholder:"日期"`
	File  string `arg:"" optional:"" help:"与已发布的规则换上这个文件之后的样子比较"`
	ruleChoice
	jsonFlag
}

// Run asks the published and the new set everything that was asked.
func (c *rulesReplayCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	if c.Draft == (c.File != "") {
		return models.NewError(models.CodeInvalid, "请写 --draft（与草稿比较）或一个规则文件，二者取一")
	}
	from, _, err := models.ParseDays(c.Since, "")
	if err != nil {
		return err
	}
	selection, err := c.selection(c.File)
	if err != nil {
		return err
	}
	st, account, err := parent.use(ctx, p)
	if err != nil {
		return err
	}
	return printed(p, c.jsonFlag, rulebook.ReplayText)(st.rulebook.Replay(ctx, rulebook.ReplayRequest{Account: account, Rules: selection, From: from}))
}

type rulesSuggestCmd struct {
	Since string `help:"看这一天起的问题，例 2026-10-01；不写为全部" placeholder:"日期"`
	Min   int    `help:"至少几条问题才成一组" default:"2"`
	Max   int    `help:"名称和事项各最多列几组" default:"50"`
	jsonFlag
}

// Run shows what citizens ask and no rule answers.
func (c *rulesSuggestCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	if c.Min < 1 || c.Max < 1 {
		return models.NewError(models.CodeInvalid, "--min 和 --max 应为 1 或更大的整数")
	}
	from, _, err := models.ParseDays(c.Since, "")
	if err != nil {
		return err
	}
	st, account, err := parent.use(ctx, p)
	if err != nil {
		return err
	}
	groups, err := st.rulebook.Suggest(ctx, rulebook.SuggestRequest{
		Account: account, From: from, Options: topics.Options{MinCount: c.Min, MaxGroups: c.Max},
	})
	if err != nil {
		return err
	}
	return c.print(p, groups, rulebook.SuggestionsText(groups))
}
