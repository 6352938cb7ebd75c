package main

import (
	"context"
	"fmt"

	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/models"
)

type surgesCmd struct {
	accountFlag
	List surgesListCmd `cmd:"" help:"最近 14 天的集中咨询：何时须回应，由什么回应了"`
	Mark surgesMarkCmd `cmd:"" help:"标记一次舆情：是否重大，由哪篇文章或群发回应"`
}

type surgesListCmd struct{ jsonFlag }

// Run lists the surges.
func (c *surgesListCmd) Run(ctx context.Context, p *program, st *installation, account models.Account) error {
	return printed(p, c.jsonFlag, (*analytics.SurgeList).Text)(st.analytics.Surges(ctx, account.AppID))
}

type surgesMarkCmd struct {
	Topic  string `arg:"" help:"哪一次：主题或名称，见 surges list；同名的为最近一次"`
	Major  bool   `help:"重大舆情，首次回应的时限较短"`
	Answer string `help:"由什么回应的：文章标题，或哪次群发" placeholder:"文字"`
	At     string `help:"何时发布的，例 \"2026-12-01 18:00\"" placeholder:"时刻"`
	as
}

// Run marks a surge.
func (c *surgesMarkCmd) Run(ctx context.Context, p *program, parent *surgesCmd) error {
	mark := analytics.SurgeMark{Topic: c.Topic, Major: c.Major, Answer: c.Answer}
	if c.At != "" {
		var err error
		if mark.Answered, err = models.ParseMoment(c.At, p.now()); err != nil {
			return err
		}
	}
	st, account, err := parent.use(ctx, p)
	if err != nil {
		return err
	}
	mark.AppID = account.AppID
	if err := st.analytics.MarkSurge(ctx, c.who(), mark); err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.stdout, "已标记")
	return err
}
