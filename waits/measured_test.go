package waits

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

const toyAsOf = storetest.ToyAsOf

func toyWindow(t testing.TB) Window {
	return Window{AppID: appA, From: storetest.ClockOf(t, "2026-03-01 00:00:00"), To: storetest.ClockOf(t, "2026-03-06 00:00:00"), AsOf: storetest.ClockOf(t, toyAsOf)}
}

// inputs is what the program makes of Measured.
func inputs(t testing.TB, w Window, m *Measured) indices.Inputs {
	t.Helper()
	calendar, err := indices.NewCalendar()
	if err != nil {
		t.Fatal(err)
	}
	in := indices.Inputs{
		Account: w.AppID, Channel: w.Channel, From: w.From, To: w.To, AsOf: w.AsOf, Office: calendar.Office(),
		Inbound: m.Inbound, ActiveCitizens: m.ActiveCitizens, Followers: m.Followers, Permille30: m.Permille30,
		Sums: m.Sums, Responses: m.Responses, Live: m.Live, Backlog: m.Backlog,
		Recent: &indices.Recent{Sums: m.RecentSums, Live: m.RecentLive},
		Items:  indices.Tally{Hits: m.ItemsDone, N: m.ItemsStarted}, Publications: m.Publications,
		Interface: indices.InterfaceHealth{Callbacks: m.Callbacks, Failures: m.Failures},
		Probes:    indices.Probes{Days: m.ProbeDays, Passed: m.ProbesPassed, Latest: m.LatestProbe}, Incident: m.Incident, Log: m.Log,
	}
	return in
}

func report(t testing.TB, s *log, w Window) (indices.AccountReport, Measured) {
	t.Helper()
	m, err := s.Measured(context.Background(), w)
	if err != nil {
		t.Fatal(err)
	}
	in := inputs(t, w, &m)
	return indices.Compute(&in), m
}

func near(t testing.TB, name string, got *float64, want float64) {
	t.Helper()
	if got == nil || math.Abs(*got-want) > 0.005 {
		t.Errorf("%s: got %v, want %v", name, got, want)
	}
}

// The toy log through Record gives the published figures to the last digit, whether it is
// read at that hour, or months later from the rows, or after the sweeper went far ahead.
func TestToyLog(t *testing.T) {
	for _, d := range dialects() {
		for _, now := range []string{toyAsOf, "2026-11-22 12:00:00"} {
			t.Run(d+"/"+now[:10], func(t *testing.T) {
				s := migrated(t, d, storetest.ClockOf(t, now))
				ctx := context.Background()
				for _, r := range storetest.ToyLog(t) {
					record(t, s, r)
				}
				if _, err := s.ImportFollowers(ctx, []store.Followers{{AppID: appA, Day: "2026-03-04", Count: 600}, {AppID: appA, Day: "2026-03-05", Count: 700}}); err != nil {
					t.Fatal(err)
				}
				toyFigures(t, s)
				for _, sweep := range []string{toyAsOf, "2026-03-05 12:00:01", "2026-12-01 00:00:00"} {
					if _, err := s.Sweep(ctx, storetest.ClockOf(t, sweep), 1000); err != nil {
						t.Fatal(err)
					}
					noDifferences(t, s)
					toyFigures(t, s)
				}
				later := storetest.LogRow("oG_0123456789", "in", storetest.ClockOf(t, "2026-03-05 13:00:00"), "later")
				answer := storetest.LogRow("oF_0123456789", "human", storetest.ClockOf(t, "2026-03-05 13:00:00"), "later answer")
				record(t, s, later, answer)
				toyFigures(t, s)
				noDifferences(t, s)
			})
		}
	}
}

func toyFigures(t testing.TB, s *log) {
	t.Helper()
	r, m := report(t, s, toyWindow(t))
	if r.RTI.UMicro != 2281531 || r.RTI.UOfficeMicro != 2567847 || r.RTI.N != 5 {
		t.Errorf("RTI %+v", r.RTI)
	}
	near(t, "RTI", r.RTI.Value, 45.63)
	near(t, "office RTI", r.RTI.Office, 51.36)
	near(t, "T", r.Interaction.Timeliness, 64.482)
	near(t, "mean", r.Response.Mean, 24630)
	near(t, "office mean", r.Response.OfficeMean, 7530)
	near(t, "self-served", r.SelfServed, 16.67)
	near(t, "two-way", r.TwoWay, 16.67)
	near(t, "permille", r.Counts.ActivePermille, 10)
	want := indices.WaitCounts{Opened: 7, Human: 4, Bot: 1, Expired: 1, Open: 1}
	if diff := cmp.Diff(want, r.Counts.Waits); diff != "" {
		t.Errorf("waits (-want +got):\n%s", diff)
	}
	if m.Inbound != 8 || m.ActiveCitizens != 6 || r.Counts.Sessions != 6 || r.Counts.TwoWaySessions != 1 {
		t.Errorf("inbound %d, active %d, sessions %d", m.Inbound, m.ActiveCitizens, r.Counts.Sessions)
	}
	if r.First.P50.Seconds != 7200 || !r.First.P90.Unanswered || r.Response.P50.Seconds != 7200 || !r.Response.P90.Unanswered {
		t.Errorf("first %+v, all %+v", r.First, r.Response)
	}
	var got []string
	for _, l := range r.Limits {
		got = append(got, fmt.Sprintf("%d: %d %d %d %d/%d", l.Limit, l.Due, l.OnTime, l.Breach, l.HumanOnTime, l.Need))
	}
	limits := []string{"180: 7 2 5 1/6", "7200: 7 4 3 3/6", "86400: 6 4 2 3/5", "172800: 6 5 1 4/5"}
	if diff := cmp.Diff(limits, got); diff != "" {
		t.Errorf("limits (-want +got):\n%s", diff)
	}
	b := r.Backlog
	if b.Open != 1 || b.Ages[1].Count != 1 || *b.Oldest != 7200 || b.AtRisk != 0 {
		t.Errorf("backlog %+v", b)
	}
}

// byRows is the report made of nothing but the rows, by the measure alone.
func byRows(t testing.TB, rows []models.Interaction, w Window) indices.AccountReport {
	t.Helper()
	var known []models.Interaction
	for _, r := range rows {
		if r.At.After(w.AsOf) || r.AppID != w.AppID || r.Channel != models.ChannelChat || r.Probe {
			continue
		}
		r.UID = storetest.NewSealer(t).UID(r.AppID, r.OpenID)
		known = append(known, r)
	}
	limits := indices.DefaultLimits()
	calendar, err := indices.NewCalendar()
	if err != nil {
		t.Fatal(err)
	}
	m := Measured{Backlog: []models.Wait{}}
	asOf := w.AsOf.Unix()
	waits := indices.Rebuild(known, &limits, calendar.Office())
	indices.Age(waits, asOf)
	for _, c := range indices.Clicks(known, &limits) {
		if c.At >= w.From.Unix() && c.At < w.To.Unix() {
			m.Sums.Add(&indices.DiffClicks(nil, []models.Click{c}).Hours[0].WaitSums, 1)
		}
	}
	for _, v := range waits {
		if v.OpenAt >= w.From.Unix() && v.OpenAt < w.To.Unix() {
			m.Live = append(m.Live, v)
		}
		if end := min(w.To.Unix(), asOf+1); v.OpenAt >= end-14*86400 && v.OpenAt < end {
			m.RecentLive = append(m.RecentLive, v)
		}
		if !indices.Rolled(&v, asOf) {
			m.Backlog = append(m.Backlog, v)
		}
	}
	for _, list := range [][]models.Wait{m.Live, m.RecentLive, m.Backlog} {
		sortWaits(list)
	}
	citizens := map[string]bool{}
	for _, d := range indices.ActiveDays(known) {
		at, err := time.ParseInLocation(time.DateOnly, d.Day, models.Shanghai())
		if err != nil {
			t.Fatal(err)
		}
		if at.Before(w.To) && !at.Before(w.From) {
			m.Inbound += int64(d.Messages)
			citizens[d.UID] = true
		}
	}
	m.ActiveCitizens = int64(len(citizens))
	in := inputs(t, w, &m)
	return indices.Compute(&in)
}

// Invariant 4: at any as_of, before and after any sweep, the tables give what a full rebuild
// from the rows gives.
func TestReportsAtRandomTimes(t *testing.T) {
	now := time.Unix(fixtureBase+40*86400, 0)
	s := migrated(t, dialectSQLite, now)
	rapid.Check(t, func(r *rapid.T) {
		rows := drawLog(r)
		ownReplies(rows)
		empty(t, s)
		record(t, s, rows...)
		for range 3 {
			day := rapid.IntRange(0, 12).Draw(r, "day")
			from := time.Unix(fixtureBase-9*3600+int64(day)*86400, 0)
			w := Window{
				AppID: appA, Channel: models.ChannelChat, From: from,
				To:   from.AddDate(0, 0, rapid.IntRange(1, 30).Draw(r, "days")),
				AsOf: time.Unix(fixtureBase+rapid.Int64Range(0, 40*86400).Draw(r, "asOf"), 0),
			}
			if _, err := s.Sweep(context.Background(), time.Unix(fixtureBase+rapid.Int64Range(0, 60*86400).Draw(r, "sweep"), 0), 1+rapid.IntRange(0, 5).Draw(r, "limit")); err != nil {
				t.Fatal(err)
			}
			got, _ := report(t, s, w)
			want := byRows(t, rows, w)
			if diff := cmp.Diff(want, got); diff != "" {
				r.Fatalf("as of %v, window %v to %v (-rows +tables):\n%s", w.AsOf, w.From, w.To, diff)
			}
		}
		noDifferences(t, s)
	})
}

// ownReplies takes away the replies to answers and to others' questions, which mean nothing to a
// rebuild of bare rows, and those given days before the question, as no two clocks differ so far.
func ownReplies(rows []models.Interaction) {
	asked := map[string]*models.Interaction{}
	for i := range rows {
		asked[rows[i].MsgKey] = &rows[i]
	}
	for i := range rows {
		r := &rows[i]
		q := asked[r.ReplyTo]
		if r.ReplyTo != "" && (q.Dir != models.DirIn || q.OpenID != r.OpenID || q.AppID != r.AppID || q.Channel != r.Channel || q.Probe ||
			q.At.Sub(r.At) > 24*time.Hour) {
			r.ReplyTo = ""
		}
	}
}

// drawAsks draws a log of citizens who ask again and click, and of answers that name what they
// answer.
func drawAsks(t *rapid.T) []models.Interaction {
	steps := rapid.SampledFrom([]int64{1, 60, 3600, 86400, 172801, 300000, 604800})
	whats := rapid.SampledFrom([]string{"in", "in", "in", "click", "human", "human", "bot", "bot"})
	n := rapid.SampledFrom([]int{4, 8, 12}).Draw(t, "n")
	rows := make([]models.Interaction, 0, n)
	sec := int64(fixtureBase)
	for i := range n {
		sec += steps.Draw(t, "step")
		openID := rapid.SampledFrom([]string{"oA_0123456789", "oA_0123456789", "oA_0123456789", "oB_0123456789"}).Draw(t, "openid")
		r := storetest.LogRow(openID, whats.Draw(t, "what"), time.Unix(sec, 0), fmt.Sprintf("k%02d", i))
		if r.Dir == models.DirIn {
			r.Topic = rapid.SampledFrom([]string{"x", "x", "y", ""}).Draw(t, "topic")
		} else if i > 0 {
			r.ReplyTo = rows[i-1].MsgKey
		}
		rows = append(rows, r)
	}
	ownReplies(rows)
	return rows
}

// Whatever arrives between sweeps, in whatever order, reports are those of the rows so far, and
// once all is there and swept the tables are those of a log that came at once.
func TestReportsWhileTheLogArrives(t *testing.T) {
	now := time.Unix(fixtureBase+40*86400, 0)
	s := migrated(t, dialectSQLite, now)
	ctx := context.Background()
	days := rapid.SampledFrom([]int64{0, 3, 8, 12, 20, 30, 40}) // rapid likes small numbers, which tell little here
	sweep := func(at int64) {
		t.Helper()
		if _, err := s.Sweep(ctx, time.Unix(fixtureBase+at, 0), 1000); err != nil {
			t.Fatal(err)
		}
	}
	rapid.Check(t, func(r *rapid.T) {
		rows := drawAsks(r)
		empty(t, s)
		record(t, s, rows...)
		sweep(60 * 86400)
		want := contents(t, s)
		empty(t, s)
		arrivals := rapid.Permutation(rows).Draw(r, "order")
		for i := 0; i < len(arrivals); {
			n := rapid.SampledFrom([]int{1, 2, 3}).Draw(r, "batch")
			part := arrivals[i:min(i+n, len(arrivals))]
			record(t, s, part...)
			i += len(part)
			if rapid.Bool().Draw(r, "sweep") {
				sweep(days.Draw(r, "swept") * 86400)
			}
			noDifferences(t, s)
			from := time.Unix(fixtureBase+rapid.SampledFrom([]int64{-9, -1, 0, 1, 39, 112}).Draw(r, "hour")*3600, 0)
			w := Window{
				AppID: appA, Channel: models.ChannelChat, From: from, To: from.AddDate(0, 0, int(1+days.Draw(r, "days"))),
				AsOf: time.Unix(fixtureBase+days.Draw(r, "asOf")*86400, 0),
			}
			got, _ := report(t, s, w)
			if diff := cmp.Diff(queriesAndRepeats(byRows(t, arrivals[:i], w)), queriesAndRepeats(got)); diff != "" {
				r.Fatalf("as of %v, window %v to %v (-rows +tables):\n%s", w.AsOf, w.From, w.To, diff)
			}
		}
		sweep(60 * 86400)
		noDifferences(t, s)
		if diff := cmp.Diff(want, contents(t, s)); diff != "" {
			r.Fatalf("tables differ (-at once +in parts):\n%s", diff)
		}
	})
}

func queriesAndRepeats(r indices.AccountReport) []any {
	return []any{r.Service, r.Rates.Repeat, r.Limits, r.Counts.Waits}
}

// Sums over parts are the whole, and the series agree with an independent count.
func TestPartsAddUp(t *testing.T) {
	for _, d := range dialects() {
		t.Run(d, func(t *testing.T) {
			now := time.Unix(fixtureBase+40*86400, 0)
			s := migrated(t, d, now)
			ctx := context.Background()
			rows := bigLog(400, 30, 7)
			if _, err := s.ImportInteractions(ctx, rows); err != nil {
				t.Fatal(err)
			}
			noDifferences(t, s)
			for _, asOf := range []time.Time{now, now.AddDate(0, 0, -12), time.Unix(floorTo(fixtureBase, daySeconds)+5*daySeconds-1, 0)} {
				partsAddUp(t, s, asOf)
			}
		})
	}
}

func partsAddUp(t *testing.T, s *log, asOf time.Time) {
	t.Helper()
	ctx := context.Background()
	from := time.Unix(floorTo(fixtureBase, daySeconds), 0)
	w := Window{AppID: appA, From: from, To: from.AddDate(0, 0, 31), AsOf: asOf}
	whole, m := report(t, s, w)
	unrepeated := m.Sums // groups tell of no repeated asks
	unrepeated.Aged, unrepeated.Repeated = 0, 0
	for _, by := range []string{ByTopic, ByStaff} {
		groups, err := s.Groups(ctx, w, false, by)
		if err != nil {
			t.Fatal(err)
		}
		parts := groups[by]
		var sums models.WaitSums
		live := 0
		for _, p := range parts {
			sums.Add(&p.Sums, 1)
			live += len(p.Live)
		}
		sums.Aged, sums.Repeated = 0, 0
		if diff := cmp.Diff(unrepeated, sums); diff != "" || live != len(m.Live) || len(parts) < 2 {
			t.Errorf("as of %v by %s, %d parts, %d live (-whole +parts):\n%s", asOf, by, len(parts), live, diff)
		}
	}
	for _, by := range []string{"hour", "day"} {
		points, err := s.Series(ctx, w, by)
		if err != nil {
			t.Fatal(err)
		}
		var sums models.WaitSums
		var inbound int64
		for _, p := range points {
			sums.Add(&p.Sums, 1)
			inbound += p.Inbound
		}
		if diff := cmp.Diff(m.Sums, sums); diff != "" || inbound != m.Inbound {
			t.Errorf("as of %v by %s, inbound %d of %d (-whole +points):\n%s", asOf, by, inbound, m.Inbound, diff)
		}
	}
	until := (asOf.Unix() + 1) * 1_000_000
	const content = " FROM interactions WHERE app_id = ? AND dir = 'in' AND kind = 'text' AND channel = 'chat' AND at < ?"
	if n := number(t, s, "SELECT COUNT(*)"+content, appA, until); n != m.Inbound {
		t.Errorf("as of %v inbound %d, by SQL %d", asOf, m.Inbound, n)
	}
	if n := number(t, s, "SELECT COUNT(DISTINCT uid)"+content, appA, until); n != m.ActiveCitizens {
		t.Errorf("as of %v %d citizens, by SQL %d", asOf, m.ActiveCitizens, n)
	}
	if n := number(t, s, "SELECT COUNT(*) FROM waits WHERE app_id = ? AND open_at < ?", appA, asOf.Unix()+1); n != whole.Counts.Waits.Opened {
		t.Errorf("as of %v opened %d, by SQL %d", asOf, whole.Counts.Waits.Opened, n)
	}
	for by, unit := range map[string]int64{"day": daySeconds, "hour": hourSeconds} {
		points, err := s.ActiveSeries(ctx, w, by)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range points {
			a, b := p.At.Unix()*1_000_000, (p.At.Unix()+unit)*1_000_000
			if n := number(t, s, "SELECT COUNT(DISTINCT uid)"+content+" AND at >= ?", appA, min(b, until), a); n != p.Citizens {
				t.Errorf("as of %v %v: %d citizens, by SQL %d", asOf, p.At, p.Citizens, n)
			}
		}
	}
	waits, err := s.Opened(ctx, w)
	if err != nil || int64(len(waits)) != whole.Counts.Waits.Opened {
		t.Errorf("as of %v %d waits of %d, error %v", asOf, len(waits), whole.Counts.Waits.Opened, err)
	}
}

// bigLog generates n questions of an account over so many days with the answers of bots and
// staff: a tenth late, a seventh never answered, every question of a citizen out of n/3.
func bigLog(n, days int, seed uint64) []models.Interaction {
	random := rand.New(rand.NewPCG(seed, 1))
	topics := []string{"社保", "公积金", "户籍", "交通", ""}
	rows := make([]models.Interaction, 0, 2*n)
	step := float64(days) * 86400 / float64(n)
	for i := range n {
		at := time.Unix(fixtureBase+int64(float64(i)*step), 0)
		openID := fmt.Sprintf("oBig_%08d", random.IntN(max(1, n/3)))
		key := fmt.Sprintf("big-%d-%d", seed, i)
		q := storetest.LogRow(openID, "in", at, key)
		q.Topic, q.Content = topics[random.IntN(len(topics))], "公积金怎么提取，需要带什么材料？"
		rows = append(rows, q)
		what, after := "bot", int64(1)
		switch random.IntN(7) {
		case 0:
			continue
		case 1, 2:
			what, after = "human", 60+random.Int64N(90000)
		case 3:
			what = "fallback"
		}
		a := storetest.LogRow(openID, what, at.Add(time.Duration(after)*time.Second), key+"-a")
		a.ReplyTo, a.Topic, a.Content = key, q.Topic, "请携带身份证到窗口办理。"
		rows = append(rows, a)
	}
	return rows
}
