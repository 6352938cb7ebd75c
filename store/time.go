package store

import (
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Times are stored as UTC microseconds. The zero time is stored as 0 and read back as
// the zero time: nothing this program keeps happened at the Unix epoch.

// farthest bounds what is stored: no calendar here goes beyond four digits of a year.
func farthest() time.Time { return time.Date(9999, 12, 30, 0, 0, 0, 0, time.UTC) }

// Micros is a time as the database holds it.
func Micros(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return clamp(t).UnixMicro()
}

func clamp(t time.Time) time.Time {
	if first := (time.Time{}).AddDate(1, 0, 0); t.Before(first) {
		return first
	}
	if last := farthest(); t.After(last) {
		return last
	}
	return t
}

// FromMicros is the time that Micros stored.
func FromMicros(us int64) time.Time {
	if us == 0 {
		return time.Time{}
	}
	return time.UnixMicro(us).In(models.Shanghai())
}

// localTime is what charts group by, so that no database has to convert time zones.
type localTime struct {
	day     int64 // 20261122
	hour    int64 // 0..23
	minute  int64 // of the day, 0..1439
	weekday int64 // 1 = Monday .. 7 = Sunday
}

func localOf(t time.Time) localTime {
	t = clamp(t).In(models.Shanghai())
	y, m, d := t.Date()
	weekday := int64(t.Weekday())
	if weekday == 0 {
		weekday = 7
	}
	return localTime{
		day:  int64(y)*10_000 + int64(m)*100 + int64(d),
		hour: int64(t.Hour()), minute: int64(t.Hour())*60 + int64(t.Minute()), weekday: weekday,
	}
}
