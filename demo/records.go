package demo

import (
	"fmt"
	"math"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/store"
)

// publicAnswer is the hour at which a diligent office answers a surge of questions, the day after.
const publicAnswer = 9

// articles are the posts of the months; a surge of questions is answered by a push of its own.
func (p *recordGenerator) articles(surges []indices.Surge) []store.Article {
	d, texts := p.dice("articles"), p.titles()
	var list []store.Article
	push := func(at time.Time, posts []demoText) {
		if !at.Before(p.Until) {
			return
		}
		id := fmt.Sprintf("%d", 2_247_480_000+len(list))
		head := d.vary(p.habits.reach*float64(p.habits.followers), .3)
		for k, t := range posts {
			reads := head
			if k > 0 {
				reads = d.vary(head*p.habits.tail, .35)
			}
			a := p.article(d, at, t, reads)
			a.MsgID, a.Push, a.Headline = fmt.Sprintf("%s_%d", id, k+1), id, k == 0
			list = append(list, a)
		}
	}
	p.days(func(n int, day time.Time) {
		for _, s := range surges {
			if at := atHour(s.At.AddDate(0, 0, 1), publicAnswer); p.habits.answers && at.Format(time.DateOnly) == day.Format(time.DateOnly) {
				push(at, []demoText{{s.Topic, "图文", "关于近日" + s.Topic + "集中咨询问题的统一答复"}})
			}
		}
		if !slices.Contains(p.habits.pushes, day.Weekday()) || n >= p.Days-1-p.habits.quiet {
			return
		}
		posts := make([]demoText, p.habits.posts)
		for k := range posts {
			posts[k] = texts(k == 0)
		}
		push(atHour(day, 16).Add(time.Duration(d.IntN(110))*time.Minute), posts)
	})
	return list
}

// titles hands out what is published next, in the order of the texts; headlines and the
// other posts apart where the office has a focus.
func (p *recordGenerator) titles() func(head bool) demoText {
	var heads, others []demoText
	for _, t := range p.texts("article") {
		if t.first == p.habits.focus {
			heads = append(heads, t)
		} else {
			others = append(others, t)
		}
	}
	head, other := 0, 0
	return func(first bool) demoText {
		if first && len(heads) > 0 {
			head++
			return heads[(head-1)%len(heads)]
		}
		other++
		return others[(other-1)%len(others)]
	}
}

func (p *recordGenerator) article(d *dice, at time.Time, t demoText, reads float64) store.Article {
	return store.Article{
		AppID: p.AppID, PublishedAt: at, Title: t.text, Topic: t.first, Form: t.second,
		Reads: int64(reads), Zaikan: d.roundRandomly(reads * .004), Likes: d.roundRandomly(reads * .009), Shares: d.roundRandomly(reads * .018),
		FinishRate: new(math.Round(1000*min(1, d.vary(p.habits.finish, .35))) / 10),
	}
}

func atHour(day time.Time, hour int) time.Time {
	y, m, n := day.In(indices.Shanghai()).Date()
	return time.Date(y, m, n, hour, 0, 0, 0, indices.Shanghai())
}

// cases are the matters citizens left with the office, with what became of them.
func (p *recordGenerator) cases() []store.Case {
	d, texts, limits := p.dice("cases"), p.texts("case"), indices.DefaultLimits().Case
	var list []store.Case
	p.days(func(_ int, day time.Time) {
		if !p.workday(day) {
			return
		}
		for k := range d.roundRandomly(p.habits.cases) {
			t := texts[d.IntN(len(texts))]
			opened := atHour(day, 9).Add(time.Duration(d.IntN(8*60)) * time.Minute)
			if !opened.Before(p.Until) {
				continue
			}
			c := store.Case{
				AppID: p.AppID, ID: fmt.Sprintf("LJ%s%02d", day.Format("20060102"), k+1), Category: t.first, Topic: t.second, Title: t.text,
				Spells: []store.Spell{{From: opened}},
			}
			p.finish(d, &c, max(1, d.roundRandomly(d.vary(p.habits.pace*float64(limits.Limit(t.first)), .7))))
			list = append(list, c)
		}
	})
	return list
}

// finish closes a case after so many working days, if that day has come, and lets half of
// the citizens say what they think of it.
func (p *recordGenerator) finish(d *dice, c *store.Case, workdays int64) {
	stuck, says := d.chance(p.habits.stuck), d.chance(.5)
	feedback := store.Feedback{Solved: d.chance(p.habits.solved), Satisfied: d.chance(p.habits.pleased)}
	day := c.Spells[0].From
	for workdays > 0 {
		if day = day.AddDate(0, 0, 1); p.workday(day) {
			workdays--
		}
	}
	closed := atHour(day, 10).Add(time.Duration(d.IntN(7*60)) * time.Minute)
	if stuck || !closed.Before(p.Until) {
		return
	}
	c.Spells[0].To = closed
	if says {
		c.Feedback = &feedback
	}
}

// items are the services citizens started through the account.
func (p *recordGenerator) items() []store.ServiceItem {
	d, texts := p.dice("items"), p.texts("item")
	var list []store.ServiceItem
	p.days(func(_ int, day time.Time) {
		for k := range d.roundRandomly(d.vary(p.habits.items, .8)) {
			started := atHour(day, 8).Add(time.Duration(d.IntN(13*60)) * time.Minute)
			i := store.ServiceItem{
				AppID: p.AppID, ID: fmt.Sprintf("SX%s%03d", day.Format("20060102"), k+1), Name: texts[d.IntN(len(texts))].text, StartedAt: started,
			}
			done := started.Add(time.Duration(10+d.IntN(3*24*60)) * time.Minute)
			if d.chance(p.habits.completed) && done.Before(p.Until) {
				i.CompletedAt = done
			}
			if started.Before(p.Until) {
				list = append(list, i)
			}
		}
	})
	return list
}

// probes are the daily self-tests. The latest passes: it is the veto of an office that
// answers nobody that the demo shows, not the one of a broken account.
func (p *recordGenerator) probes() []store.Probe {
	d := p.dice("probes")
	var list []store.Probe
	p.days(func(_ int, day time.Time) {
		probe := store.Probe{AppID: p.AppID, At: atHour(day, 8).Add(30 * time.Minute), Passed: true, Evidence: "每日自测：发送“你好”，一秒内收到答复"}
		if d.chance(p.habits.misses) {
			probe.Passed, probe.Evidence = false, "每日自测：发送“你好”，五秒内没有收到答复"
		}
		if probe.At.Before(p.Until) {
			list = append(list, probe)
		}
	})
	if n := len(list); n > 0 && !list[n-1].Passed {
		list[n-1].Passed, list[n-1].Evidence = true, "每日自测：发送“你好”，一秒内收到答复"
	}
	return list
}
