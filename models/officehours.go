package models

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// DefaultOfficeHours are 7 hours a working day, until an account sets its own.
const DefaultOfficeHours = "09:00-12:00,13:30-17:30"

// Hours is a part of a day in minutes, From included, To (at most 24:00) not. Where To is the
// smaller the hours go on over midnight.
type Hours struct{ From, To int }

// ParseHours reads 09:00-17:30 or 22:00-06:00; false: it is neither.
func ParseHours(s string) (Hours, bool) {
	a, b, ok := strings.Cut(s, "-")
	from, ok1 := parseClock(a)
	to, ok2 := parseClock(b)
	return Hours{from, to}, ok && ok1 && ok2 && from != to && from < 24*60
}

// Overnight reports whether the hours go on over midnight.
func (h Hours) Overnight() bool { return h.From > h.To }

// Holds reports whether a minute of the day is within the hours.
func (h Hours) Holds(minute int) bool {
	if h.Overnight() {
		return minute >= h.From || minute < h.To
	}
	return minute >= h.From && minute < h.To
}

// OfficeHours are the hours of a week: those of named weekdays, and those of every other working
// day. Immutable; the zero value is never open.
type OfficeHours struct {
	general []Hours
	own     [8][]Hours // of Monday 1 .. Sunday 7
	named   [8]bool
	text    string
}

// OfficePeriod are the office hours from a day on, until those of the next period.
type OfficePeriod struct {
	From  int64 // see DayNumber; openingDay for the first, which has no beginning
	Hours OfficeHours
}

// openingDay is before every day that is counted.
const openingDay = -1 << 40

// ParseOfficeHours reads "09:00-12:00,13:30-17:30", the hours of every working day, or groups
// separated by semicolons, each for the weekdays before its hours: "09:00-17:30; 5 09:00-12:00; 6
// 09:00-11:30; 3 off". 1 is Monday, 1-4 and 1,3 are several; 周一至周四 is understood too. A
// Saturday or Sunday that is named is open although it is no working day. "" is the default. Its
// errors are for people.
func ParseOfficeHours(text string) (OfficeHours, error) {
	var h OfficeHours
	text = officeSigns().Replace(strings.TrimSpace(text))
	seen := false
	for group := range strings.SplitSeq(cmp.Or(text, DefaultOfficeHours), ";") {
		if group = strings.TrimSpace(group); group == "" {
			continue
		}
		days, rest, err := officeDays(group)
		if err != nil {
			return OfficeHours{}, err
		}
		hours, err := hoursOfDay(rest)
		if err != nil {
			return OfficeHours{}, err
		}
		if len(days) == 0 {
			if seen {
				return OfficeHours{}, fmt.Errorf("不写星期的时段只能有一组，现为 %s", text)
			}
			h.general, seen = hours, true
		}
		for _, d := range days {
			if h.named[d] {
				return OfficeHours{}, fmt.Errorf("%s写了两次", weekdayName(d))
			}
			h.named[d], h.own[d] = true, hours
		}
	}
	h.text = h.describe(seen)
	if h.text == "" {
		return OfficeHours{}, fmt.Errorf("至少要有一段办公时间，例 %s", DefaultOfficeHours)
	}
	return h, nil
}

// officeSigns turns what is typed on a Chinese keyboard into the signs of the format.
func officeSigns() *strings.Replacer {
	return strings.NewReplacer("：", ":", "，", ",", "、", ",", "；", ";", "－", "-", "—", "-", "–", "-", "~", "-", "～", "-", "至", "-", "到", "-",
		"星期", "周", "礼拜", "周", "　", " ")
}

// weekdaysPattern are weekdays before hours: 5, 1-4, 1,3 or 周一-周四, without a colon.
var weekdaysPattern = regexp.MustCompile(`^((?:周?[1-7一二三四五六日天]\s*[-,]\s*)*周?[1-7一二三四五六日天])(?:\s+|$|:\s+)`)

func officeDays(group string) (days []int, rest string, err error) {
	m := weekdaysPattern.FindString(group)
	if m == "" {
		return nil, group, nil
	}
	for part := range strings.SplitSeq(strings.Trim(m, " :"), ",") {
		first, last, isRange := strings.Cut(part, "-")
		from, to := weekdayOf(first), weekdayOf(first)
		if isRange {
			to = weekdayOf(last)
		}
		if from > to {
			return nil, "", fmt.Errorf("星期应从前到后写，现为 %s", strings.TrimSpace(part))
		}
		for d := from; d <= to; d++ {
			days = append(days, d)
		}
	}
	return days, strings.TrimSpace(group[len(m):]), nil
}

// weekdayOf reads one weekday that weekdaysPattern has found.
func weekdayOf(s string) int {
	s = strings.TrimPrefix(strings.TrimSpace(s), "周")
	if d, err := strconv.Atoi(s); err == nil {
		return d
	}
	if s == "天" {
		return 7
	}
	return slices.Index([]string{"", "一", "二", "三", "四", "五", "六", "日"}, s)
}

func weekdayName(d int) string {
	return "周" + []string{"", "一", "二", "三", "四", "五", "六", "日"}[d]
}

func hoursOfDay(text string) ([]Hours, error) {
	if slices.Contains([]string{"off", "休", "休息", "不办公"}, text) {
		return nil, nil
	}
	var list []Hours
	for part := range strings.SplitSeq(text, ",") {
		h, ok := ParseHours(part)
		if !ok || h.Overnight() {
			return nil, fmt.Errorf("办公时间应写作 %s，或加上星期：1-4 09:00-17:30; 5 09:00-12:00；跨过午夜的写成两段。现为 %q", DefaultOfficeHours, strings.TrimSpace(part))
		}
		list = append(list, h)
	}
	slices.SortFunc(list, func(a, b Hours) int { return a.From - b.From })
	for i := 1; i < len(list); i++ {
		if list[i].From < list[i-1].To {
			return nil, fmt.Errorf("时段不能重叠，现为 %s", text)
		}
	}
	return list, nil
}

// parseClock reads 09:00, 9:00 or 24:00 as minutes.
func parseClock(s string) (int, bool) {
	h, m, ok := strings.Cut(strings.TrimSpace(s), ":")
	hour, err1 := strconv.ParseUint(h, 10, 8)
	minute, err2 := strconv.ParseUint(m, 10, 8)
	at := int(hour)*60 + int(minute)
	return at, ok && err1 == nil && err2 == nil && len(h) <= 2 && len(m) == 2 && minute < 60 && at <= 24*60
}

// On returns the hours of a day, in order: weekday is 1 for Monday to 7 for Sunday; on a working
// day that lies on a weekend (调休) the hours of an ordinary working day hold; holiday says that
// the day is off by a notice or a ruling, not only as a weekend.
func (h *OfficeHours) On(weekday int, workday, holiday bool) []Hours {
	switch {
	case workday && weekday < 6 && h.named[weekday]:
		return h.own[weekday]
	case workday && h.general != nil:
		return h.general
	case workday && h.named[weekday]:
		return h.own[weekday]
	case workday && weekday > 5:
		return h.own[1]
	case workday || holiday || weekday < 6:
		return nil
	}
	return h.own[weekday]
}

// String is the text as citizens read it: 09:00-12:00、13:30-17:30；周五 09:00-12:00.
func (h *OfficeHours) String() string { return h.text }

func (h *OfficeHours) describe(general bool) string {
	var groups []string
	open := false
	say := func(days string, hours []Hours) {
		var spans []string
		for _, s := range hours {
			spans, open = append(spans, fmt.Sprintf("%02d:%02d-%02d:%02d", s.From/60, s.From%60, s.To/60, s.To%60)), true
		}
		groups = append(groups, strings.TrimSpace(days+" "+cmp.Or(strings.Join(spans, "、"), "休")))
	}
	if general {
		say("", h.general)
	}
	for d := 1; d <= 7; d++ {
		if !h.named[d] {
			continue
		}
		last := d
		for last < 7 && h.named[last+1] && slices.Equal(h.own[last+1], h.own[d]) {
			last++
		}
		days := weekdayName(d)
		if last > d {
			days += "至" + weekdayName(last)
		}
		say(days, h.own[d])
		d = last
	}
	if !open {
		return ""
	}
	return strings.Join(groups, "；")
}

// OfficePeriods are the office hours of an account through time, the first without a beginning.
// Hours that can not be read are a *Error.
func OfficePeriods(settings []Setting) ([]OfficePeriod, error) {
	var list []OfficePeriod
	for _, s := range SettingsNamed(settings, SettingOfficeHours) {
		from, ok := DayNumber(s.ValidFrom)
		if s.ValidFrom == "" {
			from, ok = openingDay, true
		}
		h, err := ParseOfficeHours(s.Value)
		if err != nil || !ok {
			return nil, Faulty("办公时间有误", Fault("office_hours", "office_hours_form", "{said}", "said", fmt.Sprint(err)))
		}
		list = append(list, OfficePeriod{From: from, Hours: h})
	}
	if len(list) == 0 || list[0].From != openingDay {
		h, err := ParseOfficeHours("")
		if err != nil {
			return nil, err
		}
		list = slices.Insert(list, 0, OfficePeriod{From: openingDay, Hours: h})
	}
	return list, nil
}

// OfficeHoursOn returns the hours of the period that a day lies in.
func OfficeHoursOn(periods []OfficePeriod, day int64) *OfficeHours {
	i := len(periods) - 1
	for i > 0 && periods[i].From > day {
		i--
	}
	return &periods[i].Hours
}
