package indices

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

func TestCases(t *testing.T) {
	limits := DefaultLimits()
	office := mustCalendar(t).Office()
	asOf := clock(t, "2026-03-31 12:00")
	spell := func(from, to string) Spell {
		s := Spell{From: clock(t, from+" 10:00")}
		if to != "" {
			s.To = clock(t, to+" 15:00")
		}
		return s
	}
	cases := []Case{
		{ID: "on time over the festival", Category: CaseComplaint, Spells: []Spell{spell("2026-02-14", "2026-02-27")}},
		{ID: "late by its total", Category: CaseComplaint, Spells: []Spell{spell("2026-03-02", "2026-03-06"), spell("2026-03-09", "2026-03-11")}},
		{ID: "open, in time", Category: CaseComplex, Spells: []Spell{spell("2026-03-27", "")}},
		{ID: "open, late", Category: CaseComplex, Spells: []Spell{spell("2026-03-02", "")}},
		{ID: "no spell", Category: CaseComplex},
	}
	for i, want := range []int{4, 6, 2, 21, 0} {
		if got := cases[i].Workdays(office.Calendar(), asOf); got != want {
			t.Errorf("%s: %d working days, want %d", cases[i].ID, got, want)
		}
	}
	f := caseFigures(cases, office, &limits, &Targets{}, asOf)
	want := []CaseCategory{
		{Category: CaseComplaint, Limit: 5, Closed: 2, InTime: 1, OnTime: NewRate(1, 2)},
		{Category: CaseComplex, Limit: 15, OpenLate: 1, Open: 2, OnTime: NewRate(0, 1)},
	}
	if diff := cmp.Diff(want, f.Categories); diff != "" {
		t.Error(diff)
	}
	if f.All.OnTime.N != 3 || f.OpenLong != 1 {
		t.Errorf("%+v", f)
	}
	// u of 4 and 6 working days, and one open case that earns nothing.
	if f.N != 3 || f.UMicro != UMicro(4, 1, 15)+UMicro(6, 1, 15) {
		t.Errorf("%+v", f)
	}
	near(t, "index", f.Index, 100*float64(f.UMicro)/3e6, 1e-9)
	if got := caseFigures(cases, nil, &limits, &Targets{}, asOf); got.Index != nil || got.All.OnTime.Value != nil {
		t.Errorf("without an office: %+v", got)
	}
	if limits.Case.Limit("other") != 15 {
		t.Error("an unknown category has the longest limit")
	}
}

func TestRepeatAsks(t *testing.T) {
	const day = 86400
	for _, c := range []struct {
		name, script string
		asOf         int64
		want         Tally
	}{
		{"again within 7 days", "in 0, human 60, in 604860", 20 * day, Tally{1, 1}},
		{"a second too late", "in 0, human 60, in 604861", 20 * day, Tally{0, 1}},
		{"too young to tell", "in 0, human 60, in 70", 604859, Tally{}},
		{"by the bot", "in 0, bot 1, in 86400", 20 * day, Tally{1, 1}},
		{"unanswered", "in 0, in 400000", 20 * day, Tally{}},
	} {
		rows := rowsOf(t, c.script)
		for i := range rows {
			rows[i].Topic = "x"
		}
		limits := DefaultLimits()
		waits := Rebuild(rows, &limits, nil)
		if got := repeats(waits, base+c.asOf); got != c.want {
			t.Errorf("%s: %+v, want %+v", c.name, got, c.want)
		}
		for i := range waits {
			waits[i].Topic = ""
		}
		if got := repeats(waits, base+c.asOf); got.Hits != 0 || got.N != c.want.N {
			t.Errorf("%s without topics: %+v", c.name, got)
		}
	}
}

// repeats is what Age settles, counted.
func repeats(waits []models.Wait, asOf int64) (t Tally) {
	waits = slices.Clone(waits)
	Age(waits, asOf)
	for i := range waits {
		t.N += count(waits[i].Aged)
		t.Hits += count(waits[i].Repeated)
	}
	return t
}

// 重复诉求率 as the metrics have it, wait by wait.
func TestAgeIsRepeatedAsks(t *testing.T) {
	limits := DefaultLimits()
	rapid.Check(t, func(t *rapid.T) {
		waits := Rebuild(drawRows(t), &limits, nil)
		asOf := base + rapid.Int64Range(0, 60*86400).Draw(t, "asOf")
		var want Tally
		for i := range waits {
			w := &waits[i]
			r := StateAt(w, asOf)
			answered := w.OpenAt + r.Waited
			if r.State != models.WaitHuman && r.State != models.WaitBot || asOf-answered < 7*86400 {
				continue
			}
			want.N++
			again := false
			for j := range waits {
				o := &waits[j]
				again = again || j != i && w.Topic != "" && o.Topic == w.Topic && o.UID == w.UID && o.Channel == w.Channel &&
					o.OpenAt > w.OpenAt && o.OpenAt >= answered && o.OpenAt <= answered+7*86400
			}
			want.Hits += count(again)
		}
		if got := repeats(waits, asOf); got != want {
			t.Fatalf("%+v, want %+v", got, want)
		}
	})
}

func TestConcurrency(t *testing.T) {
	limits := DefaultLimits()
	rows := rowsOf(t, "in 0, in 3600, in 10800, human 7200, human 10800, human 18000")
	for i, citizen := range []string{"A", "B", "C", "A", "B", "C"} {
		rows[i].OpenID = citizen
	}
	waits := Rebuild(rows, &limits, nil)
	got := Concurrency(waits, []Duty{{base, base + 8*3600}}, base, base+8*3600, base+86400)
	if got.WaitSeconds != 3*7200 || got.StaffSeconds != 8*3600 || got.Peak != 2 {
		t.Errorf("%+v", got)
	}
	near(t, "per staff", got.PerStaff, .75, 1e-9)
	if Concurrency(waits, nil, base, base+10, base) != nil {
		t.Error("without a roster there is no value")
	}
}

func TestPublicationGaps(t *testing.T) {
	in := Inputs{From: clock(t, "2026-03-01 00:00"), To: clock(t, "2026-03-31 00:00"), AsOf: clock(t, "2026-04-02 12:00")}
	if p := publication(&in, new(DefaultLimits())); p.Gap != nil || p.Largest != nil {
		t.Errorf("%+v", p)
	}
	for _, d := range []string{"2026-03-12", "2026-02-25", "2026-03-20"} {
		in.Publications = append(in.Publications, clock(t, d+" 09:00"))
	}
	if p := publication(&in, new(DefaultLimits())); *p.Gap != 13 || *p.Largest != 15 || p.Last != "2026-03-20" {
		t.Errorf("gap %d, largest %d, last %s", *p.Gap, *p.Largest, p.Last)
	}
}

func TestPublication_LaterPostsEndTheGapOfAClosedWindow(t *testing.T) {
	for _, c := range []struct {
		name               string
		published          string
		asOf               string
		gap, atEnd, widest int64 // -1 = none
		vetoes             int
	}{
		{"published often, then and now", "2026-09-28 2026-10-05 2026-10-13 2026-10-22 2026-10-30 2026-11-12 2026-11-27", "2026-11-29 12:00", 2, 1, 9, 0},
		{"silent since the end of the window", "2026-10-01 2026-10-13 2026-10-25", "2026-11-29 12:00", 35, 6, 12, 0},
		{"silent at the end of the window, not now", "2026-09-30 2026-10-10 2026-11-28", "2026-11-29 12:00", 1, 21, 21, 1},
		{"a gap that began before the window", "2026-09-05 2026-10-20 2026-11-02", "2026-11-29 12:00", 27, 11, 45, 0},
		{"none in the window", "2026-09-25 2026-11-02", "2026-11-29 12:00", 27, 36, 36, 1},
		{"none before its end", "2026-11-02", "2026-11-29 12:00", 27, -1, -1, 0},
		{"the window runs", "2026-09-28 2026-10-05", "2026-10-12 12:00", 7, 7, 7, 0},
		{"the window runs, a veto", "2026-09-28", "2026-10-12 12:00", 14, 14, 14, 1},
	} {
		in := Inputs{From: clock(t, "2026-10-01 00:00"), To: clock(t, "2026-11-01 00:00"), AsOf: clock(t, c.asOf)}
		for d := range strings.FieldsSeq(c.published) {
			in.Publications = append(in.Publications, clock(t, d+" 09:00"))
		}
		r := Compute(&in)
		days := func(n *int64) int64 {
			if n == nil {
				return -1
			}
			return *n
		}
		got := [4]int64{days(r.Publication.Gap), days(r.Publication.GapAtEnd), days(r.Publication.Largest), int64(len(r.Composite.Vetoes))}
		if want := [4]int64{c.gap, c.atEnd, c.widest, int64(c.vetoes)}; got != want {
			t.Errorf("%s: gap now, gap at the end, largest, vetoes %v, want %v", c.name, got, want)
		}
	}
}

func TestBacklog(t *testing.T) {
	limits := DefaultLimits()
	rows := rowsOf(t, "in 0, in 160000, in 163000, in 170000, in 170001, bot 170002, in 171000, in 171181")
	for i, citizen := range []string{"A", "A", "B", "C", "D", "D", "E", "F"} {
		rows[i].OpenID = citizen
	}
	for range 5 {
		rows = append(rows, storetest.LogRow("C", "fallback", time.Unix(base+170100, 0), fmt.Sprintf("k%d", len(rows))))
	}
	in := Inputs{Live: Rebuild(rows, &limits, nil)}
	in.AsOf = clock(t, "2026-03-04 08:36:01") // 171361 s after the start
	b := Compute(&in).Backlog
	var ages []int64
	for _, a := range b.Ages {
		ages = append(ages, a.Count)
	}
	if diff := cmp.Diff([]int64{1, 2, 1, 1, 0}, ages); diff != "" {
		t.Error(diff)
	}
	if b.Open != 5 || b.Pending != 1 || *b.Oldest != 171361 || b.AtRisk != 1 {
		t.Errorf("%+v", b)
	}
	in.AsOf = clock(t, "2026-03-04 08:36:01").Add(150000 * time.Second)
	in.Backlog = in.Live[:2]
	if b := Compute(&in).Backlog; b.AtRisk != 1 {
		t.Errorf("44 h after the last message: %+v", b)
	}
}

func TestLogCompleteness(t *testing.T) {
	c := completeness([]LogDay{
		{"2026-03-01", "text", 990, 1000},
		{"2026-03-02", "text", 989, 1000},
		{"2026-03-03", "text", 1001, 1000},
		{"2026-03-03", "image", 0, 0},
	})
	want := []LogAlarm{{"2026-03-02", "text", 98.9, false}, {"2026-03-03", "text", 100.1, true}}
	if diff := cmp.Diff(want, c.Alarms, cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Error(diff)
	}
	near(t, "ratio", c.Ratio, 298000./3000, 1e-9)
}
