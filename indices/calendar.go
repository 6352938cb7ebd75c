package indices

import (
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

const (
	daySeconds = 86400
	// utcOffset is Asia/Shanghai's since 1992. All days and office hours are of that zone.
	utcOffset = 8 * 3600
)

// Shanghai is the zone in which days, hours and office hours are cut.
func Shanghai() *time.Location { return time.FixedZone("Asia/Shanghai", utcOffset) }

// Calendar says which days are worked on in mainland China: an override, else the State
// Council's notice, else Monday to Friday. It is immutable; a change makes a new one, and
// the waits that touch a changed day are to be rebuilt.
type Calendar struct {
	first  int64          // the first day with an entry in before, as days since 1970-01-01
	before []int32        // before[i] = workdays of days first .. first+i-1
	off    map[int64]bool // days off that a notice or an override rules
	known  map[int]bool
}

// NewCalendar returns the calendar of the built-in notices 2010-2026 and of layers: a notice
// replaces the built-in one of its year; notices are taken by year, so that one may rule days of the
// December before, then overrides (Year 0) in the order given. A date that is none is a *models.Error.
func NewCalendar(layers ...CalendarYear) (*Calendar, error) {
	all := slices.DeleteFunc(Notices(), func(y CalendarYear) bool {
		return slices.ContainsFunc(layers, func(l CalendarYear) bool { return l.Year == y.Year })
	})
	all = append(all, layers...)
	slices.SortStableFunc(all, func(a, b CalendarYear) int { return layerRank(a) - layerRank(b) })
	c := &Calendar{known: map[int]bool{}, off: map[int64]bool{}}
	ruled := map[int64]bool{}
	for _, layer := range all {
		for _, d := range layer.Days {
			n, ok := parseDay(d.Date)
			if !ok {
				return nil, models.FieldFault("工作日历有误", "date", "日期应为 2006-01-02 的形式，现为 "+d.Date)
			}
			ruled[n], c.off[n] = d.Work, !d.Work
			c.known[layer.Year] = true
		}
	}
	c.index(ruled)
	return c, nil
}

func layerRank(y CalendarYear) int {
	if y.Year == 0 {
		return 10000
	}
	return y.Year
}

func (c *Calendar) index(ruled map[int64]bool) {
	c.first = dayNumber(firstNoticeYear, 1, 1)
	end := dayNumber(lastNoticeYear+1, 1, 1)
	for n := range ruled {
		c.first, end = min(c.first, n), max(end, n+1)
	}
	c.before = make([]int32, end-c.first+1)
	for n := c.first; n < end; n++ {
		work, ok := ruled[n]
		if !ok {
			work = weekdaysBefore(n+1) > weekdaysBefore(n)
		}
		i := n - c.first
		c.before[i+1] = c.before[i]
		if work {
			c.before[i+1]++
		}
	}
}

// Workday reports whether offices work on the day of t.
func (c *Calendar) Workday(t time.Time) bool { return c.workday(dayOf(t.Unix())) }

// Holiday reports whether the day of t is off by a notice or an override, and not only as a weekend.
func (c *Calendar) Holiday(t time.Time) bool { return c.holiday(dayOf(t.Unix())) }

func (c *Calendar) holiday(n int64) bool { return c.off[n] }

// Provisional reports that no notice of year is known, so that its days are counted by the
// weekday rule and every deadline in it must be labelled 暂定日历.
func (c *Calendar) Provisional(year int) bool { return !c.known[year] }

// ProvisionalSpan reports whether any year from the day of from to the day of to is provisional.
func (c *Calendar) ProvisionalSpan(from, to time.Time) bool {
	for y, last := from.In(Shanghai()).Year(), to.In(Shanghai()).Year(); y <= last; y++ {
		if c.Provisional(y) {
			return true
		}
	}
	return false
}

// ElapsedWorkdays counts the workdays after the day of from, up to and including the day
// of to; 0 when to is not after from.
func (c *Calendar) ElapsedWorkdays(from, to time.Time) int {
	return int(max(0, c.workdaysBefore(dayOf(to.Unix())+1)-c.workdaysBefore(dayOf(from.Unix())+1)))
}

// ChangedDays returns the days (2006-01-02) on which the two calendars differ, in order: the
// waits whose span touches one of them must be rebuilt.
func (c *Calendar) ChangedDays(o *Calendar) []string {
	var days []string
	end := max(c.first+int64(len(c.before)), o.first+int64(len(o.before)))
	for n := min(c.first, o.first); n < end; n++ {
		if c.workday(n) != o.workday(n) {
			days = append(days, formatDay(n))
		}
	}
	return days
}

func (c *Calendar) workday(n int64) bool { return c.workdaysBefore(n+1) > c.workdaysBefore(n) }

// workdaysBefore counts workdays from a fixed origin up to day n, n not included. Only its
// differences mean anything. Outside the table the weekday rule holds.
func (c *Calendar) workdaysBefore(n int64) int64 {
	last := c.first + int64(len(c.before)) - 1
	switch {
	case n < c.first:
		return weekdaysBefore(n) - weekdaysBefore(c.first)
	case n > last:
		return int64(c.before[last-c.first]) + weekdaysBefore(n) - weekdaysBefore(last)
	default:
		return int64(c.before[n-c.first])
	}
}

// nthWorkdayAfter returns the k-th workday after day n; n itself when k < 1.
func (c *Calendar) nthWorkdayAfter(n int64, k int) int64 {
	for k > 0 {
		n++
		if c.workday(n) {
			k--
		}
	}
	return n
}

// weekdaysBefore counts Mondays to Fridays from Monday 1969-12-29 up to day n, n not included.
func weekdaysBefore(n int64) int64 {
	n += 3 // 1970-01-01 was a Thursday
	weeks := floorDiv(n, 7)
	return weeks*5 + min(n-weeks*7, 5)
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// dayOf is the Shanghai day of a Unix second, as days since 1970-01-01.
func dayOf(sec int64) int64 { return floorDiv(sec+utcOffset, daySeconds) }

// dayStart is the Unix second at which day n begins in Shanghai.
func dayStart(n int64) int64 { return n*daySeconds - utcOffset }

func dayNumber(year int, month time.Month, day int) int64 {
	return floorDiv(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix(), daySeconds)
}

func parseDay(s string) (int64, bool) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, false
	}
	return floorDiv(t.Unix(), daySeconds), true
}

func formatDay(n int64) string {
	return time.Unix(n*daySeconds, 0).UTC().Format(time.DateOnly)
}

func yearOf(n int64) int { return time.Unix(n*daySeconds, 0).UTC().Year() }

// hourOf is the Unix second at which the hour of sec begins, the key of hours; Shanghai's hours are UTC's.
func hourOf(sec int64) int64 { return floorDiv(sec, 3600) * 3600 }

// DayOf returns the Shanghai day of a Unix second as 2006-01-02: the key of days everywhere.
func DayOf(sec int64) string { return formatDay(dayOf(sec)) }

// CalendarOf returns the calendar with the days that were imported or set by hand.
func CalendarOf(days []models.CalendarDay) (*Calendar, error) {
	var layers []CalendarYear
	for _, d := range days {
		i := slices.IndexFunc(layers, func(y CalendarYear) bool { return y.Year == d.Year })
		if i < 0 {
			i = len(layers)
			layers = append(layers, CalendarYear{Year: d.Year})
		}
		layers[i].Days = append(layers[i].Days, CalendarDay{Date: d.Day, Work: d.Work, Name: d.Name})
	}
	return NewCalendar(layers...)
}
