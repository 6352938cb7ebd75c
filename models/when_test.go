package models

import (
	"strings"
	"testing"
	"time"
)

func TestParseQuarter(t *testing.T) {
	t.Parallel()
	for s, want := range map[string]string{
		"2026Q1": "2026-01-01 2026-04-01", "2026q2": "2026-04-01 2026-07-01", "2026-Q3": "2026-07-01 2026-10-01", "2026Q4": "2026-10-01 2027-01-01",
	} {
		from, to, err := ParseQuarter(s)
		if got := from.Format("2006-01-02") + " " + to.Format("2006-01-02"); err != nil || got != want {
			t.Errorf("%s: %s %v", s, got, err)
		}
	}
	for _, s := range []string{"三季度", "2026Q5", "2026", "1999Q1", "2026Q", "2026Q12", "Q1"} {
		if _, _, err := ParseQuarter(s); err == nil {
			t.Errorf("%s is no quarter", s)
		}
	}
}

func TestDaysAndMoments_AsPeopleWriteThem(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 30, 20, 0, 0, 0, Shanghai())
	for _, s := range []string{"2026-03-01", "2026/3/1", "2026.3.1", "2026年3月1日", "２０２６-０３-０１", " 2026-3-1 "} {
		from, to, err := ParseDays(s, s)
		if err != nil || from.Format(time.DateTime) != "2026-03-01 00:00:00" || to.Sub(from) != 24*time.Hour {
			t.Errorf("%s: %s %s %v", s, from, to, err)
		}
		if at, err := ParseAsOf(s); err != nil || !at.Equal(to) {
			t.Errorf("as of %s: %s %v", s, at, err)
		}
		if at, err := ParseMoment(s, now); err != nil || !at.Equal(from) {
			t.Errorf("moment %s: %s %v", s, at, err)
		}
	}
	for _, s := range []string{"2026-03-01 09:05", "2026/3/1 9:05:00", "2026-03-01T09:05", "2026年3月1日 上午 9:05", "2026-03-01T01:05:00Z", "２０２６/３/１ ９：０５"} {
		want := time.Date(2026, 3, 1, 9, 5, 0, 0, Shanghai())
		if at, err := ParseAsOf(s); err != nil || !at.Equal(want) {
			t.Errorf("as of %s: %s %v", s, at, err)
		}
		if at, err := ParseMoment(s, now); err != nil || !at.Equal(want) {
			t.Errorf("moment %s: %s %v", s, at, err)
		}
	}
	for _, s := range []string{"2026-02-29", "2026-13-01", "昨天", "20260301", "2026-03-01x", "2026-03-01 25:00"} {
		if _, _, err := ParseDays(s, ""); err == nil || !strings.Contains(err.Error(), s) {
			t.Errorf("from %s: the fault does not name it: %v", s, err)
		}
		if _, err := ParseAsOf(s); err == nil || !strings.Contains(err.Error(), s) {
			t.Errorf("as of %s: the fault does not name it: %v", s, err)
		}
	}
}
