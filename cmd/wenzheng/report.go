package main

import (
	"context"
	"io"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/report"
	"github.com/wenzheng/wenzheng/sheet/outfile"
)

type reportCmd struct {
	measureFlags
	Quarter string `help:"季度，例 2026Q3" required:"" placeholder:"2026Q3"`
	Out     string `help:"写到哪个 HTML 文件，可用浏览器打开并打印为 A4" required:"" placeholder:"文件.html"`
	XLSX    string `help:"同时写一份 Excel" name:"xlsx" placeholder:"文件.xlsx"`
}

// Run writes the self-check report of a quarter.
func (c *reportCmd) Run(ctx context.Context, p *program) error {
	if outfile.OtherEnding(c.Out, ".html", ".htm") {
		return models.NewError(models.CodeInvalid, "报告是网页，--out 请写 .html 结尾的文件名；Excel 用 --xlsx")
	}
	if outfile.OtherEnding(c.XLSX, ".xlsx") {
		return models.NewError(models.CodeInvalid, "--xlsx 请写 .xlsx 结尾的文件名")
	}
	if c.XLSX != "" {
		if err := p.refuseBinary(c.XLSX, "--xlsx 自查.xlsx"); err != nil {
			return err
		}
	}
	q, err := c.query()
	if err != nil {
		return err
	}
	if q.From, q.To, err = models.ParseQuarter(c.Quarter); err != nil {
		return err
	}
	st, err := p.use(ctx)
	if err != nil {
		return err
	}
	bar := p.progress("编制报告", 0)
	d, err := st.analytics.SelfCheck(ctx, q, bar.Of)
	bar.End()
	if err != nil {
		return err
	}
	err = p.output(c.Out, writtenTo(c.Out), func(w io.Writer) error { return report.Write(w, d) })
	if err != nil || c.XLSX == "" {
		return err
	}
	return p.output(c.XLSX, writtenTo(c.XLSX), func(w io.Writer) error { return report.WriteXLSX(w, d) })
}
