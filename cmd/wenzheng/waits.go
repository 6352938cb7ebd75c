package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/models"
)

type waitsCmd struct {
	List   waitsListCmd   `cmd:"" help:"列出诉求轮次及其第一条消息，可按文字查找"`
	Mark   waitsMarkCmd   `cmd:"" help:"标记无需答复的诉求：感谢、广告骚扰、测试"`
	Unmark waitsUnmarkCmd `cmd:"" help:"取消标记，恢复计入各项指标"`
}

type waitsListCmd struct {
	Account string `help:"账号的 AppID；只有一个账号时可不写" placeholder:"wx…"`
	From    string `help:"诉求开始的起始日期（含）；不写为截止日期前 29 天" placeholder:"日期"`
	To      string `help:"诉求开始的截止日期（含）；不写为今天" placeholder:"日期"`
	Channel string `help:"渠道：chat（对话）、form（办事表单）、comment（文章留言）" enum:"chat,form,comment" default:"chat"`
	Find    string `help:"只列第一条消息含有这些字的诉求" placeholder:"文字"`
	Marked  bool   `help:"只列已标记的诉求"`
	Limit   int    `help:"最多列多少轮，取最近的" default:"50" placeholder:"轮数"`
	JSON    bool   `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (waitsListCmd) Help() string {
	return "例：wenzheng waits list --from 2026-03-01 --to 2026-03-31 --find 谢谢\n" +
		"msg_key 是一轮诉求第一条消息的编号，用于 wenzheng waits mark。"
}

// Run lists waits for people to find the one they mean.
func (c *waitsListCmd) Run(ctx context.Context, p *program) error {
	from, to, err := days(c.From, c.To)
	if err != nil {
		return err
	}
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	account, err := st.account(ctx, c.Account)
	if err != nil {
		return err
	}
	q := analytics.WaitsQuery{
		Account: account.AppID, Channel: models.Channel(c.Channel), From: from, To: to,
		Find: c.Find, Marked: c.Marked, Limit: c.Limit,
	}
	list, more, err := st.analytics.Waits(ctx, q)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(p.stdout).Encode(map[string]any{"waits": list, "more": more})
	}
	return printWaits(p.screen(), list, more)
}

func printWaits(w io.Writer, list []analytics.ListedWait, more bool) error {
	var b strings.Builder
	for i := range list {
		l := &list[i]
		fmt.Fprintf(&b, "%s  %s  来信 %d 条  msg_key %s", l.OpenAt.Format(time.DateTime), l.State.Title(), l.Messages, l.MsgKey)
		if l.LateAnswerAt != nil {
			fmt.Fprintf(&b, "  逾期答复于 %s", l.LateAnswerAt.Format(time.DateTime))
		}
		if l.MarkedAt != nil {
			fmt.Fprintf(&b, "  【%s，%s 标记于 %s】", l.Mark.Title(), l.MarkedBy, l.MarkedAt.Format(time.DateTime))
		}
		if l.Corrected != "" {
			fmt.Fprintf(&b, "  按笔误纠正答复：%s", l.Corrected)
		}
		fmt.Fprintf(&b, "\n    %s\n", models.OneLine(l.Content, contentShown))
	}
	switch {
	case len(list) == 0:
		b.WriteString("没有符合条件的诉求\n")
	case more:
		fmt.Fprintf(&b, "只列出最近的 %d 轮；更早的请缩短日期范围，或加大 --limit\n", len(list))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// contentShown is how many characters of a message a list shows.
const contentShown = 60

type waitsMarkCmd struct {
	Keys    []string `arg:"" name:"msg_key" help:"一轮诉求第一条消息的 msg_key，可写多个；用 wenzheng waits list 查"`
	As      string   `help:"原因：thanks（感谢）、spam（广告骚扰）或 test（测试）" required:"" placeholder:"thanks"`
	Account string   `help:"账号的 AppID；只有一个账号时可不写" placeholder:"wx…"`
}

// Help implements kong's detailed help.
func (waitsMarkCmd) Help() string {
	return "例：wenzheng waits mark 24573862210053187 --as thanks\n" +
		"标记后不计入任何比率和指数，另列为“无需答复”；谁在何时标记会写入审计，可随时取消。\n" +
		"一轮里的各条来信一并标记；标记之后的新来信另起一轮，照常计时。"
}

// Run marks waits one by one.
func (c *waitsMarkCmd) Run(ctx context.Context, p *program) error {
	mark, ok := models.ParseWaitMark(c.As)
	if !ok {
		return models.NewError(models.CodeInvalid, "--as 只能是 thanks（感谢）、spam（广告骚扰）或 test（测试）")
	}
	return p.markWaits(ctx, c.Account, c.Keys, mark)
}

type waitsUnmarkCmd struct {
	Keys    []string `arg:"" name:"msg_key" help:"已标记的诉求第一条消息的 msg_key，可写多个"`
	Account string   `help:"账号的 AppID；只有一个账号时可不写" placeholder:"wx…"`
}

// Help implements kong's detailed help.
func (waitsUnmarkCmd) Help() string {
	return "例：wenzheng waits unmark 24573862210053187\n用 wenzheng waits list --marked 查看已标记的诉求。"
}

// Run takes marks back one by one.
func (c *waitsUnmarkCmd) Run(ctx context.Context, p *program) error {
	return p.markWaits(ctx, c.Account, c.Keys, models.MarkNone)
}

func (p *program) markWaits(ctx context.Context, name string, keys []string, mark models.WaitMark) error {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	account, err := st.account(ctx, name)
	if err != nil {
		return err
	}
	changed, err := st.analytics.MarkWaits(ctx, operator(), account.AppID, keys, mark)
	if err != nil {
		return err
	}
	said := "已标记为" + mark.Title()
	if mark == models.MarkNone {
		said = "已取消标记"
	}
	if changed < len(keys) {
		_, err = fmt.Fprintf(p.stdout, "%s：%d 轮，另有 %d 轮原本如此\n", said, changed, len(keys)-changed)
	} else {
		_, err = fmt.Fprintf(p.stdout, "%s：%d 轮\n", said, changed)
	}
	return err
}
