package waits

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// repeated prints M13's 重复诉求率 as of a second of the fixture: repeated of aged.
func repeated(t testing.TB, s *log, asOf int64) string {
	t.Helper()
	from := time.Unix(floorTo(fixtureBase, daySeconds), 0)
	r, _ := report(t, s, Window{AppID: appA, From: from, To: from.AddDate(0, 0, 60), AsOf: time.Unix(fixtureBase+asOf, 0)})
	return fmt.Sprintf("%d/%d", r.Rates.Repeat.Hits, r.Rates.Repeat.N)
}

// onTopic is a script whose questions are all on one topic.
func onTopic(t testing.TB, text, prefix string) []models.Interaction {
	t.Helper()
	rows := script(t, text)
	for i := range rows {
		rows[i].MsgKey = prefix + rows[i].MsgKey
		if rows[i].Dir == models.DirIn {
			rows[i].Topic = "x"
		}
	}
	return rows
}

// What arrives, or is corrected, after a wait was aged takes that back, and the value is the
// same before the sweeper comes and after.
func TestAgedWaitsFollowTheLog(t *testing.T) {
	const day = 86400
	no, other := false, "y"
	correct := func(key string, c Correction) func(*log) error {
		return func(s *log) error {
			c.AppID, c.MsgKey = appA, key
			return s.Correct(context.Background(), c, models.CommandLine("t"), "核对")
		}
	}
	then := func(text string) func(*log) error {
		return func(s *log) error { return s.Record(context.Background(), onTopic(t, text, "late-")) }
	}
	for _, c := range []struct {
		name, first, before string
		change              func(*log) error
		after               string
	}{
		{"asked again in the next session", "in 0, human 60", "0/1", then("in 300000"), "1/1"},
		{"asked again in the same session", "in 0, human 60, in 3600, human 3660", "1/2", then("in 90000"), "2/2"},
		{"asked again too late", "in 0, human 60", "0/1", then("in 604861"), "0/1"},
		{"an earlier answer", "in 0, human 90000, in 660000", "1/1", then("human 60"), "0/1"},
		{"the answer was none", "in 0, human 60, in 300000", "1/1", correct("first-k1", Correction{OK: &no}), "0/0"},
		{"the bot had answered", "in 0, bot 1, in 300000", "1/1", correct("first-k1", Correction{Matched: &no}), "0/0"},
		{"the bot's answer is taken back", "in 0, bot 1, in 300000", "1/1", then("in 600"), "0/0"},
		{"it was another topic", "in 0, human 60, in 300000", "1/1", correct("first-k2", Correction{Topic: &other}), "0/1"},
		{"the first was another topic", "in 0, human 60, in 300000", "1/1", correct("first-k0", Correction{Topic: &other}), "0/1"},
		{"the next wait opened earlier", "in 0, human 60, in 700000", "0/1", then("in 600000"), "1/1"},
		{"the next wait is part of this one", "in 0, human 60, in 100, human 160", "1/2", correct("first-k1", Correction{OK: &no}), "0/1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			measuredEverywhere(t, time.Unix(fixtureBase+60*day, 0), func(t *testing.T, s *log) {
				sweep := func(asOf int64) {
					t.Helper()
					if _, err := s.Sweep(context.Background(), time.Unix(fixtureBase+asOf, 0), 100); err != nil {
						t.Fatal(err)
					}
					noDifferences(t, s)
				}
				want := func(when, want string) {
					t.Helper()
					if got := repeated(t, s, 30*day); got != want {
						t.Errorf("%s: repeated %s, want %s", when, got, want)
					}
				}
				record(t, s, onTopic(t, c.first, "first-")...)
				want("at first", c.before)
				sweep(10 * day)
				want("swept", c.before)
				sweep(50 * day)
				want("swept ahead", c.before)
				if got := repeated(t, s, 7*day); got != "0/0" {
					t.Errorf("a week after the questions: repeated %s", got)
				}
				if err := c.change(s); err != nil {
					t.Fatal(err)
				}
				noDifferences(t, s)
				want("changed", c.after)
				sweep(30 * day)
				want("swept again", c.after)
			})
		})
	}
}

// Comments are threads of their own, yet one citizen's second comment follows the first.
func TestRepeatedAsksInComments(t *testing.T) {
	measuredEverywhere(t, time.Unix(fixtureBase+60*86400, 0), func(t *testing.T, s *log) {
		ctx := context.Background()
		comment := func(prefix, thread, text string) []models.Interaction {
			rows := onTopic(t, text, prefix)
			for i := range rows {
				rows[i].Channel, rows[i].Thread = models.ChannelComment, thread
			}
			return rows
		}
		rate := func(asOf int64, want string) {
			t.Helper()
			from := time.Unix(floorTo(fixtureBase, daySeconds), 0)
			w := Window{AppID: appA, Channel: models.ChannelComment, From: from, To: from.AddDate(0, 0, 60), AsOf: time.Unix(fixtureBase+asOf, 0)}
			r, _ := report(t, s, w)
			if got := fmt.Sprintf("%d/%d", r.Rates.Repeat.Hits, r.Rates.Repeat.N); got != want {
				t.Errorf("repeated %s, want %s", got, want)
			}
			noDifferences(t, s)
		}
		record(t, s, comment("a", "c1", "in 0, human 60")...)
		if _, err := s.Sweep(ctx, s.Now(), 100); err != nil {
			t.Fatal(err)
		}
		rate(50*86400, "0/1")
		record(t, s, comment("b", "c2", "in 300000")...)
		rate(50*86400, "1/1")
		if _, err := s.Sweep(ctx, s.Now(), 100); err != nil {
			t.Fatal(err)
		}
		rate(50*86400, "1/1")
		rate(200000, "0/0")
	})
}

// A log of many citizens, swept in small steps, gives what the waits alone give.
func TestAgeingInBatches(t *testing.T) {
	now := time.Unix(fixtureBase+60*86400, 0)
	measuredEverywhere(t, now, func(t *testing.T, s *log) {
		ctx := context.Background()
		if _, err := s.ImportInteractions(ctx, bigLog(900, 30, 17)); err != nil {
			t.Fatal(err)
		}
		waits := waitsOf(t, s)
		asOf := int64(25 * 86400)
		for _, sweep := range []int64{0, 20, 25, 60} {
			for n := 7; n == 7; {
				var err error
				if n, err = s.Sweep(ctx, time.Unix(fixtureBase+sweep*86400, 0), 7); err != nil {
					t.Fatal(err)
				}
			}
			// Rows later than asOf: what was known then. Without them: what is known now.
			for _, at := range []int64{asOf, 60 * 86400} {
				want := 0
				known := waits[:0:0]
				for _, w := range waits {
					if w.OpenAt <= fixtureBase+at {
						known = append(known, w)
					}
				}
				indices.Age(known, fixtureBase+at)
				hits := 0
				for _, w := range known {
					if w.AppID == appA && w.Aged {
						want++
						if w.Repeated {
							hits++
						}
					}
				}
				if got := repeated(t, s, at); got != fmt.Sprintf("%d/%d", hits, want) || hits == 0 {
					t.Errorf("swept to day %d, as of %d: repeated %s, want %d/%d", sweep, at/86400, got, hits, want)
				}
			}
			noDifferences(t, s)
		}
		if n := number(t, s, "SELECT COUNT(*) FROM waits WHERE aged = 0 AND age_at > 0"); n != 0 {
			t.Errorf("%d waits are not aged", n)
		}
	})
}
