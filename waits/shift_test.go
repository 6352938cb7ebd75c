package waits

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// then are the rows and ratings known at an instant.
func then(rows []models.Interaction, ratings []models.Rating, asOf time.Time) (known []models.Interaction, given []models.Rating) {
	for i := range rows {
		if !rows[i].At.After(asOf) {
			known = append(known, rows[i])
		}
	}
	for _, r := range ratings {
		if !r.At.After(asOf) {
			given = append(given, r)
		}
	}
	return known, given
}

// drawWindow draws days of the log, and an instant among them.
func drawWindow(t *rapid.T, channel models.Channel) Window {
	from := time.Unix(fixtureBase-9*3600+rapid.Int64Range(0, 12).Draw(t, "day")*86400, 0)
	if rapid.IntRange(0, 3).Draw(t, "odd hour") == 0 {
		from = from.Add(5*time.Hour + time.Minute)
	}
	return Window{
		AppID: appA, Channel: channel, From: from, To: from.AddDate(0, 0, rapid.IntRange(1, 30).Draw(t, "days")),
		AsOf: time.Unix(fixtureBase+rapid.Int64Range(0, 40*86400).Draw(t, "asOf"), 0),
	}
}

// What is read as of an earlier instant is what a log that ends there gives: of every channel,
// with the ratings of then, with everything the report is made of.
func TestWindows_AsOfIsTheLogThatEndsThere(t *testing.T) {
	now := time.Unix(fixtureBase+60*86400, 0)
	all, past := migrated(t, dialectSQLite, now), migrated(t, dialectSQLite, now)
	followers := []store.Followers{{AppID: appA, Day: "2026-01-01", Count: 100}}
	for _, s := range []*log{all, past} {
		if _, err := s.ImportFollowers(context.Background(), followers); err != nil {
			t.Fatal(err)
		}
	}
	fill := func(s *log, rows []models.Interaction, ratings []models.Rating) {
		t.Helper()
		empty(t, s)
		if len(rows) > 0 {
			record(t, s, rows...)
		}
		if _, _, err := s.ImportRatings(context.Background(), ratings); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		rows := drawLog(r)
		ownReplies(rows)
		var ratings []models.Rating
		for range rapid.IntRange(0, 4).Draw(r, "ratings") {
			ratings = append(ratings, models.Rating{
				AppID: appA, OpenID: rapid.SampledFrom([]string{"oA_0123456789", "oB_0123456789"}).Draw(r, "rater"),
				At: time.Unix(fixtureBase+rapid.Int64Range(0, 40*86400).Draw(r, "rated"), 0), Satisfied: rapid.Bool().Draw(r, "satisfied"),
			})
		}
		fill(all, rows, ratings)
		for range 3 {
			w := drawWindow(r, rapid.SampledFrom([]models.Channel{models.ChannelChat, models.ChannelComment}).Draw(r, "channel"))
			known, given := then(rows, ratings, w.AsOf)
			fill(past, known, given)
			swept := time.Unix(fixtureBase+rapid.Int64Range(0, 60*86400).Draw(r, "sweep"), 0)
			if _, err := all.Sweep(context.Background(), swept, 1000); err != nil {
				t.Fatal(err)
			}
			want, _ := report(t, past, w)
			got, _ := report(t, all, w)
			if diff := cmp.Diff(want, got); diff != "" {
				r.Fatalf("as of %v, window %v to %v (-then +now):\n%s", w.AsOf, w.From, w.To, diff)
			}
			for _, by := range []string{"hour", "day"} {
				samePoints(t, r, past, all, w, by)
			}
		}
	})
}

func samePoints(t *testing.T, r *rapid.T, past, all *log, w Window, by string) {
	t.Helper()
	points := func(s *log) (sums map[time.Time]Point, citizens []ActivePoint) {
		list, err := s.Series(context.Background(), w, by)
		if err == nil {
			citizens, err = s.ActiveSeries(context.Background(), w, by)
		}
		if err != nil {
			t.Fatal(err)
		}
		sums = make(map[time.Time]Point)
		for _, p := range list {
			p.Sums.Opened += int64(len(p.Live)) // what is settled and what is read live may be divided otherwise
			p.Sums, p.Live = models.WaitSums{Opened: p.Sums.Opened}, nil
			if p.Sums.Opened != 0 || p.Inbound != 0 {
				sums[p.At] = p
			}
		}
		return sums, citizens
	}
	want, wantCitizens := points(past)
	got, gotCitizens := points(all)
	if diff := cmp.Diff(want, got) + cmp.Diff(wantCitizens, gotCitizens); diff != "" {
		r.Fatalf("by %s as of %v, window %v to %v (-then +now):\n%s", by, w.AsOf, w.From, w.To, diff)
	}
}

// A question about an earlier instant reads what lies around that instant, not the log: what it
// allocates is bounded, and does not depend on how much came later.
func TestWindows_EarlierQuestionIsBounded(t *testing.T) {
	const rows, aDay = 12_000, 400
	s := migrated(t, dialectSQLite, windowEnd)
	loadLog(t, s, windowLog(rows, aDay, 0, 1))
	for name, ago := range map[string]time.Duration{
		"a clock 20 s behind": 20 * time.Second, "three days ago": 72 * time.Hour, "twenty days ago": 480 * time.Hour,
	} {
		asOf := windowEnd.Add(-ago)
		w := Window{AppID: appA, From: asOf.AddDate(0, 0, -30), To: asOf.AddDate(0, 0, 1), AsOf: asOf}
		if _, err := s.Measured(context.Background(), w); err != nil { // opens connections, prepares statements
			t.Fatal(err)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		if _, err := s.Measured(context.Background(), w); err != nil {
			t.Fatal(err)
		}
		runtime.ReadMemStats(&after)
		if got := after.TotalAlloc - before.TotalAlloc; got > 16<<20 {
			t.Errorf("%s: %d KiB allocated", name, got>>10)
		} else {
			t.Logf("%s: %d KiB allocated", name, got>>10)
		}
	}
}

// What the live figures are made of is what a report of the same windows is made of.
func TestMeasuredNow_IsWhatReportsHold(t *testing.T) {
	measuredEverywhere(t, windowEnd, func(t *testing.T, s *log) {
		loadLog(t, s, windowLog(1500, 100, 0, 1))
		to := time.Unix(ceilTo(windowEnd.Unix(), daySeconds), 0)
		for _, ago := range []time.Duration{0, 20 * time.Minute} {
			windows := []Window{
				{AppID: appA, From: to.AddDate(0, 0, -1), To: to, AsOf: windowEnd.Add(-ago)},
				{AppID: appA, From: to.AddDate(0, 0, -30), To: to, AsOf: windowEnd.Add(-ago)},
			}
			got, err := s.MeasuredNow(context.Background(), windows...)
			if err != nil {
				t.Fatal(err)
			}
			for i, w := range windows {
				all, err := s.Measured(context.Background(), w)
				if err != nil {
					t.Fatal(err)
				}
				want := Measured{
					Inbound: all.Inbound, ActiveCitizens: all.ActiveCitizens, Sums: all.Sums, Responses: all.Responses,
					Live: all.Live, Backlog: all.Backlog, Asks: all.Asks,
				}
				if diff := cmp.Diff(want, got[i]); diff != "" || len(all.Backlog) == 0 {
					t.Errorf("%v before, window %d (-report +now):\n%s", ago, i, diff)
				}
			}
		}
	})
}
