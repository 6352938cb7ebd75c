package analytics

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/report"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// A response time by day, which comes from the histogram, is what the report of each day says, now
// and as of an instant long past.
func TestSeries_ResponseTimesByDayAreThoseOfTheDays(t *testing.T) {
	r := newTown(t)
	from := storetest.ClockOf(t, "2026-03-02 00:00:00")
	for _, asOf := range []time.Time{r.now, from.AddDate(0, 0, 5).Add(10*time.Hour + 7*time.Minute)} {
		for _, metric := range []string{"response.p50_s", "response.p90_s", "response.office_mean_s", "first_response.p50_s", "first_response.p90_s"} {
			s, err := r.Series(t.Context(), SeriesQuery{
				Metric: metric, By: SeriesDay, Split: SplitAccount, Accounts: []string{appC}, Channel: models.ChannelChat, From: from, To: from.AddDate(0, 0, 12), AsOf: asOf,
			})
			if err != nil {
				t.Fatal(err)
			}
			for _, p := range s.Lines[0].Points {
				day, err := r.Indices(t.Context(), IndicesQuery{
					Accounts: []string{appC}, Channel: models.ChannelChat, From: p.At, To: p.At.AddDate(0, 0, 1), AsOf: asOf, Undiagnosed: true,
				}, nil)
				if err != nil {
					t.Fatal(err)
				}
				f := report.FigureOf(&day.Accounts[0], metric)
				side := sideOf(&f)
				if d := cmp.Diff(side.shown(), p.Value); d != "" {
					t.Errorf("%s on %s as of %s:\n%s", metric, p.At, asOf, d)
				}
				checkInterval(t, metric, &p, &day.Accounts[0])
			}
		}
	}
}

// checkInterval holds the interval of a median against the report of its day.
func checkInterval(t *testing.T, metric string, p *SeriesPoint, day *indices.AccountReport) {
	t.Helper()
	n, median := day.Response.N, day.Response.P50
	switch metric {
	case "response.p50_s":
	case "first_response.p50_s":
		n, median = day.First.N, day.First.P50
	default:
		if p.N != nil || p.Low.N != 0 {
			t.Errorf("%s has an interval: %+v", metric, p)
		}
		return
	}
	if p.N == nil || *p.N != n || (p.Low.N != 0) != (n >= 6) {
		t.Errorf("%s on %s: %+v, want n %d", metric, p.At, p, n)
	}
	if p.Low.N != 0 && !median.Unanswered && (p.Low.Seconds > median.Seconds || !p.High.Unanswered && p.High.Seconds < median.Seconds) {
		t.Errorf("%s on %s: %v outside of %v to %v", metric, p.At, median, p.Low, p.High)
	}
}

// Without a diagnosis every figure is the same.
func TestIndices_UndiagnosedIsTheSameWithoutTheDiagnosis(t *testing.T) {
	r := newToy(t)
	full, err := r.Indices(t.Context(), IndicesQuery{Channel: models.ChannelChat}, nil)
	if err != nil || len(full.Accounts[0].Diagnosis) != 7 {
		t.Fatalf("%d problems, error %v", len(full.Accounts[0].Diagnosis), err)
	}
	plain, err := r.Indices(t.Context(), IndicesQuery{Channel: models.ChannelChat, Undiagnosed: true}, nil)
	full.Accounts[0].Diagnosis = []indices.Finding{}
	if d := cmp.Diff(full, plain); d != "" || err != nil {
		t.Errorf("error %v\n%s", err, d)
	}
}
