package analytics

import (
	"errors"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

func TestSelfCheck_NamesThePeriodAskedFor(t *testing.T) {
	r := newRoom(t)
	r.now = time.Date(2026, 11, 29, 12, 0, 0, 0, indices.Shanghai())
	r.ask(t, "a", "b")
	for _, c := range []struct{ from, to, want string }{
		{"2026-10-01", "2027-01-01", "2026 年第四季度"}, // runs
		{"2026-11-01", "2026-12-01", "2026 年 11 月"},
		{"2026-11-02", "2026-11-09", "2026-11-02 至 2026-11-08"},
	} {
		d, err := r.SelfCheck(t.Context(), IndicesQuery{Channel: models.ChannelChat, From: dayOf(t, c.from), To: dayOf(t, c.to)}, nil)
		if err != nil {
			t.Fatal(err)
		}
		if d.Period != c.want || len(d.Accounts) != 1 || len(d.Accounts[0].Charts) == 0 {
			t.Errorf("%s to %s: %q with %d accounts, want %q", c.from, c.to, d.Period, len(d.Accounts), c.want)
		}
	}
}

func TestSelfCheck_OfMoreThanAYear(t *testing.T) {
	r := newRoom(t)
	r.now = time.Date(2026, 11, 29, 12, 0, 0, 0, indices.Shanghai())
	_, err := r.SelfCheck(t.Context(), IndicesQuery{Channel: models.ChannelChat, From: dayOf(t, "2025-01-01"), To: dayOf(t, "2026-03-01")}, nil)
	var refusal *models.Error
	if !errors.As(err, &refusal) || len(refusal.Fields) != 1 || refusal.Fields[0].Field != "from" {
		t.Errorf("%v", err)
	}
}

func dayOf(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.ParseInLocation(time.DateOnly, s, indices.Shanghai())
	if err != nil {
		t.Fatal(err)
	}
	return at
}
