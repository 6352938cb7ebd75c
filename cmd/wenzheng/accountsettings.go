package main

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/report"
	"github.com/wenzheng/wenzheng/sheet/textgrid"
)

// settingFlags are for commands that show one setting of an account, or change it from a day on.
type settingFlags struct {
	AppID  string `arg:"" help:"账号的 AppID"`
	From   string `help:"从哪一天起，例 2026-06-01，always 为一直如此；不写为${soonest}（还没有互动日志的账号为一直如此）" placeholder:"日期"`
	Remove bool   `help:"撤销 --from 那一天起的设置"`
	jsonFlag
}

// accountSetting is what a command does with a setting, and how a value of it reads.
type accountSetting struct {
	name     string
	set      func(accounts.SettingRequest) (models.Setting, error) // nil: it is only shown
	describe func(value string) (string, error)
}

// run changes a setting where that is asked for and shows what holds from when on.
func (f *settingFlags) run(ctx context.Context, p *program, st *installation, s accountSetting) error {
	q := accounts.SettingRequest{AppID: f.AppID, Name: s.name, From: f.From}
	done := ""
	switch {
	case f.Remove:
		v, err := st.accounts.RemoveSetting(ctx, operator(), q)
		if err != nil {
			return err
		}
		done = "已撤销 " + accounts.FromText(v.ValidFrom) + "的设置" + st.analytics.Remeasure(ctx) + "\n"
	case s.set != nil:
		v, err := s.set(q)
		if err != nil {
			return err
		}
		done = "已保存，" + accounts.FromText(v.ValidFrom) + "有效" + st.analytics.Remeasure(ctx) + "\n"
	}
	list, err := st.accounts.Settings(ctx, q.AppID, q.Name)
	if err != nil {
		return err
	}
	rows, err := accounts.SettingsRows(list, s.describe)
	if err != nil {
		return err
	}
	return f.print(p, append([]models.Setting{}, list...), done+textgrid.Columns(rows, p.width()))
}

// runWord is run for a setting that has one of a few values, which texts tell in words.
func (f *settingFlags) runWord(ctx context.Context, p *program, st *installation, name, value string, texts map[string]string) error {
	return f.run(ctx, p, st, accountSetting{name, setTo(ctx, st, value), func(value string) (string, error) { return texts[value], nil }})
}

// setTo sets the value that was written; nil where none was.
func setTo(ctx context.Context, st *installation, value string) func(accounts.SettingRequest) (models.Setting, error) {
	if value == "" {
		return nil
	}
	return func(q accounts.SettingRequest) (models.Setting, error) {
		q.Value = value
		return st.accounts.SetSetting(ctx, operator(), q)
	}
}

type accountHoursCmd struct {
	settingFlags `set:"soonest=今天"`
	Hours        string `arg:"" optional:"" help:"办公时间；不写则列出已有的"`
}

// Run shows or changes the office hours.
func (c *accountHoursCmd) Run(ctx context.Context, p *program, st *installation) error {
	return c.run(ctx, p, st, accountSetting{models.SettingOfficeHours, setTo(ctx, st, c.Hours), func(value string) (string, error) {
		h, err := models.ParseOfficeHours(value)
		return h.String(), err
	}})
}

type accountCorrectionCmd struct {
	settingFlags `set:"soonest=今天"`
	Value        string `arg:"" optional:"" help:"on（打开）或 off（关闭）；不写则列出已有的" enum:",on,off" default:""`
}

// Run shows or changes whether slips are corrected.
func (c *accountCorrectionCmd) Run(ctx context.Context, p *program, st *installation) error {
	return c.runWord(ctx, p, st, models.SettingCorrection, c.Value, map[string]string{models.CorrectionOn: "打开", models.CorrectionOff: "关闭"})
}

type accountHumanCmd struct {
	settingFlags `set:"soonest=今天"`
	Value        string `arg:"" optional:"" help:"desk（坐席在接待台答复）、wechat（在微信客服工具里答复）或 none（没有人工）；不写则列出已有的" enum:",desk,wechat,none" default:""`
}

// Run shows or changes who answers what the rules can not.
func (c *accountHumanCmd) Run(ctx context.Context, p *program, st *installation) error {
	return c.runWord(ctx, p, st, models.SettingHuman, c.Value, map[string]string{
		models.HumanDesk: "坐席在接待台答复", models.HumanWeChat: "在微信客服工具里答复", models.HumanNone: "没有人工",
	})
}

type accountAssignmentCmd struct {
	settingFlags `set:"soonest=今天"`
	Value        string `arg:"" optional:"" help:"auto（自动分给在线的坐席）或 manual（先问坐席，60 秒内接入，否则问下一位）；不写则列出已有的" enum:",auto,manual" default:""`
}

// Run shows or changes how what waits comes to people.
func (c *accountAssignmentCmd) Run(ctx context.Context, p *program, st *installation) error {
	return c.runWord(ctx, p, st, models.SettingAssignment, c.Value, map[string]string{models.AssignAuto: "自动分配", models.AssignManual: "坐席自己接入"})
}

type accountNoticesCmd struct {
	AppID    string                       `arg:"" help:"账号的 AppID"`
	Channel  models.NoticeChannel         `help:"template（模板消息）或 subscription（订阅通知）；不写则查看" enum:",template,subscription" default:""`
	Template string                       `help:"模板 ID，公众平台“我的模板”里可复制" placeholder:"文字"`
	Field    map[string]models.NoticePart `help:"模板的每个字段填什么：number（编号）、matter（事项）、state（进度）、time（时间）、remark（说明），例 character_string1=number,thing2=matter" mapsep:"," placeholder:"字段=内容"`
	Remove   bool                         `help:"不再用它发通知"`
	jsonFlag
}

// Run shows, sets or removes the notice channel.
func (c *accountNoticesCmd) Run(ctx context.Context, p *program, st *installation) error {
	show := listed(p, c.jsonFlag, accounts.Notices.Rows)
	switch {
	case c.Remove:
		return show(st.accounts.RemoveNotices(ctx, operator(), c.AppID))
	case c.Channel != "" || c.Template != "" || c.Field != nil:
		return show(st.accounts.SetNotices(ctx, operator(), c.AppID, models.NoticeWay{Channel: c.Channel, TemplateID: c.Template, Fields: c.Field}))
	}
	return show(st.accounts.Notices(ctx, c.AppID))
}

type accountHeldCmd struct {
	settingFlags `set:"soonest=今天"`
	Value        string `arg:"" optional:"" help:"silent（程序不插话）或 exact（只答整句命中的规则）；不写则列出已有的" enum:",silent,exact" default:""`
}

// Run shows or changes what the program does while a person holds a conversation.
func (c *accountHeldCmd) Run(ctx context.Context, p *program, st *installation) error {
	return c.runWord(ctx, p, st, models.SettingHeld, c.Value, map[string]string{models.HeldSilent: "程序不插话", models.HeldExact: "只答整句命中的规则"})
}

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
