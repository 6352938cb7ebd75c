package indices

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

func TestUMicro(t *testing.T) {
	for x, want := range map[int64]int64{
		0: 1000000, 180: 1000000, 600: 824671, 1800: 664685, 7200: 462805, 28800: 260926, 86400: 100940,
		172800: 0, 200000: 0, 1200: 723731, 90000: 94995, 3600: 563745, 25200: 280371,
	} {
		if got := UMicro(x, 180, 172800); got != want {
			t.Errorf("u(%d s) = %d, want %d", x, got, want)
		}
	}
	for days, want := range map[int64]int64{0: 1000000, 1: 1000000, 2: 744042, 5: 405684, 10: 149726, 15: 0, 40: 0} {
		if got := UMicro(days, 1, 15); got != want {
			t.Errorf("u(%d wd) = %d, want %d", days, got, want)
		}
	}
}

func TestToyRollup(t *testing.T) {
	limits := DefaultLimits()
	var sum models.WaitSums
	rollup := Contribution(&limits, toyWaits(t)...)
	for i := range rollup.Hours {
		sum.Add(&rollup.Hours[i].WaitSums, 1)
	}
	// F is open: only its deadline could decide it, so here it counts as expired.
	want := models.WaitSums{
		Opened: 7, Human: 4, Bot: 1, Expired: 2,
		OnTimeHuman: [4]int64{1, 3, 3, 4}, OnTimeBot: [4]int64{1, 1, 1, 1},
		RTSum: 98520, RTOfficeSum: 30120, UMicro: 2281531, UOfficeMicro: 2567847,
		FirstLost: 2, Sessions: 6, TwoWay: 1,
	}
	if diff := cmp.Diff(want, sum); diff != "" {
		t.Error(diff)
	}
	responses := []models.ResponseCount{
		{ResponseKey: models.ResponseKey{AppID: "wx1", Channel: "chat", Day: "2026-03-02", Seconds: 120}, Count: 1},
		{ResponseKey: models.ResponseKey{AppID: "wx1", Channel: "chat", Day: "2026-03-02", First: true, Seconds: 1200}, Count: 1},
		{ResponseKey: models.ResponseKey{AppID: "wx1", Channel: "chat", Day: "2026-03-02", First: true, Seconds: 7200}, Count: 1},
		{ResponseKey: models.ResponseKey{AppID: "wx1", Channel: "chat", Day: "2026-03-04", First: true, Seconds: 90000}, Count: 1},
	}
	if diff := cmp.Diff(responses, rollup.Responses); diff != "" {
		t.Error(diff)
	}
}

func TestDiffOfNothingChanged(t *testing.T) {
	limits := DefaultLimits()
	waits := toyWaits(t)
	Carry(nil, waits, clock(t, toyAsOf).Unix())
	if r := Diff(&limits, waits, waits); r.Hours != nil || r.Responses != nil {
		t.Errorf("%+v", r)
	}
}

func TestCarry(t *testing.T) {
	old := []models.Wait{
		{ID: 1, AppID: "wx1", UID: "A", Channel: "chat", OpenKey: "k0", Assignee: "s2", Rated: true, Satisfied: true, Solved: true},
		{ID: 2, AppID: "wx1", UID: "A", Channel: "chat", OpenKey: "gone"},
	}
	rebuilt := rebuildScript(t, "in 0, human 60, in 70")
	gone := Carry(old, rebuilt, base+100)
	if diff := cmp.Diff([]int64{2}, gone); diff != "" {
		t.Error(diff)
	}
	w := rebuilt[0]
	if w.ID != 1 || w.Assignee != "s2" || !w.Rated || !w.Satisfied || !w.Solved || !w.Rolled {
		t.Errorf("%+v", w)
	}
	if w := rebuilt[1]; w.ID != 0 || w.Rolled {
		t.Errorf("%+v", w)
	}
	limits := DefaultLimits()
	if h := Contribution(&limits, rebuilt[0]).Hours[0]; h.Staff != "s1" || h.Rated != 1 || h.Satisfied != 1 {
		t.Errorf("the closer comes before the assignee: %+v", h)
	}
}

func TestActiveDays(t *testing.T) {
	days := ActiveDays(toyRows(t))
	citizens := map[string]bool{}
	messages := 0
	for _, d := range days {
		citizens[d.UID] = true
		messages += d.Messages
	}
	if messages != 8 || len(citizens) != 6 || len(days) != 6 || days[0].Day != "2026-03-02" {
		t.Errorf("%+v", days)
	}
}

func TestQueries(t *testing.T) {
	limits := DefaultLimits()
	rows := rowsOf(t, "in 0, bot 1 to=k0, in 200000, human 200060, in 400000, in 600000, in 880000, in 880060, bot 880061 to=k7, in 881000, fallback 881001 to=k9")
	rows[9].Kind = "click"
	got := Queries(rows, &limits, base, base+1000000, base+880100)
	// k0 by the bot, k2 by the human, k4 and k5 unanswered, k6 and k7 not due yet, the click unanswered.
	if got != (Tally{2, 5}) {
		t.Errorf("%+v", got)
	}
	if got := Queries(rows, &limits, base+100, base+300000, base+880100); got != (Tally{1, 1}) {
		t.Errorf("%+v", got)
	}
}
