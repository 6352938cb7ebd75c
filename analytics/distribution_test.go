package analytics

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// newToy is a room that holds the toy log of the metrics, read at its hour.
func newToy(t *testing.T) *room {
	t.Helper()
	r := newRoom(t)
	if err := r.waits.Record(t.Context(), storetest.ToyLog(t)); err != nil {
		t.Fatal(err)
	}
	r.now = storetest.ClockOf(t, storetest.ToyAsOf)
	return r
}

func toyDistribution(t *testing.T, q DistributionQuery) DistributionQuery {
	t.Helper()
	q.From, q.To = storetest.ClockOf(t, "2026-03-01 00:00:00"), storetest.ClockOf(t, "2026-03-06 00:00:00")
	return q
}

// The toy log counted by hand: A was answered after 1200 s and 120 s on Monday at 9, C after 7200 s
// on Monday at 11, D never, E after 90000 s on Wednesday at 8; a bot answered B after 1 s.
func TestDistribution_ToyLog(t *testing.T) {
	r := newToy(t)
	for _, c := range []struct {
		sample Sample
		bins   []int64
		n      int64
		heat   []string
	}{
		{SampleHuman, []int64{0, 0, 1, 0, 1, 1, 0, 0, 1, 0}, 5, []string{"1-09: 2, 120, 0/2", "1-11: 1, 7200, 0/1", `1-16: 1, "unanswered", 1/1`, "3-08: 1, 90000, 1/1"}},
		{SampleDue, []int64{1, 0, 1, 0, 1, 1, 0, 0, 1, 0}, 6, []string{"1-09: 2, 120, 0/2", "1-10: 1, 1, 0/1", "1-11: 1, 7200, 0/1", `1-16: 1, "unanswered", 1/1`, "3-08: 1, 90000, 1/1"}},
	} {
		for _, by := range [][]string{{DistributionRT}, {DistributionRT, DistributionHeat, DistributionTopic, DistributionStaff}} {
			d, err := r.Distribution(t.Context(), toyDistribution(t, DistributionQuery{By: by, Sample: c.sample}))
			if err != nil {
				t.Fatal(err)
			}
			var bins []int64
			for _, b := range d.RT.Bins {
				bins = append(bins, b.N)
			}
			if diff := cmp.Diff(c.bins, bins); diff != "" || d.RT.Unanswered != 1 || d.N != c.n || d.RT.N != c.n || !d.Provisional {
				t.Errorf("%s: n %d, unanswered %d\n%s", c.sample, d.N, d.RT.Unanswered, diff)
			}
			if d.RT.P50.Seconds != map[Sample]int64{SampleHuman: 7200, SampleDue: 1200}[c.sample] || !d.RT.P90.Unanswered {
				t.Errorf("%s: P50 %+v, P90 %+v", c.sample, d.RT.P50, d.RT.P90)
			}
			if len(by) == 1 {
				continue
			}
			var heat []string
			for _, cell := range d.Heat {
				p50, err := json.Marshal(cell.P50)
				if err != nil {
					t.Fatal(err)
				}
				heat = append(heat, fmt.Sprintf("%d-%02d: %d, %s, %d/%d", cell.Weekday, cell.Hour, cell.N, p50, cell.Slow.Hits, cell.Slow.N))
			}
			if diff := cmp.Diff(c.heat, heat); diff != "" {
				t.Errorf("%s, heat: %s", c.sample, diff)
			}
		}
	}
}

// By staff, of humans: s1 answered four, one of them after more than 24 hours; the fifth, and what
// nobody answered for good, is nobody's. The bot's is of nobody too, and needed no human.
func TestDistribution_ByStaff(t *testing.T) {
	r := newToy(t)
	d, err := r.Distribution(t.Context(), toyDistribution(t, DistributionQuery{By: []string{DistributionStaff}, Sample: SampleHuman}))
	if err != nil || len(d.Staff) != 2 {
		t.Fatalf("%+v, error %v", d.Staff, err)
	}
	line := func(g *GroupRow) string {
		var limits []string
		for _, l := range g.Limits {
			limits = append(limits, fmt.Sprintf("%d: %d of %d kept, %d broken", l.Limit, l.Rate.Hits, l.Rate.N, l.Breach))
		}
		return fmt.Sprintf("%s opened %d, n %d, answered %d; %s", g.Name, g.Opened, g.N, g.Answered, strings.Join(limits, "; "))
	}
	if diff := cmp.Diff([]string{
		"s1 opened 4, n 4, answered 4; 180: 1 of 4 kept, 3 broken; 7200: 3 of 4 kept, 1 broken; 86400: 3 of 4 kept, 1 broken; 172800: 4 of 4 kept, 0 broken",
		" opened 3, n 1, answered 0; 180: 0 of 2 kept, 2 broken; 7200: 0 of 2 kept, 2 broken; 86400: 0 of 1 kept, 1 broken; 172800: 0 of 1 kept, 1 broken",
	}, []string{line(&d.Staff[0]), line(&d.Staff[1])}); diff != "" {
		t.Error(diff)
	}
	if !d.Staff[0].Insufficient || d.Staff[0].Change != nil {
		t.Errorf("%+v", d.Staff[0])
	}
}

func TestDistribution_UnknownAccountAndOtherLimits(t *testing.T) {
	r := newTown(t)
	q := DistributionQuery{By: []string{DistributionTopic}, Channel: models.ChannelChat, Accounts: []string{"wxnone"}, Sample: SampleHuman}
	if _, err := r.Distribution(t.Context(), q); models.ErrorCode(err) != models.CodeNotFound {
		t.Errorf("unknown account: %v", err)
	}
	for accounts, mixed := range map[string]bool{storetest.AppA + "," + storetest.AppB: false, storetest.AppA + "," + appC: true} {
		q.Accounts = strings.Split(accounts, ",")
		d, err := r.Distribution(t.Context(), q)
		if err != nil || len(d.Topic) == 0 || (d.Topic[0].Limits == nil) != mixed || d.Topic[len(d.Topic)-1].Name != "" {
			t.Errorf("%s: %+v, error %v", accounts, d.Topic, err)
		}
	}
}

// What is said of a change, and when nothing is.
func TestChangeOf_Verdicts(t *testing.T) {
	at := func(v float64, n int64) compared { return compared{value: &v, n: &n} }
	none, unanswered := compared{n: new(int64(40))}, compared{unanswered: true, n: new(int64(40))}
	for _, c := range []struct {
		name        string
		now, before compared
		unit        sheet.Unit
		good        int
		final       bool
		want        string
	}{
		{"quicker", at(722, 40), at(812, 30), sheet.UnitSeconds, -1, true, "-90 -11% better"},
		{"slower", at(897, 40), at(812, 30), sheet.UnitSeconds, -1, true, "85 10% worse"},
		{"as quick: less than 5 % as people see it", at(776, 40), at(812, 30), sheet.UnitSeconds, -1, true, "-36 -4% same"},
		{"5 % as people see it", at(718, 40), at(754, 30), sheet.UnitSeconds, -1, true, "-36 -5% better"},
		{"a rate", at(98.5, 40), at(97.25, 30), sheet.UnitPercent, 1, true, "1.25 better"},
		{"less than a point", at(98, 40), at(97.25, 30), sheet.UnitPercent, 1, true, "0.75 same"},
		{"provisional", at(722, 40), at(812, 30), sheet.UnitSeconds, -1, false, "-90 -11% provisional"},
		{"too few before", at(722, 40), at(812, 29), sheet.UnitSeconds, -1, true, "-90 -11% small"},
		{"too few now", at(722, 29), at(812, 40), sheet.UnitSeconds, -1, true, "-90 -11% small"},
		{"a count", at(30, 30), at(60, 60), sheet.UnitCount, 0, true, "-30 -50% neutral"},
		{"nothing before", at(722, 40), none, sheet.UnitSeconds, -1, true, "absent"},
		{"answered at last", at(722, 40), unanswered, sheet.UnitSeconds, -1, true, "better"},
		{"not answered any more", unanswered, at(722, 40), sheet.UnitSeconds, -1, true, "worse"},
		{"never answered", unanswered, unanswered, sheet.UnitSeconds, -1, true, "same"},
		{"from zero", at(3, 40), at(0, 40), sheet.UnitSeconds, -1, true, "3 worse"},
	} {
		got := changeOf(c.now, c.before, c.unit, c.good, c.final)
		var words []string
		if got.Change != nil {
			words = append(words, fmt.Sprint(*got.Change))
		}
		if got.Percent != nil {
			words = append(words, fmt.Sprintf("%.0f%%", *got.Percent))
		}
		if text := strings.Join(append(words, got.Verdict+got.Why), " "); text != c.want || (got.Text == "") != (got.Verdict == "") {
			t.Errorf("%s: %q %q, want %q", c.name, text, got.Text, c.want)
		}
	}
}

// Spans end on the last day that is final; the quarter that runs, yesterday and today are provisional.
func TestSpan_WindowsAndWhatTheyAreComparedWith(t *testing.T) {
	r := newRoom(t)
	r.now = storetest.ClockOf(t, "2026-11-24 09:06:08")
	text := func(w *WindowDays) string {
		mark := ""
		if w.Provisional {
			mark = " 暂定"
		}
		return fmt.Sprintf("%s–%s (%d)%s", w.From, w.To, w.Days, mark)
	}
	for span, want := range map[string]string{
		Span7:         "2026-11-15–2026-11-21 (7), 2026-11-08–2026-11-14 (7), 2025-11-15–2025-11-21 (7)",
		Span30:        "2026-10-23–2026-11-21 (30), 2026-09-23–2026-10-22 (30), 2025-10-23–2025-11-21 (30)",
		Span90:        "2026-08-24–2026-11-21 (90), 2026-05-26–2026-08-23 (90), 2025-08-24–2025-11-21 (90)",
		SpanToday:     "2026-11-24–2026-11-24 (1) 暂定, 2026-11-23–2026-11-23 (1) 暂定, 2025-11-24–2025-11-24 (1)",
		SpanYesterday: "2026-11-23–2026-11-23 (1) 暂定, 2026-11-22–2026-11-22 (1) 暂定, 2025-11-23–2025-11-23 (1)",
		SpanQuarter:   "2026-10-01–2026-11-24 (55) 暂定, 2026-08-07–2026-09-30 (55), 2025-10-01–2025-11-24 (55)",
	} {
		w, err := r.Span(t.Context(), SpanQuery{Span: span})
		if got := strings.Join([]string{text(&w.WindowDays), text(&w.Previous), text(&w.Year)}, ", "); got != want || err != nil || !w.AsOf.Equal(r.now) {
			t.Errorf("%s: %s as of %s, error %v\nwant %s", span, got, w.AsOf, err, want)
		}
	}
	if _, err := r.Span(t.Context(), SpanQuery{Accounts: []string{"wxnone"}, Span: Span7}); models.ErrorCode(err) != models.CodeNotFound {
		t.Errorf("unknown account: %v", err)
	}
}

// Changes hold every figure against the window before; without enough waits nothing is said of them.
func TestChanges_OfAllFigures(t *testing.T) {
	r := newTown(t)
	q := IndicesQuery{Channel: models.ChannelChat, From: storetest.ClockOf(t, "2026-03-07 00:00:00"), To: storetest.ClockOf(t, "2026-03-12 00:00:00")}
	c, err := r.Changes(t.Context(), q, ComparePrevious)
	if err != nil || len(c.Accounts) != 3 || c.Before.From != "2026-03-02" || c.Before.To != "2026-03-06" {
		t.Fatalf("%+v, error %v", c.Before, err)
	}
	now, err := r.Indices(t.Context(), q, nil)
	if err != nil {
		t.Fatal(err)
	}
	q.From, q.To = c.Before.ends()
	then, err := r.Indices(t.Context(), q, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i, a := range c.Accounts {
		said := 0
		for _, f := range a.Figures {
			if f.Key == "limits.172800.rate" && (f.Value != *now.Accounts[i].Limits[3].Rate || f.Before != *then.Accounts[i].Limits[3].Rate ||
				*f.N != now.Accounts[i].Limits[3].Due || *f.NBefore != then.Accounts[i].Limits[3].Due) {
				t.Errorf("%s: %+v", a.Account, f)
			}
			if f.Verdict != "" {
				said++
			}
			if (f.Verdict == "") == (f.Why == "") || f.Why == whyProvisional {
				t.Errorf("%s: verdict %q, why %q", f.Key, f.Verdict, f.Why)
			}
		}
		if len(a.Figures) < 40 || said == 0 {
			t.Errorf("%s: %d figures, of %d something is said", a.Account, len(a.Figures), said)
		}
	}
	if c, err = r.Changes(t.Context(), IndicesQuery{Channel: models.ChannelChat, From: r.now.AddDate(0, 0, -2), To: r.now}, ComparePrevious); err != nil {
		t.Fatal(err)
	}
	for _, f := range c.Accounts[0].Figures {
		if f.Verdict != "" {
			t.Errorf("a provisional window: %+v", f)
		}
	}
	if indices.FormulaVersion != c.FormulaVersion {
		t.Errorf("formula %s", c.FormulaVersion)
	}
}
