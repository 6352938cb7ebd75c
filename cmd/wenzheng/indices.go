package main

import (
	"context"
	"io"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/report"
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
