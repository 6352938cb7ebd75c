package accounts

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// ruledOn are the days of a year that are ruled.
func ruledOn(t *testing.T, a *Accounts, year int) (Year, []RuledDay) {
	t.Helper()
	y, err := a.CalendarYear(t.Context(), year)
	if err != nil {
		t.Fatal(err)
	}
	return y, y.Days
}

// TestCalendar_HandWinsOverNotice: and what is taken back gives way to what was there before.
func TestCalendar_HandWinsOverNotice(t *testing.T) {
	a := testAccounts(t, "")
	before, _ := ruledOn(t, a, 2027)
	if !before.Provisional || len(before.Days) != 0 {
		t.Fatalf("%+v", before)
	}
	notice := indices.CalendarYear{Year: 2027, Days: []indices.CalendarDay{{Date: "2027-01-01", Name: "元旦"}, {Date: "2027-01-02", Work: true, Name: "元旦"}}}
	if err := a.ImportNotice(t.Context(), admin, notice); err != nil {
		t.Fatal(err)
	}
	day, err := a.SetDay(t.Context(), admin, "2027/1/2", false, "停电")
	if day != "2027-01-02" || err != nil {
		t.Fatal(day, err)
	}
	newYear := RuledDay{"2027-01-01", false, "元旦", Imported}
	y, days := ruledOn(t, a, 2027)
	if d := cmp.Diff([]RuledDay{newYear, {"2027-01-02", false, "停电", SetByHand}}, days); d != "" || y.Provisional || y.Workdays != before.Workdays-1 {
		t.Errorf("%+v: %s", y, d)
	}
	if got, err := a.UnsetDay(t.Context(), admin, "2027-01-02"); got != (Unset{Day: "2027-01-02"}) || err != nil {
		t.Error(got, err)
	}
	if _, days = ruledOn(t, a, 2027); cmp.Diff([]RuledDay{newYear, {"2027-01-02", true, "元旦", Imported}}, days) != "" {
		t.Errorf("%+v", days)
	}
	if got, err := a.UnsetDay(t.Context(), admin, "2027"); got != (Unset{Year: 2027}) || err != nil {
		t.Error(got, err)
	}
	if y, _ = ruledOn(t, a, 2027); cmp.Diff(before, y) != "" {
		t.Errorf("%+v", y)
	}
}

func TestCalendar_WhatIsRefused(t *testing.T) {
	a := testAccounts(t, "")
	if err := a.ImportNotice(t.Context(), admin, indices.CalendarYear{Year: 2027}); models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("a notice without days: %v", err)
	}
	for _, text := range []string{"2027-02-30", "0", "1999", "1999-12-31", "明天", ""} {
		if _, err := a.SetDay(t.Context(), admin, text, true, ""); models.ErrorCode(err) != models.CodeInvalid {
			t.Errorf("set %q: %v", text, err)
		}
		if _, err := a.UnsetDay(t.Context(), admin, text); models.ErrorCode(err) != models.CodeInvalid {
			t.Errorf("unset %q: %v", text, err)
		}
	}
	for _, text := range []string{"2027", "2027-03-15"} {
		if _, err := a.UnsetDay(t.Context(), admin, text); models.ErrorCode(err) != models.CodeNotFound {
			t.Errorf("unset %q: %v", text, err)
		}
	}
	if _, err := a.CalendarYear(t.Context(), 2100); models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("a year that is not counted: %v", err)
	}
}
