package analytics

import (
	"context"
	"slices"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/waits"
)

// distributed are the waits of accounts by the groupings asked for.
type distributed struct {
	n      int64
	groups map[string][]counted
	rolled *ResponseBins // from the histogram, where that has all

	first, all clocks // where medians by both clocks are asked for
}

// counted is one group of all the accounts.
type counted struct {
	waits.GroupKey
	opened, unanswered int64
	seconds            []int64
	limits             []GroupLimit
	onTime, due        []int64 // by limit
	mixed              bool    // accounts have different limits
}

func (c *counted) n() int64 { return int64(len(c.seconds)) + c.unanswered }

// groupings are those of waits that the query needs.
func (q *DistributionQuery) groupings() []string {
	var by []string
	for _, name := range q.By {
		by = append(by, map[string]string{
			DistributionRT: waits.ByNothing, DistributionResponse: waits.ByNothing, DistributionHeat: waits.ByWeekHour,
			DistributionTopic: waits.ByTopic, DistributionStaff: waits.ByStaff,
		}[name])
	}
	slices.Sort(by)
	return slices.Compact(by)
}

// distributed reads the accounts one by one and adds them up. The histogram has whole accounts and
// humans' answers alone.
func (m *Analytics) distributed(ctx context.Context, q *DistributionQuery, accounts []models.Account) (*distributed, error) {
	out := &distributed{groups: map[string][]counted{}}
	rollup := slices.Equal(q.By, []string{DistributionRT}) && q.Sample == SampleHuman && q.Topic == nil && q.Staff == nil && len(accounts) == 1
	for _, a := range accounts {
		limits, err := indices.LimitsOf(a.Settings)
		if err != nil {
			return nil, err
		}
		w := waits.Window{AppID: a.AppID, Channel: q.Channel, From: q.From, To: q.To, AsOf: q.AsOf, Topic: q.Topic, Staff: q.Staff}
		if rollup {
			return out, m.fromHistogram(ctx, w, &limits, out)
		}
		groups, err := m.waits.Groups(ctx, w, q.Sample == SampleDue, q.groupings()...)
		if err != nil {
			return nil, err
		}
		if slices.Contains(q.By, DistributionResponse) {
			for i := range groups[waits.ByNothing] {
				first, all := clocksOf(&groups[waits.ByNothing][i], &limits, q.AsOf.Unix())
				out.first.add(&first)
				out.all.add(&all)
			}
		}
		for by, list := range groups {
			sel := &indices.Selection{Sample: q.Sample}
			out.groups[by] = merged(out.groups[by], list, sel, &limits, &w)
		}
	}
	for _, list := range out.groups { // each has all waits
		out.n = 0
		for i := range list {
			out.n += list[i].n()
		}
	}
	return out, nil
}

// merged adds the groups of an account to those of the accounts before it.
func merged(all []counted, list []waits.Group, sel *indices.Selection, limits *indices.Limits, w *waits.Window) []counted {
	byKey := make(map[waits.GroupKey]*counted, len(all)+len(list))
	for i := range all {
		byKey[all[i].GroupKey] = &all[i]
	}
	var fresh []counted
	for i := range list {
		one := countGroup(&list[i], sel, limits, w)
		if c := byKey[one.GroupKey]; c != nil {
			c.add(&one)
		} else {
			fresh = append(fresh, one)
		}
	}
	return append(all, fresh...)
}

// countGroup reads a group as the selection counts it.
func countGroup(g *waits.Group, sel *indices.Selection, limits *indices.Limits, w *waits.Window) counted {
	asOf := w.AsOf.Unix()
	c := counted{GroupKey: g.GroupKey, opened: g.Sums.Opened, seconds: g.Seconds}
	_, c.unanswered = sel.Decided(&g.Sums)
	for i := range g.Live {
		v := &g.Live[i]
		if v.Mark == models.MarkNone {
			c.opened++
		}
		if !sel.Has(v, limits, asOf) {
			continue
		}
		if r := indices.StateAt(v, asOf); r.Answered() {
			c.seconds = append(c.seconds, r.Waited)
		} else {
			c.unanswered++
		}
	}
	for _, f := range indices.LimitRates(limits.At(min(w.To.Unix()-1, asOf)), &g.Sums, g.Live, asOf) {
		due, onTime, breach := f.Due, f.OnTime, f.Breach
		if sel.Sample == SampleHuman {
			due, onTime, breach = f.Need, f.HumanOnTime, f.Need-f.HumanOnTime
		}
		c.limits = append(c.limits, GroupLimit{Limit: f.Limit, Breach: breach})
		c.due, c.onTime = append(c.due, due), append(c.onTime, onTime)
	}
	slices.Sort(c.seconds)
	return c
}

func (c *counted) add(o *counted) {
	c.opened, c.unanswered = c.opened+o.opened, c.unanswered+o.unanswered
	c.seconds = append(c.seconds, o.seconds...)
	slices.Sort(c.seconds)
	for i := range c.limits {
		c.mixed = c.mixed || c.limits[i].Limit != o.limits[i].Limit
		c.limits[i].Breach += o.limits[i].Breach
		c.due[i], c.onTime[i] = c.due[i]+o.due[i], c.onTime[i]+o.onTime[i]
	}
}

// fromHistogram divides the answers of one account without reading its waits.
func (m *Analytics) fromHistogram(ctx context.Context, w waits.Window, limits *indices.Limits, out *distributed) error {
	sums, bands, live, err := m.waits.ResponseBands(ctx, w, binEdges()...)
	if err != nil {
		return err
	}
	r := indices.Responses(limits.At(min(w.To.Unix()-1, w.AsOf.Unix())), &sums, bands, live, w.AsOf.Unix())
	out.n, out.rolled = r.N, &ResponseBins{N: r.N, Unanswered: r.N - r.Answered, P50: r.P50, P90: r.P90, Bins: emptyBins()}
	for i := range bands {
		out.rolled.put(bands[i].Low, bands[i].Count)
	}
	for i := range live {
		if r := indices.StateAt(&live[i], w.AsOf.Unix()); r.State == models.WaitHuman && live[i].Mark == models.MarkNone {
			out.rolled.put(r.Waited, 1)
		}
	}
	return nil
}
