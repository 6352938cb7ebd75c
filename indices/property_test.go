package indices

import (
	"fmt"
	"math"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/models"
)

// drawRows draws a log of two citizens and a comment, dense around the boundaries of the rules.
func drawRows(t *rapid.T) []models.Interaction {
	steps := rapid.SampledFrom([]int64{0, 1, 60, 179, 180, 181, 1799, 1800, 1801, 7200, 86400, 172799, 172800, 172801})
	whats := []models.Interaction{
		{Dir: models.DirIn, Actor: models.ActorCitizen, Kind: "text", OK: true},
		{Dir: models.DirIn, Actor: models.ActorCitizen, Kind: "text", OK: true},
		{Dir: models.DirIn, Actor: models.ActorCitizen, Kind: "text", OK: true, Step: true},
		{Dir: models.DirIn, Actor: models.ActorCitizen, Kind: "unsubscribe", OK: true},
		{Dir: models.DirIn, Actor: models.ActorCitizen, Kind: "click", OK: true},
		{Dir: models.DirOut, Actor: models.ActorHuman, Kind: "text", OK: true, Staff: "s"},
		{Dir: models.DirOut, Actor: models.ActorHuman, Kind: "text"},
		{Dir: models.DirOut, Actor: models.ActorBot, Kind: "text", OK: true, Matched: true},
		{Dir: models.DirOut, Actor: models.ActorBot, Kind: "text", OK: true},
		{Dir: models.DirOut, Actor: models.ActorSystem, Kind: "text", OK: true},
	}
	n := rapid.IntRange(0, 16).Draw(t, "n")
	rows := make([]models.Interaction, 0, n)
	sec := int64(base)
	for i := range n {
		sec += steps.Draw(t, "step")
		r := rapid.SampledFrom(whats).Draw(t, "what")
		r.AppID, r.Channel, r.At, r.MsgKey = "wx1", models.ChannelChat, time.Unix(sec, 0), fmt.Sprintf("k%02d", i)
		r.OpenID = rapid.SampledFrom([]string{"A", "A", "B"}).Draw(t, "openid")
		r.Topic = rapid.SampledFrom([]string{"", "x", "y"}).Draw(t, "topic")
		if rapid.IntRange(0, 5).Draw(t, "comment") == 0 {
			r.Channel, r.Thread = models.ChannelComment, "c"
		}
		if r.Dir == models.DirOut && rapid.Bool().Draw(t, "reply") {
			r.ReplyTo = fmt.Sprintf("k%02d", rapid.IntRange(0, n-1).Draw(t, "to"))
		}
		rows = append(rows, r)
	}
	return rows
}

// Invariant 3: the order of arrival, repetition and splitting change nothing, and neither does
// the state in between: row-by-row rebuilding with differences ends at the full rollup.
func TestArrivalsDoNotMatter(t *testing.T) {
	limits, office := DefaultLimits(), mustCalendar(t).Office()
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		want := Rebuild(rows, &limits, office)
		asOf := base + rapid.Int64Range(0, 40*86400).Draw(t, "asOf")
		Carry(nil, want, asOf)

		arrivals := rapid.Permutation(rows).Draw(t, "order")
		var seen []models.Interaction
		var got []models.Wait
		sums := newLedger()
		for i := range arrivals {
			for range rapid.IntRange(1, 3).Draw(t, "deliveries") {
				seen = append(seen, arrivals[i])
			}
			next := Rebuild(seen, &limits, office)
			Carry(got, next, asOf)
			sums.apply(Diff(&limits, got, next))
			got = next
		}
		if diff := cmp.Diff(want, got); diff != "" && len(rows) > 0 {
			t.Fatal(diff)
		}
		full := newLedger()
		full.apply(Diff(&limits, nil, want))
		if diff := cmp.Diff(full, sums); diff != "" {
			t.Fatal(diff)
		}
	})
}

// ledger stands for the two tables: rows that are all zero are not there.
type ledger struct {
	Hours     map[models.WaitHourKey]models.WaitSums
	Responses map[models.ResponseKey]int64
}

func newLedger() ledger {
	return ledger{map[models.WaitHourKey]models.WaitSums{}, map[models.ResponseKey]int64{}}
}

func (l ledger) apply(r models.Rollup) {
	for _, h := range r.Hours {
		s := l.Hours[h.WaitHourKey]
		s.Add(&h.WaitSums, 1)
		l.Hours[h.WaitHourKey] = s
		if s == (models.WaitSums{}) {
			delete(l.Hours, h.WaitHourKey)
		}
	}
	for _, c := range r.Responses {
		if l.Responses[c.ResponseKey] += c.Count; l.Responses[c.ResponseKey] == 0 {
			delete(l.Responses, c.ResponseKey)
		}
	}
}

// Invariants 1 and 5: the counts add up at every limit, and breaches never shrink.
func TestCountsAddUp(t *testing.T) {
	limits := DefaultLimits()
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		waits := Rebuild(rows, &limits, nil)
		asOf := int64(base)
		for i := range rows {
			asOf = max(asOf, rows[i].At.Unix())
		}
		var before [models.ChatLimits]int64
		for range 6 {
			asOf += rapid.SampledFrom([]int64{0, 1, 180, 1800, 7200, 86400, 172800}).Draw(t, "later")
			c := newTally(&limits, &models.WaitSums{}, nil, waits, asOf)
			if c.Opened != c.Human+c.Bot+c.Expired+c.Left+c.open || c.Opened != int64(len(waits)) {
				t.Fatalf("%+v", c)
			}
			for i, limit := range limits.Chat {
				var due, onTime, breach, need int64
				for j := range waits {
					r := StateAt(&waits[j], asOf)
					due, onTime = due+count(r.Due(limit)), onTime+count(r.OnTime(limit))
					breach, need = breach+count(r.Breach(limit)), need+count(r.Need(limit))
				}
				if due != onTime+breach || c.due(i) != due || c.onTime(i) != onTime || c.breach(i) != breach || c.need(i) != need {
					t.Fatalf("limit %d: %d %d %d %d, tally %+v", limit, due, onTime, breach, need, c)
				}
				if breach < before[i] {
					t.Fatalf("limit %d: breaches shrank from %d to %d", limit, before[i], breach)
				}
				before[i] = breach
			}
		}
	})
}

// Invariant 4: it does not matter which of the decided waits the sweeper has rolled already.
func TestSweeperChangesNoValue(t *testing.T) {
	limits := DefaultLimits()
	rapid.Check(t, func(t *rapid.T) {
		waits := Rebuild(drawRows(t), &limits, nil)
		asOf := base + rapid.Int64Range(0, 40*86400).Draw(t, "asOf")
		live := Inputs{AsOf: time.Unix(asOf, 0), Live: waits, Backlog: waits}
		swept := Inputs{AsOf: live.AsOf, Backlog: waits}
		for i := range waits {
			if !Rolled(&waits[i], asOf) || rapid.Bool().Draw(t, "unswept") {
				swept.Live = append(swept.Live, waits[i])
				continue
			}
			r := contribution(&limits, waits[i])
			for j := range r.Hours {
				swept.Sums.Add(&r.Hours[j].WaitSums, 1)
			}
			for j := range r.Responses {
				swept.Responses = append(swept.Responses, r.Responses[j].Band())
			}
		}
		if diff := cmp.Diff(Compute(&live), Compute(&swept)); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Loading one session to the next is enough: a rebuild of it alone gives its waits.
func TestSessionsAreCleanStates(t *testing.T) {
	limits := DefaultLimits()
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		for i := range rows {
			rows[i].OpenID, rows[i].Channel, rows[i].Thread, rows[i].ReplyTo = "A", models.ChannelChat, "", ""
		}
		sessions := sessionsOf(rows, &limits)
		var parts []models.Wait
		for i, s := range sessions {
			until := int64(math.MaxInt64)
			if i+1 < len(sessions) {
				until = sessions[i+1].Start
			}
			var part []models.Interaction
			for _, r := range rows {
				if at := r.At.Unix(); at >= s.Start && at < until {
					part = append(part, r)
				}
			}
			parts = append(parts, Rebuild(part, &limits, nil)...)
		}
		if diff := cmp.Diff(Rebuild(rows, &limits, nil), parts); diff != "" {
			t.Fatal(diff)
		}
	})
}

// Invariant 6, Little's law: the area under the number of open waits is the sum of their spans.
func TestConcurrencyIsTheSumOfSpans(t *testing.T) {
	limits := DefaultLimits()
	rapid.Check(t, func(t *rapid.T) {
		waits := Rebuild(drawRows(t), &limits, nil)
		from := base + rapid.Int64Range(-86400, 86400).Draw(t, "from")
		to := from + rapid.Int64Range(1, 30*86400).Draw(t, "span")
		asOf := int64(base + 40*86400)
		var want int64
		for i := range waits {
			a, b := clip(waits[i].OpenAt, EndOf(&waits[i], asOf), from, to)
			want += max(0, b-a)
		}
		got := Concurrency(waits, []Duty{{from, to}}, from, to, asOf)
		if got.WaitSeconds != want {
			t.Fatalf("%d, want %d", got.WaitSeconds, want)
		}
	})
}

// A marked wait is in no figure but its own: the others add up without it, and what a person
// marked before any later row changes only the waits of those rows.
func TestMarkedWaitsAreCountedApart(t *testing.T) {
	limits := DefaultLimits()
	rapid.Check(t, func(t *rapid.T) {
		rows := drawRows(t)
		for i := range rows {
			if rapid.IntRange(0, 2).Draw(t, "mark") == 0 {
				rows[i].Mark, rows[i].MarkedAt = models.MarkThanks, rows[i].At.Unix()+rapid.Int64Range(0, 200000).Draw(t, "marked")
			}
		}
		waits := Rebuild(rows, &limits, nil)
		var marked, rest []models.Wait
		for _, w := range waits {
			if w.Mark != models.MarkNone {
				if w.First || w.TwoWay || w.AgeAt != 0 {
					t.Fatalf("%+v", w)
				}
				marked = append(marked, w)
			} else {
				rest = append(rest, w)
			}
		}
		asOf := base + 40*86400 + rapid.Int64Range(0, 86400).Draw(t, "asOf")
		all, without := newTally(&limits, &models.WaitSums{}, nil, waits, asOf), newTally(&limits, &models.WaitSums{}, nil, rest, asOf)
		if all.Marked != int64(len(marked)) || all.Opened != int64(len(rest)) || all.Opened != all.Human+all.Bot+all.Expired+all.Left+all.open {
			t.Fatalf("%+v", all)
		}
		all.Marked, all.limits, without.limits = 0, nil, nil
		if diff := cmp.Diff(without, all, cmp.AllowUnexported(tally{}, histogram{}, bin{})); diff != "" {
			t.Fatal(diff)
		}
		Carry(nil, waits, asOf)
		Carry(nil, rest, asOf)
		got, want := newLedger(), newLedger()
		got.apply(Diff(&limits, nil, waits))
		want.apply(Diff(&limits, nil, rest))
		for k, s := range got.Hours {
			if s.Marked = 0; s == (models.WaitSums{}) {
				delete(got.Hours, k)
			} else {
				got.Hours[k] = s
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatal(diff)
		}
	})
}
