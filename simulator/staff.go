package simulator

import (
	"container/heap"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// manner is how the staff of a character work.
type manner struct {
	answered float64       // share of questions a person answers
	median   time.Duration // of the answer, in office time
	spread   float64
	evenings bool // somebody is on duty until nine, also on free days
	insists  float64
	names    []string
}

func mannerOf(c Character) manner {
	switch c {
	case Fast:
		return manner{answered: 0.95, median: 9 * time.Minute, spread: 0.9, evenings: true, insists: 0.25, names: []string{"小李", "小陈", "值班员"}}
	case Slow:
		return manner{answered: 0.55, median: 9 * time.Hour, spread: 1, insists: 0.1, names: []string{"老王"}}
	}
	return manner{}
}

// ask puts a question and, when somebody will answer it, the answer. It returns when the
// answer comes, or zero.
func (h *history) ask(at time.Time, citizen int, q Question) time.Time {
	p := h.post(at, citizen)
	key := h.put(MomentText, p, p.Text(q.Text), q.Topic, q.Text)
	m := mannerOf(h.o.Character)
	if h.c.rng.Float64() >= m.answered || q.Answer == "" {
		return time.Time{}
	}
	answered := h.afterOffice(at, h.c.lognormal(m.median, m.spread), m).Truncate(time.Second)
	h.made++
	heap.Push(&h.queue, scheduled{h.made, Moment{
		At: answered, Kind: MomentHuman, OpenID: p.From, Topic: q.Topic, Text: q.Answer, Key: key,
		Staff: h.c.pick(m.names), Insists: h.c.rng.Float64() < m.insists,
	}})
	return answered
}

// afterOffice is the time at which so much office time has passed since at.
func (h *history) afterOffice(at time.Time, work time.Duration, m manner) time.Time {
	for day := dayOf(at); ; day = day.AddDate(0, 0, 1) {
		for _, span := range h.spans(day, m) {
			from, to := day.Add(span[0]), day.Add(span[1])
			if at.After(from) {
				from = at
			}
			left := to.Sub(from)
			if left <= 0 {
				continue
			}
			if work < left {
				return from.Add(work)
			}
			work -= left
		}
	}
}

// spans are the hours of a day in which somebody answers.
func (h *history) spans(day time.Time, m manner) [][2]time.Duration {
	morning := [2]time.Duration{9 * time.Hour, 12 * time.Hour}
	afternoon := [2]time.Duration{13*time.Hour + 30*time.Minute, 17*time.Hour + 30*time.Minute}
	evening := [2]time.Duration{18*time.Hour + 30*time.Minute, 21 * time.Hour}
	switch {
	case m.evenings:
		return [][2]time.Duration{morning, afternoon, evening}
	case h.o.Holiday(day):
		return nil
	}
	return [][2]time.Duration{morning, afternoon}
}

func dayOf(t time.Time) time.Time {
	y, m, d := t.In(models.Shanghai()).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, models.Shanghai())
}
