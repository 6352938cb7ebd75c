package desk

import (
	"context"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

func TestRoster_DaysAndWhoHasNotSeenTheLastChange(t *testing.T) {
	o := newOffice(t, current.SQLite(t))
	ctx := context.Background()
	r, err := o.RosterFrom(ctx, o.account.AppID, "2026-02-27") // a Friday; the next day makes up for the holiday
	if err != nil || len(r.Days) != rosterDays || r.Version != 0 {
		t.Fatalf("roster %+v, error %v", r, err)
	}
	for i, want := range []Day{{"2026-02-27", true, "09:00-12:00,13:30-17:30"}, {"2026-02-28", true, "09:00-12:00,13:30-17:30"}, {"2026-03-01", false, ""}} {
		if r.Days[i] != want {
			t.Errorf("day %+v, want %+v", r.Days[i], want)
		}
	}
	if _, err := o.RosterFrom(ctx, o.account.AppID, "27.2."); models.ErrorCode(err) != models.CodeInvalid {
		t.Errorf("a day that is none: %v", err)
	}
	first, err := o.ChangeRoster(ctx, wang, o.account.AppID, r.Version, []models.Duty{{Operator: "wang", Hours: "09:00-12:00"}})
	if err != nil || first.Version == 0 {
		t.Fatalf("roster %+v, error %v", first, err)
	}
	if _, err := o.ChangeRoster(ctx, li, o.account.AppID, r.Version, nil); models.ErrorCode(err) != models.CodeConflict {
		t.Errorf("a change of what is no longer so: %v", err)
	}
	if r, err := o.ChangeRoster(ctx, li, o.account.AppID, first.Version, nil); err != nil || len(r.Duties) != 0 {
		t.Errorf("roster %+v, error %v", r, err)
	}
}
