package main

import (
	"context"
	"fmt"
	"slices"

	"github.com/wenzheng/wenzheng/desk/templates"
	"github.com/wenzheng/wenzheng/models"
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
	return listed(p, c.jsonFlag, templates.Rows)(st.templates.List(ctx, operator(), account.AppID, true))
}

// templateStep is what the commands share that do something to one shared template.
type templateStep struct {
	accountFlag
	as
	Name string `arg:"" help:"模板的名称"`
	jsonFlag
}

// run finds the template by its name, new where there is none, and does it.
func (c *templateStep) run(ctx context.Context, p *program, st *installation, account models.Account, said string, do func(templates.Which) (*templates.Template, error)) error {
	list, err := st.templates.List(ctx, operator(), account.AppID, true)
	if err != nil {
		return err
	}
	w := templates.Which{Account: account.AppID, Edits: true}
	if at := slices.IndexFunc(list, func(m templates.Template) bool { return m.Name == c.Name && !m.Mine }); at >= 0 {
		w.ID, w.Version = list[at].ID, list[at].Version
	}
	m, err := do(w)
	if err != nil {
		return err
	}
	return c.print(p, m, fmt.Sprintf("“%s”%s\n", c.Name, said))
}

type templateSaveCmd struct {
	templateStep
	Text string `arg:"" help:"文字；可用 {账号}、{时段问候} 等变量，[[填写]] 是发送前必须填的空"`
}

// Run proposes a text.
func (c *templateSaveCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	return c.run(ctx, p, st, account, "已送审，由另一人审核后生效", func(w templates.Which) (*templates.Template, error) {
		return st.templates.Save(ctx, c.who(), templates.Save{Which: w, Name: c.Name, Text: c.Text})
	})
}

type templateReviewCmd struct {
	templateStep
	Return string `help:"退回，并写明原因；不写就是通过" placeholder:"原因"`
}

// Run approves or returns.
func (c *templateReviewCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	said := "已生效"
	if c.Return != "" {
		said = "已退回"
	}
	return c.run(ctx, p, st, account, said, func(w templates.Which) (*templates.Template, error) {
		return st.templates.Review(ctx, c.who(), w, c.Return == "", c.Return)
	})
}

type templateRemoveCmd struct{ templateStep }

// Run removes one.
func (c *templateRemoveCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	return c.run(ctx, p, st, account, "已删除", func(w templates.Which) (*templates.Template, error) {
		return nil, st.templates.Remove(ctx, c.who(), w)
	})
}
