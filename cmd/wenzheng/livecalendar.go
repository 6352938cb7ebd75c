package main

import (
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// liveCalendar is the calendar that rules are answered by: the built-in one with the days that were
// imported or set by hand, as they were last read. It is safe for concurrent use.
type liveCalendar struct {
	current atomic.Pointer[calendarDays]
}

type calendarDays struct {
	*indices.Calendar
	days []models.CalendarDay
}

func newLiveCalendar() (*liveCalendar, error) {
	c := &liveCalendar{}
	_, err := c.take(nil)
	return c, err
}

// take makes these days those of the calendar and reports whether they are others than before.
func (c *liveCalendar) take(days []models.CalendarDay) (changed bool, err error) {
	if was := c.current.Load(); was != nil && slices.Equal(was.days, days) {
		return false, nil
	}
	calendar, err := indices.CalendarOf(days)
	if err != nil {
		return false, err
	}
	c.current.Store(&calendarDays{calendar, days})
	return true, nil
}

// Workday implements bot.Calendar.
func (c *liveCalendar) Workday(day time.Time) bool { return c.current.Load().Workday(day) }

// Holiday implements bot.Calendar.
func (c *liveCalendar) Holiday(day time.Time) bool { return c.current.Load().Holiday(day) }

// days are what was taken.
func (c *liveCalendar) days() []models.CalendarDay { return c.current.Load().days }

// reminder says that the notice of a year is missing: of this year, or of the next from December
// on, when it has been published for weeks; "" while none is.
func (c *liveCalendar) reminder(now time.Time) string {
	now = now.In(indices.Shanghai())
	years := []int{now.Year()}
	if now.Month() == time.December {
		years = append(years, now.Year()+1)
	}
	for _, year := range years {
		if c.current.Load().Provisional(year) {
			return fmt.Sprintf("calendar: 还没有 %d 年的放假安排，按周一至周五计算；国务院办公厅公布后请运行 wenzheng calendar import %d.json", year, year)
		}
	}
	return ""
}
