package indices

import (
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

func countsOf(in *Inputs, t *tally) Counts {
	c := Counts{
		Inbound: in.Inbound, ActiveCitizens: in.ActiveCitizens, Sessions: t.Sessions, TwoWaySessions: t.TwoWay, Dialogues: in.Dialogues,
		Waits: WaitCounts{
			Opened: t.Opened, Human: t.Human, Bot: t.Bot, Expired: t.Expired, Left: t.Left, Open: t.open, Pending: t.pending,
		},
	}
	if in.Followers > 0 {
		c.ActivePermille = new(1000 * float64(in.ActiveCitizens) / float64(in.Followers))
	}
	return c
}

func firstResponse(t *tally) ResponseTimes {
	return responseTimes(&t.first, t.firstNeed())
}

func response(t *tally) AllResponses {
	r := AllResponses{ResponseTimes: responseTimes(&t.all, t.need(lastLimit))}
	r.Answered, r.Mean = t.Human, ratio(t.RTSum, t.Human)
	r.OfficeMean = ratio(t.RTOfficeSum, t.Human)
	return r
}

func responseTimes(h *histogram, n int64) ResponseTimes {
	return ResponseTimes{
		N: n, Answered: h.n, P50: h.quantile(shown()[0], n), P90: h.quantile(shown()[1], n), Mean: ratio(h.seconds, h.n),
	}
}

// ratio is a/b, or nil without b.
func ratio(a, b int64) *float64 {
	if b <= 0 {
		return nil
	}
	return new(float64(a) / float64(b))
}

func limitFigures(t *tally, targets *Targets) []LimitFigures {
	list := make([]LimitFigures, 0, models.ChatLimits)
	for i, limit := range t.limits.Chat {
		all, human := NewRate(t.onTime(i), t.due(i)), NewRate(t.OnTimeHuman[i], t.need(i))
		list = append(list, LimitFigures{
			Limit: limit, Due: t.due(i), OnTime: t.onTime(i), Breach: t.breach(i),
			Rate: all.Value, Low: all.Low, High: all.High,
			HumanRate: human.Value, HumanLow: human.Low, HumanHigh: human.High, HumanOnTime: human.Hits, Need: human.N,
			Verdict: targets.reply(limit, all.Value),
		})
	}
	return list
}

func rates(t *tally) Rates {
	r := Rates{
		SelfServed: NewRate(t.Bot, t.Bot+t.Human+t.Expired),
		TwoWay:     NewRate(t.TwoWay, t.Sessions),
		CSAT:       NewRate(t.Satisfied, t.Rated),
		Repeat:     NewRate(t.Repeated, t.Aged),
		Marked:     NewRate(t.Marked, t.Opened+t.Marked),
	}
	if t.Rated < int64(t.limits.MinRatings) {
		r.CSAT = Rate{Hits: t.Satisfied, N: t.Rated} // too few to mean anything
	}
	return r
}

func backlog(in *Inputs, t *tally, asOf int64) Backlog {
	b := Backlog{Expired: t.Expired, Left: t.Left, Ages: make([]AgeBucket, 0, models.ChatLimits+1)}
	limits := t.limits.At(asOf) // it tells of that instant, whenever the window ended
	for _, limit := range limits.Chat {
		b.Ages = append(b.Ages, AgeBucket{UpTo: new(limit)})
	}
	b.Ages = append(b.Ages, AgeBucket{})
	undecided := in.undecided()
	for i := range undecided {
		w := &undecided[i]
		r := StateAt(w, asOf)
		switch {
		case r.State != models.WaitOpen || w.Mark != models.MarkNone:
			continue
		case r.Pending:
			b.Pending++
			continue
		}
		b.Open++
		bucket, _ := slices.BinarySearch(limits.Chat[:], r.Waited)
		b.Ages[bucket].Count++
		if b.Oldest == nil || r.Waited > *b.Oldest {
			b.Oldest = new(r.Waited)
		}
		b.AtRisk += count(AtRisk(w, limits, asOf))
	}
	return b
}

func live(in *Inputs, r *AccountReport) Live {
	b := &r.Backlog
	l := Live{
		AsOf: in.AsOf.In(Shanghai()), Open: b.Open, Pending: b.Pending, AtRisk: b.AtRisk, Oldest: b.Oldest, Ages: b.Ages,
		PublicationGap: r.Publication.Gap, LastPublication: r.Publication.Last,
	}
	if in.Office != nil {
		keys, _ := unassigned(in)
		l.Unassigned = new(int64(len(keys)))
	}
	return l
}

func (in *Inputs) undecided() []models.Wait {
	if in.Backlog != nil {
		return in.Backlog
	}
	return in.Live
}

// AtRisk reports whether the customer-service window of an open chat wait is about to close
// (M10): its last message is older than 44 h, or the quota of messages is spent.
func AtRisk(w *models.Wait, limits *Limits, asOf int64) bool {
	r := StateAt(w, asOf)
	if w.Channel != models.ChannelChat || w.Mark != models.MarkNone || r.State != models.WaitOpen || r.Pending {
		return false
	}
	return asOf-w.LastInAt > limits.AtRisk || w.Sent >= limits.Quota
}

// publication is M16: days from the last publication to AsOf and to the window's end, and the
// largest number of days between two publications of the window, its ends included.
func publication(in *Inputs, limits *Limits) Publication {
	var days []int64
	add := func(t time.Time) {
		if !t.After(in.AsOf) {
			days = append(days, dayOf(t.Unix()))
		}
	}
	for _, t := range in.Publications {
		add(t)
	}
	for i := 0; in.Publications == nil && i < len(in.Articles); i++ {
		add(in.Articles[i].PublishedAt)
	}
	if len(days) == 0 {
		return Publication{Veto: limits.GapVeto}
	}
	slices.Sort(days)
	last := days[len(days)-1]
	p := Publication{Veto: limits.GapVeto, Gap: new(dayOf(in.AsOf.Unix()) - last), Last: formatDay(last)}
	end := in.lastDay()
	for i := len(days) - 1; i >= 0 && p.GapAtEnd == nil; i-- {
		if days[i] <= end {
			p.GapAtEnd, p.LastAtEnd = new(end-days[i]), formatDay(days[i])
		}
	}
	if largest, ok := largestGap(days, dayOf(in.From.Unix()), end); ok {
		p.Largest = &largest
	}
	return p
}

// lastDay is the last day of the window that had begun at AsOf.
func (in *Inputs) lastDay() int64 { return min(dayOf(in.To.Unix()-1), dayOf(in.AsOf.Unix())) }

// running reports that the window was not over at AsOf: what is true now is true at its end.
func (in *Inputs) running() bool { return in.AsOf.Before(in.To) }

// largestGap is the longest run of days from one publication to the next, or to the end of
// the window, that ends within [from, to]. A run that began before the window counts whole.
func largestGap(days []int64, from, to int64) (largest int64, ok bool) {
	for i, d := range days {
		next := to
		if i+1 < len(days) {
			next = min(to, days[i+1])
		}
		if d <= to && next >= from {
			largest, ok = max(largest, next-d), true
		}
	}
	return largest, ok
}

func health(in *InterfaceHealth) Health {
	return Health{Rate: NewRate(in.Callbacks-in.Failures, in.Callbacks), P99MS: in.P99MS}
}

// completenessAlarm is the share of WeChat's own count below which the log is not complete;
// people are told it in percent.
const completenessAlarm = 0.99

func completeness(days []LogDay) Completeness {
	c := Completeness{Alarms: []LogAlarm{}}
	var logged, sent int64
	for _, d := range days {
		logged, sent = logged+d.Logged, sent+d.Sent
		if d.Sent <= 0 {
			continue
		}
		share := float64(d.Logged) / float64(d.Sent)
		if share < completenessAlarm || share > 1 {
			c.Alarms = append(c.Alarms, LogAlarm{Day: d.Day, Type: d.Type, Ratio: 100 * share, Double: share > 1})
		}
	}
	if r := ratio(logged, sent); r != nil {
		c.Ratio = new(100 * *r)
	}
	return c
}
