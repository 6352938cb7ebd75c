package models

import "testing"

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
