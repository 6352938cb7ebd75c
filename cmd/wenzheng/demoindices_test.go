package main

import (
	"context"
	"io"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/demo"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/report"
)

// TestDemoShowsEveryIndex writes three weeks of the demo and looks at them as a newcomer does.
func TestDemoShowsEveryIndex(t *testing.T) {
	t.Parallel()
	office, args := newDemo(t)
	begun, base := time.Now(), time.Date(2026, 11, 20, 18, 30, 0, 0, indices.Shanghai())
	p := &program{stdout: io.Discard, stderr: &output{}, environ: office.environ(), now: func() time.Time { return base.Add(time.Since(begun)) }}
	if _, err := (&demoCmd{Addr: office.addr, SimulatorAddr: args[4], Data: office.data}).prepare(p); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	st, err := p.open(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer p.close(st)
	o := p.cityOptions(st)
	o.Days, o.PerDay = 21, 20
	city := demo.New(st.Store, st.waits, o)
	if err := city.Seed(ctx, operator()); err != nil {
		t.Fatal(err)
	}
	var reports [2]indices.Report
	for i := range reports {
		if _, err := city.WritePast(ctx, operator()); err != nil {
			t.Fatal(err)
		}
		if reports[i], err = st.analytics.Indices(ctx, analytics.IndicesQuery{Channel: models.ChannelChat, AsOf: base}, nil); err != nil {
			t.Fatal(err)
		}
	}
	if diff := cmp.Diff(reports[0], reports[1]); diff != "" {
		t.Errorf("a second start brings records again: %s", diff)
	}
	for i := range reports[0].Accounts {
		checkDemoFigures(t, &reports[0].Accounts[i])
	}
	checkDemoCharacters(t, &reports[0])
	checkClosedMonths(t, st.analytics, base)
}

// checkClosedMonths holds that a month that is over is judged by itself: what was true of it the
// moment it became final is true today.
func checkClosedMonths(t *testing.T, m *analytics.Analytics, now time.Time) {
	t.Helper()
	month := time.Date(now.Year(), now.Month(), 1, 0, 0, 0, 0, indices.Shanghai())
	for range 2 {
		end := month
		month = month.AddDate(0, -1, 0)
		q := analytics.IndicesQuery{Channel: models.ChannelChat, From: month, To: end, AsOf: now}
		today, err := m.Indices(t.Context(), q, nil)
		if err != nil {
			t.Fatal(err)
		}
		q.AsOf = end.AddDate(0, 0, 3)
		then, err := m.Indices(t.Context(), q, nil)
		if err != nil {
			t.Fatal(err)
		}
		for i := range today.Accounts {
			a, b := &today.Accounts[i], &then.Accounts[i]
			if diff := cmp.Diff(b.Composite.Vetoes, a.Composite.Vetoes); diff != "" {
				t.Errorf("%s, %s: vetoes of then and of today: %s", a.Name, month.Format("2006-01"), diff)
			}
			if d := cmp.Diff([]any{b.Publication.GapAtEnd, b.Publication.Largest, b.Spread.S100}, []any{a.Publication.GapAtEnd, a.Publication.Largest, a.Spread.S100}); d != "" {
				t.Errorf("%s, %s: then and today: %s", a.Name, month.Format("2006-01"), d)
			}
		}
	}
}

// checkDemoFigures holds that nothing is missing but what nobody brings.
func checkDemoFigures(t *testing.T, a *indices.AccountReport) {
	t.Helper()
	for _, f := range report.Figures(a) {
		if f.Value == nil && f.Text == "" && f.Key != "concurrency.per_staff" && a.Counts.Waits.Human > 0 {
			t.Errorf("%s has no %s", a.Name, f.Name)
		}
	}
	if a.Composite.Value == nil || a.CSAT == nil || a.Service.Partial || a.Log.Ratio == nil || *a.Log.Ratio != 100 {
		t.Errorf("%s: composite %v, CSAT %v, service %+v, log %+v", a.Name, a.Composite.Value, a.CSAT, a.Service, a.Log)
	}
}

func checkDemoCharacters(t *testing.T, r *indices.Report) {
	t.Helper()
	fast, slow, posts := &r.Accounts[0], &r.Accounts[1], &r.Accounts[2]
	if *fast.Composite.Value < *slow.Composite.Value+15 || *slow.Composite.Value < *posts.Composite.Value {
		t.Errorf("G is %v, %v and %v", *fast.Composite.Value, *slow.Composite.Value, *posts.Composite.Value)
	}
	fired := func(a *indices.AccountReport) (list []indices.Problem) {
		for i := range a.Diagnosis {
			if a.Diagnosis[i].Fired {
				list = append(list, a.Diagnosis[i].Problem)
			}
		}
		return list
	}
	for _, p := range []indices.Problem{indices.ClutteredPush, indices.OneForm, indices.LittleReply, indices.UnclearAim} {
		if !slices.Contains(fired(posts), p) {
			t.Errorf("%s has no %s", posts.Name, p)
		}
	}
	if v := posts.Composite.Vetoes; len(v) != 1 || v[0].ID != indices.VetoNoInteraction {
		t.Errorf("%s is vetoed by %v", posts.Name, v)
	}
	for _, p := range []indices.Problem{indices.OneForm, indices.UnclearAim, indices.WeakGuidance} {
		if slices.Contains(fired(fast), p) {
			t.Errorf("%s has %s", fast.Name, p)
		}
	}
}
