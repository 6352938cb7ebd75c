package indices

import (
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// TestLiveCalendar_RemindsFromDecember: the missing notice of the next year is told from December on.
func TestLiveCalendar_RemindsFromDecember(t *testing.T) {
	c, err := NewLiveCalendar()
	if err != nil {
		t.Fatal(err)
	}
	says := func(day, want string) {
		t.Helper()
		at, err := time.ParseInLocation(time.DateTime, day, Shanghai())
		if err != nil {
			t.Fatal(err)
		}
		if got := c.Reminder(at.UTC()).Text; want == "" && got != "" || !strings.Contains(got, want) {
			t.Errorf("on %s: %q, want %q", day, got, want)
		}
	}
	says("2026-11-30 23:59:59", "")
	says("2026-12-01 00:00:00", "calendar import 2027.json")
	says("2027-01-01 00:00:00", "calendar import 2027.json")
	if _, err := c.Take([]models.CalendarDay{{Day: "2027-03-15"}}); err != nil { // a local holiday is no notice
		t.Fatal(err)
	}
	says("2026-12-15 00:00:00", "calendar import 2027.json")
	if _, err := c.Take([]models.CalendarDay{{Day: "2027-01-01", Year: 2027}}); err != nil {
		t.Fatal(err)
	}
	says("2026-12-15 00:00:00", "")
	says("2027-11-30 00:00:00", "")
	says("2027-12-01 00:00:00", "calendar import 2028.json")
}
