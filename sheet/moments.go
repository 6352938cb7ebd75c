package sheet

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/width"
)

// Years outside of these are mistakes, not history.
const (
	firstYear = 2000
	lastYear  = 2100
)

// clockSlack is how far another clock may be ahead of the reader's.
const clockSlack = 10 * time.Minute

// inFuture reports whether a moment of the past can not be, as it lies behind now. The zero
// now knows no future.
func inFuture(at, now time.Time) bool { return !now.IsZero() && at.After(now.Add(clockSlack)) }

var (
	dateForm  = regexp.MustCompile(`^(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?([^\d].*)?$`)
	midnight  = regexp.MustCompile(`^0{1,2}:00(?::00)?$`)
	clockForm = regexp.MustCompile(`^(上午|下午|AM|PM|am|pm)?\s*(\d{1,2}):(\d{2})(?::(\d{2})(\.\d+)?)?\s*(AM|PM|am|pm)?$`)
)

// parseDate reads a day as people and spreadsheets write it, 2026-03-02, 2026/3/2, 2026.3.2
// or 2026年3月2日, and gives it as 2026-03-02. A time of day behind it may only be midnight.
func parseDate(s string) (day string, ok bool) {
	day, rest, ok := cutDate(s)
	return day, ok && (rest == "" || midnight.MatchString(rest))
}

func cutDate(s string) (day, rest string, ok bool) {
	m := dateForm.FindStringSubmatch(width.Fold.String(s))
	if m == nil {
		return "", "", false
	}
	day = m[1] + "-" + twoDigits(m[2]) + "-" + twoDigits(m[3])
	_, err := time.Parse(time.DateOnly, day)
	return day, strings.TrimSpace(m[4]), err == nil
}

func twoDigits(digits string) string {
	if len(digits) == 1 {
		return "0" + digits
	}
	return digits
}

// parseTime reads RFC 3339, or day and time of day in any form of parseDate and with the
// seconds left out.
func parseTime(s string, zone *time.Location) (time.Time, bool) {
	at, err := time.ParseInLocation(plainTime, s, zone)
	if err != nil {
		at, err = time.Parse(time.RFC3339Nano, s)
	}
	if err != nil {
		at, err = time.ParseInLocation(plainTime, plainForm(s), zone)
	}
	return at, err == nil && at.Year() >= firstYear && at.Year() <= lastYear
}

// plainForm writes a time as 2006-01-02 15:04:05, perhaps with a fraction, or returns it as
// it is.
func plainForm(s string) string {
	day, rest, ok := cutDate(s)
	if !ok {
		return s
	}
	m := clockForm.FindStringSubmatch(strings.TrimPrefix(rest, "T"))
	if m == nil {
		return s
	}
	hour, err := strconv.Atoi(m[2])
	half := strings.ToLower(m[1] + m[6])
	switch {
	case err != nil || half != "" && (hour < 1 || hour > 12):
		return s
	case half == "上午" || half == "am":
		hour %= 12
	case half == "下午" || half == "pm":
		hour = hour%12 + 12
	case half != "":
		return s
	}
	seconds := m[4]
	if seconds == "" {
		seconds = "00"
	}
	return day + " " + twoDigits(strconv.Itoa(hour)) + ":" + m[3] + ":" + seconds + m[5]
}
