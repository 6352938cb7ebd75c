package main

import (
	"context"
	"encoding/json"
	"io"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook"
)

type rulesTryCmd struct {
	Text string `arg:"" help:"市民会写的一句话"`
	File string `help:"试已发布的规则换上这个文件之后的样子（不写入）" placeholder:"文件"`
	ruleChoice
	At   string `help:"当作在这个时刻问的，例 \"2026-12-25 20:00\"；只写 20:00 则为今天；不写为现在" placeholder:"时刻"`
	JSON bool   `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (rulesTryCmd) Help() string {
	return "例：wenzheng rules --account wx0123456789abcdef try 社保卡丢了怎么补办\n" +
		"正在生效的应急置顶也算在内。试草稿加 --draft，试文件加 --file，试别的时间加 --at。"
}

// Run shows what a citizen would be told, and why.
func (c *rulesTryCmd) Run(ctx context.Context, p *program, parent *rulesCmd) error {
	at, err := momentOf(c.At, p.now())
	if err != nil {
		return err
	}
	st, account, err := parent.open(ctx, p)
	if err != nil {
		return err
	}
	defer p.close(st)
	selection, err := c.selection(c.File)
	if err != nil {
		return err
	}
	trial, err := st.rulebook.Try(ctx, rulebook.TryRequest{Account: account, Rules: selection, Text: c.Text, At: at})
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(p.stdout).Encode(trial)
	}
	_, err = io.WriteString(p.stdout, rulebook.TrialText(&trial))
	return err
}

// momentOf reads a moment in office time: a date, a time of today, or both; "" is now.
func momentOf(text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return now, nil
	}
	shanghai := indices.Shanghai()
	for _, layout := range []string{"2006-01-02 15:04", time.DateTime, "2006-01-02T15:04", "2006-01-02T15:04:05", time.DateOnly, time.RFC3339} {
		if t, err := time.ParseInLocation(layout, text, shanghai); err == nil {
			return t, nil
		}
	}
	if t, err := time.ParseInLocation("2006-01-02 15:04", now.In(shanghai).Format(time.DateOnly)+" "+text, shanghai); err == nil {
		return t, nil
	}
	return time.Time{}, models.NewError(models.CodeInvalid, "时刻应写作 2026-12-25 20:00、2026-12-25 或 20:00，现为 "+text)
}
