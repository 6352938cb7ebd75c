package main

import (
	"context"
	"io"
	"regexp"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/report"
)

type reportCmd struct {
	Account []string `help:"账号的 AppID，可写多个，用逗号分开；不写为全部" sep:"," placeholder:"wx…"`
	Quarter string   `help:"季度，例 2026Q3" required:"" placeholder:"2026Q3"`
	AsOf    string   `help:"截至时刻；不写为现在" name:"as-of" placeholder:"时刻"`
	Channel string   `help:"渠道：chat（对话）、form（办事表单）、comment（文章留言）" enum:"chat,form,comment" default:"chat"`
	Out     string   `help:"写到哪个 HTML 文件，可用浏览器打开并打印为 A4" required:"" placeholder:"文件.html"`
	XLSX    string   `help:"同时写一份 Excel" name:"xlsx" placeholder:"文件.xlsx"`
}

// Help implements kong's detailed help.
func (reportCmd) Help() string {
	return "例：wenzheng report --account wx0123456789abcdef --quarter 2026Q3 --out 三季度自查.html --xlsx 三季度自查.xlsx\n" +
		"季度自查报告：指数、逐周趋势、单项否决、诊断与对策、时限执行情况、指标定义与依据；一个文件，不联网即可打开。"
}

// Run writes the self-check report of a quarter.
func (c *reportCmd) Run(ctx context.Context, p *program) error {
	q := analytics.IndicesQuery{Accounts: names(c.Account), Channel: models.Channel(c.Channel)}
	if otherEnding(c.Out, ".html", ".htm") {
		return models.NewError(models.CodeInvalid, "报告是网页，--out 请写 .html 结尾的文件名；Excel 用 --xlsx")
	}
	if otherEnding(c.XLSX, ".xlsx") {
		return models.NewError(models.CodeInvalid, "--xlsx 请写 .xlsx 结尾的文件名")
	}
	var err error
	if c.XLSX != "" {
		err = p.refuseBinary(c.XLSX, "--xlsx 自查.xlsx")
	}
	if err != nil {
		return err
	}
	if q.From, q.To, err = quarter(c.Quarter); err != nil {
		return err
	}
	if q.AsOf, err = parseAsOf(c.AsOf); err != nil {
		return err
	}
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	bar := p.progress("编制报告", 0)
	d, err := st.analytics.SelfCheck(ctx, q, bar.of)
	bar.end()
	if err != nil {
		return err
	}
	if err := p.output(c.Out, func(w io.Writer) error { return report.Write(w, d) }); err != nil {
		return err
	}
	if c.XLSX == "" {
		return nil
	}
	return p.output(c.XLSX, func(w io.Writer) error { return report.WriteXLSX(w, d) })
}

var quarterPattern = regexp.MustCompile(`^(20[0-9]{2})[-]?[Qq]([1-4])$`)

// quarter is a quarter of a year as an interval of Shanghai days.
func quarter(s string) (from, to time.Time, err error) {
	m := quarterPattern.FindStringSubmatch(s)
	if m == nil {
		return from, to, models.NewError(models.CodeInvalid, "季度应写作 2026Q3")
	}
	year, err := strconv.Atoi(m[1])
	if err != nil {
		return from, to, err
	}
	first := time.Month(int(m[2][0]-'1')*3 + 1)
	from = time.Date(year, first, 1, 0, 0, 0, 0, indices.Shanghai())
	return from, from.AddDate(0, 3, 0), nil
}
