package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

type calendarCmd struct {
	Import calendarImportCmd `cmd:"" help:"导入一年的放假安排（holiday-cn 的 JSON）"`
	Set    calendarSetCmd    `cmd:"" help:"单独设一天上班或休息（地方假日、停电等），优先于放假安排"`
	Unset  calendarUnsetCmd  `cmd:"" help:"撤销单独设的一天，或导入的一年"`
	Show   calendarShowCmd   `cmd:"" help:"一年里与周一至周五不同的日子，及其来源"`
}

type calendarImportCmd struct {
	Files []string `arg:"" name:"file" help:"文件，例 2027.json，可写多个"`
}

// Help implements kong's detailed help.
func (calendarImportCmd) Help() string {
	return "例：wenzheng calendar import 2027.json\n" +
		"文件为 holiday-cn 的年度文件：{\"year\": 2027, \"days\": [{\"name\": \"元旦\", \"date\": \"2027-01-01\", \"isOffDay\": true}]}，\n" +
		"isOffDay 为 false 的是调休上班日；可含上一年 12 月和下一年的日子。同一年再导入则整年替换；有一天有误则这个文件不导入。\n" +
		"规则的时段、{上班状态}、办公时长和工作日时限用同一份日历，运行中的服务三秒内生效。"
}

// Run imports the files, each as a whole.
func (c *calendarImportCmd) Run(ctx context.Context, p *program) error {
	years := make([]indices.CalendarYear, len(c.Files))
	for i, file := range c.Files {
		data, err := os.ReadFile(file) //nolint:gosec // the operator names the file
		if err != nil {
			return models.NewError(models.CodeInvalid, "读不了文件 "+file+"，请检查路径和权限")
		}
		if years[i], err = indices.ParseHolidayCN(data); err != nil {
			return inFile(file, err)
		}
		if err := accounts.CheckNotice(years[i]); err != nil {
			return inFile(file, err)
		}
	}
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	for _, y := range years {
		if err := st.accounts.ImportNotice(ctx, operator(), y); err != nil {
			return err
		}
		off := 0
		for _, d := range y.Days {
			if !d.Work {
				off++
			}
		}
		if err := st.changed(ctx, p, fmt.Sprintf("已导入 %d 年：放假 %d 天，调休上班 %d 天", y.Year, off, len(y.Days)-off)); err != nil {
			return err
		}
	}
	return nil
}

// inFile says which file a fault is of.
func inFile(file string, err error) error {
	var fault *models.Error
	if !errors.As(err, &fault) {
		return err
	}
	named := *fault
	named.Message = file + "：" + fault.Message
	return &named
}

// changed says what was done to the calendar, and has the waits counted anew that it concerns.
func (i *installation) changed(ctx context.Context, p *program, said string) error {
	_, err := fmt.Fprintln(p.stdout, said+i.remeasure(ctx, p))
	return err
}

type calendarSetCmd struct {
	Date string `arg:"" help:"日期，例 2027-03-15"`
	Kind string `arg:"" help:"work（上班）或 off（休息）" enum:"work,off"`
	Name string `help:"名称，例 地方假日" placeholder:"文字"`
}

// Help implements kong's detailed help.
func (calendarSetCmd) Help() string {
	return "例：wenzheng calendar set 2027-11-15 off --name 自治区成立纪念日\n撤销用 wenzheng calendar unset 2027-11-15。"
}

// Run sets the day.
func (c *calendarSetCmd) Run(ctx context.Context, p *program) error {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	day, err := st.accounts.SetDay(ctx, operator(), c.Date, c.Kind == "work", c.Name)
	if err != nil {
		return err
	}
	return st.changed(ctx, p, "已设 "+day+" "+kindOfDay(c.Kind == "work"))
}

func kindOfDay(work bool) string {
	if work {
		return "上班"
	}
	return "休息"
}

type calendarUnsetCmd struct {
	Date string `arg:"" help:"单独设过的日期，或导入过的年份"`
}

// Help implements kong's detailed help.
func (calendarUnsetCmd) Help() string {
	return "例：wenzheng calendar unset 2027-11-15\n    wenzheng calendar unset 2027    （撤销导入的 2027 年，改按内置的安排或周一至周五）"
}

// Run takes the day or the year back.
func (c *calendarUnsetCmd) Run(ctx context.Context, p *program) error {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	unset, err := st.accounts.UnsetDay(ctx, operator(), c.Date)
	if err != nil {
		return err
	}
	said := "已撤销 " + unset.Day + " 的单独设置"
	if unset.Year != 0 {
		said = fmt.Sprintf("已撤销导入的 %d 年", unset.Year)
	}
	return st.changed(ctx, p, said)
}

type calendarShowCmd struct {
	Year int  `arg:"" help:"年份，例 2027"`
	JSON bool `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (calendarShowCmd) Help() string { return "例：wenzheng calendar show 2027" }

// Run shows the year.
func (c *calendarShowCmd) Run(ctx context.Context, p *program) error {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	y, err := st.accounts.CalendarYear(ctx, c.Year)
	if err != nil {
		return err
	}
	if c.JSON {
		return json.NewEncoder(p.stdout).Encode(y)
	}
	state := ""
	if y.Provisional {
		state = "；暂定日历：还没有这一年的放假安排，按周一至周五"
	}
	if _, err := fmt.Fprintf(p.screen(), "%d 年，工作日 %d 天%s\n", y.Year, y.Workdays, state); err != nil {
		return err
	}
	rows := make([][]string, len(y.Days))
	for i, d := range y.Days {
		at, _ := time.Parse(time.DateOnly, d.Date)
		source := map[accounts.DaySource]string{accounts.BuiltIn: "内置", accounts.Imported: "导入", accounts.SetByHand: "单独设置"}[d.Source]
		rows[i] = []string{d.Date, weekdayText(at), kindOfDay(d.Work), cmp.Or(d.Name, "—"), source}
	}
	return p.table(rows)
}

func weekdayText(t time.Time) string {
	return "周" + []string{"日", "一", "二", "三", "四", "五", "六"}[t.Weekday()]
}
