package bot

import (
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Calendar knows the working days of the office. Without one, Monday to Friday are. What it says
// may change while rules are published.
type Calendar interface {
	// Workday reports whether the office works on this local day.
	Workday(day time.Time) bool
	// Holiday reports whether a day is off as no mere weekend: by a notice or by a ruling of its own.
	Holiday(day time.Time) bool
}

// window is a models.Window ready to be asked. The zero value always holds.
type window struct {
	from, until int32 // day numbers, 0 = open
	weekdays    uint8 // bit 1 = Monday .. bit 7 = Sunday, 0 = every day
	hours       []models.Hours
	office      int8 // 1 open, -1 closed
	holiday     int8 // 1 yes, -1 no
}

// moment is one instant as the windows of an account see it.
type moment struct {
	date
	before date // the day before: a window over midnight may have begun on it
	at     time.Time
	minute int
	open   bool
}

// date is a day in Beijing.
type date struct {
	day     int32 // see dayNumber
	weekday uint8 // 1 = Monday .. 7 = Sunday
	workday bool
}

// office are the hours of an account on the working days of a calendar.
type office struct {
	calendar Calendar
	periods  []models.OfficePeriod
}

// newOffice is the office of an account; hours that can not be read are the default ones, for
// settings are checked when they are saved.
func newOffice(settings []models.Setting, calendar Calendar) office {
	periods, err := models.OfficePeriods(settings)
	if err != nil {
		periods, _ = models.OfficePeriods(nil) // the default hours can be read
	}
	return office{calendar: calendar, periods: periods}
}

func (o *office) moment(now time.Time) moment {
	now = now.In(models.Shanghai())
	m := moment{date: o.date(now), before: o.date(now.AddDate(0, 0, -1)), at: now, minute: now.Hour()*60 + now.Minute()}
	for _, h := range o.hours(&m.date).On(int(m.weekday), m.workday, o.calendar != nil && o.calendar.Holiday(now)) {
		m.open = m.open || h.Holds(m.minute)
	}
	return m
}

// hours are the hours of the week of a day.
func (o *office) hours(d *date) *models.OfficeHours {
	return models.OfficeHoursOn(o.periods, int64(d.day))
}

func (o *office) date(t time.Time) date {
	d := date{day: dayNumber(t), weekday: uint8((int(t.Weekday())+6)%7 + 1)} //nolint:gosec // 1..7
	d.workday = d.weekday <= 5
	if o.calendar != nil {
		d.workday = o.calendar.Workday(t)
	}
	return d
}

// dayNumber counts local days, so that dates compare as numbers.
func dayNumber(t time.Time) int32 {
	y, m, d := t.Date()
	return int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400) //nolint:gosec // good until the year 5 million
}

// holds reports whether the window is open. The part of its hours after midnight belongs to the
// day on which they began: dates, weekdays and holidays are asked of that day.
func (w *window) holds(m *moment) bool {
	if w.office == 1 && !m.open || w.office == -1 && m.open {
		return false
	}
	if len(w.hours) == 0 {
		return w.on(&m.date)
	}
	for _, h := range w.hours {
		if !h.Holds(m.minute) {
			continue
		}
		began := &m.date
		if h.Overnight() && m.minute < h.To {
			began = &m.before
		}
		if w.on(began) {
			return true
		}
	}
	return false
}

// on reports whether the window is open on a day, whatever its hours.
func (w *window) on(d *date) bool {
	if w.from != 0 && d.day < w.from || w.until != 0 && d.day > w.until {
		return false
	}
	if w.weekdays != 0 && w.weekdays&(1<<d.weekday) == 0 {
		return false
	}
	return (w.holiday != 1 || !d.workday) && (w.holiday != -1 || d.workday)
}

// last is the last day on which the window may be open, 0 = no end.
func (w *window) last() int32 {
	if w.until == 0 {
		return 0
	}
	for _, h := range w.hours {
		if h.Overnight() {
			return w.until + 1
		}
	}
	return w.until
}

func newWindow(w *models.Window) (window, error) {
	var out window
	var err error
	if out.from, err = parseDay(w.From); err != nil {
		return out, err
	}
	if out.until, err = parseDay(w.Until); err != nil {
		return out, err
	}
	for _, d := range w.Weekdays {
		if d < 1 || d > 7 {
			return out, fmt.Errorf("星期用 1（星期一）到 7（星期日），没有 %d", d)
		}
		out.weekdays |= 1 << d
	}
	for _, h := range w.Hours {
		m, ok := models.ParseHours(h)
		if !ok {
			return out, fmt.Errorf("时间段应写成 09:00-17:30，现为 %q", h)
		}
		out.hours = append(out.hours, m)
	}
	out.office = either(w.Office, "open", "closed")
	out.holiday = either(w.Holiday, "yes", "no")
	return out, nil
}

func either(s, yes, no string) int8 {
	switch s {
	case yes:
		return 1
	case no:
		return -1
	}
	return 0
}

// parseDay returns the day number of 2006-01-02, 0 for "".
func parseDay(s string) (int32, error) {
	if s == "" {
		return 0, nil
	}
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("日期应写成 2006-01-02，现为 %q", s)
	}
	return dayNumber(t), nil
}

// expired reports whether the source of the rule is no longer valid on a day.
func (r *rule) expired(day int32) bool { return r.expires != 0 && day > r.expires }
