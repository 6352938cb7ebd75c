package main

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/accounts"
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
	if change := c.change(); change.Changes() {
		limits.set = func(q accounts.SettingRequest) (models.Setting, error) {
			return st.accounts.SetLimits(ctx, operator(), q.AppID, q.From, &change)
		}
	}
	return c.run(ctx, p, st, limits)
}

func (c *accountLimitsCmd) change() accounts.LimitsChange {
	return accounts.LimitsChange{
		First: secondsOf(c.First), Acceptance: secondsOf(c.Acceptance), SameDay: secondsOf(c.SameDay), Last: secondsOf(c.Last),
		BotSilence: secondsOf(c.BotSilence), AtRisk: secondsOf(c.AtRisk), Case: c.Case, FirstWord: secondsOf(c.FirstWord), MajorFirstWord: secondsOf(c.MajorWord),
		GapNotice: c.GapNotice, GapAmber: c.GapAmber, GapVeto: c.GapVeto, TestAnswer: c.TestAnswer,
	}
}

// secondsOf a duration; nil stays nil.
func secondsOf(d *time.Duration) *int64 {
	if d == nil {
		return nil
	}
	s := int64(d.Seconds())
	return &s
}
