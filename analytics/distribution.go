package analytics

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/waits"
)

// What a distribution is by.
const (
	DistributionRT       = "rt"       // response time
	DistributionHeat     = "heat"     // weekday and hour of asking
	DistributionResponse = "response" // medians of first and of all responses, by both clocks
	DistributionTopic    = "topic"
	DistributionStaff    = "staff"
)

// DistributionQuery asks how the response times of a window are distributed, over all the accounts
// together. Several kinds are answered by one reading.
type DistributionQuery struct {
	By             []string
	Accounts       []string
	Channel        models.Channel
	From, To, AsOf time.Time
	Sample         Sample  // due, or of those that needed a human
	Topic, Staff   *string // nil = all
	Compare        string  // with the window that Comparison names: topics and staff tell the change
}

// Distribution answers it; what was not asked for is null. N is how many waits are in it, in each of
// its kinds: the waits of the list under the same filter.
type Distribution struct {
	FormulaVersion string         `json:"formula_version"`
	AsOf           time.Time      `json:"as_of"`
	From           time.Time      `json:"from"`
	To             time.Time      `json:"to"` // the last second of the window, AsOf while it runs
	Channel        models.Channel `json:"channel"`
	Provisional    bool           `json:"provisional"`
	Human          string         `json:"human"` // true: of those that needed a human; all: of all that are due
	N              int64          `json:"n"`
	Before         *WindowDays    `json:"before"` // what topics and staff are compared with

	RT       *ResponseBins  `json:"rt"`
	Response *ResponsePairs `json:"response"`
	Heat     []HeatCell     `json:"heat"`
	Topic    []GroupRow     `json:"topic"`
	Staff    []GroupRow     `json:"staff"`
}

// ResponseBins are the response times in the columns of the chart; unanswered stand beside.
type ResponseBins struct {
	Bins       []ResponseBin    `json:"bins"`
	Unanswered int64            `json:"unanswered"`
	N          int64            `json:"n"`
	P50        indices.Quantile `json:"p50_s"`
	P90        indices.Quantile `json:"p90_s"`
}

// ResponseBin counts waits that were answered after From to To seconds, both included; To is null
// in the last.
type ResponseBin struct {
	From int64  `json:"from_s"`
	To   *int64 `json:"to_s"`
	N    int64  `json:"n"`
}

// HeatCell is one hour of the week, by the time of asking.
type HeatCell struct {
	Weekday int              `json:"weekday"` // 1 = Monday to 7
	Hour    int              `json:"hour"`
	N       int64            `json:"n"`
	P50     indices.Quantile `json:"p50_s"`
	Slow    indices.Rate     `json:"over_2h"` // not answered within 2 h, of n
}

// GroupRow is one topic, or one member of staff.
type GroupRow struct {
	Name         string           `json:"name"`   // "" = none
	Opened       int64            `json:"opened"` // all waits
	N            int64            `json:"n"`
	Answered     int64            `json:"answered"` // of n
	P50          indices.Quantile `json:"p50_s"`
	P90          indices.Quantile `json:"p90_s"`
	Limits       []GroupLimit     `json:"limits"`       // null where the accounts have different limits
	Insufficient bool             `json:"insufficient"` // 样本不足: too few to be judged by
	Change       *Change          `json:"change"`       // of the median; null without Compare
}

// GroupLimit is how a limit was kept.
type GroupLimit struct {
	Limit  int64        `json:"limit_s"`
	Breach int64        `json:"breach"`
	Rate   indices.Rate `json:"rate"`
}

// binEdges are the last seconds of the columns of console pages but the last.
func binEdges() []int64 { return []int64{10, 60, 180, 600, 1800, 7200, 28800, 86400, 172800} }

// slowAfter is what the heat map takes for slow, in seconds.
const slowAfter = 7200

// Distribution is how the response times of the accounts are distributed.
func (m *Analytics) Distribution(ctx context.Context, q DistributionQuery) (Distribution, error) {
	var err error
	if q.From, q.To, q.AsOf, err = m.settle(q.From, q.To, q.AsOf); err != nil {
		return Distribution{}, err
	}
	accounts, err := m.accounts(ctx, q.Accounts)
	if err != nil {
		return Distribution{}, err
	}
	zone := indices.Shanghai()
	out := Distribution{
		FormulaVersion: indices.FormulaVersion, AsOf: q.AsOf.In(zone), From: q.From.In(zone), To: indices.LastSecond(q.To, q.AsOf).In(zone),
		Channel: cmp.Or(q.Channel, models.ChannelChat), Provisional: provisional(q.To, q.AsOf), Human: "all",
	}
	if q.Sample == SampleHuman {
		out.Human = "true"
	}
	parts, err := m.distributed(ctx, &q, accounts)
	if err != nil {
		return Distribution{}, err
	}
	out.N = parts.n
	for _, by := range q.By {
		switch by {
		case DistributionRT:
			out.RT = parts.bins()
		case DistributionResponse:
			out.Response = parts.responses()
		case DistributionHeat:
			out.Heat = heatOf(parts.groups[waits.ByWeekHour])
		case DistributionTopic:
			out.Topic = groupRows(parts.groups[waits.ByTopic])
		case DistributionStaff:
			out.Staff = groupRows(parts.groups[waits.ByStaff])
		}
	}
	err = m.compareGroups(ctx, &q, accounts, &out)
	return out, err
}

// compareGroups tells the change of topics and staff since the window that is compared with.
func (m *Analytics) compareGroups(ctx context.Context, q *DistributionQuery, accounts []models.Account, out *Distribution) error {
	before, ok, err := Comparison(q.Compare, q.From, q.To, q.AsOf)
	if !ok || err != nil || out.Topic == nil && out.Staff == nil {
		return err
	}
	out.Before = &before
	then := *q
	then.From, then.To = before.ends()
	then.By = slices.DeleteFunc(slices.Clone(q.By), func(by string) bool { return by != DistributionTopic && by != DistributionStaff })
	parts, err := m.distributed(ctx, &then, accounts)
	if err != nil {
		return err
	}
	final := !out.Provisional && !before.Provisional
	for by, rows := range map[string][]GroupRow{waits.ByTopic: out.Topic, waits.ByStaff: out.Staff} {
		was := make(map[string]GroupRow)
		for _, row := range groupRows(parts.groups[by]) {
			was[row.Name] = row
		}
		for i := range rows {
			old := was[rows[i].Name]
			rows[i].Change = new(quantileChange(rows[i].P50, old.P50, rows[i].N, old.N, final))
		}
	}
	return nil
}

// bins are the columns of all waits.
func (d *distributed) bins() *ResponseBins {
	if d.rolled != nil {
		return d.rolled
	}
	b := &ResponseBins{Bins: emptyBins()}
	for _, c := range d.groups[waits.ByNothing] {
		for _, sec := range c.seconds {
			b.put(sec, 1)
		}
		b.N, b.Unanswered = c.n(), c.unanswered
		b.P50, b.P90 = indices.QuantileOf(50, c.seconds, b.N), indices.QuantileOf(90, c.seconds, b.N)
	}
	return b
}

func emptyBins() []ResponseBin {
	edges := binEdges()
	list := make([]ResponseBin, len(edges)+1)
	for i := range list {
		if i > 0 {
			list[i].From = edges[i-1] + 1
		}
		if i < len(edges) {
			list[i].To = &edges[i]
		}
	}
	return list
}

func (b *ResponseBins) put(sec, n int64) {
	i, _ := slices.BinarySearchFunc(b.Bins, sec, func(bin ResponseBin, sec int64) int {
		if bin.To != nil && *bin.To < sec {
			return -1
		}
		return 1
	})
	b.Bins[i].N += n
}

func heatOf(list []counted) []HeatCell {
	slices.SortFunc(list, func(a, b counted) int { return cmp.Compare(a.Hour, b.Hour) })
	cells := make([]HeatCell, 0, len(list))
	for i := range list {
		c := &list[i]
		quick, _ := slices.BinarySearch(c.seconds, slowAfter+1)
		if c.n() == 0 {
			continue
		}
		cells = append(cells, HeatCell{
			Weekday: c.Hour/24 + 1, Hour: c.Hour % 24, N: c.n(), P50: indices.QuantileOf(50, c.seconds, c.n()),
			Slow: indices.NewRate(c.n()-int64(quick), c.n()),
		})
	}
	return cells
}

// groupRows are topics or staff by name, those without one last; nobody is ranked.
func groupRows(list []counted) []GroupRow {
	rows := make([]GroupRow, 0, len(list))
	for i := range list {
		c := &list[i]
		if c.opened == 0 {
			continue // menu clicks alone
		}
		row := GroupRow{
			Name: cmp.Or(c.Topic, c.Staff), Opened: c.opened, N: c.n(), Answered: int64(len(c.seconds)),
			P50: indices.QuantileOf(50, c.seconds, c.n()), P90: indices.QuantileOf(90, c.seconds, c.n()), Insufficient: c.n() < enough,
		}
		for k := range c.limits {
			c.limits[k].Rate = indices.NewRate(c.onTime[k], c.due[k])
		}
		if !c.mixed {
			row.Limits = c.limits
		}
		rows = append(rows, row)
	}
	slices.SortFunc(rows, func(a, b GroupRow) int {
		return cmp.Or(-cmp.Compare(min(1, len(a.Name)), min(1, len(b.Name))), strings.Compare(a.Name, b.Name))
	})
	return rows
}
