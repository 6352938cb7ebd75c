package indices

import (
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// LiveCalendar is the calendar as it is now: the built-in one with the days that were
// imported or set by hand, as they were last read. It is safe for concurrent use.
type LiveCalendar struct {
	current atomic.Pointer[calendarDays]
}

type calendarDays struct {
	*Calendar
	days []models.CalendarDay
}

// NewLiveCalendar returns the built-in calendar.
func NewLiveCalendar() (*LiveCalendar, error) {
	c := &LiveCalendar{}
	_, err := c.Take(nil)
	return c, err
}

// Take makes these days those of the calendar and reports whether they are others than before.
func (c *LiveCalendar) Take(days []models.CalendarDay) (changed bool, err error) {
	if was := c.current.Load(); was != nil && slices.Equal(was.days, days) {
		return false, nil
	}
	calendar, err := CalendarOf(days)
	if err != nil {
		return false, err
	}
	c.current.Store(&calendarDays{calendar, days})
	return true, nil
}

// Current is the calendar as it is now.
func (c *LiveCalendar) Current() *Calendar { return c.current.Load().Calendar }

// Workday implements bot.Calendar.
func (c *LiveCalendar) Workday(day time.Time) bool { return c.current.Load().Workday(day) }

// Holiday implements bot.Calendar.
func (c *LiveCalendar) Holiday(day time.Time) bool { return c.current.Load().Holiday(day) }

// Days are what was taken.
func (c *LiveCalendar) Days() []models.CalendarDay { return c.current.Load().days }

// Reminder says that the notice of a year is missing: of this year, or of the next from December
// on, when it has been published for weeks; no text while none is.
func (c *LiveCalendar) Reminder(now time.Time) models.Said {
	now = now.In(Shanghai())
	years := []int{now.Year()}
	if now.Month() == time.December {
		years = append(years, now.Year()+1)
	}
	for _, year := range years {
		if c.current.Load().Provisional(year) {
			return models.Say("year_missing", "还没有 {year} 年的放假安排，按周一至周五计算；国务院办公厅公布后请运行 wenzheng calendar import {year}.json", "year", strconv.Itoa(year))
		}
	}
	return models.Said{}
}
