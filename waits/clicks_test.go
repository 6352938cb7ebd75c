package waits

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// queries prints S1 of the fixture's days.
func queries(t testing.TB, s *log, w Window) string {
	t.Helper()
	_, m := report(t, s, w)
	return fmt.Sprintf("%d/%d", m.Sums.Served, m.Sums.Queries)
}

// Clicks count for the topic they are on now, and as served by whatever came, in any order.
func TestClicksFollowTheLog(t *testing.T) {
	rows := func() []models.Interaction {
		list := script(t, "click 0, bot 1 to=k0, click 3600, fallback 3601 to=k2, bot 7200 to=k2")
		list[0].Topic = "x"
		return list
	}
	from := time.Unix(floorTo(fixtureBase, daySeconds), 0)
	day := Window{AppID: appA, From: from, To: from.AddDate(0, 0, 1)}
	for _, backwards := range []bool{false, true} {
		measuredEverywhere(t, time.Unix(fixtureBase+40*86400, 0), func(t *testing.T, s *log) {
			list := rows()
			if backwards {
				slices.Reverse(list)
			}
			for _, r := range list {
				record(t, s, r, r)
				record(t, s, r)
				noDifferences(t, s)
			}
			want := func(w Window, want string) {
				t.Helper()
				if got := queries(t, s, w); got != want {
					t.Errorf("served %s, want %s", got, want)
				}
				noDifferences(t, s)
			}
			want(day, "2/2")
			early, edge, topic, staff, nobody := day, day, day, day, day
			early.AsOf = time.Unix(fixtureBase+3600, 0)
			want(early, "1/2")
			edge.From, edge.To = from.Add(time.Hour/2), time.Unix(fixtureBase+3600, 0)
			want(edge, "1/1")
			x, one, none := "x", "s1", ""
			topic.Topic, staff.Staff, nobody.Staff = &x, &one, &none
			want(topic, "1/1")
			want(staff, "0/0")
			want(nobody, "2/2")
			early.Topic = &x
			want(early, "1/1")
			no, y := false, "y"
			for _, c := range []struct {
				Correction
				want string
			}{
				{Correction{MsgKey: "k1", Matched: &no}, "1/2"},
				{Correction{MsgKey: "k4", OK: &no}, "0/2"},
				{Correction{MsgKey: "k0", Topic: &y}, "0/2"},
			} {
				c.AppID = appA
				if err := s.Correct(context.Background(), c.Correction, models.CommandLine("t"), "核对"); err != nil {
					t.Fatal(err)
				}
				want(day, c.want)
			}
			want(topic, "0/0")
			if n := number(t, s, "SELECT COUNT(*) FROM wait_hours WHERE topic = 'x'"); n != 0 {
				t.Errorf("%d rows that come to nothing are kept", n)
			}
		})
	}
}

// An outcome that comes late brings the click's topic.
func TestClickGetsItsTopicLate(t *testing.T) {
	measuredEverywhere(t, time.Unix(fixtureBase+40*86400, 0), func(t *testing.T, s *log) {
		rows := script(t, "click 0")
		rows[0].Outcome = models.OutcomeUnknown
		record(t, s, rows...)
		late := rows[0]
		late.Amend, late.Outcome, late.Topic = true, models.OutcomeAnswered, "社保"
		record(t, s, late)
		noDifferences(t, s)
		if n := number(t, s, "SELECT SUM(queries) FROM wait_hours WHERE topic = '社保'"); n != 1 {
			t.Errorf("%d queries on the topic", n)
		}
	})
}

// The texts of a wait count with it, once it is due.
func TestQueriesOfTheToyLog(t *testing.T) {
	measuredEverywhere(t, storetest.ClockOf(t, toyAsOf), func(t *testing.T, s *log) {
		list := storetest.ToyLog(t)
		record(t, s, list...)
		for range 2 {
			if got := queries(t, s, toyWindow(t)); got != "5/7" {
				// Live waits bring theirs in the report; D is expired, so it is among them until it is swept.
				if r, _ := report(t, s, toyWindow(t)); r.Service.Information == nil || *r.Service.Information != 100*5./7 {
					t.Errorf("served %s, information %v", got, r.Service.Information)
				}
			}
			if _, err := s.Sweep(context.Background(), storetest.ClockOf(t, toyAsOf), 100); err != nil {
				t.Fatal(err)
			}
		}
		if got := queries(t, s, toyWindow(t)); got != "5/7" {
			t.Errorf("swept: served %s", got)
		}
	})
}

// The hours of asks are read where a topic may have surged, with the 8 days before, as of any time.
func TestAsksOfARise(t *testing.T) {
	now := time.Unix(fixtureBase+40*86400, 0)
	measuredEverywhere(t, now, func(t *testing.T, s *log) {
		first, rush := floorTo(fixtureBase, hourSeconds), floorTo(fixtureBase+4*86400, hourSeconds)
		ask := func(citizen int, at int64) {
			row := storetest.LogRow(fmt.Sprintf("oRise_%08d", citizen), "in", time.Unix(at, 0), fmt.Sprintf("rise-%d", citizen))
			row.Topic = "停水"
			record(t, s, row)
		}
		day := time.Unix(floorTo(rush, daySeconds), 0)
		w := Window{AppID: appA, From: day, To: day.AddDate(0, 0, 1)}
		ask(0, first)
		for n := 1; n <= 9; n++ {
			ask(n, rush)
		}
		if _, m := report(t, s, w); m.AskHours != nil {
			t.Errorf("nine asks are no rise: %+v", m.AskHours)
		}
		ask(10, rush+60)
		want := []indices.Asks{{Topic: "停水", Hour: first, Waits: 1}, {Topic: "停水", Hour: rush, Waits: 10}}
		for range 2 { // undecided, then rolled
			_, m := report(t, s, w)
			if diff := cmp.Diff(want, m.AskHours); diff != "" || m.AsksFrom != day.Unix() {
				t.Errorf("from %d (-want +got):\n%s", m.AsksFrom, diff)
			}
			if _, err := s.Sweep(context.Background(), now, 100); err != nil {
				t.Fatal(err)
			}
		}
		ask(11, rush+3600)
		for after, want := range map[int64]int64{0: 0, 60: 10, 3600: 10} {
			w.AsOf = time.Unix(rush+after, 0)
			_, m := report(t, s, w)
			if got := m.AskHours; want == 0 && got != nil || want > 0 && (len(got) < 2 || got[1].Waits != want) {
				t.Errorf("as of %d seconds after the rise %+v", after, got)
			}
		}
	})
}

func TestUnfollowsAreKeptBySecond(t *testing.T) {
	measuredEverywhere(t, time.Unix(fixtureBase+40*86400, 0), func(t *testing.T, s *log) {
		ctx := context.Background()
		rows := script(t, "in 0, unfollow 60, unfollow 60, unfollow 90, unfollow 120")
		rows[3].Probe = true
		record(t, s, rows[:3]...)
		record(t, s, rows...)
		if _, err := s.ImportInteractions(ctx, rows[2:]); err != nil {
			t.Fatal(err)
		}
		var seconds []int64
		err := s.Query(ctx, store.Reports, func(rows *sql.Rows) error {
			var app string
			var at int64
			if err := rows.Scan(&app, &at); app == appA {
				seconds = append(seconds, at-fixtureBase)
				return err
			}
			t.Errorf("of another account: %s", app)
			return nil
		}, "SELECT app_id, at FROM unfollows ORDER BY at")
		if diff := cmp.Diff([]int64{60, 60, 120}, seconds); diff != "" || err != nil {
			t.Errorf("error %v (-want +got):\n%s", err, diff)
		}
		noDifferences(t, s)
	})
}
