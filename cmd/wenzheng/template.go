package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/wenzheng/wenzheng/desk/templates"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet/textgrid"
)

type templateCmd struct {
	List   templateListCmd   `cmd:"" help:"列出大家用的模板和待审核的改动"`
	Save   templateSaveCmd   `cmd:"" help:"新建或修改大家用的模板，由另一人审核后生效"`
	Review templateReviewCmd `cmd:"" help:"审核通过，或写明原因退回"`
	Remove templateRemoveCmd `cmd:"" help:"删除模板"`
}

type templateListCmd struct {
	accountFlag
	jsonFlag
}

// Run lists templates.
func (c *templateListCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	list, err := st.templates.List(ctx, operator(), account.AppID, true)
	if err != nil {
		return err
	}
	return c.print(p, list, textgrid.Columns(templates.Rows(list), p.width()))
}

// template finds a shared template by its name; the id is 0 where there is none.
func (i *installation) template(ctx context.Context, account models.Account, name string) (templates.Which, error) {
	w := templates.Which{Account: account.AppID, Edits: true}
	list, err := i.templates.List(ctx, operator(), account.AppID, true)
	if at := slices.IndexFunc(list, func(m templates.Template) bool { return m.Name == name && !m.Mine }); at >= 0 {
		w.ID, w.Version = list[at].ID, list[at].Version
	}
	return w, err
}

type templateSaveCmd struct {
	accountFlag
	as
	Name string `arg:"" help:"模板的名称"`
	Text string `arg:"" help:"文字；可用 {账号}、{时段问候} 等变量，[[填写]] 是发送前必须填的空"`
	jsonFlag
}

// Run proposes a text.
func (c *templateSaveCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	which, err := st.template(ctx, account, c.Name)
	if err != nil {
		return err
	}
	m, err := st.templates.Save(ctx, c.who(), templates.Save{Which: which, Name: c.Name, Text: c.Text})
	if err != nil {
		return err
	}
	return c.print(p, m, fmt.Sprintf("“%s”已送审，由另一人审核后生效\n", m.Name))
}

type templateReviewCmd struct {
	accountFlag
	as
	Name   string `arg:"" help:"模板的名称"`
	Return string `help:"退回，并写明原因；不写就是通过" placeholder:"原因"`
	jsonFlag
}

// Run approves or returns.
func (c *templateReviewCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	which, err := st.template(ctx, account, c.Name)
	if err != nil {
		return err
	}
	m, err := st.templates.Review(ctx, c.who(), which, c.Return == "", c.Return)
	if err != nil {
		return err
	}
	said := "已生效"
	if c.Return != "" {
		said = "已退回"
	}
	return c.print(p, m, fmt.Sprintf("“%s”%s\n", m.Name, said))
}

type templateRemoveCmd struct {
	accountFlag
	Name string `arg:"" help:"模板的名称"`
	jsonFlag
}

// Run removes one.
func (c *templateRemoveCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	which, err := st.template(ctx, account, c.Name)
	if err == nil {
		err = st.templates.Remove(ctx, operator(), which)
	}
	if err != nil {
		return err
	}
	return c.print(p, struct{}{}, fmt.Sprintf("“%s”已删除\n", c.Name))
}
