package main

import (
	"context"
	"io"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/report"
)

type indicesCmd struct {
	Account []string `help:"账号的 AppID，可写多个，用逗号分开；不写为全部" sep:"," placeholder:"wx…"`
	From    string   `help:"起始日期（含）；不写为截止日期前 29 天" placeholder:"日期"`
	To      string   `help:"截止日期（含）；不写为最近一个已定稿的日子" placeholder:"日期"`
	AsOf    string   `help:"截至时刻；不写为现在。只写日期则为当日结束" name:"as-of" placeholder:"时刻"`
	Channel string   `help:"渠道：chat（对话）、form（办事表单）、comment（文章留言）" enum:"chat,form,comment" default:"chat"`
	Format  string   `help:"table、json、csv 或 xlsx；不写则按 --out 的文件名，再不然为 table" enum:",table,json,csv,xlsx" default:"" placeholder:"格式"`
	JSON    bool     `help:"同 --format json"`
	Out     string   `help:"写到哪个文件，格式看结尾 .json、.csv、.xlsx 或 .txt；不写则写到标准输出（xlsx 须写）" placeholder:"文件"`
}

// Help implements kong's detailed help.
func (indicesCmd) Help() string {
	return "例：wenzheng indices --account wx0123456789abcdef --from 2026-03-01 --to 2026-03-31\n" +
		"    wenzheng indices --from 2026-07-01 --to 2026-09-30 --out 三季度.xlsx\n" +
		"不写窗口即已定稿（满 48 小时）的最近 30 天；窗口按北京时间的日历日，在截至时刻处截断，按诉求开始的时间归期。“暂定”：窗口结束不满 48 小时；“样本不足”：到期诉求少于 30。"
}

// Run shows every metric and index, accounts side by side.
func (c *indicesCmd) Run(ctx context.Context, p *program) error {
	format, err := outputFormat(c.Format, c.JSON, c.Out)
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
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	bar := p.progress("统计", 0)
	r, err := st.analytics.Indices(ctx, q, bar.of)
	bar.end()
	if err != nil {
		return err
	}
	return p.output(c.Out, func(w io.Writer) error { return report.WriteIndices(w, &r, format, p.columns()) })
}

// outputFormat is the format asked for, else the one that the file's name ends in, else a table.
// The two may not contradict each other.
func outputFormat(format string, asJSON bool, path string) (string, error) {
	if asJSON {
		if format != "" && format != report.FormatJSON {
			return "", models.NewError(models.CodeInvalid, "--json 与 --format "+format+" 矛盾，请只写一个")
		}
		format = report.FormatJSON
	}
	ending := strings.ToLower(filepath.Ext(path))
	byName, known := map[string]string{
		".json": report.FormatJSON, ".csv": report.FormatCSV, ".xlsx": report.FormatXLSX, ".txt": report.FormatTable,
	}[ending]
	switch {
	case format == report.FormatXLSX && path == "":
		return "", models.NewError(models.CodeInvalid, "xlsx 须用 --out 指明文件，例 --out 指标.xlsx")
	case ending == ".xls":
		return "", models.NewError(models.CodeInvalid, path+" 是旧版 Excel 的文件名，请改为 .xlsx")
	case ending == ".html" || ending == ".htm":
		return "", models.NewError(models.CodeInvalid, "网页版用 wenzheng report --quarter 季度 --out "+path)
	case otherEnding(path, ".txt", ".json", ".csv", ".xlsx"):
		return "", models.NewError(models.CodeInvalid, "--out 的文件名请以 .xlsx、.csv、.json 或 .txt 结尾，不能是 "+ending)
	case format == "" && known:
		return byName, nil
	case format == "":
		return report.FormatTable, nil
	case known && byName != format:
		return "", models.NewError(models.CodeInvalid, "--format "+format+" 与文件名 "+path+" 矛盾，请改其中一个")
	}
	return format, nil
}

// otherEnding reports that a file's name ends as one of another kind does. A name without an ending,
// or with one that says nothing, as of a pipe, is no contradiction.
func otherEnding(path string, own ...string) bool {
	ending := strings.ToLower(filepath.Ext(path))
	kinds := []string{".csv", ".html", ".htm", ".json", ".jsonl", ".xlsx", ".xls", ".yaml", ".yml", ".pdf", ".doc", ".docx", ".txt", ".png"}
	return slices.Contains(kinds, ending) && !slices.Contains(own, ending)
}

func (c *indicesCmd) query() (analytics.IndicesQuery, error) {
	q := analytics.IndicesQuery{Accounts: names(c.Account), Channel: models.Channel(c.Channel)}
	var err error
	if q.From, q.To, err = days(c.From, c.To); err != nil {
		return q, err
	}
	q.AsOf, err = parseAsOf(c.AsOf)
	return q, err
}

// parseAsOf reads an instant; a date alone is its end.
func parseAsOf(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	for _, layout := range []string{time.RFC3339Nano, time.DateTime, "2006-01-02T15:04:05", "2006-01-02 15:04", "2006-01-02T15:04"} {
		if t, err := time.ParseInLocation(layout, s, indices.Shanghai()); err == nil {
			return t, nil
		}
	}
	if t, err := time.ParseInLocation(time.DateOnly, s, indices.Shanghai()); err == nil {
		return t.AddDate(0, 0, 1), nil
	}
	return time.Time{}, models.NewError(models.CodeInvalid, "截至时刻应写作 2026-03-05T12:00:00+08:00 或 2026-03-05 12:00:00")
}

// targetsOf are the shares that the office set itself.
func targetsOf(s *config.Settings) indices.Targets {
	t := indices.Targets{Reply: map[int64]float64{}, Cases: s.Targets.Cases, Source: s.Targets.Source}
	for limit, share := range s.Targets.Reply {
		t.Reply[int64(limit/time.Second)] = share
	}
	if t.Source == "" {
		t.Source = "设置 targets"
	}
	return t
}

// names are AppIDs as a flag gives them, without repetitions and spaces.
func names(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
