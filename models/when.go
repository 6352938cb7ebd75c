package models

import (
	"strings"
	"time"
)

// ParseDays turns two dates (in any form of CutDay, in Shanghai, both included) into a half-open
// interval; "" is no bound and gives the zero time.
func ParseDays(from, to string) (start, end time.Time, err error) {
	var ok bool
	if start, ok = parseDay(from); !ok && from != "" {
		return start, end, NewError(CodeInvalid, "起始日期 "+from+" 不是日历上的日子，写法如 2026-03-01")
	}
	if end, ok = parseDay(to); ok {
		end = end.AddDate(0, 0, 1)
	} else if to != "" {
		return start, end, NewError(CodeInvalid, "截止日期 "+to+" 不是日历上的日子，写法如 2026-03-31")
	}
	if from != "" && to != "" && !start.Before(end) {
		return start, end, NewError(CodeInvalid, "起始日期晚于截止日期，请对调")
	}
	return start, end, nil
}

// ParseAsOf reads an instant in Shanghai; a date alone is its end, "" the zero time.
func ParseAsOf(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	if t, ok := parseAny(s, time.RFC3339Nano, time.DateTime); ok {
		return t, nil
	}
	if t, ok := parseDay(s); ok {
		return t.AddDate(0, 0, 1), nil
	}
	return time.Time{}, NewError(CodeInvalid, "截至时刻 "+s+" 不是时刻，写法如 2026-03-05T12:00:00+08:00 或 2026-03-05 12:00:00")
}

// ParseMoment reads a moment in Shanghai: a date (its beginning), a time of today, or both; "" is now.
func ParseMoment(text string, now time.Time) (time.Time, error) {
	text = strings.TrimSpace(text)
	if text == "" {
		return now, nil
	}
	if t, ok := parseAny(text, time.DateTime, time.RFC3339); ok {
		return t, nil
	}
	if t, ok := parseDay(text); ok {
		return t, nil
	}
	if t, ok := parseAny(now.In(Shanghai()).Format(time.DateOnly)+" "+text, time.DateTime); ok {
		return t, nil
	}
	return time.Time{}, NewError(CodeInvalid, "时刻应写作 2026-12-25 20:00、2026-12-25 或 20:00，现为 "+text)
}

// ParseQuarter turns a quarter of a year of this century (2026Q3) into a half-open interval of days in Shanghai.
func ParseQuarter(s string) (from, to time.Time, err error) {
	year, quarter, ok := strings.Cut(strings.ToUpper(s), "Q")
	first, err := time.ParseInLocation("2006", strings.TrimSuffix(year, "-"), Shanghai())
	if !ok || err != nil || first.Year() < 2000 || first.Year() > 2099 || len(quarter) != 1 || quarter < "1" || quarter > "4" {
		return from, to, NewError(CodeInvalid, "季度应写作 2026Q3")
	}
	from = first.AddDate(0, 3*int(quarter[0]-'1'), 0)
	return from, from.AddDate(0, 3, 0), nil
}

// parseDay reads a day alone, and gives its beginning in Shanghai.
func parseDay(text string) (time.Time, bool) {
	day, rest, ok := CutDay(text)
	t, err := time.ParseInLocation(time.DateOnly, day, Shanghai())
	return t, ok && rest == "" && err == nil
}

// parseAny reads a time of Shanghai, as people write it, in the first of the layouts that fits.
func parseAny(text string, layouts ...string) (time.Time, bool) {
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, PlainTime(text), Shanghai()); err == nil {
			return t, true
		}
	}
	return time.Time{}, false
}
