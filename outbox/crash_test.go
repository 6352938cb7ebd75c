package outbox

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/waits"
)

// reborn is the program after a crash: its memory is gone.
func (o *office) reborn() {
	options := o.o
	options.Registerer = nil
	o.waits = waits.New(o.store, nil)
	o.Outbox = New(o.store, o.waits, options)
}

// life is a run of the sender that may end between any two steps.
type life struct {
	*office
	t      testing.TB
	draw   *rand.Rand
	people []string
	ids    []int64
	seen   map[string]int // by text: how often a citizen was shown it as the answer to a message
	second int
}

func (l *life) chance(p float64) bool { return l.draw.Float64() < p }

func (l *life) pass(seconds int) {
	l.second += seconds
	l.at(l.second)
}

// steps claims, calls and settles, and may end after each of them.
func (l *life) steps() {
	ctx := context.Background()
	claimed, _, err := l.claim(ctx, 1+l.draw.IntN(4))
	if err != nil {
		l.t.Fatal(err)
	}
	if l.chance(.15) {
		l.reborn() // after the claim
		return
	}
	var done []outcome
	for _, a := range claimed {
		if l.chance(.1) {
			l.reborn() // some were called, nothing is settled
			return
		}
		done = append(done, l.call(ctx, a))
	}
	if l.chance(.15) {
		l.reborn() // after the calls
		return
	}
	if l.chance(.1) {
		l.pass(40) // this process stood still, another one looked
		l.upkeep()
	}
	if err := l.settle(ctx, done); err != nil {
		l.t.Fatal(err)
	}
	if l.chance(.1) {
		l.reborn() // after the commit
	}
}

// trouble has the next call or two fail in some way, or not.
func (l *life) trouble() {
	faults := []platform.Fault{
		{Kind: platform.FaultReset},
		{Kind: platform.FaultStatus},
		{Kind: platform.FaultEmpty},
		{Kind: platform.FaultErrcode, Code: 45015},
		{Kind: platform.FaultErrcode, Code: 45047},
		{Kind: platform.FaultErrcode, Code: -1},
		{Kind: platform.FaultErrcode, Code: 40001, Times: 2},
		{Kind: platform.FaultErrcode, Code: 45011},
	}
	if l.chance(.5) {
		l.platform.SetFaults()
		return
	}
	f := faults[l.draw.IntN(len(faults))]
	f.After = f.Kind != platform.FaultErrcode && l.chance(.7)
	f.Times = max(f.Times, 1)
	l.fault(f)
}

// writes is a citizen's next message, which is answered with what waits. The program may end between
// keeping the message and keeping its answer.
func (l *life) writes(openID string) {
	held, err := l.Held(context.Background())
	if err != nil {
		l.t.Fatal(err)
	}
	for _, h := range held {
		if h.OpenID != openID || h.Key != "" {
			continue
		}
		answer := models.Answer{
			Reply: models.TextReply(h.Text), Outcome: models.OutcomeAnswered, At: l.own.Now(), Latency: time.Millisecond,
			Match: models.Match{PickUp: []int64{h.ID}, Staff: h.Staff, Matched: true},
		}
		if l.chance(.25) { // nobody knows whether the answer was written
			if l.chance(.5) {
				l.seen[h.Text]++
			}
			l.happensUnknown(openID)
			l.reborn()
			return
		}
		l.seen[h.Text]++
		l.happens(openID, says("在吗"), answer)
		return
	}
	l.asks(openID, "在吗")
}

// happensUnknown is a message whose answer the program did not keep.
func (l *life) happensUnknown(openID string) {
	l.n++
	ev, err := simulator.ReadEvent(l.account.AppID, simulator.Post{To: l.account.OriginalID, From: openID, At: l.clock.Now(), MsgID: fmt.Sprint(7_000_000 + l.n)}.Text("在吗"))
	if err != nil {
		l.t.Fatal(err)
	}
	l.platform.Begin(l.account.AppID, &ev)
	m := ev.Message
	m.AppID, m.Key, m.Raw, m.ParseStatus, m.Delivery.ReceivedAt = l.account.AppID, ev.Key, ev.Body, models.ParseOK, l.clock.Now()
	l.record(models.Inbound(&m))
}

// run lives through one seed and holds what the outbox believes against what citizens were shown.
func (l *life) run(seed int) (unknown int) {
	const citizens, messages, turns = 3, 7, 14
	for n := range citizens {
		l.people = append(l.people, fmt.Sprintf("oCrash%04d%02d000000000000000", seed, n))
		l.asks(l.people[n], "路灯坏了")
	}
	for n := range messages {
		l.pass(1)
		openID := l.people[l.draw.IntN(citizens)]
		l.ids = append(l.ids, l.answers(openID, fmt.Sprintf("s%d-%d", seed, n), fmt.Sprintf("种子%d第%d条", seed, n)).ID)
	}
	for range turns {
		l.trouble()
		l.steps()
		l.pass(1 + l.draw.IntN(20))
		if l.chance(.3) {
			l.upkeep()
		}
		if l.chance(.25) {
			l.writes(l.people[l.draw.IntN(citizens)])
		}
	}
	l.platform.SetFaults()
	l.reborn()
	for range 6 {
		for _, openID := range l.people {
			l.asks(openID, "还有吗") // opens a window
		}
		for range 4 {
			l.pass(35)
			l.upkeep()
			l.sends()
		}
	}
	return l.judge()
}

func (l *life) judge() (unknown int) {
	shown := map[string]int{}
	for text, n := range l.seen {
		shown[text] += n
	}
	for _, openID := range l.people {
		for _, text := range l.delivered(openID) {
			shown[text]++
		}
	}
	for _, id := range l.ids {
		i := l.item(id)
		n := shown[i.Text]
		switch {
		case n > 1:
			l.t.Errorf("%s arrived %d times", i.Text, n)
		case i.State == Unknown:
			unknown++
		case i.State == Sent && n != 1, i.State != Sent && n != 0:
			l.t.Errorf("%s is %s (%s), arrived %d times", i.Text, i.State, i.Reason, n)
		case !i.Over():
			l.t.Errorf("%s is still %s (%s)", i.Text, i.State, i.Reason)
		}
		if ok := l.number("SELECT COUNT(*) FROM interactions WHERE actor = 'human' AND ok = 1 AND content = ?", i.Text); ok != bit(i.State == Sent) {
			l.t.Errorf("%s is %s and has %d rows of success", i.Text, i.State, ok)
		}
	}
	return unknown
}

func bit(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// TestCrash_BetweenAnyTwoSteps: whatever ends when, no message arrives twice, none is lost, and of those
// whose fate nobody knows it says so.
func TestCrash_BetweenAnyTwoSteps(t *testing.T) {
	for dialect, c := range map[string]struct {
		database func(testing.TB) string
		seeds    int
	}{"sqlite": {current.SQLite, 60}, "mariadb": {current.MariaDB, 15}} {
		t.Run(dialect, func(t *testing.T) {
			o := newOffice(t, c.database(t))
			unknown, messages, second := 0, 0, 0
			for seed := range c.seeds {
				l := &life{office: o, t: t, draw: rand.New(rand.NewPCG(uint64(seed), 7)), seen: map[string]int{}, second: second}
				unknown += l.run(seed)
				messages += len(l.ids)
				second = l.second
				if t.Failed() {
					t.Fatalf("seed %d", seed)
				}
			}
			if unknown == 0 || unknown > messages*2/3 {
				t.Errorf("%d of %d messages are unknown", unknown, messages)
			}
			if differences, err := o.waits.VerifyRollups(context.Background(), nil); err != nil || len(differences) > 0 {
				t.Errorf("the figures differ from the log: %v %v", differences, err)
			}
			t.Logf("%d seeds, %d messages, %d unknown", c.seeds, messages, unknown)
		})
	}
}
