package indices

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Office counts office seconds: the hours of one account on the workdays of a calendar.
type Office struct {
	calendar *Calendar
	spans    []span // seconds of the day, sorted, disjoint, not empty
	perDay   int64
}

type span struct{ from, to int64 }

// Office returns the office with these hours, "09:00-12:00,13:30-17:30"; "" is
// models.DefaultOfficeHours. Spans may end at 24:00 but not run over midnight. Faults are a
// *models.Error.
func (c *Calendar) Office(hours string) (*Office, error) {
	if strings.TrimSpace(hours) == "" {
		hours = models.DefaultOfficeHours
	}
	o := &Office{calendar: c}
	for part := range strings.SplitSeq(hours, ",") {
		s, err := parseSpan(strings.TrimSpace(part))
		if err != nil {
			return nil, err
		}
		o.spans = append(o.spans, s)
		o.perDay += s.to - s.from
	}
	slices.SortFunc(o.spans, func(a, b span) int { return int(a.from - b.from) })
	for i := 1; i < len(o.spans); i++ {
		if o.spans[i].from < o.spans[i-1].to {
			return nil, officeFault("时段不能重叠，现为 " + hours)
		}
	}
	return o, nil
}

func parseSpan(s string) (span, error) {
	from, to, ok := strings.Cut(s, "-")
	a, okA := parseClock(from)
	b, okB := parseClock(to)
	if !ok || !okA || !okB || a >= b {
		return span{}, officeFault(fmt.Sprintf("%q 不是有效时段，应为 09:00-12:00,13:30-17:30 的形式，且先开始后结束", s))
	}
	return span{a, b}, nil
}

func officeFault(message string) error {
	return invalidField("办公时间有误", "office_hours", message)
}

func parseClock(s string) (int64, bool) {
	s = strings.TrimSpace(s)
	if s == "24:00" {
		return daySeconds, true
	}
	t, err := time.Parse("15:04", s)
	if err != nil {
		return 0, false
	}
	return int64(t.Hour())*3600 + int64(t.Minute())*60, true
}

// Calendar returns the calendar the office keeps.
func (o *Office) Calendar() *Calendar { return o.calendar }

// Seconds returns the office seconds from one Unix second to another, in constant time; 0
// when to is not after from.
func (o *Office) Seconds(from, to int64) int64 { return max(0, o.until(to)-o.until(from)) }

// OfficeSeconds is Seconds for instants; fractions of a second are cut.
func (o *Office) OfficeSeconds(from, to time.Time) int64 { return o.Seconds(from.Unix(), to.Unix()) }

// until is the prefix sum: office seconds from the calendar's origin up to sec.
func (o *Office) until(sec int64) int64 {
	n := dayOf(sec)
	before := o.calendar.workdaysBefore(n)
	sum := before * o.perDay
	if o.calendar.workdaysBefore(n+1) == before {
		return sum
	}
	clock := sec - dayStart(n)
	for _, s := range o.spans {
		sum += max(0, min(clock, s.to)-s.from)
	}
	return sum
}

// Open reports whether the office is open at t.
func (o *Office) Open(t time.Time) bool {
	return o.Seconds(t.Unix(), t.Unix()+1) == 1
}

// Deadline returns the close of the k-th workday after the day of receipt, which is not
// counted; with k < 1, the closing time of the day of receipt itself.
func (o *Office) Deadline(received time.Time, k int) time.Time {
	n := o.calendar.nthWorkdayAfter(dayOf(received.Unix()), k)
	return time.Unix(dayStart(n)+o.spans[len(o.spans)-1].to, 0).In(Shanghai())
}
