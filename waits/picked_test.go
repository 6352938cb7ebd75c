package waits

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// readings are the windows and instants at which the tests read bigLog: closed, running, and of an
// instant long past.
func readings(app string) []Window {
	day := func(n int64) time.Time { return time.Unix(floorTo(fixtureBase, daySeconds)+n*daySeconds, 0) }
	now := time.Unix(fixtureBase+40*daySeconds, 0)
	return []Window{
		{AppID: app, From: day(-1), To: day(60), AsOf: now},
		{AppID: app, From: day(2), To: day(9), AsOf: now},
		{AppID: app, From: day(0), To: day(20), AsOf: time.Unix(fixtureBase+6*daySeconds+4321, 0)},
		{AppID: app, From: day(5), To: day(6), AsOf: time.Unix(fixtureBase+5*daySeconds+7*hourSeconds, 0)},
	}
}

// selections are one of every kind, and several that meet.
func selections() []indices.Selection {
	list := []indices.Selection{{}, {Marked: true}, {State: models.WaitOpen, Pending: new(true)}, {State: models.WaitOpen, Pending: new(false)}}
	list = append(list, parts()...)
	for _, sample := range []indices.Sample{indices.SampleOpened, indices.SampleDue, indices.SampleHuman} {
		for _, state := range []models.WaitState{"", models.WaitHuman, models.WaitBot, models.WaitExpired, models.WaitLeft, models.WaitOpen} {
			list = append(list, indices.Selection{Sample: sample, State: state})
			for i := range models.ChatLimits {
				list = append(list, indices.Selection{Sample: sample, State: state, Breach: &i})
			}
		}
		for _, times := range []indices.Times{
			{Answered: true, To: 10}, {Answered: true, From: 61, To: 7200}, {Answered: true, From: 7201, To: math.MaxInt64, Unanswered: true}, {Unanswered: true},
		} {
			list = append(list, indices.Selection{Sample: sample, Times: &times},
				indices.Selection{Sample: sample, Times: &times, Breach: new(1), Weekday: 3})
		}
		list = append(list, indices.Selection{Sample: sample, Weekday: 2}, indices.Selection{Sample: sample, Hour: new(9)},
			indices.Selection{Sample: sample, Weekday: 2, Hour: new(10), State: models.WaitHuman})
	}
	return list
}

// parts are waits that have more in common than the index says, and those of some age. Whether somebody
// asked again is not in the waits one by one: analytics holds those against the figure.
func parts() []indices.Selection {
	var list []indices.Selection
	for _, part := range indices.Parts() {
		one := indices.Selection{Part: part}
		if part.OfOpen() {
			one.State, one.Office, one.Within = models.WaitOpen, officeOfTests(), 3600
		}
		if part != indices.PartAged && part != indices.PartRepeated {
			list = append(list, one)
		}
	}
	return append(list,
		indices.Selection{Part: indices.PartFirst, Sample: indices.SampleHuman, Times: &indices.Times{Answered: true, From: 1200, To: math.MaxInt64, Unanswered: true}},
		indices.Selection{Part: indices.PartTwoWay, State: models.WaitHuman, Hour: new(9)},
		indices.Selection{State: models.WaitOpen, Pending: new(false), Ages: &indices.Ages{From: 7201, To: 86400}})
}

func officeOfTests() *indices.Office {
	calendar, err := indices.CalendarOf(nil)
	if err != nil {
		panic(err)
	}
	return calendar.Office()
}

// Whatever is selected, the pages hold exactly the waits that one by one are of the selection, the
// newest first, and the count is theirs: for windows that are over, that run, and as of long ago.
func TestPicked_PagesHoldWhatIsCounted(t *testing.T) {
	rows := bigLog(160, 12, 11)
	app := rows[0].AppID
	measuredEverywhere(t, time.Unix(fixtureBase+40*daySeconds, 0), func(t *testing.T, s *log) {
		ctx := context.Background()
		record(t, s, rows...)
		if did, err := s.MarkWait(ctx, app, rows[0].MsgKey, models.MarkThanks, models.CommandLine("tester")); !did || err != nil {
			t.Fatalf("marked %v, error %v", did, err)
		}
		limits := indices.DefaultLimits()
		for n, w := range readings(app) {
			all, err := s.Opened(ctx, w)
			if err != nil || len(all) == 0 {
				t.Fatalf("%d waits, error %v", len(all), err)
			}
			slices.SortFunc(all, NewestFirst)
			for i, sel := range selections() {
				if n > 0 && i%3 != n%3 {
					continue // the first reading has them all, each of the others a third
				}
				var want []string
				for i := range all {
					if sel.Has(&all[i], &limits, w.AsOf.Unix()) {
						want = append(want, all[i].OpenKey)
					}
				}
				got, total := everyPage(t, s, w, &sel, 50)
				if d := gocmp.Diff(sorted(want), sorted(got)); d != "" || total != int64(len(want)) {
					t.Errorf("reading %d, %+v: counted %d, want %d\n%s", n, sel, total, len(want), d)
				}
			}
		}
	})
}

// However long the log is, a page of decided waits is read from the index, in its order.
func TestPicked_PageIsServedByTheIndexAlone(t *testing.T) {
	measuredEverywhere(t, time.Unix(fixtureBase+40*daySeconds, 0), func(t *testing.T, s *log) {
		record(t, s, bigLog(600, 12, 11)...)
		for _, sel := range append(selections()[4+len(parts()):], indices.Selection{Part: indices.PartFirst}) {
			plan := planOf(t, s, func(tx *txn) (string, []any) {
				w := readings(appA)[0]
				limits := indices.DefaultLimits()
				return tx.decidedQuery(&decidedReader{sel: &sel, w: &window{
					Window: w, from: w.From.Unix(), to: w.To.Unix(), asOf: w.AsOf.Unix(), m: &measure{limits: limits},
				}}, Cursor{OpenAt: w.AsOf.Unix(), ID: 9}, 50)
			})
			if strings.Contains(plan, "USE TEMP B-TREE") || strings.Contains(plan, "Using filesort") || !strings.Contains(plan, "waits_window") ||
				!strings.Contains(plan, "COVERING INDEX") && !strings.Contains(plan, "Using index") {
				t.Fatalf("%+v:\n%s", sel, plan)
			}
		}
	})
}

func sorted(keys []string) []string { return slices.Sorted(slices.Values(keys)) }

// everyPage reads all pages of so many waits, and the count.
func everyPage(t *testing.T, s *log, w Window, sel *indices.Selection, limit int) (keys []string, n int64) {
	t.Helper()
	page := Page{Limit: limit}
	for last := (models.Wait{OpenAt: math.MaxInt64}); ; {
		list, count, err := s.Picked(context.Background(), w, sel, page)
		if err != nil {
			t.Fatal(err)
		}
		for i := range list[:min(len(list), limit)] {
			if NewestFirst(last, list[i]) >= 0 {
				t.Fatalf("%+v: out of order", sel)
			}
			last = list[i]
			keys = append(keys, last.OpenKey)
		}
		if n = count; len(list) <= limit {
			return keys, n
		}
		page.After = Cursor{last.OpenAt, last.ID}
	}
}

// Groups add up to the whole under every grouping, and hold the response times that the waits have
// one by one; the histogram divides them at any second.
func TestGroups_AreTheWaitsOneByOne(t *testing.T) {
	rows := bigLog(300, 12, 11)
	app := rows[0].AppID
	measuredEverywhere(t, time.Unix(fixtureBase+40*daySeconds, 0), func(t *testing.T, s *log) {
		ctx := context.Background()
		record(t, s, rows...)
		for n, w := range readings(app) {
			all, err := s.Opened(ctx, w)
			if err != nil {
				t.Fatal(err)
			}
			by := []string{ByNothing, ByTopic, ByStaff, ByWeekHour}
			got, err := s.Groups(ctx, w, true, by...)
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range by {
				if d := gocmp.Diff(answersOf(all, name, w.AsOf.Unix()), answersIn(got[name], w.AsOf.Unix())); d != "" {
					t.Errorf("reading %d by %q, one by one (-) and in groups (+):\n%s", n, name, d)
				}
			}
			divided(t, s, w, all)
		}
	})
}

func answersOf(all []models.Wait, by string, asOf int64) map[string][]int64 {
	out := map[string][]int64{}
	for i := range all {
		v := &all[i]
		if r := indices.StateAt(v, asOf); r.Answered() && v.Mark == models.MarkNone {
			key := fmt.Sprint(keyOf(by, v.OpenAt, v.Topic, cmp.Or(v.Staff, v.Assignee)))
			out[key] = append(out[key], r.Waited)
		}
	}
	for key := range out {
		slices.Sort(out[key])
	}
	return out
}

func answersIn(list []Group, asOf int64) map[string][]int64 {
	out := map[string][]int64{}
	for i := range list {
		key := fmt.Sprint(list[i].GroupKey)
		seconds := slices.Clone(list[i].Seconds)
		for k := range list[i].Live {
			if r := indices.StateAt(&list[i].Live[k], asOf); r.Answered() && list[i].Live[k].Mark == models.MarkNone {
				seconds = append(seconds, r.Waited)
			}
		}
		if len(seconds) > 0 {
			slices.Sort(seconds)
			out[key] = seconds
		}
	}
	return out
}

func divided(t *testing.T, s *log, w Window, all []models.Wait) {
	t.Helper()
	edges := []int64{10, 60, 180, 600, 1800, 7200, 28800, 86400, 172800}
	_, bands, live, err := s.ResponseBands(context.Background(), w, edges...)
	if err != nil {
		t.Fatal(err)
	}
	bin := func(sec int64) int { i, _ := slices.BinarySearch(edges, sec); return i }
	var want, got [10]int64
	for i := range all {
		if r := indices.StateAt(&all[i], w.AsOf.Unix()); r.State == models.WaitHuman && all[i].Mark == models.MarkNone {
			want[bin(r.Waited)]++
		}
	}
	for _, b := range bands {
		if bin(b.Low) != bin(b.High) {
			t.Errorf("a band from %d to %d lies on both sides of an edge", b.Low, b.High)
		}
		got[bin(b.Low)] += b.Count
	}
	for i := range live {
		if r := indices.StateAt(&live[i], w.AsOf.Unix()); r.State == models.WaitHuman && live[i].Mark == models.MarkNone {
			got[bin(r.Waited)]++
		}
	}
	if want != got {
		t.Errorf("one by one %v, in bands %v", want, got)
	}
}
