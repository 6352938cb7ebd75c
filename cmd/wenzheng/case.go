package main

import (
	"context"
	"fmt"

	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet/textgrid"
)

type caseCmd struct {
	List caseListCmd `cmd:"" help:"列出工单"`
	Show caseShowCmd `cmd:"" help:"一个工单和它的经过"`
	Act  caseActCmd  `cmd:"" help:"办理一步：受理、交办、送审、审核、催办……"`
}

type caseListCmd struct {
	accountFlag
	Box   string `help:"open（未办结）、review（待审核）、overdue（超期）、final（已办完）或 all" enum:"open,review,overdue,final,all" default:"open" placeholder:"框"`
	Find  string `help:"编号，或标题里的至少两个字" placeholder:"文字"`
	Limit int    `help:"最多列多少个" default:"50" placeholder:"个数"`
	jsonFlag
}

// Run lists cases, texts masked.
func (c *caseListCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	page, err := st.cases.List(ctx, cases.Query{Box: c.Box, Accounts: []string{account.AppID}, Text: c.Find, Limit: c.Limit})
	if err != nil {
		return err
	}
	return c.print(p, page, textgrid.Columns(cases.Rows(page.Cases), p.width()))
}

// caseFlag names a case.
type caseFlag struct {
	accountFlag
	Number string `arg:"" help:"工单编号，12 位，可带空格（加引号）；用 wenzheng case list 查"`
}

func (f *caseFlag) read(ctx context.Context, st *installation, who models.Who, account models.Account) (cases.Detail, error) {
	number, err := cases.ParseNumber(f.Number)
	if err != nil {
		return cases.Detail{}, err
	}
	return st.cases.Case(ctx, who, cases.EveryRight(), account.AppID, number)
}

type caseShowCmd struct {
	caseFlag
	jsonFlag
}

// Run shows a case, texts masked.
func (c *caseShowCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	d, err := c.read(ctx, st, operator(), account)
	if err != nil {
		return err
	}
	return c.print(p, d, cases.Text(&d))
}

type caseActCmd struct {
	caseFlag
	Step    string `arg:"" help:"accept、reject、assign、return、ask、extend、draft、submit、approve、refuse、reopen 或 urge" enum:"accept,reject,assign,return,ask,extend,draft,submit,approve,refuse,reopen,urge"`
	Text    string `help:"理由、问题或答复" placeholder:"文字"`
	Unit    string `help:"承办单位" placeholder:"单位"`
	Handler string `help:"经办人的登录名" placeholder:"登录名"`
	Days    int    `help:"延长几个工作日" placeholder:"天数"`
	Complex bool   `help:"受理为复杂事项"`
	Of      string `help:"审核的是 extension（延期）" enum:",extension" default:"" placeholder:"extension"`
	as
	jsonFlag
}

// Run takes a case a step on, as of its newest version.
func (c *caseActCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	d, err := c.read(ctx, st, c.who(), account)
	if err != nil {
		return err
	}
	d, err = st.cases.Act(ctx, c.who(), cases.Act{
		AppID: d.AppID, Number: d.Number, Version: d.Version, Step: cases.Step(c.Step), Rights: cases.EveryRight(), Text: c.Text, Unit: c.Unit,
		Handler: c.Handler, Days: c.Days, Complex: c.Complex, Of: c.Of,
	})
	if err != nil {
		return err
	}
	return c.print(p, d, fmt.Sprintf("工单 %s 现在%s\n", d.Shown, cases.StateTitle(d.State)))
}
