package analytics

import (
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/indices"
)

func TestSettle_WindowsEndWhenTheyAreAskedFor(t *testing.T) {
	zone := indices.Shanghai()
	now := time.Date(2026, 11, 29, 12, 0, 0, 0, zone)
	m := New(nil, nil, Options{Now: func() time.Time { return now }})
	for _, c := range []struct{ name, from, to, asOf, wantFrom, wantTo string }{
		{"the last 30 final days", "", "", "", "2026-10-28", "2026-11-26"},
		{"at midnight", "", "", "2026-11-29 00:00", "2026-10-28", "2026-11-26"},
		{"a second before midnight", "", "", "2026-11-28 23:59", "2026-10-27", "2026-11-25"},
		{"from a final day on", "2026-11-01", "", "", "2026-11-01", "2026-11-26"},
		{"from yesterday on", "2026-11-28", "", "", "2026-11-28", "2026-11-29"},
		{"the quarter runs", "2026-10-01", "2026-12-31", "", "2026-10-01", "2026-11-29"},
		{"30 days before a day to come", "", "2026-12-31", "", "2026-10-31", "2026-11-29"},
		{"a closed month", "2026-10-01", "2026-10-31", "", "2026-10-01", "2026-10-31"},
		{"a closed month as it was", "2026-10-01", "2026-10-31", "2026-10-05 09:00", "2026-10-01", "2026-10-05"},
	} {
		at := func(layout, s string) time.Time {
			if s == "" {
				return time.Time{}
			}
			d, err := time.ParseInLocation(layout, s, zone)
			if err != nil {
				t.Fatal(err)
			}
			return d
		}
		to := at(time.DateOnly, c.to)
		if !to.IsZero() {
			to = to.AddDate(0, 0, 1)
		}
		from, to, _, err := m.settle(at(time.DateOnly, c.from), to, at("2006-01-02 15:04", c.asOf))
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if f, l := from.Format(time.DateOnly), to.AddDate(0, 0, -1).Format(time.DateOnly); f != c.wantFrom || l != c.wantTo {
			t.Errorf("%s: %s to %s, want %s to %s", c.name, f, l, c.wantFrom, c.wantTo)
		}
	}
}
