package main

import (
	"context"
	"fmt"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet/textgrid"
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

// Run imports the files, each as a whole.
func (c *calendarImportCmd) Run(ctx context.Context, p *program) error {
	years := make([]indices.CalendarYear, len(c.Files))
	for i, file := range c.Files {
		data, err := content(file)
		if err != nil {
			return err
		}
		if years[i], err = accounts.ReadNotice(data); err != nil {
			return models.InFile(file, err)
		}
	}
	st, err := p.use(ctx)
	if err != nil {
		return err
	}
	for _, y := range years {
		if err := st.accounts.ImportNotice(ctx, operator(), y); err != nil {
			return err
		}
		if err := st.changed(ctx, p, accounts.ImportedText(y)); err != nil {
			return err
		}
	}
	return nil
}

// changed says what was done to the calendar, and has the waits counted anew that it concerns.
func (i *installation) changed(ctx context.Context, p *program, said string) error {
	_, err := fmt.Fprintln(p.stdout, said+i.analytics.Remeasure(ctx))
	return err
}

type calendarSetCmd struct {
	Date string `arg:"" help:"日期，例 2027-03-15"`
	Kind string `arg:"" help:"work（上班）或 off（休息）" enum:"work,off"`
	Name string `help:"名称，例 地方假日" placeholder:"文字"`
}

// Run sets the day.
func (c *calendarSetCmd) Run(ctx context.Context, p *program, st *installation) error {
	day, err := st.accounts.SetDay(ctx, operator(), c.Date, c.Kind == "work", c.Name)
	if err != nil {
		return err
	}
	return st.changed(ctx, p, "已设 "+day+" "+accounts.DayText(c.Kind == "work"))
}

type calendarUnsetCmd struct {
	Date string `arg:"" help:"单独设过的日期，或导入过的年份"`
}

// Run takes the day or the year back.
func (c *calendarUnsetCmd) Run(ctx context.Context, p *program, st *installation) error {
	unset, err := st.accounts.UnsetDay(ctx, operator(), c.Date)
	if err != nil {
		return err
	}
	return st.changed(ctx, p, unset.Text())
}

type calendarShowCmd struct {
	Year int `arg:"" help:"年份，例 2027"`
	jsonFlag
}

// Run shows the year.
func (c *calendarShowCmd) Run(ctx context.Context, p *program, st *installation) error {
	y, err := st.accounts.CalendarYear(ctx, c.Year)
	if err != nil {
		return err
	}
	return c.print(p, y, y.Title()+textgrid.Columns(y.Rows(), p.width()))
}
