package report

import (
	"math"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// fullInputs have something for every figure.
func fullInputs(t *testing.T) indices.Inputs {
	t.Helper()
	zone := indices.Shanghai()
	day := func(n int) time.Time { return time.Date(2026, 3, n, 0, 0, 0, 0, zone) }
	calendar, err := indices.NewCalendar()
	if err != nil {
		t.Fatal(err)
	}
	in := indices.Inputs{
		Account: "wx0123456789abcdef", Name: "江城政务", From: day(1), To: day(31), AsOf: day(31).AddDate(0, 0, 5), Office: calendar.Office(),
		Inbound: 120, ActiveCitizens: 60, Followers: 1000, Permille30: []float64{40, 44, 48},
		Items: indices.Tally{Hits: 8, N: 10}, Probes: indices.Probes{Days: 30, Passed: 27, Latest: new(true)},
		Interface: indices.InterfaceHealth{Callbacks: 1000, Failures: 10},
		Log:       []indices.LogDay{{Day: "2026-03-02", Type: "text", Logged: 990, Sent: 1000}},
		Articles: []indices.Article{
			{ID: "1", PublishedAt: day(3), Headline: true, Reads: 900, Zaikan: 3, Likes: 4, Shares: 5},
			{ID: "2", PublishedAt: day(20), Reads: 300, Zaikan: 1, Likes: 2, Shares: 1},
		},
		Cases: []indices.Case{
			{ID: "a", Category: indices.CaseConsultation, Spells: []indices.Spell{{From: day(2), To: day(3)}}, Feedback: &indices.Feedback{Solved: true}},
			{ID: "b", Category: indices.CaseComplaint, Spells: []indices.Spell{{From: day(2), To: day(20)}}, Feedback: &indices.Feedback{Solved: true, Satisfied: true}},
		},
	}
	in.Sums = models.WaitSums{
		Opened: 100, Human: 70, Bot: 20, Expired: 10, UMicro: 40_000_000, UOfficeMicro: 50_000_000, RTSum: 700_000, RTOfficeSum: 90_000,
		OnTimeHuman: [models.ChatLimits]int64{10, 30, 50, 68}, OnTimeBot: [models.ChatLimits]int64{20, 20, 20, 20},
		Sessions: 50, TwoWay: 9, Rated: 20, Satisfied: 15, Queries: 90, Served: 80, Aged: 60, Repeated: 3,
	}
	in.Responses = []models.ResponseBand{{Low: 3600, High: 3600, Count: 70, Seconds: 252_000}}
	return in
}

// TestFormulas_GiveWhatIsPrinted reckons every index anew from the figures printed beside it.
func TestFormulas_GiveWhatIsPrinted(t *testing.T) {
	full := fullInputs(t)
	month := full
	month.Permille30 = nil
	unrated := full
	unrated.Sums.Rated, unrated.Sums.Satisfied = 0, 0
	for name, in := range map[string]indices.Inputs{"quarter": full, "month": month, "without ratings": unrated} {
		r := indices.Compute(&in)
		list := Figures(&r)
		v := func(key string) float64 {
			f := figureNamed(list, key)
			if f.Value == nil {
				t.Fatalf("%s: %s is not printed", name, key)
			}
			return *f.Value
		}
		recognition := v("two_way")
		if name != "without ratings" {
			recognition = (v("two_way") + v("csat")) / 2
		}
		for key, want := range map[string]float64{
			"interaction_index.coverage":    math.Min(100, 100*math.Log1p(v("interaction_index.permille"))/math.Log(101)),
			"interaction_index.timeliness":  (v("limits.172800.rate") + v("rti.value")) / 2,
			"interaction_index.recognition": recognition,
			"interaction_index.value":       (v("interaction_index.coverage") + v("interaction_index.timeliness") + v("interaction_index.recognition")) / 3,
			"service_index.participation":   (v("service_index.solved") + v("service_index.satisfied")) / 2,
			"service_index.availability":    v("interface.success") * v("service_index.probes") / 100,
			"service_index.value": (v("service_index.information") + v("service_index.transaction") +
				v("service_index.participation") + v("service_index.availability")) / 4,
			"spread_index.wci":  12 * math.Pow(.6*v("spread_index.o")+.2*v("spread_index.a")+.1*v("spread_index.h")+.1*v("spread_index.p"), 2),
			"spread_index.s100": 100 * math.Sqrt(v("spread_index.wci")/1000),
			"composite.value":   .30*v("spread_index.s100") + .35*v("service_index.value") + .35*v("interaction_index.value"),
		} {
			if got := v(key); math.Abs(got-want) > 1e-9 {
				t.Errorf("%s: %s is printed as %v, its formula gives %v", name, key, got, want)
			}
		}
	}
}
