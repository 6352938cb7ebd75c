package indices

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
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

// contribution is what waits add to the rollups, whatever the clock says of them: one that only its
// deadline decides counts as decided.
func contribution(limits *Limits, waits ...models.Wait) models.Rollup {
	decided := slices.Clone(waits)
	for i := range decided {
		decided[i].Rolled = true
	}
	return Diff(limits, nil, decided)
}

func TestToyRollup(t *testing.T) {
	limits := DefaultLimits()
	var sum models.WaitSums
	rollup := contribution(&limits, toyWaits(t)...)
	for i := range rollup.Hours {
		sum.Add(&rollup.Hours[i].WaitSums, 1)
	}
	// F is open: only its deadline could decide it, so here it counts as expired.
	want := models.WaitSums{
		Opened: 7, Human: 4, Bot: 1, Expired: 2,
		OnTimeHuman: [4]int64{1, 3, 3, 4}, OnTimeBot: [4]int64{1, 1, 1, 1},
		RTSum: 98520, RTOfficeSum: 30120, UMicro: 2281531, UOfficeMicro: 2567847,
		FirstLost: 2, Sessions: 6, TwoWay: 1, Queries: 8, Served: 5,
	}
	if diff := cmp.Diff(want, sum); diff != "" {
		t.Error(diff)
	}
	responses := []models.ResponseCount{
		{ResponseKey: models.ResponseKey{AppID: storetest.AppA, Channel: "chat", Day: "2026-03-02", Seconds: 120}, Count: 1},
		{ResponseKey: models.ResponseKey{AppID: storetest.AppA, Channel: "chat", Day: "2026-03-02", First: true, Seconds: 1200}, Count: 1},
		{ResponseKey: models.ResponseKey{AppID: storetest.AppA, Channel: "chat", Day: "2026-03-02", First: true, Seconds: 7200}, Count: 1},
		{ResponseKey: models.ResponseKey{AppID: storetest.AppA, Channel: "chat", Day: "2026-03-04", First: true, Seconds: 90000}, Count: 1},
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
		{ID: 1, AppID: storetest.AppA, UID: "A", Channel: "chat", OpenKey: "k0", Assignee: "s2", Rated: true, Satisfied: true, Solved: true},
		{ID: 2, AppID: storetest.AppA, UID: "A", Channel: "chat", OpenKey: "gone"},
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
	if h := contribution(&limits, rebuilt[0]).Hours[0]; h.Staff != "s1" || h.Rated != 1 || h.Satisfied != 1 {
		t.Errorf("the closer comes before the assignee: %+v", h)
	}
}

func TestActiveDays(t *testing.T) {
	days := ActiveDays(storetest.ToyLog(t))
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

// S1: texts are filed with their wait, clicks by their own time.
func TestQueries(t *testing.T) {
	limits := DefaultLimits()
	rows := rowsOf(t, "in 0, bot 1 to=k0, in 200000, human 200060, in 400000, in 600000, in 880000, in 880060, bot 880061 to=k7, in 881000, fallback 881001 to=k9, in 881100, bot 881101 to=k11")
	rows[9].Kind, rows[11].Kind = "click", "click"
	count := func(from, to, asOf int64) Tally {
		var sums models.WaitSums
		for _, w := range Rebuild(rows, &limits, nil) {
			if w.OpenAt >= base+from && w.OpenAt < base+to {
				one := sumsOf(&w, StateAt(&w, base+asOf), &limits)
				sums.Add(&one, 1)
			}
		}
		for _, c := range Clicks(rows, &limits) {
			if c.At >= base+from && c.At < base+to {
				for _, h := range DiffClicks(nil, []models.Click{c}).Hours {
					sums.Add(&h.WaitSums, 1)
				}
			}
		}
		return Tally{sums.Served, sums.Queries}
	}
	// k0 by the bot, k2 by the human, k4 and k5 unanswered, k6 and k7 not due yet, of the clicks one.
	if got := count(0, 1000000, 881200); got != (Tally{3, 6}) {
		t.Errorf("%+v", got)
	}
	if got := count(100, 300000, 881200); got != (Tally{1, 1}) {
		t.Errorf("%+v", got)
	}
	// k6 and k7 are one wait of the bot, which answered k7 only.
	if got := count(880000, 1000000, 1100000); got != (Tally{2, 4}) {
		t.Errorf("%+v", got)
	}
}

func TestTextsAreServedOnceAndInTheirSession(t *testing.T) {
	limits := DefaultLimits()
	for _, c := range []struct {
		name, script string
		want         []string // texts, served, by wait
	}{
		{"by two answers", "in 0, bot 1 to=k0, bot 2 to=k0", []string{"1 1"}},
		{"by a fallback, a failure, a stranger", "in 0, fallback 1 to=k0, bot 2 to=k0 failed, bot 3 to=k9", []string{"1 0"}},
		{"an image is no query", "image 0, in 5, bot 6 to=k1", []string{"1 1"}},
		{"after its wait", "in 0, human 60, bot 70 to=k0, in 80", []string{"1 1", "1 0"}},
		{"in the next session", "in 0, bot 172801 to=k0", []string{"1 0"}},
		{"in the same session, though late", "in 0, in 100000, bot 200000 to=k0", []string{"2 1"}},
	} {
		rows := rowsOf(t, strings.ReplaceAll(c.script, "image", "in"))
		if strings.HasPrefix(c.script, "image") {
			rows[0].Kind = models.MsgTypeImage
		}
		var got []string
		for _, w := range Rebuild(rows, &limits, nil) {
			got = append(got, fmt.Sprint(w.Texts, w.ServedTexts))
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}

func TestClicks(t *testing.T) {
	limits := DefaultLimits()
	rows := rowsOf(t, "in 0, bot 172800 to=k0, in 10, bot 172811 to=k2, in 20, human 21 to=k4, in 30, bot 31 to=k6, bot 32 to=k6")
	for _, i := range []int{0, 2, 4, 6} {
		rows[i].Kind, rows[i].Topic = "click", "x"
	}
	rows[7].OpenID = "B" // another citizen's
	slices.Reverse(rows)
	var got []string
	for _, c := range Clicks(append(rows, rows...), &limits) {
		got = append(got, fmt.Sprint(c.Key, c.At-base, c.Topic, c.Served))
	}
	if diff := cmp.Diff([]string{"k00xtrue", "k210xfalse", "k420xfalse", "k630xtrue"}, got); diff != "" {
		t.Error(diff)
	}
	clicks := Clicks(rows, &limits)
	if r := DiffClicks(clicks, clicks); r.Hours != nil {
		t.Errorf("no change: %+v", r)
	}
	r := DiffClicks(clicks[:1], clicks)
	want := []models.WaitHour{{
		WaitHourKey: models.WaitHourKey{AppID: storetest.AppA, Channel: "chat", Hour: hourOf(base), Topic: "x"},
		WaitSums:    models.WaitSums{Queries: 3, Served: 1},
	}}
	if diff := cmp.Diff(want, r.Hours); diff != "" {
		t.Error(diff)
	}
}
