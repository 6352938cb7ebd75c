package models

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParseOfficeHours(t *testing.T) {
	for text, want := range map[string]string{
		"":                           "09:00-12:00、13:30-17:30",
		"8:00-20:00":                 "08:00-20:00",
		"13:00-24:00 , 08:00-12:00":  "08:00-12:00、13:00-24:00",
		"09:00-17:30; 5 09:00-12:00": "09:00-17:30；周五 09:00-12:00",
		"周一至周四 09：00－17：30；周五 9:00至12:00":    "周一至周四 09:00-17:30；周五 09:00-12:00",
		"09:00-12:00; 1,3 休；6-7 10:00-11:00": "09:00-12:00；周一 休；周三 休；周六至周日 10:00-11:00",
		"星期天 10:00-11:00; 09:00-12:00":       "09:00-12:00；周日 10:00-11:00",
	} {
		h, err := ParseOfficeHours(text)
		if err != nil || h.String() != want {
			t.Errorf("%q: %q, error %v, want %q", text, h.String(), err, want)
		}
	}
	for _, bad := range []string{
		"9-12", "12:00-09:00", "22:00-06:00", "09:00-12:00,11:00-13:00", "09:00", "25:00-26:00", "09:00-09:00", ",", "off", "5 off",
		"5 09:00-12:00; 5 13:00-14:00", "09:00-12:00; 13:00-14:00", "8 09:00-12:00", "4-2 09:00-12:00", "5", "09:00-24:30",
	} {
		if h, err := ParseOfficeHours(bad); err == nil {
			t.Errorf("%q: %q, want an error", bad, h.String())
		}
	}
}

func TestOfficeHours_OnADay(t *testing.T) {
	h, err := ParseOfficeHours("09:00-12:00; 5 10:00-11:00; 6 08:00-09:00")
	if err != nil {
		t.Fatal(err)
	}
	weekdays, err := ParseOfficeHours("1-4 09:00-12:00; 5 10:00-11:00")
	if err != nil {
		t.Fatal(err)
	}
	nine, ten, eight := []Hours{{540, 720}}, []Hours{{600, 660}}, []Hours{{480, 540}}
	for _, c := range []struct {
		name             string
		hours            OfficeHours
		weekday          int
		workday, holiday bool
		want             []Hours
	}{
		{"Monday", h, 1, true, false, nine},
		{"Friday", h, 5, true, false, ten},
		{"Saturday", h, 6, false, false, eight},
		{"Saturday of a holiday", h, 6, false, true, nil},
		{"make-up Saturday", h, 6, true, false, nine},
		{"Sunday", h, 7, false, false, nil},
		{"Friday off", h, 5, false, true, nil},
		{"make-up Sunday where every weekday is named", weekdays, 7, true, false, nine},
	} {
		if diff := cmp.Diff(c.want, c.hours.On(c.weekday, c.workday, c.holiday)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
