package sheet

import (
	"regexp"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Years outside of these are mistakes, not history.
const firstYear, lastYear = 2000, 2100

const timeForm = "时间，请写 2026-01-02 15:04:05 或 2026-01-02T15:04:05+08:00"

// noMoment tells what a time or date must look like.
func noMoment(s, form string) string {
	if s == "" {
		return "不能为空"
	}
	return quote(s) + " 不是 2000 至 2100 年间的" + form
}

// clockSlack is how far another clock may be ahead of the reader's.
const clockSlack = 10 * time.Minute

// inFuture reports whether a moment of the past can not be, as it lies behind now. The zero
// now knows no future.
func inFuture(at, now time.Time) bool { return !now.IsZero() && at.After(now.Add(clockSlack)) }

var midnight = regexp.MustCompile(`^0{1,2}:00(?::00)?$`)

// parseDate reads a day in any form of models.CutDay and gives it as 2026-03-02. A time of day
// behind it may only be midnight.
func parseDate(s string) (day string, ok bool) {
	day, rest, ok := models.CutDay(s)
	return day, ok && (rest == "" || midnight.MatchString(rest))
}

// parseTime reads RFC 3339, or day and time of day in any form of parseDate and with the
// seconds left out.
func parseTime(s string, zone *time.Location) (time.Time, bool) {
	at, err := time.ParseInLocation(plainTime, s, zone)
	if err != nil {
		at, err = time.Parse(time.RFC3339Nano, s)
	}
	if err != nil {
		at, err = time.ParseInLocation(plainTime, models.PlainTime(s), zone)
	}
	return at, err == nil && at.Year() >= firstYear && at.Year() <= lastYear
}
