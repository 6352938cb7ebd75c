package main

import (
	"context"
	"fmt"

	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/sheet/textgrid"
)

type deskCmd struct {
	List  deskListCmd  `cmd:"" help:"列出接待"`
	Close deskCloseCmd `cmd:"" help:"结束一个接待；不停止市民的等待"`
}

type deskListCmd struct {
	accountFlag
	Box   string `help:"queue（待接入）、all（全部进行中的）或 final（已结束的）" enum:"queue,all,final" default:"all" placeholder:"框"`
	Limit int    `help:"最多列多少个" default:"50" placeholder:"个数"`
	jsonFlag
}

// Run lists conversations, texts masked.
func (c *deskListCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	page, err := st.desk.List(ctx, desk.Query{Box: c.Box, Accounts: []string{account.AppID}, Limit: c.Limit})
	if err != nil {
		return err
	}
	return c.print(p, page, textgrid.Columns(desk.Rows(page.Rows), p.width()))
}

type deskCloseCmd struct {
	ID     int64  `arg:"" name:"id" help:"接待的编号；用 wenzheng desk list 查"`
	Code   string `help:"为什么：done（已答复）、no_reply（不必答复）、spam（骚扰）、case（转工单）或 other" enum:"done,no_reply,spam,case,other" required:"" placeholder:"原因"`
	Reason string `help:"说明，other 时必写" placeholder:"说明"`
	jsonFlag
}

// Run closes a conversation as of its newest version.
func (c *deskCloseCmd) Run(ctx context.Context, p *program, st *installation) error {
	one, err := st.desk.Conversation(ctx, c.ID, nil, "")
	if err != nil {
		return err
	}
	closed, err := st.desk.Close(ctx, operator(), desk.Close{Act: desk.Act{ID: c.ID, Version: one.Version}, Code: c.Code, Text: c.Reason})
	if err != nil {
		return err
	}
	return c.print(p, closed, fmt.Sprintf("接待 %d 已结束\n", c.ID))
}

type rosterCmd struct {
	Show   rosterShowCmd   `cmd:"" help:"值班安排，和没有人值班的时段"`
	Import rosterImportCmd `cmd:"" help:"换成文件里的值班安排"`
}

type rosterShowCmd struct {
	accountFlag
	jsonFlag
}

// Run shows who is on duty when.
func (c *rosterShowCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	r, err := st.desk.Roster(ctx, account.AppID)
	if err != nil {
		return err
	}
	return c.print(p, r, textgrid.Columns(desk.DutyRows(r.Duties), p.width())+desk.GapsText(r.Gaps))
}

type rosterImportCmd struct {
	accountFlag
	File string `arg:"" help:"CSV 或 xlsx 文件" type:"existingfile"`
	jsonFlag
}

// Run replaces the roster of an account.
func (c *rosterImportCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	duties, err := sheet.ReadFile(c.File, sheet.ReadDuties)
	if err != nil {
		return err
	}
	r, err := st.desk.SetRoster(ctx, operator(), account.AppID, duties)
	if err != nil {
		return err
	}
	return c.print(p, r, fmt.Sprintf("已换成 %d 条值班\n", len(r.Duties))+desk.GapsText(r.Gaps))
}

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
