package analytics

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// The accounts of a town; the last has limits of its own.
const appC = "wx00000000000000c3"

// newTown is a room with three accounts and twelve days of letters, some answered by a bot, some by
// people, some by nobody; the clock stands while the last of them wait.
func newTown(t *testing.T) *room {
	t.Helper()
	r := newRoom(t)
	for _, id := range []string{storetest.AppB, appC} {
		a := models.Account{AppID: id, Name: "城" + id[2:4], Kind: models.KindSubscription, OriginalID: "gh_" + id[2:14], Mode: models.ModePlain, Token: "token"}
		if id == appC {
			a.Settings = []models.Setting{{Name: models.SettingLimits, Value: `{"chat_s":[60,3600,86400,172800]}`}}
		}
		if err := r.store.CreateAccount(t.Context(), a, tester()); err != nil {
			t.Fatal(err)
		}
	}
	start := time.Date(2026, 3, 2, 0, 0, 0, 0, models.Shanghai())
	random := rand.New(rand.NewPCG(5, 1))
	var rows []models.Interaction
	for i := range 330 {
		app := []string{storetest.AppA, storetest.AppB, appC}[i%3]
		row := func(what string, at time.Time, key string) {
			v := storetest.LogRow(fmt.Sprintf("oTown_%06d", random.IntN(60)), what, at, fmt.Sprintf("t%d%s", i, key))
			v.AppID, v.Topic = app, []string{"社保", "户籍", ""}[i%5%3]
			if what == "human" {
				v.Staff = []string{"王", "李"}[random.IntN(2)]
			}
			if key != "" {
				v.ReplyTo, v.OpenID = rows[len(rows)-1].MsgKey, rows[len(rows)-1].OpenID
			}
			rows = append(rows, v)
		}
		at := start.Add(time.Duration(random.IntN(12*86400)) * time.Second)
		row("in", at, "")
		switch random.IntN(6) {
		case 0:
		case 1:
			row("bot", at.Add(time.Second), "a")
		case 2:
			row("unfollow", at.Add(time.Duration(random.IntN(9000))*time.Second), "a")
		default:
			lag := []int{9, 10, 11, 60, 61, 179, 180, 181, 1800, 7200, 7201, 30000, 90000, 172800}[random.IntN(14)]
			row("human", at.Add(time.Duration(lag)*time.Second), "a")
		}
	}
	if err := r.waits.Record(t.Context(), rows); err != nil {
		t.Fatal(err)
	}
	r.now = start.AddDate(0, 0, 12)
	r.rateTown(t, rows)
	return r
}

func (r *room) sweep(t *testing.T) {
	t.Helper()
	if _, err := r.waits.Sweep(t.Context(), r.now, 1000); err != nil {
		t.Fatal(err)
	}
}

// rateTown has citizens rate every seventh answer, half a minute later.
func (r *room) rateTown(t *testing.T, rows []models.Interaction) {
	t.Helper()
	var list []models.Rating
	for i := range rows {
		if v := &rows[i]; v.Actor == models.ActorHuman && i%7 == 0 {
			list = append(list, models.Rating{AppID: v.AppID, OpenID: v.OpenID, At: v.At.Add(30 * time.Second), Satisfied: i%3 > 0})
		}
	}
	if _, _, err := r.waits.ImportRatings(t.Context(), list); err != nil {
		t.Fatal(err)
	}
}

// rowsBehind reads all pages of a list; their number is what the list says and what is wanted.
func (r *room) rowsBehind(t *testing.T, what string, q WaitListQuery, want int64) {
	t.Helper()
	q.Limit = 200
	seen := map[string]bool{}
	for {
		page, err := r.WaitList(t.Context(), q)
		if err != nil {
			t.Fatalf("%s: %v", what, err)
		}
		for i := range page.Waits {
			seen[page.Waits[i].Account+" "+page.Waits[i].MsgKey] = true
		}
		if q.After = page.Next; q.After == "" {
			if page.N != want || int64(len(seen)) != want {
				t.Errorf("%s: the figure is %d, the list counts %d and has %d", what, want, page.N, len(seen))
			}
			return
		}
	}
}

// Behind every figure of the figures page stand as many waits as it counts, in every cell: three
// accounts, one with limits of its own, over a window that is closed, one that is provisional, one
// that runs, and as of an instant long past.
func TestWaitList_RowsAreTheFigure(t *testing.T) {
	r := newTown(t)
	seen := map[Part]bool{}
	day := func(n int) time.Time { return time.Date(2026, 3, 2+n, 0, 0, 0, 0, models.Shanghai()) }
	r.figuresBehind(t, WaitListQuery{Channel: models.ChannelChat, From: day(0), To: day(9), AsOf: r.now}, seen)
	r.sweep(t) // what the clock decided is in the sums now, and the figures are the same
	for name, q := range map[string]WaitListQuery{
		"closed":      {From: day(0), To: day(7), AsOf: r.now},
		"provisional": {From: day(5), To: day(12), AsOf: r.now},
		"long past":   {From: day(1), To: day(9), AsOf: day(5).Add(10*time.Hour + 7*time.Minute)},
		"one day":     {From: day(3), To: day(4), AsOf: day(3).Add(15 * time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			q.Channel = models.ChannelChat
			r.figuresBehind(t, q, seen)
			r.distributionBehind(t, q, SampleHuman)
			if name == "long past" {
				r.distributionBehind(t, q, SampleDue)
			}
		})
	}
	if len(seen) != 8 {
		t.Errorf("the town has no waits of some part: %v", seen)
	}
}

func (r *room) figuresBehind(t *testing.T, q WaitListQuery, seen map[Part]bool) {
	t.Helper()
	report, err := r.Indices(t.Context(), IndicesQuery{Channel: q.Channel, From: q.From, To: q.To, AsOf: q.AsOf}, nil)
	if err != nil || len(report.Accounts) != 3 {
		t.Fatalf("%d accounts, error %v", len(report.Accounts), err)
	}
	for i := range report.Accounts {
		a := &report.Accounts[i]
		q.Accounts = []string{a.Account}
		with := func(change func(q *WaitListQuery)) WaitListQuery {
			one := q
			change(&one)
			return one
		}
		w := a.Counts.Waits
		r.rowsBehind(t, "opened", q, w.Opened)
		for state, n := range map[string]int64{
			"human": w.Human, "bot": w.Bot, "expired": w.Expired, "left": w.Left, "open": w.Open, StatePending: w.Pending, StateWaiting: w.Open - w.Pending,
			StateMarked: a.Rates.Marked.Hits,
		} {
			r.rowsBehind(t, state, with(func(q *WaitListQuery) { q.State = state }), n)
		}
		first := func(q *WaitListQuery) { q.Part, q.Sample = indices.PartFirst, SampleHuman }
		r.rowsBehind(t, "first response n", with(first), a.First.N)
		r.quantileBehind(t, "first response", with(first), a.First.P50, 50)
		r.quantileBehind(t, "first response", with(first), a.First.P90, 90)
		for part, n := range map[Part]int64{
			indices.PartFirst: a.Rates.TwoWay.N, indices.PartTwoWay: a.Rates.TwoWay.Hits, indices.PartOneWay: a.Rates.TwoWay.N - a.Rates.TwoWay.Hits,
			indices.PartEnded: a.Rates.SelfServed.N,
			indices.PartRated: a.Rates.CSAT.N, indices.PartSatisfied: a.Rates.CSAT.Hits,
			indices.PartAged: a.Rates.Repeat.N, indices.PartRepeated: a.Rates.Repeat.Hits,
		} {
			r.rowsBehind(t, string(part), with(func(q *WaitListQuery) { q.Part = part }), n)
			if n > 0 {
				seen[part] = true
			}
		}
		r.rowsBehind(t, "response n", with(func(q *WaitListQuery) { q.Sample = SampleHuman }), a.Response.N)
		for _, l := range a.Limits {
			at := strconv.FormatInt(l.Limit, 10)
			r.rowsBehind(t, "breach "+at, with(func(q *WaitListQuery) { q.Breach = l.Limit }), l.Breach)
			r.rowsBehind(t, "human breach "+at, with(func(q *WaitListQuery) { q.Breach, q.Sample = l.Limit, SampleHuman }), l.Need-l.HumanOnTime)
		}
		r.quantileBehind(t, "response", with(func(q *WaitListQuery) { q.Sample = SampleHuman }), a.Response.P50, 50)
		r.momentBehind(t, q, a)
	}
}

// quantileBehind: at or above the q-th percentile, or unanswered where it is, are as many waits as its
// rank leaves, and as many more as waited exactly as long.
func (r *room) quantileBehind(t *testing.T, what string, q WaitListQuery, p indices.Quantile, percent int64) {
	t.Helper()
	if p.N == 0 {
		return
	}
	q.Limit, q.Times = 200, &Times{Answered: true, From: p.Seconds, To: 1 << 40, Unanswered: true}
	if p.Unanswered {
		q.Times = &Times{Unanswered: true}
	}
	page, err := r.WaitList(t.Context(), q)
	if err != nil {
		t.Fatal(err)
	}
	r.rowsBehind(t, what, q, page.N)
	if left := p.N - indices.NearestRank(percent, p.N) + 1; page.N < left || page.N > p.N {
		t.Errorf("%s P%d: %d waits at or above it, of %d at least %d", what, percent, page.N, p.N, left)
	}
}

// momentBehind: the waits of this moment, whatever the window, are those of its strip.
func (r *room) momentBehind(t *testing.T, q WaitListQuery, a *indices.AccountReport) {
	t.Helper()
	q.From, q.To, q.State = time.Time{}, time.Time{}, StateWaiting
	r.rowsBehind(t, "waiting now", q, a.Live.Open)
	from := int64(0)
	for _, age := range a.Live.Ages {
		q.Ages = &Ages{From: from, To: 1 << 40}
		if age.UpTo != nil {
			q.Ages.To, from = *age.UpTo, *age.UpTo+1
		}
		r.rowsBehind(t, fmt.Sprintf("aged %d to %d s", q.Ages.From, q.Ages.To), q, age.Count)
	}
	q.Ages, q.Part, q.State = nil, indices.PartAtRisk, ""
	r.rowsBehind(t, "about to close", q, a.Live.AtRisk)
	q.Part = indices.PartUnassigned
	r.rowsBehind(t, "nobody's", q, *a.Live.Unassigned)
}

// responsesBehind: of several accounts together the medians are those of their waits, by both clocks; of one
// account those of its report.
func (r *room) responsesBehind(t *testing.T, q WaitListQuery, ask DistributionQuery) {
	t.Helper()
	ask.By = []string{DistributionResponse}
	d, err := r.Distribution(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	for part, got := range map[Part]Responses{"": d.Response.All, indices.PartFirst: d.Response.First} {
		q.Part, q.Limit, q.Times = part, 200, nil
		r.rowsBehind(t, "responses "+string(part), q, got.N)
		r.quantileBehind(t, "responses "+string(part), q, got.P50, 50)
		want := Responses{N: got.N, Answered: got.Answered}
		var seconds, office []int64
		for q.After = "-"; q.After != ""; {
			q.After = strings.TrimPrefix(q.After, "-")
			page, err := r.WaitList(t.Context(), q)
			if err != nil {
				t.Fatal(err)
			}
			for i := range page.Waits {
				if w := &page.Waits[i]; w.Response != nil {
					seconds, office = append(seconds, *w.Response), append(office, *w.Office)
				}
			}
			q.After = page.Next
		}
		slices.Sort(seconds)
		slices.Sort(office)
		want.P50, want.P90 = indices.QuantileOf(50, seconds, got.N), indices.QuantileOf(90, seconds, got.N)
		want.OfficeP50, want.OfficeP90 = indices.QuantileOf(50, office, got.N), indices.QuantileOf(90, office, got.N)
		if diff := cmp.Diff(want, got); diff != "" || int64(len(seconds)) != got.Answered {
			t.Errorf("%q, %d answered:\n%s", part, len(seconds), diff)
		}
	}
	ask.Accounts = []string{storetest.AppA}
	if d, err = r.Distribution(t.Context(), ask); err != nil {
		t.Fatal(err)
	}
	report, err := r.Indices(t.Context(), IndicesQuery{Accounts: ask.Accounts, Channel: q.Channel, From: q.From, To: q.To, AsOf: q.AsOf, Undiagnosed: true}, nil)
	if err != nil {
		t.Fatal(err)
	}
	a := &report.Accounts[0]
	for got, want := range map[*Responses]indices.ResponseTimes{&d.Response.First: a.First, &d.Response.All: a.Response.ResponseTimes} {
		if got.N != want.N || got.Answered != want.Answered || got.P50 != want.P50 || got.P90 != want.P90 {
			t.Errorf("one account: %+v, its report says %+v", got, want)
		}
	}
}

func (r *room) distributionBehind(t *testing.T, q WaitListQuery, sample Sample) {
	t.Helper()
	ask := DistributionQuery{
		By:      []string{DistributionRT, DistributionHeat, DistributionTopic, DistributionStaff},
		Channel: q.Channel, From: q.From, To: q.To, AsOf: q.AsOf, Sample: sample,
	}
	d, err := r.Distribution(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	q.Accounts, q.Sample = nil, sample
	r.rowsBehind(t, "all of it", q, d.N)
	sum := d.RT.Unanswered
	for _, b := range d.RT.Bins {
		one := q
		one.Times = &Times{Answered: true, From: b.From, To: 1 << 40}
		if b.To != nil {
			one.Times.To = *b.To
		}
		r.rowsBehind(t, fmt.Sprintf("from %d s", b.From), one, b.N)
		sum += b.N
	}
	one := q
	one.Times = &Times{Unanswered: true}
	r.rowsBehind(t, "unanswered", one, d.RT.Unanswered)
	if sum != d.N || d.RT.N != d.N {
		t.Errorf("columns add up to %d and %d, n is %d", sum, d.RT.N, d.N)
	}
	cells := int64(0)
	for _, c := range d.Heat {
		one := q
		one.Weekday, one.Hour = c.Weekday, &c.Hour
		r.rowsBehind(t, fmt.Sprintf("weekday %d, %d h", c.Weekday, c.Hour), one, c.N)
		if one.Times = (&Times{Answered: true, From: slowAfter + 1, To: 1 << 40, Unanswered: true}); c.Hour%6 == 0 {
			r.rowsBehind(t, "the slow of them", one, c.Slow.Hits)
		}
		cells += c.N
	}
	if cells != d.N {
		t.Errorf("cells add up to %d, n is %d", cells, d.N)
	}
	for by, rows := range map[string][]GroupRow{DistributionTopic: d.Topic, DistributionStaff: d.Staff} {
		sum := int64(0)
		for _, row := range rows {
			one := q
			if one.Topic = &row.Name; by == DistributionStaff {
				one.Topic, one.Staff = nil, &row.Name
			}
			r.rowsBehind(t, by+" "+row.Name, one, row.N)
			sum += row.N
		}
		if sum != d.N {
			t.Errorf("by %s they add up to %d, n is %d", by, sum, d.N)
		}
	}
	if sample == SampleHuman {
		r.responsesBehind(t, q, ask)
	}
	// The histogram and the waits one by one say the same.
	ask.By, ask.Accounts = []string{DistributionRT}, []string{storetest.AppA}
	rolled, err := r.Distribution(t.Context(), ask)
	if err != nil {
		t.Fatal(err)
	}
	ask.By = []string{DistributionRT, DistributionHeat}
	read, err := r.Distribution(t.Context(), ask)
	if diff := cmp.Diff(read.RT, rolled.RT); diff != "" || err != nil {
		t.Errorf("error %v, one by one (-) and from the histogram (+):\n%s", err, diff)
	}
}
