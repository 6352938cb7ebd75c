package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
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
		if len(years[i].Days) == 0 {
			return models.NewError(models.CodeInvalid, fmt.Sprintf("%s 里没有 %d 年的日子：放假安排可能还没有公布，公布后请换新的文件", file, years[i].Year))
		}
	}
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	for _, y := range years {
		change := store.CalendarChange{Year: y.Year}
		off := 0
		for _, d := range y.Days {
			change.Days = append(change.Days, models.CalendarDay{Day: d.Date, Year: y.Year, Name: d.Name, Work: d.Work})
			if !d.Work {
				off++
			}
		}
		said := fmt.Sprintf("已导入 %d 年：放假 %d 天，调休上班 %d 天", y.Year, off, len(y.Days)-off)
		if err := st.changeCalendar(ctx, p, change, said); err != nil {
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

// changeCalendar changes the calendar, says so, and has the waits counted anew that it concerns.
func (i *installation) changeCalendar(ctx context.Context, p *program, change store.CalendarChange, said string) error {
	days, err := i.CalendarDays(ctx)
	if err != nil {
		return err
	}
	before, err := indices.CalendarOf(days)
	if err != nil {
		return err
	}
	after, err := indices.CalendarOf(changedDays(days, change))
	if err != nil {
		return err
	}
	change.Touched = before.ChangedDays(after)
	if err := i.ChangeCalendar(ctx, change, operator()); err != nil {
		return err
	}
	_, err = fmt.Fprintln(p.stdout, said+i.remeasure(ctx, p))
	return err
}

// changedDays are the days as they are after the change.
func changedDays(days []models.CalendarDay, change store.CalendarChange) []models.CalendarDay {
	gone := map[string]bool{}
	for _, d := range change.Days {
		gone[d.Day] = true
	}
	for _, d := range change.Unset {
		gone[d] = true
	}
	var after []models.CalendarDay
	for _, d := range days {
		if d.Year == change.Year && (change.Year != 0 || gone[d.Day]) {
			continue
		}
		after = append(after, d)
	}
	return append(after, change.Days...)
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
	day, err := calendarDate(c.Date)
	if err != nil {
		return err
	}
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	kind := map[string]string{"work": "上班", "off": "休息"}[c.Kind]
	change := store.CalendarChange{Days: []models.CalendarDay{{Day: day, Name: c.Name, Work: c.Kind == "work"}}}
	return st.changeCalendar(ctx, p, change, "已设 "+day+" "+kind)
}

// calendarDate reads a date of the years that are counted, as people write it.
func calendarDate(text string) (string, error) {
	at, err := time.Parse("2006-1-2", strings.ReplaceAll(text, "/", "-"))
	if err != nil || at.Year() < 2000 || at.Year() > 2099 {
		return "", models.NewError(models.CodeInvalid, "日期应写作 2027-03-15，在 2000 至 2099 年之间，现为 "+text)
	}
	return at.Format(time.DateOnly), nil
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
	var change store.CalendarChange
	var said string
	if year, err := strconv.Atoi(c.Date); err == nil {
		change.Year, said = year, fmt.Sprintf("已撤销导入的 %d 年", year)
	} else {
		day, err := calendarDate(c.Date)
		if err != nil {
			return err
		}
		change.Unset, said = []string{day}, "已撤销 "+day+" 的单独设置"
	}
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	return st.changeCalendar(ctx, p, change, said)
}

type calendarShowCmd struct {
	Year int  `arg:"" help:"年份，例 2027"`
	JSON bool `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (calendarShowCmd) Help() string { return "例：wenzheng calendar show 2027" }

// calendarYear is a year of the calendar as it holds.
type calendarYear struct {
	Year        int            `json:"year"`
	Provisional bool           `json:"provisional"` // no notice is known
	Workdays    int            `json:"workdays"`
	Days        []calendarItem `json:"days"`
}

// calendarItem is a day that a notice or a person ruled.
type calendarItem struct {
	Date   string `json:"date"`
	Work   bool   `json:"work"`
	Name   string `json:"name,omitempty"`
	Source string `json:"source"` // built-in, imported or set
}

// Run shows the year.
func (c *calendarShowCmd) Run(ctx context.Context, p *program) error {
	if c.Year < 2000 || c.Year > 2099 {
		return models.NewError(models.CodeInvalid, "年份应在 2000 至 2099 之间")
	}
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	days, err := st.CalendarDays(ctx)
	if err != nil {
		return err
	}
	y := showCalendar(st.calendar, days, c.Year)
	if c.JSON {
		return json.NewEncoder(p.stdout).Encode(y)
	}
	state := ""
	if y.Provisional {
		state = "；暂定日历：还没有这一年的放假安排，按周一至周五"
	}
	w := tabwriter.NewWriter(p.stdout, 2, 8, 2, ' ', 0)
	fmt.Fprintf(w, "%d 年，工作日 %d 天%s\n", y.Year, y.Workdays, state) //nolint:errcheck // flushed below
	for _, d := range y.Days {
		kind := "休息"
		if d.Work {
			kind = "上班"
		}
		at, _ := time.Parse(time.DateOnly, d.Date)
		source := map[string]string{"built-in": "内置", "imported": "导入", "set": "单独设置"}[d.Source]
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", d.Date, weekdayText(at), kind, orDash(d.Name), source) //nolint:errcheck // flushed below
	}
	return w.Flush()
}

func weekdayText(t time.Time) string {
	return "周" + []string{"日", "一", "二", "三", "四", "五", "六"}[t.Weekday()]
}

// showCalendar lists the ruled days of a year in order, each as the strongest ruling has it.
func showCalendar(calendar *indices.Calendar, days []models.CalendarDay, year int) calendarYear {
	y := calendarYear{Year: year, Provisional: calendar.Provisional(year), Days: []calendarItem{}}
	ruled := map[string]calendarItem{}
	imported := map[int]bool{}
	for _, d := range days {
		imported[d.Year] = true
	}
	for _, n := range indices.Notices() {
		for _, d := range n.Days {
			if !imported[n.Year] {
				ruled[d.Date] = calendarItem{d.Date, d.Work, d.Name, "built-in"}
			}
		}
	}
	for _, pass := range []string{"imported", "set"} {
		for _, d := range days {
			if (d.Year == 0) == (pass == "set") {
				ruled[d.Day] = calendarItem{d.Day, d.Work, d.Name, pass}
			}
		}
	}
	for at := time.Date(year, 1, 1, 0, 0, 0, 0, indices.Shanghai()); at.Year() == year; at = at.AddDate(0, 0, 1) {
		if calendar.Workday(at) {
			y.Workdays++
		}
		if d, ok := ruled[at.Format(time.DateOnly)]; ok {
			y.Days = append(y.Days, d)
		}
	}
	return y
}
