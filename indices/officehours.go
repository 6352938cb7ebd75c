package indices

import (
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Office counts office seconds: the hours of one account, as they changed through time, on the
// workdays of a calendar. Immutable.
type Office struct {
	calendar *Calendar
	periods  []models.OfficePeriod // rising, never empty; the first has no beginning
	first    int64                 // the first day with an entry in before
	before   []int64               // before[i] = office seconds of days first .. first+i-1
}

// Office returns the office with these hours, see models.OfficePeriods; none are the default ones.
func (c *Calendar) Office(periods ...models.OfficePeriod) *Office {
	if len(periods) == 0 {
		periods = defaultPeriods()
	}
	o := &Office{calendar: c, periods: periods, first: c.first}
	end := c.first + int64(len(c.before)) - 1
	for _, p := range periods[1:] { // outside of the table nothing changes any more
		o.first, end = min(o.first, p.From), max(end, p.From)
	}
	o.before = make([]int64, end-o.first+1)
	for at, p := range periods {
		till := end
		if at+1 < len(periods) {
			till = periods[at+1].From
		}
		o.sum(&p.Hours, max(p.From, o.first), till)
	}
	return o
}

// sum fills the table from day n up to day end, of one period.
func (o *Office) sum(hours *models.OfficeHours, n, end int64) {
	var ordinary [8]int64 // the sums of the days that are as their weekday is
	for weekday := 1; weekday <= 7; weekday++ {
		ordinary[weekday] = daySum(hours.On(weekday, weekday <= 5, false))
	}
	for ; n < end; n++ {
		weekday, workday, holiday := weekdayOf(n), o.calendar.workday(n), o.calendar.holiday(n)
		day := ordinary[weekday]
		if workday != (weekday <= 5) || holiday {
			day = daySum(hours.On(weekday, workday, holiday))
		}
		o.before[n-o.first+1] = o.before[n-o.first] + day
	}
}

func defaultPeriods() []models.OfficePeriod {
	periods, err := models.OfficePeriods(nil)
	if err != nil {
		panic("indices: the default office hours do not parse: " + err.Error())
	}
	return periods
}

// hours are the office hours of day n, in order.
func (o *Office) hours(n int64) []models.Hours {
	return models.OfficeHoursOn(o.periods, n).On(weekdayOf(n), o.calendar.workday(n), o.calendar.holiday(n))
}

// weekdayOf is 1 for Monday to 7 for Sunday.
func weekdayOf(n int64) int { return int(n+3-floorDiv(n+3, 7)*7) + 1 }

func daySum(hours []models.Hours) (sum int64) {
	for _, h := range hours {
		sum += int64(h.To-h.From) * 60
	}
	return sum
}

// Calendar returns the calendar the office keeps.
func (o *Office) Calendar() *Calendar { return o.calendar }

// Seconds returns the office seconds from one Unix second to another, in constant time; 0
// when to is not after from.
func (o *Office) Seconds(from, to int64) int64 { return max(0, o.until(to)-o.until(from)) }

// until is the prefix sum: office seconds from the table's origin up to sec.
func (o *Office) until(sec int64) int64 {
	n := dayOf(sec)
	sum := o.daysBefore(n)
	clock := sec - dayStart(n)
	for _, h := range o.hours(n) {
		sum += max(0, min(clock, int64(h.To)*60)-int64(h.From)*60)
	}
	return sum
}

// daysBefore counts the office seconds of the days before n. Outside of the table whole weeks are
// alike.
func (o *Office) daysBefore(n int64) int64 {
	last := o.first + int64(len(o.before)) - 1
	switch {
	case n < o.first:
		return o.weeksBefore(n, n) - o.weeksBefore(o.first, n)
	case n > last:
		return o.before[last-o.first] + o.weeksBefore(n, n) - o.weeksBefore(last, n)
	default:
		return o.before[n-o.first]
	}
}

// weeksBefore counts office seconds from Monday 1969-12-29 up to day n by the weekday rule and the
// hours of day at.
func (o *Office) weeksBefore(n, at int64) (sum int64) {
	hours := models.OfficeHoursOn(o.periods, at)
	weeks := floorDiv(n+3, 7)
	for weekday := 1; weekday <= 7; weekday++ {
		times := weeks
		if weekday < weekdayOf(n) {
			times++
		}
		sum += times * daySum(hours.On(weekday, weekday <= 5, false))
	}
	return sum
}

// Deadline returns the close of the k-th workday after the day of receipt, which is not
// counted; with k < 1, the closing time of the day of receipt itself. A workday without office
// hours closes at midnight. Nothing calls it until the desk opens cases.
func (o *Office) Deadline(received time.Time, k int) time.Time {
	n := o.calendar.nthWorkdayAfter(dayOf(received.Unix()), k)
	closing := int64(daySeconds)
	if hours := o.hours(n); len(hours) > 0 {
		closing = int64(hours[len(hours)-1].To) * 60
	}
	return time.Unix(dayStart(n)+closing, 0).In(Shanghai())
}
