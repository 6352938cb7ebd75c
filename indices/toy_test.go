package indices

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

const toyAsOf = storetest.ToyAsOf

func toyWaits(t testing.TB) []models.Wait {
	t.Helper()
	limits := DefaultLimits()
	return Rebuild(storetest.ToyLog(t), &limits, mustCalendar(t).Office())
}

// toyInputs has every wait read live; with rolled, the decided ones are in the rollups.
func toyInputs(t testing.TB, rolled bool) Inputs {
	t.Helper()
	limits := DefaultLimits()
	in := Inputs{
		Account: "1", Name: "示例", From: clock(t, "2026-03-01 00:00"), To: clock(t, "2026-03-06 00:00"),
		AsOf: clock(t, toyAsOf), Office: mustCalendar(t).Office(),
		Inbound: 8, ActiveCitizens: 6, Followers: 600,
		Items: Tally{40, 50}, Cases: toyCases(t),
		Articles:     toyArticles(t),
		Publications: []time.Time{clock(t, "2026-02-25 09:00")},
		Interface:    InterfaceHealth{Callbacks: 36974, Failures: 67},
		Probes:       Probes{Days: 7, Passed: 7, Latest: new(true)},
		Log:          []LogDay{{Day: "2026-03-04", Type: "text", Logged: 990, Sent: 1000}},
	}
	for _, w := range toyWaits(t) {
		w.Texts, w.ServedTexts = 0, 0 // queries and ratings are given
		if !rolled || !Rolled(&w, in.AsOf.Unix()) {
			in.Live = append(in.Live, w)
			continue
		}
		r := contribution(&limits, w)
		for i := range r.Hours {
			in.Sums.Add(&r.Hours[i].WaitSums, 1)
		}
		for j := range r.Responses {
			in.Responses = append(in.Responses, r.Responses[j].Band())
		}
	}
	in.Sums.Rated, in.Sums.Satisfied = 40, 30
	in.Sums.Queries, in.Sums.Served = 100, 90
	return in
}

// toyCases are ten closed cases with feedback: 8 solved, 7 satisfied.
func toyCases(t testing.TB) []Case {
	t.Helper()
	var cases []Case
	for i := range 10 {
		cases = append(cases, Case{
			ID: fmt.Sprint(i), Category: CaseComplaint,
			Spells:   []Spell{{clock(t, "2026-02-14 10:00"), clock(t, "2026-02-27 15:00")}},
			Feedback: &Feedback{Solved: i < 8, Satisfied: i < 7},
		})
	}
	return cases
}

// toyArticles add up to the common input of section 4.4 when spread over seven days.
func toyArticles(t testing.TB) []Article {
	t.Helper()
	at := clock(t, "2026-03-02 08:00")
	articles := []Article{
		{Headline: true, Reads: 6000, Zaikan: 40, Likes: 60, Shares: 150},
		{Headline: true, Reads: 6000, Zaikan: 24, Likes: 36, Shares: 100},
		{Headline: true, Reads: 2000, Zaikan: 20, Likes: 30, Shares: 30},
		{Reads: 4000, Zaikan: 40, Likes: 60, Shares: 100},
		{Reads: 3000, Zaikan: 16, Likes: 24, Shares: 40},
	}
	for len(articles) < 10 {
		articles = append(articles, Article{})
	}
	for i := range articles {
		articles[i].PublishedAt = at
	}
	return articles
}

func near(t testing.TB, name string, got *float64, want, tolerance float64) {
	t.Helper()
	if got == nil || math.Abs(*got-want) > tolerance {
		t.Errorf("%s: %s, want %v", name, show(got), want)
	}
}

func show(v *float64) string {
	if v == nil {
		return absent
	}
	return fmt.Sprint(*v)
}

func TestToyWaits(t *testing.T) {
	want := []string{
		"A human 1200 x+++ office 1200 u 723731",
		"A human 120 ++++ office 120 u 1000000",
		"B bot 1 ++++",
		"C human 7200 x+++ office 3600 u 462805",
		"D expired 172800 xxxx",
		"E human 90000 xxx+ office 25200 u 94995",
		"F open 7200 xx--",
	}
	var got []string
	for _, w := range toyWaits(t) {
		s := w.UID[1:2] + " " + line(&w, clock(t, toyAsOf).Unix())
		if w.AnswerAt != 0 {
			s += fmt.Sprintf(" office %d u %d", w.OfficeRT, UMicro(w.AnswerAt-w.OpenAt, 180, 172800))
		}
		got = append(got, s)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestToyReport(t *testing.T) {
	for _, rolled := range []bool{false, true} {
		in := toyInputs(t, rolled)
		r := Compute(&in)
		near(t, "RTI", r.RTI.Value, 45.63, .005)
		near(t, "RTI office", r.RTI.Office, 51.36, .005)
		if r.RTI.UMicro != 2281531 || r.RTI.UOfficeMicro != 2567847 || r.RTI.N != 5 {
			t.Errorf("%+v", r.RTI)
		}
		near(t, "C", r.Interaction.Coverage, 51.957, .0005)
		near(t, "T", r.Interaction.Timeliness, 64.482, .0005)
		near(t, "A", r.Interaction.Recognition, 45.833, .0005)
		near(t, "II", r.Interaction.Value, 54.09, .005)
		near(t, "SI", r.Service.Value, 86.20, .005)
		near(t, "M11", r.SelfServed, 16.67, .005)
		near(t, "M12", r.TwoWay, 16.67, .005)
		near(t, "M15", r.CSAT, 75, 0)
		near(t, "M17", r.Interface.Rate.Value, 99.82, .005)
		near(t, "M18", r.Log.Ratio, 99, 0)
		near(t, "mean", r.Response.Mean, 24630, 0)
		near(t, "office mean", r.Response.OfficeMean, 7530, 0)
		near(t, "active", r.Counts.ActivePermille, 10, 0)
		if len(r.Log.Alarms) != 0 || *r.Publication.Gap != 8 || r.Publication.Last != "2026-02-25" {
			t.Errorf("log %+v, publication %+v", r.Log, r.Publication)
		}
		if !r.Provisional || !r.Insufficient {
			t.Error("a window of today with 7 waits is 暂定 and 样本不足")
		}
		counts := WaitCounts{Opened: 7, Human: 4, Bot: 1, Expired: 1, Open: 1}
		if diff := cmp.Diff(counts, r.Counts.Waits); diff != "" {
			t.Error(diff)
		}
		if r.Counts.Sessions != 6 || r.Counts.TwoWaySessions != 1 {
			t.Errorf("%+v", r.Counts)
		}
		toyTimes(t, &r)
	}
}

func toyTimes(t *testing.T, r *AccountReport) {
	t.Helper()
	if r.First.N != 4 || r.First.P50 != (Quantile{N: 4, Seconds: 7200}) || !r.First.P90.Unanswered {
		t.Errorf("first %+v", r.First)
	}
	if r.Response.N != 5 || r.Response.P50 != (Quantile{N: 5, Seconds: 7200}) || r.Response.P90.Text(172800) != "≥48 h/未答" {
		t.Errorf("all %+v", r.Response)
	}
	var got []string
	for _, l := range r.Limits {
		got = append(got, fmt.Sprintf("%d: %d %d %d %s %d/%d %s", l.Limit, l.Due, l.OnTime, l.Breach,
			Number(l.Rate), l.HumanOnTime, l.Need, Number(l.HumanRate)))
	}
	want := []string{
		"180: 7 2 5 28.57 1/6 16.67", "7200: 7 4 3 57.14 3/6 50.00",
		"86400: 6 4 2 66.67 3/5 60.00", "172800: 6 5 1 83.33 4/5 80.00",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	near(t, "low", r.Limits[3].Low, 43.6, .05)
	near(t, "high", r.Limits[3].High, 97.0, .05)
	b := r.Backlog
	if b.Open != 1 || b.Ages[1].Count != 1 || *b.Oldest != 7200 || b.AtRisk != 0 || b.Expired != 1 || b.Left != 0 {
		t.Errorf("backlog %+v", b)
	}
}

func TestToyWithoutRatingsOrItems(t *testing.T) {
	in := toyInputs(t, true)
	in.Sums.Rated, in.Sums.Satisfied = 9, 9
	in.Items = Tally{}
	r := Compute(&in)
	near(t, "A", r.Interaction.Recognition, 16.667, .0005)
	near(t, "II", r.Interaction.Value, 44.37, .005)
	near(t, "SI", r.Service.Value, 88.27, .005)
	if r.CSAT != nil || !r.Service.Partial || r.Service.Transaction != nil {
		t.Errorf("csat %v, service %+v", r.CSAT, r.Service)
	}
	if diff := cmp.Diff([]string{FlagNoCSAT}, r.Interaction.Flags); diff != "" {
		t.Error(diff)
	}
}

// The toy's spread comes from a week of its own, so the window is set to seven days.
func TestToyComposite(t *testing.T) {
	in := toyInputs(t, true)
	in.From = clock(t, "2026-02-27 00:00")
	r := Compute(&in)
	near(t, "WCI", r.Spread.WCI, 647.125461, 1e-6)
	near(t, "S100", r.Spread.S100, 80.44, .005)
	near(t, "G", r.Composite.Value, 73.24, .005)
	if *r.Composite.Band != BandPass || len(r.Composite.Vetoes) != 0 {
		t.Errorf("%+v", r.Composite)
	}
	sum := .30**r.Composite.Spread + .35**r.Composite.Service + .35**r.Composite.Interaction
	near(t, "parts", r.Composite.Value, sum, 1e-9)
}
