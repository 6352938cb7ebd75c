package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/sheet/textgrid"
)

type caseCmd struct {
	List caseListCmd `cmd:"" help:"列出工单"`
	Show caseShowCmd `cmd:"" help:"一个工单和它的经过"`
	Act  caseActCmd  `cmd:"" help:"办理一步：受理、交办、送审、审核、催办……"`
	// Its photos.
	Photo casePhotoCmd `cmd:"" help:"把工单的一张照片写成文件"`
	// As files.
	Import caseImportCmd `cmd:"" help:"导入别的系统已办结的工单"`
	Export caseExportCmd `cmd:"" help:"把工单写成 CSV 或 xlsx"`
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

type casePhotoCmd struct {
	caseFlag
	N    int    `arg:"" help:"第几张，从 1 数起"`
	File string `arg:"" help:"写到哪个文件"`
}

// Run writes a photo of a case to a file.
func (c *casePhotoCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	number, err := cases.ParseNumber(c.Number)
	if err != nil {
		return err
	}
	m, err := st.cases.Photo(ctx, account.AppID, number, c.N)
	if err != nil {
		return err
	}
	return p.output(c.File, fmt.Sprintf("已写到 %s（%s）\n", c.File, m.Type), func(w io.Writer) error {
		_, err := w.Write(m.Body)
		return err
	})
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

type caseImportCmd struct {
	accountFlag
	File   string `arg:"" help:"CSV 或 xlsx 文件" type:"existingfile"`
	Source string `help:"来自哪个系统；行里有来源的按行" default:"12345" placeholder:"名称"`
	DryRun bool   `help:"只显示会有哪些改动，什么也不写"`
	as
	jsonFlag
}

// Run imports closed cases.
func (c *caseImportCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	r, err := sheet.ReadFile(c.File, func(name string, content io.Reader) (cases.ImportResult, error) {
		return st.cases.Import(ctx, c.who(), cases.ImportRequest{AppID: account.AppID, Name: name, Content: content, Source: c.Source, DryRun: c.DryRun})
	})
	return printed(p, c.jsonFlag, cases.ImportText)(r, err)
}

type caseExportCmd struct {
	accountFlag
	File string `arg:"" optional:"" help:"写到哪个文件，扩展名 csv 或 xlsx；不写则把 CSV 写到标准输出"`
	Box  string `help:"open（未办结）、review（待审核）、overdue（超期）、final（已办完）或 all" enum:"open,review,overdue,final,all" default:"all" placeholder:"框"`
	as
}

// Run exports cases, texts masked.
func (c *caseExportCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	format := cmp.Or(strings.ToLower(strings.TrimPrefix(filepath.Ext(c.File), ".")), "csv")
	made, err := st.cases.Export(ctx, c.who(), cases.Query{Box: c.Box, Accounts: []string{account.AppID}, Sort: cases.ByNewest}, format)
	if err != nil {
		return err
	}
	return p.output(c.File, fmt.Sprintf("已导出 %d 个工单到 %s\n", made.N, c.File), made.Write)
}
