package main

import (
	"context"
	"fmt"

	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/models"
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
