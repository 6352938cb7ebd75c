package accounts

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// CheckNotice refuses a notice without days, which has most likely not been published yet.
func CheckNotice(y indices.CalendarYear) error {
	if len(y.Days) > 0 {
		return nil
	}
	return models.NewError(models.CodeInvalid, fmt.Sprintf("没有 %d 年的日子：放假安排可能还没有公布，公布后请换新的文件", y.Year))
}

// ImportNotice takes the notice of a year, in place of one that was imported before. Waits of the
// past that a changed day concerns are to be remeasured, as after every change of the calendar.
func (a *Accounts) ImportNotice(ctx context.Context, by models.Who, y indices.CalendarYear) error {
	if err := CheckNotice(y); err != nil {
		return err
	}
	return a.changeCalendar(ctx, by, noticeChange(y))
}

func noticeChange(y indices.CalendarYear) store.CalendarChange {
	change := store.CalendarChange{Year: y.Year}
	for _, d := range y.Days {
		change.Days = append(change.Days, models.CalendarDay{Day: d.Date, Year: y.Year, Name: d.Name, Work: d.Work})
	}
	return change
}

// ReadNotice reads a file of holiday-cn (https://github.com/NateScarlet/holiday-cn) that has days.
func ReadNotice(data []byte) (indices.CalendarYear, error) {
	y, err := indices.ParseHolidayCN(data)
	if err == nil {
		err = CheckNotice(y)
	}
	return y, err
}

// DayChange is a day that a notice changes.
type DayChange struct {
	Date string  `json:"date"`
	Was  DayKind `json:"was"`
	Will DayKind `json:"will"`
}

// DayKind is whether offices work on a day, and why, "" where the week has it so.
type DayKind struct {
	Work bool   `json:"work"`
	Name string `json:"name"`
}

// CompareNotice says what importing a notice would change, day by day; days that were set by hand
// stay as they are.
func (a *Accounts) CompareNotice(ctx context.Context, y indices.CalendarYear) ([]DayChange, error) {
	days, err := a.store.CalendarDays(ctx)
	if err != nil {
		return nil, err
	}
	after := changedDays(days, noticeChange(y))
	was, err := dayKinds(days)
	if err != nil {
		return nil, err
	}
	will, err := dayKinds(after)
	if err != nil {
		return nil, err
	}
	dates := slices.Concat(slices.Collect(maps.Keys(ruledDays(days))), slices.Collect(maps.Keys(ruledDays(after))))
	slices.Sort(dates)
	out := []DayChange{}
	for _, date := range slices.Compact(dates) {
		if c := (DayChange{date, was(date), will(date)}); c.Was != c.Will {
			out = append(out, c)
		}
	}
	return out, nil
}

// dayKinds says of a date (2006-01-02) what it is by these days.
func dayKinds(days []models.CalendarDay) (func(date string) DayKind, error) {
	calendar, err := indices.CalendarOf(days)
	ruled := ruledDays(days)
	return func(date string) DayKind {
		return DayKind{calendar.Workday(time.Unix(models.DayStart(date), 0)), ruled[date].Name}
	}, err
}

// SetDay has offices work on a day, or not, whatever notices say, and returns the day
// (2006-01-02), which is given as people write it.
func (a *Accounts) SetDay(ctx context.Context, by models.Who, text string, work bool, name string) (day string, err error) {
	if day, err = readDay(text); err != nil {
		return "", err
	}
	return day, a.changeCalendar(ctx, by, store.CalendarChange{Days: []models.CalendarDay{{Day: day, Name: name, Work: work}}})
}

// Unset is what UnsetDay took back: a notice that was imported, or a day that was set.
type Unset struct {
	Year int // 0: a day
	Day  string
}

// UnsetDay takes back what SetDay did, or with a year what ImportNotice did; not_found where there
// is nothing of the kind.
func (a *Accounts) UnsetDay(ctx context.Context, by models.Who, text string) (Unset, error) {
	if year, err := strconv.Atoi(text); err == nil && counted(year) {
		return Unset{Year: year}, a.changeCalendar(ctx, by, store.CalendarChange{Year: year})
	}
	day, err := readDay(text)
	if err != nil {
		return Unset{}, err
	}
	return Unset{Day: day}, a.changeCalendar(ctx, by, store.CalendarChange{Unset: []string{day}})
}

// readDay reads a date of the years that are counted, as people write it.
func readDay(text string) (string, error) {
	day, rest, ok := models.CutDay(text)
	at, err := time.Parse(time.DateOnly, day)
	if !ok || rest != "" || err != nil || !counted(at.Year()) {
		return "", models.NewError(models.CodeInvalid, "日期应写作 2027-03-15，在 2000 至 2099 年之间，现为 "+text)
	}
	return day, nil
}

func counted(year int) bool { return 2000 <= year && year <= 2099 }

// changeCalendar names the days that change their kind, so that waits open on them are remeasured.
func (a *Accounts) changeCalendar(ctx context.Context, by models.Who, change store.CalendarChange) error {
	days, err := a.store.CalendarDays(ctx)
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
	return a.store.ChangeCalendar(ctx, change, by)
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

// Year is a year of the calendar as it holds.
type Year struct {
	Year        int        `json:"year"`
	Provisional bool       `json:"provisional"` // no notice is known
	Workdays    int        `json:"workdays"`
	Days        []RuledDay `json:"days"` // in order
}

// RuledDay is a day that a notice or a person ruled, as the strongest ruling has it.
type RuledDay struct {
	Date   string    `json:"date"`
	Work   bool      `json:"work"`
	Name   string    `json:"name,omitempty"`
	Source DaySource `json:"source"`
}

// DaySource is where a ruling comes from.
type DaySource string

// From the weakest to the strongest.
const (
	BuiltIn   DaySource = "built-in"
	Imported  DaySource = "imported"
	SetByHand DaySource = "set"
)

// CalendarYear returns a year of the calendar.
func (a *Accounts) CalendarYear(ctx context.Context, year int) (Year, error) {
	if !counted(year) {
		return Year{}, models.NewError(models.CodeInvalid, "年份应在 2000 至 2099 之间")
	}
	days, err := a.store.CalendarDays(ctx)
	if err != nil {
		return Year{}, err
	}
	calendar, err := indices.CalendarOf(days)
	if err != nil {
		return Year{}, err
	}
	ruled := ruledDays(days)
	y := Year{Year: year, Provisional: calendar.Provisional(year), Days: []RuledDay{}}
	for at := time.Date(year, 1, 1, 0, 0, 0, 0, indices.Shanghai()); at.Year() == year; at = at.AddDate(0, 0, 1) {
		if calendar.Workday(at) {
			y.Workdays++
		}
		if d, ok := ruled[at.Format(time.DateOnly)]; ok {
			y.Days = append(y.Days, d)
		}
	}
	return y, nil
}

// ruledDays are the days that were ruled, by date.
func ruledDays(days []models.CalendarDay) map[string]RuledDay {
	ruled := map[string]RuledDay{}
	imported := map[int]bool{}
	for _, d := range days {
		imported[d.Year] = true
	}
	for _, n := range indices.Notices() {
		for _, d := range n.Days {
			if !imported[n.Year] {
				ruled[d.Date] = RuledDay{d.Date, d.Work, d.Name, BuiltIn}
			}
		}
	}
	for _, source := range []DaySource{Imported, SetByHand} {
		for _, d := range days {
			if (d.Year == 0) == (source == SetByHand) {
				ruled[d.Day] = RuledDay{d.Day, d.Work, d.Name, source}
			}
		}
	}
	return ruled
}
