package waits

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

func TestOpenWaitsPageByPage(t *testing.T) {
	now := time.Unix(fixtureBase+7*86400, 0)
	measuredEverywhere(t, now, func(t *testing.T, s *log) {
		ctx := context.Background()
		for i := range 25 {
			at := now.Add(-time.Duration(i/2) * time.Hour)
			record(t, s, storetest.LogRow(fmt.Sprintf("oOpen_%08d", i), "in", at, fmt.Sprintf("open%d", i)))
		}
		record(t, s, script(t, "in 0")...) // expired
		var all []models.Wait
		cursor, pages := Cursor{}, 0
		for {
			page, next, err := s.OpenWaits(ctx, OpenFilter{AppIDs: []string{appA, appB}, Channel: models.ChannelChat, After: cursor, Limit: 10})
			if err != nil {
				t.Fatal(err)
			}
			all = append(all, page...)
			pages++
			if cursor = next; cursor == (Cursor{}) {
				break
			}
		}
		if len(all) != 25 || pages != 3 {
			t.Fatalf("%d waits in %d pages", len(all), pages)
		}
		seen := map[int64]bool{}
		for i, w := range all {
			if seen[w.ID] || i > 0 && w.OpenAt < all[i-1].OpenAt {
				t.Errorf("wait %d is out of place", i)
			}
			seen[w.ID] = true
		}
		assign(t, s, &all[3], "王五")
		assignee := "王五"
		if page, _, err := s.OpenWaits(ctx, OpenFilter{AppIDs: []string{appA, appB}, Assignee: &assignee}); len(page) != 1 || page[0].ID != all[3].ID || err != nil {
			t.Errorf("assigned %+v, error %v", page, err)
		}
	})
}

func TestImportsAreIdempotent(t *testing.T) {
	now := storetest.ClockOf(t, toyAsOf)
	measuredEverywhere(t, now, func(t *testing.T, s *log) {
		ctx := context.Background()
		at := func(text string) time.Time { return storetest.ClockOf(t, text) }
		rate := 41.5
		articles := []store.Article{
			{AppID: appA, MsgID: "0", PublishedAt: at("2026-02-25 09:00:00"), Title: "更早"},
			{AppID: appA, MsgID: "1", PublishedAt: at("2026-03-02 09:00:00"), Title: "办事指南", Topic: "社保", Form: "图文", Headline: true, Reads: 100001, FinishRate: &rate},
			{AppID: appA, MsgID: "2", PublishedAt: at("2026-03-05 18:00:00"), Title: "今晚"},
		}
		for i := range 2 {
			added, err := s.ImportArticles(ctx, articles)
			if added != 3*(1-i) || err != nil {
				t.Errorf("articles: added %d, error %v", added, err)
			}
			added, err = s.ImportFollowers(ctx, []store.Followers{{AppID: appA, Day: "2026-03-03", Count: 500}, {AppID: appA, Day: "2026-03-04", Count: 600}, {AppID: appA, Day: "2026-03-05", Count: 700}})
			if added != 3*(1-i) || err != nil {
				t.Errorf("followers: added %d, error %v", added, err)
			}
		}
		extras(t, s)
		record(t, s, storetest.ToyLog(t)...)
		m, err := s.Measured(ctx, toyWindow(t))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(articles[1:2], m.Articles); diff != "" {
			t.Errorf("articles (-want +got):\n%s", diff)
		}
		if len(m.Publications) != 2 || m.Followers != 600 || m.Asks[""] != 7 {
			t.Errorf("publications %v, followers %d, asks %v", m.Publications, m.Followers, m.Asks)
		}
		if len(m.Permille30) != 0 {
			t.Errorf("permille of days before the log: %v", m.Permille30)
		}
		if m.ItemsStarted != 2 || m.ItemsDone != 1 || m.ProbeDays != 2 || m.ProbesPassed != 1 || !*m.LatestProbe || !m.Incident {
			t.Errorf("items %d/%d, probes %d/%d, incident %v", m.ItemsDone, m.ItemsStarted, m.ProbesPassed, m.ProbeDays, m.Incident)
		}
		if m.Callbacks != 100 || m.Failures != 3 {
			t.Errorf("callbacks %d, failures %d", m.Callbacks, m.Failures)
		}
		if diff := cmp.Diff([]indices.LogDay{{Day: "2026-03-02", Type: "text", Logged: 6, Sent: 7}}, m.Log); diff != "" {
			t.Errorf("log (-want +got):\n%s", diff)
		}
		if len(m.Cases) != 1 || len(m.Cases[0].Spells) != 1 || !m.Cases[0].Spells[0].To.IsZero() {
			t.Errorf("cases as of then %+v", m.Cases)
		}
		for _, bad := range []func() error{
			func() error { _, err := s.ImportArticles(ctx, []store.Article{{}}); return err },
			func() error {
				_, err := s.ImportFollowers(ctx, []store.Followers{{AppID: appA, Day: "yesterday", Count: 1}})
				return err
			},
			func() error { return s.SaveCase(ctx, store.Case{}) },
			func() error { return s.SaveServiceItem(ctx, store.ServiceItem{}) },
			func() error { return s.SaveProbe(ctx, store.Probe{}) },
			func() error { return s.SaveLogDay(ctx, store.UpstreamDay{}) },
			func() error { return s.SaveInterfaceDay(ctx, store.InterfaceDay{}) },
		} {
			wantCode(t, bad(), models.CodeInvalid)
		}
	})
}

// extras saves one of everything, twice.
func extras(t testing.TB, s *log) {
	t.Helper()
	ctx, by := context.Background(), models.CommandLine("t")
	at := func(text string) time.Time { return storetest.ClockOf(t, text) }
	for range 2 {
		for _, err := range []error{
			s.SaveCase(ctx, store.Case{AppID: appA, ID: "c1", Category: "complaint", Spells: []store.Spell{
				{From: at("2026-03-02 10:00:00"), To: at("2026-03-05 13:00:00")}, {From: at("2026-03-06 10:00:00"), To: at("2026-03-07 10:00:00")},
			}, Feedback: &store.Feedback{Solved: true}}),
			s.SaveServiceItem(ctx, store.ServiceItem{AppID: appA, ID: "i1", StartedAt: at("2026-03-02 10:00:00"), CompletedAt: at("2026-03-03 10:00:00")}),
			s.SaveServiceItem(ctx, store.ServiceItem{AppID: appA, ID: "i2", StartedAt: at("2026-03-02 10:00:00")}),
			s.SaveProbe(ctx, store.Probe{AppID: appA, At: at("2026-03-02 08:00:00"), Passed: true}),
			s.SaveProbe(ctx, store.Probe{AppID: appA, At: at("2026-03-02 20:00:00"), Passed: false, Evidence: "无答复"}),
			s.SaveProbe(ctx, store.Probe{AppID: appA, At: at("2026-03-03 08:00:00"), Passed: true}),
			s.SaveInterfaceDay(ctx, store.InterfaceDay{AppID: appA, Day: "2026-03-02", Callbacks: 100, Failures: 3}),
			s.SaveLogDay(ctx, store.UpstreamDay{AppID: appA, Day: "2026-03-02", Type: "text", Messages: 7}),
			s.SetIncident(ctx, store.Incident{ID: 5, AppID: appA, Since: at("2026-03-04 08:00:00"), Note: "账号被盗"}, by),
		} {
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	if n := number(t, s, "SELECT COUNT(*) FROM incidents"); n != 1 {
		t.Fatalf("%d incidents", n)
	}
	var probes []store.Probe
	var cases []store.Case
	err := s.Read(ctx, store.Console, func(x *store.Tx) (err error) {
		if probes, err = x.Probes(ctx, appA, at("2026-03-02 00:00:00"), at("2026-03-03 00:00:00")); err == nil {
			cases, err = x.Cases(ctx, appA, at("2026-03-01 00:00:00"), at("2026-03-03 00:00:00"))
		}
		return err
	})
	if err != nil || len(probes) != 2 || probes[1].Evidence != "无答复" {
		t.Errorf("probes %+v, error %v", probes, err)
	}
	if err != nil || len(cases) != 1 || len(cases[0].Spells) != 2 || !cases[0].Feedback.Solved {
		t.Errorf("cases %+v, error %v", cases, err)
	}
}

func TestIncidentsEnd(t *testing.T) {
	measuredEverywhere(t, storetest.ClockOf(t, toyAsOf), func(t *testing.T, s *log) {
		ctx, by := context.Background(), models.CommandLine("t")
		if err := s.SetIncident(ctx, store.Incident{ID: 5, AppID: appA}, by); err != nil {
			t.Fatal(err)
		}
		if err := s.ClearIncident(ctx, appA, 5, by); err != nil {
			t.Fatal(err)
		}
		wantCode(t, s.ClearIncident(ctx, appA, 5, by), models.CodeNotFound)
		if m, err := s.Measured(ctx, toyWindow(t)); m.Incident || err != nil {
			t.Errorf("incident %v, error %v", m.Incident, err)
		}
	})
}
