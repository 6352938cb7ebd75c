package report

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
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
		Account: "wx0123456789abcdef", Name: "江城政务", From: day(1), To: day(31), AsOf: day(31).AddDate(0, 0, 5), Office: calendar.DefaultOffice(),
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

func TestDefinitions_EveryPrintedRowHasOne(t *testing.T) {
	in := fullInputs(t)
	in.Readers = true
	r := indices.NewReport(in)
	b := NewBook(&r, "政务微信服务质量自查报告")
	defined := func(name string) bool {
		return slices.ContainsFunc(b.Definitions, func(d sheet.Definition) bool {
			return slices.Contains(strings.Split(d.Name, "、"), strings.TrimLeft(name, "　")) && d.Text != "" && d.Source != ""
		})
	}
	d := NewDocument(&r, b)
	for _, f := range b.Accounts[0].Figures {
		if !defined(f.Name) {
			t.Errorf("the row %s (%s) has no definition", f.Name, f.Key)
		}
	}
	for _, c := range d.Accounts[0].Cards {
		if !defined(c.Name) {
			t.Errorf("the card %s has no definition", c.Name)
		}
	}
	for _, l := range d.Accounts[0].Limits {
		if name, _, _ := strings.Cut(l.Name, "（"); !defined(name) {
			t.Errorf("the limit %s has no definition", l.Name)
		}
	}
	for _, table := range slices.Concat(d.Overview, d.Live) {
		for _, row := range table.Rows {
			if row[0] != "数据说明" && !defined(row[0]) {
				t.Errorf("the row %s of the overview has no definition", row[0])
			}
		}
	}
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

func TestVerdict_NeedsATarget(t *testing.T) {
	in := fullInputs(t)
	page := func(in *indices.Inputs) string {
		r := indices.NewReport(*in)
		d := NewDocument(&r, NewBook(&r, "政务微信服务质量自查报告"))
		d.Accounts[0].Charts = Charts([]Week{{in.From, 7, r.Accounts[0]}})
		var b bytes.Buffer
		if err := Write(&b, d); err != nil {
			t.Fatal(err)
		}
		_, text, _ := strings.Cut(b.String(), `<section class="account">`)
		text, _, _ = strings.Cut(text, "<h3>诊断与对策")
		return text
	}
	text := page(&in)
	// The gap between posts has its limit from 19号.
	if !strings.Contains(text, `class="tag red">未达标</span> <span class="small">不到 14 天`) || strings.Count(text, "达标") != 2 {
		t.Errorf("verdicts without a target:\n%s", text)
	}
	if strings.Contains(text, "stroke-dasharray") || !strings.Contains(text, "未设目标，只列数字，不作达标与否的结论") {
		t.Errorf("a line of a target that nobody set:\n%s", text)
	}
	in.Targets = indices.Targets{Reply: map[int64]float64{172800: 85, 7200: 90}, Cases: 90, Source: "市政府办〔2026〕3号"}
	text = page(&in)
	for _, want := range []string{
		`class="tag ok">达标</span> <span class="small">目标 85%`, `class="tag red">未达标</span> <span class="small">目标 90%`,
		"目标出自：市政府办〔2026〕3号", "stroke-dasharray", ">目标 85%</text>",
	} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestCharts_PartWeeksAreNotJoined(t *testing.T) {
	zone := indices.Shanghai()
	start := time.Date(2026, 10, 1, 0, 0, 0, 0, zone)
	var weeks []Week
	for i, days := range []int{3, 7, 7, 7, 2} {
		r := indices.Compute(&indices.Inputs{
			From: start, To: start.AddDate(0, 0, days), AsOf: time.Date(2026, 10, 27, 12, 0, 0, 0, zone),
			Sums: models.WaitSums{Opened: 10, Human: 10, OnTimeHuman: [models.ChatLimits]int64{9, 9, 9, 9}},
		})
		weeks = append(weeks, Week{start, days, r})
		start = start.AddDate(0, 0, days)
		if want := i > 3; r.Provisional != want {
			t.Fatalf("week %d: provisional %v", i, r.Provisional)
		}
	}
	for _, c := range Charts(weeks) {
		for i, p := range c.Points {
			part := i == 0 || i == 4
			if p.Part != part {
				t.Errorf("%s, week %d: part %v", c.Title, i, p.Part)
			}
			if i == 4 && !c.Bars && p.Value != nil {
				t.Errorf("%s ends at %v in a week whose slow answers are still to come", c.Title, *p.Value)
			}
			if i == 4 && c.Bars && p.Value == nil {
				t.Errorf("%s does not count the week that runs", c.Title)
			}
		}
	}
}
