package waits

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// One 谢谢 after an answer costs the account points until a person marks it; then it is counted
// apart and nowhere else, and back again.
func TestMarkedWaitLeavesEveryFigure(t *testing.T) {
	now := time.Unix(fixtureBase+20*86400, 0)
	measuredEverywhere(t, now, func(t *testing.T, s *log) {
		ctx, by := context.Background(), models.CommandLine("王芳")
		w := Window{AppID: appA, From: time.Unix(fixtureBase-86400, 0), To: time.Unix(fixtureBase+10*86400, 0), AsOf: now}
		record(t, s, script(t, "in 0, human 60, in 400000, human 400060")...)
		without, _ := report(t, s, w)
		record(t, s, thanksAt(120))
		before, _ := report(t, s, w)
		tables := contents(t, s)
		if *without.RTI.Value != 100 || *before.RTI.Value >= 70 {
			t.Fatalf("RTI %v, with the thanks %v", *without.RTI.Value, *before.RTI.Value)
		}
		if changed, err := s.MarkWait(ctx, appA, "thanks", models.MarkThanks, by); err != nil || !changed {
			t.Fatal(changed, err)
		}
		noDifferences(t, s)
		got, m := report(t, s, w)
		if r := got.Rates.Marked; r.Hits != 1 || r.N != 3 || m.Sums.Marked != 1 {
			t.Errorf("marked %+v, sums %+v", r, m.Sums)
		}
		got.Rates.Marked, without.Rates.Marked = before.Rates.Marked, before.Rates.Marked
		got.Counts.Inbound-- // a row is a row
		got.Diagnosis, without.Diagnosis = nil, nil
		if diff := cmp.Diff(without, got); diff != "" {
			t.Errorf("figures differ (-without the row +marked):\n%s", diff)
		}
		openings, err := s.Openings(ctx, appA, []string{"thanks", "k0"})
		if o := openings["thanks"]; err != nil || o.Mark != models.MarkThanks || o.MarkedBy != "王芳" || !o.MarkedAt.Equal(now) || openings["k0"].Mark != "" {
			t.Errorf("%+v, error %v", openings, err)
		}
		if changed, err := s.MarkWait(ctx, appA, "thanks", models.MarkThanks, by); err != nil || changed {
			t.Errorf("again: %v, error %v", changed, err)
		}
		if _, err := s.MarkWait(ctx, appA, "thanks", models.MarkNone, by); err != nil {
			t.Fatal(err)
		}
		noDifferences(t, s)
		if diff := cmp.Diff(tables, contents(t, s)); diff != "" {
			t.Errorf("tables differ (-before +taken back):\n%s", diff)
		}
		if n, err := s.VerifyAudit(ctx); n != 2 || err != nil {
			t.Errorf("%d audit entries, error %v", n, err)
		}
	})
}

func thanksAt(sec int64) models.Interaction {
	r := storetest.LogRow("oA_0123456789", "in", time.Unix(fixtureBase+sec, 0), "thanks")
	r.Content = "谢谢"
	return r
}

// Only what was there when the wait was marked belongs to it: a question after that counts.
func TestQuestionAfterTheMarkIsAWaitOfItsOwn(t *testing.T) {
	now := time.Unix(fixtureBase+600, 0)
	measuredEverywhere(t, now, func(t *testing.T, s *log) {
		ctx, by := context.Background(), models.CommandLine("t")
		record(t, s, script(t, "in 0, in 60")...)
		if _, err := s.MarkWait(ctx, appA, "k0", models.MarkThanks, by); err != nil {
			t.Fatal(err)
		}
		s.now = func() time.Time { return now.Add(time.Hour) }
		late, question := storetest.LogRow("oA_0123456789", "in", now.Add(-time.Minute), "late"), storetest.LogRow("oA_0123456789", "in", now.Add(time.Minute), "q")
		record(t, s, question, late)
		for _, mark := range []models.WaitMark{models.MarkThanks, models.MarkSpam} {
			if _, err := s.MarkWait(ctx, appA, "k0", mark, by); err != nil {
				t.Fatal(err)
			}
			noDifferences(t, s)
			got := ""
			for _, w := range waitsOf(t, s) {
				got += fmt.Sprintf("%s %s %d %v, ", w.OpenKey, w.Mark, w.Messages, w.First)
			}
			if want := fmt.Sprintf("k0 %s 3 false, q  1 true, ", mark); got != want {
				t.Errorf("waits %q, want %q", got, want)
			}
		}
		open, _, err := s.OpenWaits(ctx, OpenFilter{AppIDs: []string{appA}})
		if err != nil || len(open) != 1 || open[0].OpenKey != "q" {
			t.Errorf("open %+v, error %v", open, err)
		}
	})
}

// The mark is of the row: where an earlier row opens the wait instead it rests, and returns.
func TestMarkSurvivesRebuilding(t *testing.T) {
	measuredEverywhere(t, time.Unix(fixtureBase+20*86400, 0), func(t *testing.T, s *log) {
		ctx, by := context.Background(), models.CommandLine("t")
		record(t, s, script(t, "in 600")...)
		if _, err := s.MarkWait(ctx, appA, "k0", models.MarkTest, by); err != nil {
			t.Fatal(err)
		}
		marks := func() (got string) {
			noDifferences(t, s)
			for _, w := range waitsOf(t, s) {
				got += w.OpenKey + ":" + string(w.Mark) + " "
			}
			return got
		}
		earlier := storetest.LogRow("oA_0123456789", "in", time.Unix(fixtureBase, 0), "earlier")
		record(t, s, earlier)
		if got := marks(); got != "earlier: " {
			t.Errorf("joined: %s", got)
		}
		answer := storetest.LogRow("oA_0123456789", "human", time.Unix(fixtureBase+60, 0), "answer")
		record(t, s, answer)
		if got := marks(); got != "earlier: k0:test " {
			t.Errorf("opened again: %s", got)
		}
		if n := remeasured(t, s); n != 0 {
			t.Errorf("remeasuring changes %d waits", n)
		}
	})
}

func TestMarkWait_NamesTheRowToMark(t *testing.T) {
	measuredEverywhere(t, time.Unix(fixtureBase+20*86400, 0), func(t *testing.T, s *log) {
		ctx, by := context.Background(), models.CommandLine("t")
		record(t, s, script(t, "in 0, in 60, human 120")...)
		for key, want := range map[string]string{"k1": "k0", "k2": "waits list", "none": "没有"} {
			_, err := s.MarkWait(ctx, appA, key, models.MarkSpam, by)
			if err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", key, err)
			}
		}
		_, err := s.MarkWait(ctx, appA, "k0", "lovely", by)
		wantCode(t, err, models.CodeInvalid)
	})
}

// Whatever is marked, taken back and arrives late, the tables are what a full count gives, and
// without any mark what they were.
func TestMarksDoNotMatterToTheTables(t *testing.T) {
	now := time.Unix(fixtureBase+20*86400, 0)
	by := models.CommandLine("t")
	check := func(t *testing.T, s *log, rows []models.Interaction, seed uint64) {
		random := rand.New(rand.NewPCG(seed, 5))
		empty(t, s)
		half := len(rows) / 2
		record(t, s, rows[half:]...)
		marked := map[[2]string]bool{}
		mark := func() {
			for _, w := range waitsOf(t, s) {
				if random.IntN(2) == 0 {
					continue
				}
				if _, err := s.MarkWait(t.Context(), w.AppID, w.OpenKey, models.WaitMarks()[random.IntN(3)], by); err != nil {
					t.Fatal(err)
				}
				marked[[2]string{w.AppID, w.OpenKey}] = true
			}
			noDifferences(t, s)
		}
		mark()
		if half > 0 {
			record(t, s, rows[:half]...)
		}
		noDifferences(t, s)
		mark()
		if _, err := s.Sweep(t.Context(), now, 1000); err != nil {
			t.Fatal(err)
		}
		noDifferences(t, s)
		for k := range marked {
			if _, err := s.MarkWait(t.Context(), k[0], k[1], models.MarkNone, by); err != nil {
				t.Fatal(err)
			}
		}
		if _, err := s.Sweep(t.Context(), now, 1000); err != nil {
			t.Fatal(err)
		}
		noDifferences(t, s)
		got := contents(t, s)
		empty(t, s)
		record(t, s, rows...)
		if _, err := s.Sweep(t.Context(), now, 1000); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(contents(t, s), got); diff != "" {
			t.Fatalf("tables differ (-never marked +taken back):\n%s", diff)
		}
	}
	t.Run(dialectSQLite, func(t *testing.T) {
		s := migrated(t, dialectSQLite, now)
		rapid.Check(t, func(r *rapid.T) { check(t, s, drawLog(r), rapid.Uint64().Draw(r, "seed")) })
	})
	t.Run(dialectMySQL, func(t *testing.T) {
		s := migrated(t, dialectMySQL, now)
		gen := rapid.Custom(drawLog)
		for seed := range 4 {
			check(t, s, gen.Example(seed), uint64(seed))
		}
	})
}
