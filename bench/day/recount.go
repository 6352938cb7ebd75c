package main

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/store"
)

// assignments are how long each conversation waited for somebody, from when its hand-over was stored, rising.
func (f *office) assignments() (took []time.Duration, never int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for uid, stored := range f.handed {
		if at, ok := f.taken[uid]; ok {
			took = append(took, at.Sub(stored))
		} else {
			never++
		}
	}
	slices.Sort(took)
	return took, never
}

func (f *office) slowest() time.Duration {
	took, never := f.assignments()
	if never > 0 || len(took) == 0 {
		return math.MaxInt64
	}
	return took[len(took)-1]
}

func (f *office) printAssignment() {
	took, never := f.assignments()
	if len(took) == 0 {
		fmt.Println("Assignment: nobody was given anything")
		return
	}
	at := func(share float64) time.Duration {
		return took[min(len(took)-1, int(share*float64(len(took))))].Round(time.Millisecond)
	}
	fmt.Printf("Assignment (wall clock, hand-over stored to given; wanted: under 1 s)\n  n %d, p50 %s, p99 %s, max %s; never %d; at most %d waited at one time; the longest look at the desk took %s; %d times something was tried again\n\n",
		len(took), at(.5), at(.99), at(1), never, f.waiting, f.slowLook.Round(time.Millisecond), f.troubles)
}

// printConversations says what became of the conversations.
func (f *office) printConversations(ctx context.Context) error {
	fmt.Println("Conversations")
	err := f.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		var state, code, reason string
		var n int
		err := rows.Scan(&state, &code, &reason, &n)
		fmt.Printf("  %s %s %s %d\n", state, code, reason, n)
		return err
	}, "SELECT state, close_code, reason, COUNT(*) FROM conversations GROUP BY state, close_code, reason ORDER BY 1, 2, 3")
	fmt.Println()
	return err
}

// sendBurst sends many messages at once at the usual speed, and more to some citizens than WeChat takes.
func (f *office) sendBurst(ctx context.Context) error {
	f.clock.goOn(1, 0)
	turns := f.reachable()
	before := len(f.platform.Deliveries())
	who := f.agents[0]
	for i := range f.o.burst {
		uid := turns[i%len(turns)]
		_, err := f.outbox.Enqueue(ctx, who, outbox.Request{
			AppID: f.account.AppID, UID: uid, SendKey: fmt.Sprintf("burst-%d", i), Staff: who.Name, Purpose: outbox.Notice,
			Content: outbox.Content{Reply: models.TextReply("通知：路灯今晚抢修。")},
		})
		if err != nil {
			return fmt.Errorf("day: burst: %w", err)
		}
	}
	begun := time.Now()
	for f.count(ctx, "SELECT COUNT(*) FROM outbox WHERE state IN ('queued', 'sending')") > 0 {
		if _, err := f.outbox.Send(ctx); err != nil {
			return fmt.Errorf("day: burst: %w", err)
		}
		time.Sleep(sendEvery)
	}
	took := time.Since(begun)
	sent := len(f.platform.Deliveries()) - before
	refused := f.count(ctx, "SELECT COUNT(*) FROM outbox WHERE errcode <> 0")
	fmt.Printf("Outbox (one instance, usual speed, bound at 200/s)\n  %d queued, %d arrived and %d were refused in %s = %.0f calls/s; %d held without a call\n\n",
		f.o.burst, sent, refused, took.Round(10*time.Millisecond), float64(int64(sent)+refused)/took.Seconds(), f.count(ctx, "SELECT COUNT(*) FROM outbox WHERE state = 'held' AND errcode = 0"))
	return nil
}

// reachable are the pseudonyms of the citizens of the day, who are written to in turn, one in ten of them six times as
// often as the others: more than WeChat lets through.
func (f *office) reachable() (turns []string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for i, openID := range slices.Sorted(maps.Keys(f.citizens)) {
		times := 1
		if i%10 == 0 {
			times = 6
		}
		for range times {
			turns = append(turns, f.citizens[openID].uid)
		}
	}
	return turns
}

func (f *office) count(ctx context.Context, query string) (n int64) {
	f.fail(f.store.Query(ctx, store.Console, func(rows *sql.Rows) error { return rows.Scan(&n) }, query))
	return n
}

// printQuota says what the platform counted: how many messages each citizen was shown between a message of their own and
// the next. WeChat lets five through. What it refused is told too: where the windows of several messages overlap, the
// ledger counts each, and the stand-in the newest alone.
func (f *office) printQuota() bool {
	byCitizen := map[string][]time.Time{}
	for _, d := range f.platform.Deliveries() {
		byCitizen[d.OpenID] = append(byCitizen[d.OpenID], d.At)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	most, windows := 0, make([]int, 7) // windows by messages shown in them, the last: more than five
	for openID, c := range f.citizens {
		for i, at := range c.wrote {
			n := 0
			for _, shown := range byCitizen[openID] {
				if !shown.Before(at) && (i == len(c.wrote)-1 || shown.Before(c.wrote[i+1])) {
					n++
				}
			}
			most = max(most, n)
			windows[min(n, len(windows)-1)]++
		}
	}
	fmt.Printf("WeChat's quota, as the platform counted (5 after each message of a citizen)\n  most %d; windows with 0, 1, .. 5 and more messages: %v; refused by the platform: %v\n\n", most, windows, f.refused)
	return most <= 5
}

// figures are those that are held against each other.
type figures struct {
	inbound, opened, human, expired, open int64
	onTime                                [2]int64 // within 3 minutes and 2 hours
	seconds                               int64    // of all answers
	cases                                 int64
}

// recount counts the day anew from the rows of the log, by what the book of figures says and with none of its code, holds
// the figures of the program against that, and the log against what the platform delivered.
func (f *office) recount(ctx context.Context) (bool, error) {
	f.clock.goOn(1, 4*24*time.Hour) // every wait is decided
	own, delivered, err := f.ownFigures(ctx)
	if err != nil {
		return false, err
	}
	theirs, err := f.theirFigures(ctx)
	if err != nil {
		return false, err
	}
	arrived := int64(0)
	for _, d := range f.platform.Deliveries() {
		if strings.HasPrefix(d.Text, answerMark) {
			arrived++
		}
	}
	fmt.Printf("Figures: program %+v\n         recount %+v\n         equal: %v; answers in the log %d, at the platform %d; cases opened %d, closed %d\n",
		theirs, own, theirs == own, delivered, arrived, len(f.opened), f.closed)
	return theirs == own && delivered == arrived, f.failed(nil)
}

func (f *office) theirFigures(ctx context.Context) (got figures, err error) {
	day := f.morning.Add(-dayOpens)
	r, err := analytics.New(f.store, f.waits, analytics.Options{Now: f.clock.now}).Indices(ctx, analytics.IndicesQuery{
		Accounts: []string{f.account.AppID}, Channel: models.ChannelChat, From: day, To: day.Add(24 * time.Hour), AsOf: f.clock.now(), Undiagnosed: true,
	}, nil)
	if err != nil {
		return got, fmt.Errorf("day: %w", err)
	}
	a := &r.Accounts[0]
	got = figures{inbound: a.Counts.Inbound, opened: a.Counts.Waits.Opened, human: a.Counts.Waits.Human, expired: a.Counts.Waits.Expired, open: a.Counts.Waits.Open}
	for _, l := range a.Limits {
		switch l.Limit {
		case 180:
			got.onTime[0] = l.HumanOnTime
		case 7200:
			got.onTime[1] = l.HumanOnTime
		}
	}
	if a.Response.Mean != nil {
		got.seconds = int64(math.Round(*a.Response.Mean * float64(a.Response.Answered)))
	}
	for q := (cases.Query{Accounts: []string{f.account.AppID}, Box: cases.BoxAll, Limit: 200}); ; {
		page, err := f.cases.List(ctx, q)
		if got.cases += int64(len(page.Cases)); err != nil || page.Next == "" {
			return got, err
		}
		q.After = page.Next
	}
}

func (f *office) ownFigures(ctx context.Context) (got figures, answers int64, err error) {
	type open struct {
		at   int64
		open bool
	}
	waiting := map[string]open{}
	err = f.store.Query(ctx, store.Reports, func(rows *sql.Rows) error {
		var uid, dir, actor, kind string
		var at int64
		var ok bool
		if err := rows.Scan(&uid, &dir, &actor, &kind, &at, &ok); err != nil {
			return err
		}
		now := waiting[uid]
		switch {
		case dir == "in" && kind == "text":
			got.inbound++
			if !now.open {
				got.opened++
				waiting[uid] = open{at, true}
			}
		case actor == "human" && ok:
			answers++
			if !now.open {
				break
			}
			waiting[uid] = open{}
			took := at - now.at
			got.human++
			got.seconds += took
			for i, limit := range []int64{180, 7200} {
				if took <= limit {
					got.onTime[i]++
				}
			}
		}
		return nil
	}, "SELECT uid, dir, actor, kind, effective_at, ok FROM interactions WHERE channel = 'chat' AND probe = 0 ORDER BY effective_at, id")
	for _, o := range waiting {
		if o.open {
			got.expired++
		}
	}
	got.cases = int64(len(f.opened))
	return got, answers, err
}
