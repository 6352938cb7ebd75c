package main

import (
	"context"

	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/models"
)

type waitsCmd struct {
	List   waitsListCmd   `cmd:"" help:"列出诉求轮次及其第一条消息，可按文字查找"`
	Mark   waitsMarkCmd   `cmd:"" help:"标记无需答复的诉求：感谢、广告骚扰、测试"`
	Unmark waitsUnmarkCmd `cmd:"" help:"取消标记，恢复计入各项指标"`
}

type waitsListCmd struct {
	accountFlag
	From    string `help:"诉求开始的起始日期（含）；不写为截止日期前 29 天" placeholder:"日期"`
	To      string `help:"诉求开始的截止日期（含）；不写为今天" placeholder:"日期"`
	Channel string `help:"渠道：chat（对话）、form（办事表单）、comment（文章留言）" enum:"chat,form,comment" default:"chat"`
	Find    string `help:"只列第一条消息含有这些字的诉求" placeholder:"文字"`
	Marked  bool   `help:"只列已标记的诉求"`
	Limit   int    `help:"最多列多少轮，取最近的" default:"50" placeholder:"轮数"`
	jsonFlag
}

// Run lists waits for people to find the one they mean.
func (c *waitsListCmd) Run(ctx context.Context, p *program) error {
	from, to, err := models.ParseDays(c.From, c.To)
	if err != nil {
		return err
	}
	st, account, err := c.use(ctx, p)
	if err != nil {
		return err
	}
	list, more, err := st.analytics.Waits(ctx, analytics.WaitsQuery{
		Account: account.AppID, Channel: models.Channel(c.Channel), From: from, To: to,
		Find: c.Find, Marked: c.Marked, Limit: c.Limit,
	})
	if err != nil {
		return err
	}
	return c.print(p, map[string]any{"waits": list, "more": more}, analytics.WaitsText(list, more))
}

type waitsMarkCmd struct {
	Keys []string `arg:"" name:"msg_key" help:"一轮诉求第一条消息的 msg_key，可写多个；用 wenzheng waits list 查"`
	As   string   `help:"原因：thanks（感谢）、spam（广告骚扰）或 test（测试）" required:"" placeholder:"thanks"`
	accountFlag
}

// Run marks waits one by one.
func (c *waitsMarkCmd) Run(ctx context.Context, p *program) error {
	mark, ok := models.ParseWaitMark(c.As)
	if !ok {
		return models.NewError(models.CodeInvalid, "--as 只能是 thanks（感谢）、spam（广告骚扰）或 test（测试）")
	}
	return p.markWaits(ctx, c.accountFlag, c.Keys, mark)
}

type waitsUnmarkCmd struct {
	Keys []string `arg:"" name:"msg_key" help:"已标记的诉求第一条消息的 msg_key，可写多个"`
	accountFlag
}

// Run takes marks back one by one.
func (c *waitsUnmarkCmd) Run(ctx context.Context, p *program) error {
	return p.markWaits(ctx, c.accountFlag, c.Keys, models.MarkNone)
}

func (p *program) markWaits(ctx context.Context, of accountFlag, keys []string, mark models.WaitMark) error {
	st, account, err := of.use(ctx, p)
	if err != nil {
		return err
	}
	changed, err := st.analytics.MarkWaits(ctx, operator(), account.AppID, keys, mark)
	return confirm(p.stdout, err, "%s", analytics.MarkedText(mark, changed, len(keys)))
}
