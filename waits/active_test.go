package waits

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// wrote is a citizen who wrote n times on a day of a test.
type wrote struct{ citizen, day, hour int }

func (w wrote) row(n int) models.Interaction {
	at := time.Unix(floorTo(fixtureBase, daySeconds)+int64(w.day)*daySeconds+int64(w.hour)*hourSeconds, 0)
	return storetest.LogRow(fmt.Sprintf("oActive_%08d", w.citizen), "in", at, fmt.Sprintf("active-%d", n))
}

// Distinct citizens, content rows and permille of any window, whole days or not, are what a
// count of the rows gives, in whatever order the rows came.
func TestActiveCitizensOfAnyWindow(t *testing.T) {
	const days = 80
	start := floorTo(fixtureBase, daySeconds)
	now := time.Unix(start+days*daySeconds, 0)
	check := func(t *testing.T, s *log, list []wrote, window func(name string, low, high int) int) {
		rows := make([]models.Interaction, len(list))
		for i, w := range list {
			rows[i] = w.row(i)
		}
		for part := range slices.Chunk(rows, 7) {
			record(t, s, part...)
		}
		noDifferences(t, s)
		for range 4 {
			from := window("from", 0, 24*(days-1))
			to := window("to", from+1, 24*days)
			if window("whole", 0, 2) > 0 {
				from, to = from/24*24, min(to/24*24+24, 24*days)
			}
			checkActive(t, s, list, from, to, now)
		}
	}
	t.Run(dialectSQLite, func(t *testing.T) {
		s := migrated(t, dialectSQLite, now)
		if _, err := s.ImportFollowers(context.Background(), []store.Followers{{AppID: appA, Day: indices.DayOf(start - 40*daySeconds), Count: 1000}}); err != nil {
			t.Fatal(err)
		}
		rapid.Check(t, func(r *rapid.T) {
			empty(t, s)
			list := rapid.SliceOfN(rapid.Custom(func(r *rapid.T) wrote {
				return wrote{rapid.IntRange(0, 4).Draw(r, "citizen"), rapid.IntRange(0, days-1).Draw(r, "day"), rapid.IntRange(0, 23).Draw(r, "hour")}
			}), 1, 40).Draw(r, "wrote")
			check(t, s, list, func(name string, low, high int) int { return rapid.IntRange(low, high).Draw(r, name) })
		})
	})
	t.Run(dialectMySQL, func(t *testing.T) {
		s := migrated(t, dialectMySQL, now)
		if _, err := s.ImportFollowers(context.Background(), []store.Followers{{AppID: appA, Day: indices.DayOf(start - 40*daySeconds), Count: 1000}}); err != nil {
			t.Fatal(err)
		}
		random := rand.New(rand.NewPCG(4, 2))
		for range 6 {
			empty(t, s)
			list := make([]wrote, 150)
			for i := range list {
				list[i] = wrote{random.IntN(20), random.IntN(days), random.IntN(24)}
			}
			check(t, s, list, func(_ string, low, high int) int { return low + random.IntN(high-low+1) })
		}
	})
}

// checkActive counts the rows of a window given in hours from the first day.
func checkActive(t *testing.T, s *log, list []wrote, from, to int, now time.Time) {
	t.Helper()
	count := func(from, to int) (distinct, rows int64) {
		citizens := make(map[int]bool)
		for _, w := range list {
			if at := 24*w.day + w.hour; at >= from && at < to {
				citizens[w.citizen] = true
				rows++
			}
		}
		return int64(len(citizens)), rows
	}
	start := time.Unix(floorTo(fixtureBase, daySeconds), 0)
	at := func(hours int) time.Time { return start.Add(time.Duration(hours) * time.Hour) }
	m, err := s.Measured(context.Background(), Window{AppID: appA, From: at(from), To: at(to), AsOf: now})
	if err != nil {
		t.Fatal(err)
	}
	distinct, rows := count(from, to)
	if m.ActiveCitizens != distinct || m.Inbound != rows {
		t.Fatalf("hours %d to %d: %d citizens and %d rows, want %d and %d", from, to, m.ActiveCitizens, m.Inbound, distinct, rows)
	}
	var want []float64
	first, last := (from+23)/24, to/24
	logged := slices.MinFunc(list, func(a, b wrote) int { return a.day - b.day }).day
	for day := max(first, logged+29); day < last && last-first != 30; day++ {
		n, _ := count(24*(day-29), 24*(day+1))
		want = append(want, float64(n))
	}
	if diff := cmp.Diff(want, m.Permille30); diff != "" {
		t.Fatalf("hours %d to %d: permille (-rows +tables):\n%s", from, to, diff)
	}
}

// Comments of one citizen lie in many threads, which are rebuilt a page at a time; the
// citizen's days are counted over all of them.
func TestRemeasureCountsCommentsOfAllThreads(t *testing.T) {
	measuredEverywhere(t, time.Unix(fixtureBase+40*86400, 0), func(t *testing.T, s *log) {
		var rows []models.Interaction
		for i := range threadPage + 20 {
			r := storetest.LogRow("oA_0123456789", "in", time.Unix(fixtureBase+int64(i), 0), fmt.Sprintf("comment-%d", i))
			r.Channel, r.Thread = models.ChannelComment, fmt.Sprintf("thread-%03d", i)
			rows = append(rows, r)
		}
		record(t, s, rows...)
		noDifferences(t, s)
		if err := execute(s, "UPDATE active_days SET msgs = 7"); err != nil {
			t.Fatal(err)
		}
		for range 2 {
			remeasured(t, s)
		}
		if n := number(t, s, "SELECT SUM(msgs) FROM active_days"); n != threadPage+20 {
			t.Errorf("%d content rows, want %d", n, threadPage+20)
		}
	})
}
