package main

import (
	"context"
	"io"

	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/report"
	"github.com/wenzheng/wenzheng/sheet/outfile"
)

type indicesCmd struct {
	measureFlags
	From   string `help:"起始日期（含）；不写为截止日期前 29 天" placeholder:"日期"`
	To     string `help:"截止日期（含）；不写为最近一个已定稿的日子" placeholder:"日期"`
	Format string `help:"table、json、csv 或 xlsx；不写则按 --out 的文件名，再不然为 table" enum:",table,json,csv,xlsx" default:"" placeholder:"格式"`
	JSON   bool   `help:"同 --format json"`
	Out    string `help:"写到哪个文件，格式看结尾 .json、.csv、.xlsx 或 .txt；不写则写到标准输出（xlsx 须写）" placeholder:"文件"`
}

// Run shows every metric and index, accounts side by side.
func (c *indicesCmd) Run(ctx context.Context, p *program) error {
	format, err := report.ChosenFormat(c.Format, c.JSON, c.Out)
	if err != nil {
		return err
	}
	if format == report.FormatXLSX {
		if err := p.refuseBinary(c.Out, "wenzheng indices --out 指标.xlsx"); err != nil {
			return err
		}
	}
	q, err := c.query()
	if err != nil {
		return err
	}
	if q.From, q.To, err = models.ParseDays(c.From, c.To); err != nil {
		return err
	}
	st, err := p.use(ctx)
	if err != nil {
		return err
	}
	bar := p.progress("统计", 0)
	r, err := st.analytics.Indices(ctx, q, bar.Of)
	bar.End()
	if err != nil {
		return err
	}
	return p.output(c.Out, writtenTo(c.Out), func(w io.Writer) error { return report.WriteIndices(w, &r, format, p.columns()) })
}

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

type articlesCmd struct {
	Import articlesImportCmd `cmd:"" help:"导入文章统计（传播指数用）"`
}

type followersCmd struct {
	Import followersImportCmd `cmd:"" help:"导入关注人数"`
}

type ratingsCmd struct {
	Import ratingsImportCmd `cmd:"" help:"导入满意度评价"`
}

// fileArg is a table of records.
type fileArg struct {
	File string `arg:"" help:"CSV 或 xlsx 文件"`
}

type articlesImportCmd struct{ fileArg }

// Run imports all articles of the file, or none.
func (c *articlesImportCmd) Run(ctx context.Context, p *program, st *installation) error {
	return p.imported(st.analytics.ImportArticles(ctx, c.File))
}

type followersImportCmd struct{ fileArg }

// Run imports all counts of the file, or none.
func (c *followersImportCmd) Run(ctx context.Context, p *program, st *installation) error {
	return p.imported(st.analytics.ImportFollowers(ctx, c.File))
}

type ratingsImportCmd struct{ fileArg }

// Run imports all ratings of the file, or none.
func (c *ratingsImportCmd) Run(ctx context.Context, p *program, st *installation) error {
	return p.imported(st.analytics.ImportRatings(ctx, c.File))
}

// imported says what became of an import, and on standard error what of it needs attention.
func (p *program) imported(done analytics.RecordsImported, err error) error {
	if err != nil {
		return err
	}
	if _, err := io.WriteString(p.stdout, done.Text); err != nil {
		return err
	}
	_, err = io.WriteString(p.stderr, done.Notices)
	return err
}
