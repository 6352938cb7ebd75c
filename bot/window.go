package bot

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Calendar knows the working days of the office. Without one, Monday to Friday are.
type Calendar interface {
	// Workday reports whether the office works on this local day.
	Workday(day time.Time) bool
}

// minutes is a part of a day, from inclusive, to exclusive; from > to wraps midnight.
type minutes struct{ from, to int16 }

func (m minutes) holds(now int) bool {
	if m.from <= m.to {
		return now >= int(m.from) && now < int(m.to)
	}
	return now >= int(m.from) || now < int(m.to)
}

// window is a models.Window ready to be asked. The zero value always holds.
type window struct {
	from, until int32 // day numbers, 0 = open
	weekdays    uint8 // bit 1 = Monday .. bit 7 = Sunday, 0 = every day
	hours       []minutes
	office      int8 // 1 open, -1 closed
	holiday     int8 // 1 yes, -1 no
}

// moment is one instant as the windows of an account see it.
type moment struct {
	at      time.Time
	day     int32
	weekday uint8
	minute  int
	workday bool
	open    bool
}

// office is the place and the hours of an account.
type office struct {
	location *time.Location
	calendar Calendar
	hours    []minutes
	text     string // as a citizen reads them: 09:00-12:00、13:30-17:30
}

// newOffice reads the hours of the account, "" = the default; a part that can not be read is
// passed over, for settings are checked when they are saved.
func newOffice(hours string, location *time.Location, calendar Calendar) office {
	if location == nil {
		location = time.FixedZone("CST", 8*3600)
	}
	if hours == "" {
		hours = models.DefaultOfficeHours
	}
	o := office{location: location, calendar: calendar}
	parts := strings.Split(hours, ",")
	for i, part := range parts {
		parts[i] = strings.TrimSpace(part)
		if m, ok := parseMinutes(parts[i]); ok {
			o.hours = append(o.hours, m)
		}
	}
	o.text = strings.Join(parts, "、")
	return o
}

func (o *office) moment(now time.Time) moment {
	now = now.In(o.location)
	m := moment{at: now, day: dayNumber(now), minute: now.Hour()*60 + now.Minute()}
	m.weekday = uint8((int(now.Weekday())+6)%7 + 1) //nolint:gosec // 1..7
	m.workday = m.weekday <= 5
	if o.calendar != nil {
		m.workday = o.calendar.Workday(now)
	}
	if !m.workday {
		return m
	}
	for _, h := range o.hours {
		m.open = m.open || h.holds(m.minute)
	}
	return m
}

// dayNumber counts local days, so that dates compare as numbers.
func dayNumber(t time.Time) int32 {
	y, m, d := t.Date()
	return int32(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400) //nolint:gosec // good until the year 5 million
}

func (w *window) holds(m *moment) bool {
	if w.from != 0 && m.day < w.from || w.until != 0 && m.day > w.until {
		return false
	}
	if w.weekdays != 0 && w.weekdays&(1<<m.weekday) == 0 {
		return false
	}
	if w.office == 1 && !m.open || w.office == -1 && m.open {
		return false
	}
	if w.holiday == 1 && m.workday || w.holiday == -1 && !m.workday {
		return false
	}
	if len(w.hours) == 0 {
		return true
	}
	for _, h := range w.hours {
		if h.holds(m.minute) {
			return true
		}
	}
	return false
}

func newWindow(w *models.Window) (window, error) {
	var out window
	if w == nil {
		return out, nil
	}
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
		m, ok := parseMinutes(h)
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

// parseMinutes reads 09:00-12:00; 24:00 is allowed as an end.
func parseMinutes(s string) (minutes, bool) {
	a, b, ok := strings.Cut(s, "-")
	if !ok {
		return minutes{}, false
	}
	from, ok1 := parseClock(a)
	to, ok2 := parseClock(b)
	return minutes{from, to}, ok1 && ok2 && from != to && from < 24*60
}

func parseClock(s string) (int16, bool) {
	h, m, ok := strings.Cut(strings.TrimSpace(s), ":")
	if !ok || len(m) != 2 {
		return 0, false
	}
	hour, err1 := strconv.Atoi(h)
	minute, err2 := strconv.Atoi(m)
	if err1 != nil || err2 != nil || hour < 0 || hour > 24 || minute < 0 || minute > 59 || hour == 24 && minute > 0 {
		return 0, false
	}
	return int16(hour*60 + minute), true
}
