package main

import (
	"context"
	"io"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook/menu"
	"github.com/wenzheng/wenzheng/rulebook/review"
	"github.com/wenzheng/wenzheng/sheet"
)

type menuCmd struct {
	accountFlag
	Show    menuShowCmd    `cmd:"" help:"看草稿、已发布的菜单和检查结果"`
	Diff    menuDiffCmd    `cmd:"" help:"与公众号现在的菜单比较（问微信）"`
	Import  menuImportCmd  `cmd:"" help:"从文件，或从公众号现在的菜单做一份草稿"`
	Export  menuExportCmd  `cmd:"" help:"把菜单写成 YAML"`
	Submit  menuSubmitCmd  `cmd:"" help:"把草稿送审"`
	Approve menuApproveCmd `cmd:"" help:"审核通过（须不是作者本人）"`
	Reject  menuRejectCmd  `cmd:"" help:"退回修改"`
	Discard menuDiscardCmd `cmd:"" help:"丢弃草稿"`
	Publish menuPublishCmd `cmd:"" help:"把审核过的菜单发布到公众号"`
}

type menuShowCmd struct{ jsonFlag }

// Run tells what there is of the menu, without asking WeChat.
func (c *menuShowCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	return printed(p, c.jsonFlag, (*menu.Overview).Text)(st.menus.Overview(ctx, account))
}

type menuDiffCmd struct{ jsonFlag }

// Run asks WeChat what citizens see.
func (c *menuDiffCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	return printed(p, c.jsonFlag, (*menu.Live).Text)(st.menus.Live(ctx, account, st.accounts))
}

type menuImportCmd struct {
	File string `arg:"" optional:"" help:"菜单文件（YAML）；不写则读公众号现在的菜单" type:"existingfile"`
	as
}

// Run makes a draft, in place of one that is being written.
func (c *menuImportCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	if c.File == "" {
		in, err := st.menus.Import(ctx, c.who(), account, st.accounts)
		if err != nil {
			return err
		}
		return c.say(p, in.Draft, in.Notes)
	}
	read, err := sheet.ReadFile(c.File, sheet.ReadMenu)
	if err != nil {
		return err
	}
	draft, err := st.menus.Save(ctx, c.who(), menu.SaveRequest{Account: account, Force: true, Menu: read})
	if err != nil {
		return err
	}
	return c.say(p, draft, nil)
}

func (c *menuImportCmd) say(p *program, draft menu.Version, notes []string) error {
	text := "已存为草稿\n" + menu.Text(&draft.Menu)
	for _, note := range notes {
		text += "注意：" + note + "\n"
	}
	_, err := io.WriteString(p.screen(), text)
	return err
}

type menuExportCmd struct {
	File string `arg:"" optional:"" help:"写到哪个文件；不写则写到标准输出"`
	Live bool   `help:"公众号现在的菜单（问微信）；不写则为草稿，没有草稿则为已发布的"`
}

// Run writes a menu as a file that import reads.
func (c *menuExportCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	made, err := st.menus.Export(ctx, account, st.accounts, c.Live)
	if err != nil {
		return err
	}
	return p.output(c.File, "已导出菜单到 "+c.File+"\n", made.Write)
}

// menuStep is what the commands share that take the menu one step on.
type menuStep struct{ as }

func (c *menuStep) run(ctx context.Context, p *program, st *installation, account models.Account, said string, q review.Request) error {
	if _, err := st.menus.Step(ctx, c.who(), st.accounts, menu.StepRequest{Account: account, Request: q}); err != nil {
		return err
	}
	_, err := io.WriteString(p.screen(), said+"\n")
	return err
}

type menuSubmitCmd struct{ menuStep }

// Run hands the draft to a reviewer.
func (c *menuSubmitCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	return c.run(ctx, p, st, account, "菜单已送审", review.Request{Step: review.Submit})
}

type menuApproveCmd struct{ menuStep }

// Run approves what another person wrote.
func (c *menuApproveCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	return c.run(ctx, p, st, account, "菜单审核通过", review.Request{Step: review.Approve})
}

type menuRejectCmd struct {
	menuStep
	Reason string `help:"退回的理由" required:""`
}

// Run sends the menu back to its author.
func (c *menuRejectCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	return c.run(ctx, p, st, account, "菜单已退回", review.Request{Step: review.Return, Reason: c.Reason})
}

type menuDiscardCmd struct{ menuStep }

// Run gives the draft up; what citizens see stays.
func (c *menuDiscardCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	return c.run(ctx, p, st, account, "已丢弃菜单草稿", review.Request{Step: review.Discard})
}

type menuPublishCmd struct{ menuStep }

// Run makes the approved menu the one that citizens see.
func (c *menuPublishCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	return c.run(ctx, p, st, account, "菜单已发布，市民五分钟内看到", review.Request{Step: review.Publish})
}
