package demo

import (
	_ "embed" // the texts of the fictional offices
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/store"
)

// allTexts are titles of articles and cases and names of service items of the fictional
// city, a line each: office, kind, topic or category, form or topic, text.
//
//go:embed texts.tsv
var allTexts string

// demoText is one line of allTexts.
type demoText struct{ first, second, text string }

// texts are the lines of an account of one kind: "article" (topic, form), "case" (category,
// topic) or "item".
func (a *Account) texts(kind string) []demoText {
	var list []demoText
	for line := range strings.Lines(allTexts) {
		if f := strings.Split(strings.TrimRight(line, "\r\n"), "\t"); len(f) == 5 && f[0] == a.office && f[1] == kind {
			list = append(list, demoText{f[2], f[3], f[4]})
		}
	}
	return list
}

// habits are how an office of the demo works beside answering: what it publishes, how it
// handles cases, how its citizens judge it. Shares are 0 to 1.
type habits struct {
	followers int     // on the first day
	growth    float64 // followers a day

	pushes  []time.Weekday
	focus   string  // topic of every headline, "" = as it comes
	posts   int     // in a push
	quiet   int     // days without a push at the end
	reach   float64 // readers of a headline, of the followers
	tail    float64 // readers of the other posts, of the headline's
	finish  float64 // of readers who read to the end
	answers bool    // surges of questions are answered in public

	cases     float64 // a working day
	pace      float64 // working days a case takes, of its limit
	stuck     float64 // cases that nobody closes
	solved    float64
	pleased   float64 // of those who rate, a case or an answer
	rates     float64 // answers that are rated
	items     float64 // service items a day
	completed float64

	failures float64 // callbacks that failed
	misses   float64 // daily self-tests that failed
}

// diligent, sluggish and selfAbsorbed are the habits of the three accounts.
func diligent() habits {
	return habits{
		followers: 12_400, growth: 6.5,
		pushes: []time.Weekday{time.Monday, time.Tuesday, time.Wednesday, time.Thursday, time.Friday}, posts: 2, focus: "办事",
		reach: .16, tail: .46, finish: .52, answers: true,
		cases: 1.6, pace: .55, stuck: 0, solved: .93, pleased: .94, rates: .11, items: 5, completed: .93,
		failures: .0015, misses: 0,
	}
}

func sluggish() habits {
	return habits{
		followers: 19_800, growth: 2.2,
		pushes: []time.Weekday{time.Wednesday}, posts: 2, quiet: 7,
		reach: .05, tail: .4, finish: .38,
		cases: .8, pace: 1.15, stuck: .06, solved: .66, pleased: .61, rates: .07, items: 3, completed: .72,
		failures: .006, misses: .07,
	}
}

func selfAbsorbed() habits {
	return habits{
		followers: 31_600, growth: -3.4,
		pushes: []time.Weekday{time.Monday, time.Wednesday, time.Friday}, posts: 6,
		reach: .022, tail: .07, finish: .17,
		cases: 1.1, pace: 1.4, stuck: .25, solved: .4, pleased: .35, rates: .2, items: 1.2, completed: .48,
		failures: .02, misses: .12,
	}
}

// recordGenerator makes what one account has beside its messages: the same for the same plan.
type recordGenerator struct {
	*Account
	Plan
	workday func(time.Time) bool
}

// dice are the random numbers of one kind of record, so that more of one kind changes no other.
func (p *recordGenerator) dice(kind string) *dice {
	h := fnv.New64a()
	_, _ = h.Write([]byte(p.AppID + " " + kind))           // a hash takes everything
	return &dice{rand.New(rand.NewPCG(p.Seed, h.Sum64()))} //nolint:gosec // made-up figures need no secrecy
}

type dice struct{ *rand.Rand }

func (d *dice) chance(share float64) bool { return d.Float64() < share }

// roundRandomly is a whole number near v, the fraction by chance.
func (d *dice) roundRandomly(v float64) int64 {
	n := int64(v)
	if d.chance(v - float64(n)) {
		n++
	}
	return n
}

// vary is v give or take a share of it.
func (d *dice) vary(v, share float64) float64 { return v * (1 - share + 2*share*d.Float64()) }

// days are the days of the plan that have begun, in order.
func (p *recordGenerator) days(f func(n int, day time.Time)) {
	for n := range p.Days {
		if day := p.From.AddDate(0, 0, n); day.Before(p.Until) {
			f(n, day)
		}
	}
}

// followers is how many follow the account at the end of each day that is over, the day before
// the first among them.
func (p *recordGenerator) followers() []store.Followers {
	d, count := p.dice("followers"), float64(p.habits.followers)
	list := []store.Followers{{AppID: p.AppID, Day: p.From.AddDate(0, 0, -1).Format(time.DateOnly), Count: int64(count)}}
	p.days(func(_ int, day time.Time) {
		if day.AddDate(0, 0, 1).After(p.Until) {
			return
		}
		count += d.vary(p.habits.growth, 1.5)
		list = append(list, store.Followers{AppID: p.AppID, Day: day.Format(time.DateOnly), Count: int64(count)})
	})
	return list
}
