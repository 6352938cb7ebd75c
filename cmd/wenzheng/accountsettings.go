package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/models"
)

type accountHoursCmd struct {
	AppID  string `arg:"" help:"账号的 AppID"`
	Hours  string `arg:"" optional:"" help:"办公时间；不写则列出已有的"`
	From   string `help:"从哪一天起，例 2026-06-01，always 为一直如此；不写为今天（还没有互动日志的账号为一直如此）" placeholder:"日期"`
	Remove bool   `help:"撤销 --from 那一天起的设置"`
	JSON   bool   `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (accountHoursCmd) Help() string {
	return "例：wenzheng account hours wx0123456789abcdef\n" +
		"    wenzheng account hours wx0123456789abcdef 08:30-12:00,14:30-18:00 --from 2026-06-01\n" +
		"    wenzheng account hours wx0123456789abcdef \"09:00-12:00,13:30-17:30; 5 09:00-12:00; 6 09:00-11:30\"\n" +
		"    wenzheng account hours wx0123456789abcdef --remove --from 2026-06-01\n" +
		"1 至 7 为周一至周日，1-4、1,3 为几天，off 为休；不写星期的一组用于其余工作日和调休上班日；写明的周六、周日照常开放，节假日除外。\n" +
		"改动从那一天起算，以前的诉求仍按以前的办公时间；规则的时段、{上班状态} 与指标用同一份，运行中的服务三秒内生效。"
}

// Run shows or changes the office hours.
func (c *accountHoursCmd) Run(ctx context.Context, p *program) error {
	if c.Hours != "" {
		if _, err := models.ParseOfficeHours(c.Hours); err != nil {
			return models.NewError(models.CodeInvalid, err.Error())
		}
	}
	q := accounts.SettingRequest{AppID: c.AppID, Name: models.SettingOfficeHours, From: c.From, Value: c.Hours}
	var set func(*installation) (models.Setting, error)
	if c.Hours != "" {
		set = func(st *installation) (models.Setting, error) { return st.accounts.SetSetting(ctx, operator(), q) }
	}
	return p.changeSetting(ctx, q, settingChange{set: set, remove: c.Remove, json: c.JSON, describe: func(value string) (string, error) {
		h, err := models.ParseOfficeHours(value)
		return h.String(), err
	}})
}

// settingChange is what a command wants of one setting of an account, and how it is shown.
type settingChange struct {
	set      func(*installation) (models.Setting, error) // nil: it is only shown
	remove   bool                                        // in place of set
	json     bool
	describe func(value string) (string, error)
}

// changeSetting changes a setting where that is asked for and shows what holds from when on.
func (p *program) changeSetting(ctx context.Context, q accounts.SettingRequest, c settingChange) error {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	done := ""
	switch {
	case c.remove:
		v, err := st.accounts.RemoveSetting(ctx, operator(), q)
		if err != nil {
			return err
		}
		done = "已撤销 " + fromText(v.ValidFrom) + "的设置" + st.remeasure(ctx, p)
	case c.set != nil:
		v, err := c.set(st)
		if err != nil {
			return err
		}
		done = setText(v) + st.remeasure(ctx, p)
	}
	list, err := st.accounts.Settings(ctx, q.AppID, q.Name)
	if err != nil {
		return err
	}
	if c.json {
		return json.NewEncoder(p.stdout).Encode(append([]models.Setting{}, list...))
	}
	if done != "" {
		fmt.Fprintln(p.stdout, done) //nolint:errcheck // the table below fails alike
	}
	if len(list) == 0 || list[0].ValidFrom != "" {
		list = append([]models.Setting{{}}, list...)
	}
	rows := make([][]string, len(list))
	for i, v := range list {
		text, err := c.describe(v.Value)
		if err != nil {
			return err
		}
		rows[i] = []string{fromText(v.ValidFrom), text}
	}
	return p.table(rows)
}

func setText(v models.Setting) string { return "已保存，" + fromText(v.ValidFrom) + "有效" }

func fromText(day string) string {
	if day == "" {
		return "一直"
	}
	return day + " 起"
}

// remeasureWithin is how long a command waits for waits to be remeasured; a service finishes it.
const remeasureWithin = 30 * time.Second

// remeasure counts anew what a change concerns and says so; "" where it concerns nothing of the
// past. What it does not finish a running service does.
func (i *installation) remeasure(ctx context.Context, p *program) string {
	pending, err := i.waits.Remeasuring(ctx)
	if err != nil || len(pending) == 0 {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, remeasureWithin)
	defer cancel()
	if _, err := i.waits.Sweep(ctx, p.now(), 0); err != nil {
		return "；涉及的诉求尚未重算完，由运行中的服务在后台完成，没有服务时请运行 wenzheng log remeasure"
	}
	return "；涉及的诉求已重算"
}
