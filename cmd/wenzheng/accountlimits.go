package main

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/report"
)

type accountLimitsCmd struct {
	settingFlags `set:"soonest=明天"`

	First      *time.Duration `help:"会话满分与第一档时限，默认 3m"`
	Acceptance *time.Duration `help:"会话受理，默认 2h"`
	SameDay    *time.Duration `help:"会话当日，默认 24h"`
	Last       *time.Duration `help:"会话最后时限，默认 48h，也是最长的"`
	BotSilence *time.Duration `help:"自动答复后市民多久不再追问即算已答，默认 30m"`
	AtRisk     *time.Duration `help:"窗口将闭，默认 44h"`
	Case       map[string]int `help:"办件的工作日时限：acceptance、consultation、complaint、complex 或自定的类别，例 complaint=3,complex=10" mapsep:"," placeholder:"类别=工作日"`
	FirstWord  *time.Duration `help:"一般舆情首次回应，默认 48h"`
	MajorWord  *time.Duration `help:"重大舆情首次回应，默认 5h"`
	GapNotice  *int           `help:"断更提醒的天数，默认 7"`
	GapAmber   *int           `help:"断更警示的天数，默认 10"`
	GapVeto    *int           `help:"断更单项否决的天数，默认 14"`
	TestAnswer *int           `help:"测试留言的答复时限（工作日），默认 5"`
}

// Run shows or changes the limits.
func (c *accountLimitsCmd) Run(ctx context.Context, p *program, st *installation) error {
	limits := accountSetting{name: models.SettingLimits, describe: report.LimitsValueText}
	if c.changes() {
		limits.set = func(q accounts.SettingRequest) (models.Setting, error) {
			return st.accounts.SetLimits(ctx, operator(), q.AppID, q.From, c.change)
		}
	}
	return c.run(ctx, p, st, limits)
}

func (c *accountLimitsCmd) changes() bool {
	for _, d := range []*time.Duration{c.First, c.Acceptance, c.SameDay, c.Last, c.BotSilence, c.AtRisk, c.FirstWord, c.MajorWord} {
		if d != nil {
			return true
		}
	}
	return len(c.Case) > 0 || c.GapNotice != nil || c.GapAmber != nil || c.GapVeto != nil || c.TestAnswer != nil
}

func (c *accountLimitsCmd) change(l *indices.Limits) {
	for _, d := range []struct {
		to *int64
		by *time.Duration
	}{
		{&l.Chat[0], c.First},
		{&l.Chat[1], c.Acceptance},
		{&l.Chat[2], c.SameDay},
		{&l.Chat[3], c.Last},
		{&l.BotSilence, c.BotSilence},
		{&l.AtRisk, c.AtRisk},
		{&l.FirstWord, c.FirstWord},
		{&l.MajorFirstWord, c.MajorWord},
	} {
		if d.by != nil {
			*d.to = int64(d.by.Seconds())
		}
	}
	for _, d := range []struct{ to, by *int }{{&l.GapNotice, c.GapNotice}, {&l.GapAmber, c.GapAmber}, {&l.GapVeto, c.GapVeto}, {&l.TestAnswer, c.TestAnswer}} {
		if d.by != nil {
			*d.to = *d.by
		}
	}
	for category, days := range c.Case {
		l.Case[category] = days
	}
}
