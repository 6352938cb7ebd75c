package main

import (
	"context"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/sheet/textgrid"
)

type outboxCmd struct {
	List    outboxListCmd    `cmd:"" help:"列出发给市民的消息：待发送、等待取件、不知是否送达的"`
	Resolve outboxResolveCmd `cmd:"" help:"认定一条不知是否送达的消息，不会再发"`
}

type outboxListCmd struct {
	accountFlag
	State []string `help:"状态，可写多个，用逗号分开：queued（待发送）、sending（发送中）、sent（已送达）、failed（没有送达）、held（等待取件）、unknown（不知是否送达）、cancelled（已取消）" sep:"," placeholder:"状态"`
	Staff string   `help:"只列这位人员写的（登录名）" placeholder:"登录名"`
	Limit int      `help:"最多列多少条，取最近的" default:"50" placeholder:"条数"`
	jsonFlag
}

// Run lists messages, texts masked.
func (c *outboxListCmd) Run(ctx context.Context, p *program) error {
	f := outbox.Filter{Staff: c.Staff, Limit: c.Limit}
	for _, s := range names(c.State) {
		if outbox.StateTitle(outbox.State(s)) == "" {
			return models.NewError(models.CodeInvalid, "没有状态 "+models.OneLine(s, 32)+"，可用的见 wenzheng outbox list --help")
		}
		f.States = append(f.States, outbox.State(s))
	}
	st, account, err := c.use(ctx, p)
	if err != nil {
		return err
	}
	f.Accounts = []string{account.AppID}
	page, err := st.outbox.List(ctx, outbox.Everything(), f)
	if err != nil {
		return err
	}
	return c.print(p, page, textgrid.Columns(outbox.Rows(page.Items), p.width()))
}

type outboxResolveCmd struct {
	ID     int64  `arg:"" name:"id" help:"消息的编号；用 wenzheng outbox list 查"`
	As     string `help:"查明的结果：sent（市民收到了）或 failed（没有收到）" required:"" placeholder:"sent"`
	Reason string `help:"怎样查明的，记入审计" required:"" placeholder:"理由"`
	jsonFlag
}

// Run settles one message as of its newest version.
func (c *outboxResolveCmd) Run(ctx context.Context, p *program) error {
	arrived := c.As == string(outbox.Sent)
	if !arrived && c.As != string(outbox.Failed) {
		return models.NewError(models.CodeInvalid, "--as 只能是 sent（市民收到了）或 failed（没有收到）")
	}
	st, err := p.use(ctx)
	if err != nil {
		return err
	}
	i, err := st.outbox.Item(ctx, outbox.Everything(), c.ID)
	if err == nil {
		i, err = st.outbox.Resolve(ctx, operator(), outbox.Everything(), outbox.Act{ID: c.ID, Version: i.Version, Reason: c.Reason}, arrived)
	}
	if err != nil {
		return err
	}
	return c.print(p, i, fmt.Sprintf("消息 %d 已认定为“%s”\n", i.ID, outbox.StateTitle(i.State)))
}
