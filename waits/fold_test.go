package waits

import (
	"context"
	"database/sql"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

const fixtureBase = storetest.Base

// script reads a script of the citizen A.
func script(t testing.TB, text string) []models.Interaction {
	t.Helper()
	return storetest.Script(t, "oA_0123456789", text)
}

// reading prints a wait as the fixture does.
func reading(w *models.Wait, asOf int64) string {
	r := indices.StateAt(w, asOf)
	return storetest.WaitLine(w, r.State, r.Waited, r.Pending, r.OnTime, r.Breach)
}

func waitsOf(t testing.TB, s *log) []models.Wait {
	t.Helper()
	var list []models.Wait
	err := s.Query(context.Background(), store.Reports, waitsInto(&list), "SELECT "+waitColumns+" FROM waits ORDER BY app_id, channel, open_at, uid, open_key")
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// The closing fixture through Record, row by row, in both directions.
func TestClosingFixture(t *testing.T) {
	for _, d := range dialects() {
		t.Run(d, func(t *testing.T) {
			s := migrated(t, d, time.Unix(fixtureBase, 0))
			for _, tt := range storetest.ClosingFixture() {
				for _, backwards := range []bool{false, true} {
					empty(t, s)
					rows := script(t, tt.Script)
					for i := range rows {
						if backwards {
							i = len(rows) - 1 - i
						}
						record(t, s, rows[i])
					}
					var got []string
					for _, w := range waitsOf(t, s) {
						got = append(got, reading(&w, fixtureBase+tt.AsOf))
					}
					if diff := cmp.Diff(tt.Waits, got); diff != "" {
						t.Errorf("%s, backwards %v (-want +got):\n%s", tt.Name, backwards, diff)
					}
					noDifferences(t, s)
				}
			}
		})
	}
}

// empty empties the log and what follows from it.
func empty(t testing.TB, s *log) {
	t.Helper()
	for _, table := range []string{
		"interactions", "citizens", "waits", "wait_hours", "wait_days", "rt_hist", "rt_bands", "active_days", "active_returns", "orphans",
		"ratings", "thread_locks", "clicks", "unfollows", "wait_marks",
	} {
		if err := execute(s, "DELETE FROM "+table); err != nil {
			t.Fatal(err)
		}
	}
}

func noDifferences(t testing.TB, s *log) {
	t.Helper()
	found, err := s.VerifyRollups(context.Background(), nil)
	if err != nil || len(found) != 0 {
		t.Fatalf("error %v, differences:\n%s", err, strings.Join(found, "\n"))
	}
}

// contents are the derived tables, without ids.
func contents(t testing.TB, s *log) map[string][]string {
	t.Helper()
	out := make(map[string][]string)
	for _, w := range waitsOf(t, s) {
		w.ID = 0
		out["waits"] = append(out["waits"], fmt.Sprintf("%+v", w))
	}
	for table, key := range map[string]string{
		"wait_hours": hourKey, "wait_days": dayKey, "rt_hist": responseKey, "rt_bands": bandKey, "active_days": activeKey,
		"active_returns": returnKey, "clicks": "app_id, event_key", "unfollows": "app_id, at, event_key",
	} {
		err := s.Query(context.Background(), store.Reports, func(rows *sql.Rows) error {
			names, err := rows.Columns()
			if err != nil {
				return err
			}
			cells := make([]sql.NullString, len(names))
			dest := make([]any, len(names))
			for i := range cells {
				dest[i] = &cells[i]
			}
			if err := rows.Scan(dest...); err != nil {
				return err
			}
			line := ""
			for _, c := range cells {
				line += c.String + "|"
			}
			out[table] = append(out[table], line)
			return nil
		}, "SELECT * FROM "+table+" ORDER BY "+key)
		if err != nil {
			t.Fatal(err)
		}
	}
	return out
}

// drawLog draws a log of three citizens and a comment, dense around the boundaries.
func drawLog(t *rapid.T) []models.Interaction {
	steps := rapid.SampledFrom([]int64{0, 1, 60, 180, 1800, 1801, 7200, 86400, 172799, 172800, 172801, 400000})
	whats := rapid.SampledFrom([]string{"in", "in", "in", "step", "unfollow", "click", "human", "failed", "bot", "bot", "fallback", "mass"})
	n := rapid.IntRange(1, 14).Draw(t, "n")
	rows := make([]models.Interaction, 0, n)
	sec := int64(fixtureBase)
	for i := range n {
		sec += steps.Draw(t, "step")
		openID := rapid.SampledFrom([]string{"oA_0123456789", "oA_0123456789", "oB_0123456789"}).Draw(t, "openid")
		r := storetest.LogRow(openID, whats.Draw(t, "what"), time.Unix(sec, 0), fmt.Sprintf("k%02d", i))
		r.Topic = rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "topic")
		r.Probe = rapid.IntRange(0, 12).Draw(t, "probe") == 0
		if rapid.IntRange(0, 5).Draw(t, "comment") == 0 {
			r.Channel, r.Thread = models.ChannelComment, "c"
		}
		if rapid.IntRange(0, 5).Draw(t, "account") == 0 {
			r.AppID = appB
		}
		if r.Dir == models.DirOut && rapid.Bool().Draw(t, "reply") {
			r.ReplyTo = fmt.Sprintf("k%02d", rapid.IntRange(0, n-1).Draw(t, "to"))
		}
		rows = append(rows, r)
	}
	return rows
}

// arrivals stores rows in a random order, some of them several times, in random batches.
func arrivals(t testing.TB, s *log, rows []models.Interaction, seed uint64) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 7))
	var list []models.Interaction
	for _, r := range rows {
		for range 1 + random.IntN(2) {
			list = append(list, r)
		}
	}
	random.Shuffle(len(list), func(i, j int) { list[i], list[j] = list[j], list[i] })
	for len(list) > 0 {
		n := 1 + random.IntN(len(list))
		record(t, s, list[:n]...)
		list = list[n:]
	}
}

// Invariant 3: any permutation, duplication and split of arrivals gives the same tables.
func TestArrivalsDoNotMatter(t *testing.T) {
	now := time.Unix(fixtureBase+20*86400, 0)
	t.Run(dialectSQLite, func(t *testing.T) {
		s := migrated(t, dialectSQLite, now)
		rapid.Check(t, func(r *rapid.T) {
			rows := drawLog(r)
			empty(t, s)
			record(t, s, rows...)
			want := contents(t, s)
			noDifferences(t, s)
			empty(t, s)
			arrivals(t, s, rows, rapid.Uint64().Draw(r, "order"))
			if diff := cmp.Diff(want, contents(t, s)); diff != "" {
				r.Fatalf("tables differ (-at once +in parts):\n%s", diff)
			}
			noDifferences(t, s)
		})
	})
	t.Run(dialectMySQL, func(t *testing.T) {
		s, lite := migrated(t, dialectMySQL, now), migrated(t, dialectSQLite, now)
		gen := rapid.Custom(drawLog)
		for seed := range 8 {
			rows := gen.Example(seed)
			empty(t, s)
			empty(t, lite)
			record(t, lite, rows...)
			arrivals(t, s, rows, uint64(seed))
			if diff := cmp.Diff(contents(t, lite), contents(t, s)); diff != "" {
				t.Fatalf("seed %d: tables differ (-sqlite +mysql):\n%s", seed, diff)
			}
			noDifferences(t, s)
		}
	})
}
