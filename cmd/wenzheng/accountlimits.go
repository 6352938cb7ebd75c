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
	AppID string `arg:"" help:"账号的 AppID"`

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

	From   string `help:"从哪一天起，例 2026-06-01，always 为一直如此；不写为明天（还没有互动日志的账号为一直如此）" placeholder:"日期"`
	Remove bool   `help:"撤销 --from 那一天起的设置"`
	JSON   bool   `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (accountLimitsCmd) Help() string {
	return "例：wenzheng account limits wx0123456789abcdef\n" +
		"    wenzheng account limits wx0123456789abcdef --acceptance 1h --case complaint=3,complex=10 --from 2027-01-01\n" +
		"只改写出的各项，其余同那一天之前。每一轮诉求按其开始那天的时限统计，已经统计的日子不能改；默认值及其出处见 docs/operations.md。"
}

// Run shows or changes the limits.
func (c *accountLimitsCmd) Run(ctx context.Context, p *program) error {
	q := accounts.SettingRequest{AppID: c.AppID, Name: models.SettingLimits, From: c.From}
	var set func(*installation) (models.Setting, error)
	if c.changes() {
		set = func(st *installation) (models.Setting, error) {
			return st.accounts.SetLimits(ctx, operator(), c.AppID, c.From, c.change)
		}
	}
	return p.changeSetting(ctx, q, settingChange{set: set, remove: c.Remove, json: c.JSON, describe: describeLimits})
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

func describeLimits(value string) (string, error) {
	l, err := indices.LimitsOf(nil)
	if value != "" {
		l, err = indices.ParseLimits(value)
	}
	if err != nil {
		return "", err
	}
	return report.LimitsText(&l), nil
}
