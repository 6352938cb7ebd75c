package analytics

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/report"
	"github.com/wenzheng/wenzheng/waits"
)

// maxLines bounds the topics or staff of one series.
const maxLines = 20

// SeriesQuery asks for one metric over time. Topic and Staff narrow it down, nil = all, ""
// = those without; Split makes one line for each account, topic or member of staff.
type SeriesQuery struct {
	Metric         string
	By             string // SeriesHour or SeriesDay
	Split          string // SplitAccount, SplitTopic or SplitStaff
	Accounts       []string
	Channel        models.Channel
	From, To, AsOf time.Time
	Topic, Staff   *string
}

// What a series may be cut into.
const (
	SeriesDay    = "day"
	SeriesHour   = "hour"
	SplitAccount = "account"
	SplitTopic   = "topic"
	SplitStaff   = "staff"
)

// Series is one metric over time.
type Series struct {
	Metric string         `json:"metric"`
	Unit   string         `json:"unit"` // count, percent, seconds, points
	By     string         `json:"by"`
	Split  string         `json:"split"`
	From   time.Time      `json:"from"`
	To     time.Time      `json:"to"` // the last second of the window, AsOf while it runs
	AsOf   time.Time      `json:"as_of"`
	Chan   models.Channel `json:"channel"`
	// Truncated: more topics or staff than lines are given; those with most waits are.
	Truncated bool         `json:"truncated"`
	Lines     []SeriesLine `json:"series"`
}

// SeriesLine is the metric of one account, topic or member of staff.
type SeriesLine struct {
	Account string        `json:"account"`
	Name    string        `json:"name"`
	Topic   *string       `json:"topic"`
	Staff   *string       `json:"staff"`
	Points  []SeriesPoint `json:"points"`
}

// SeriesPoint is one hour or day: Value is a number, null where there is none, or
// "unanswered" for a quantile that falls on a wait without an answer.
type SeriesPoint struct {
	At          time.Time `json:"at"`
	Value       any       `json:"value"`
	Provisional bool      `json:"provisional"` // 暂定
	// Of a median alone: the waits it is over and its 95 % interval; else null.
	N    *int64           `json:"n"`
	Low  indices.Quantile `json:"low"`
	High indices.Quantile `json:"high"`
}

// Series is a metric of the accounts for every hour or day of a window. One that is not known so
// finely is a *models.Error that names what to change.
func (m *Analytics) Series(ctx context.Context, q SeriesQuery) (Series, error) {
	if !slices.Contains(SeriesMetrics(), q.Metric) {
		return Series{}, models.FieldFault("没有这个指标", "metric", "“"+q.Metric+"”没有按时间的数列，可用的见 /openapi.yaml")
	}
	var err error
	if q.From, q.To, q.AsOf, err = m.settle(q.From, q.To, q.AsOf); err != nil {
		return Series{}, err
	}
	accounts, err := m.accounts(ctx, q.Accounts)
	if err != nil {
		return Series{}, err
	}
	zone := indices.Shanghai()
	out := Series{
		Metric: q.Metric, By: q.By, Split: q.Split, From: q.From.In(zone), To: indices.LastSecond(q.To, q.AsOf).In(zone), AsOf: q.AsOf.In(zone),
		Chan: q.Channel, Lines: []SeriesLine{},
	}
	empty := indices.Compute(&indices.Inputs{})
	out.Unit = string(report.FigureOf(&empty, q.Metric).Unit)
	s := scopeOf(q.Metric)
	if err := divisible(&q, s, len(accounts)); err != nil {
		return Series{}, err
	}
	for _, a := range accounts {
		w := waits.Window{AppID: a.AppID, Channel: q.Channel, From: q.From, To: q.To, AsOf: q.AsOf, Topic: q.Topic, Staff: q.Staff}
		lines, cut, err := m.lines(ctx, w, q.Split)
		if err != nil {
			return Series{}, err
		}
		out.Truncated = out.Truncated || cut
		for _, line := range lines {
			points, err := m.points(ctx, a, line, q, s)
			if err != nil {
				return Series{}, err
			}
			out.Lines = append(out.Lines, lineOf(a, line, q.Split, points))
		}
	}
	return out, nil
}

func lineOf(a models.Account, w waits.Window, split string, points []SeriesPoint) SeriesLine {
	line := SeriesLine{Account: a.AppID, Name: a.Name, Points: points}
	switch split {
	case SplitTopic:
		line.Topic = w.Topic
	case SplitStaff:
		line.Staff = w.Staff
	}
	return line
}

// lines are the windows of the account's lines: one, or one for each topic or member of
// staff, those with most waits first; cut reports that there are more.
func (m *Analytics) lines(ctx context.Context, w waits.Window, split string) (list []waits.Window, cut bool, err error) {
	if split == SplitAccount {
		return []waits.Window{w}, false, nil
	}
	groups, err := m.waits.Groups(ctx, w, false, split)
	if err != nil {
		return nil, false, err
	}
	parts := slices.DeleteFunc(groups[split], func(p waits.Group) bool { return opened(&p) == 0 }) // menu clicks only
	slices.SortStableFunc(parts, func(a, b waits.Group) int { return int(opened(&b) - opened(&a)) })
	cut = len(parts) > maxLines
	for _, p := range parts[:min(len(parts), maxLines)] {
		one, name := w, cmp.Or(p.Topic, p.Staff)
		if split == SplitTopic {
			one.Topic = &name
		} else {
			one.Staff = &name
		}
		list = append(list, one)
	}
	return list, cut, nil
}

func opened(p *waits.Group) int64 { return p.Sums.Opened + int64(len(p.Live)) }

// points are the metric for every hour or day of the window that has begun.
func (m *Analytics) points(ctx context.Context, a models.Account, w waits.Window, q SeriesQuery, s scope) ([]SeriesPoint, error) {
	compute, err := m.computer(ctx, a, w, q, s)
	if err != nil {
		return nil, err
	}
	points := []SeriesPoint{}
	for at := w.From; at.Before(w.To) && !at.After(w.AsOf); {
		next := at.Add(time.Hour)
		if q.By == SeriesDay {
			next = at.AddDate(0, 0, 1)
		}
		in, err := compute(at, next)
		if err != nil {
			return nil, err
		}
		r := indices.Compute(&in)
		f := report.FigureOf(&r, q.Metric)
		p := SeriesPoint{At: at.In(indices.Shanghai()), Provisional: r.Provisional}
		switch {
		case f.Raw != "":
			p.Value = f.Raw
		case f.Value != nil:
			p.Value = *f.Value
		}
		p.interval(&in, q.Metric)
		points = append(points, p)
		at = next
	}
	return points, nil
}

// interval tells how sure a median is.
func (p *SeriesPoint) interval(in *indices.Inputs, metric string) {
	if metric != "response.p50_s" && metric != "first_response.p50_s" {
		return
	}
	n, low, high := indices.MedianInterval(in, metric == "first_response.p50_s")
	p.N, p.Low, p.High = &n, low, high
}

// computer returns what gives the inputs of one hour or day.
func (m *Analytics) computer(ctx context.Context, a models.Account, w waits.Window, q SeriesQuery, s scope,
) (func(from, to time.Time) (indices.Inputs, error), error) {
	if s == scopeDay {
		return m.daily(ctx, a, w)
	}
	if strings.Contains(q.Metric, "response") && (q.By != SeriesDay || w.Topic != nil || w.Staff != nil) {
		return m.dayByDay(ctx, w), nil
	}
	cells, err := m.cells(ctx, w, q)
	if err != nil {
		return nil, err
	}
	return func(from, to time.Time) (indices.Inputs, error) {
		in := indices.Inputs{Account: w.AppID, Channel: w.Channel, From: from, To: to, AsOf: w.AsOf}
		if c := cells[from.Unix()]; c != nil {
			in.Inbound, in.ActiveCitizens, in.Sums, in.Live, in.Responses = c.Inbound, c.citizens, c.Sums, c.Live, c.Responses
		}
		return in, nil
	}, nil
}

// daily gives the inputs of single days.
func (m *Analytics) daily(ctx context.Context, a models.Account, w waits.Window) (func(from, to time.Time) (indices.Inputs, error), error) {
	calendar, err := m.calendar(ctx)
	if err != nil {
		return nil, err
	}
	return func(from, to time.Time) (indices.Inputs, error) {
		day := w
		day.From, day.To = from, to
		return m.inputs(ctx, a, day, calendar)
	}, nil
}

// cell is one hour or day of a series.
type cell struct {
	waits.Point
	citizens int64
}

// dayByDay gives the waits of hours, or of days of one topic or member of staff, asked for in order: a
// quantile needs every wait, as the histogram knows neither hours nor topics nor staff. It holds those of one day at a time.
func (m *Analytics) dayByDay(ctx context.Context, w waits.Window) func(from, to time.Time) (indices.Inputs, error) {
	var held []models.Wait
	var until time.Time
	return func(from, to time.Time) (indices.Inputs, error) {
		in := indices.Inputs{Account: w.AppID, Channel: w.Channel, From: from, To: to, AsOf: w.AsOf}
		if !from.Before(until) {
			day := w
			day.From, day.To = from, from.AddDate(0, 0, 1)
			if w.To.Before(day.To) {
				day.To = w.To
			}
			var err error
			if held, err = m.waits.Opened(ctx, day); err != nil {
				return in, err
			}
			until = day.To
		}
		for i := range held {
			if at := held[i].OpenAt; at >= from.Unix() && at < to.Unix() {
				in.Live = append(in.Live, held[i])
			}
		}
		return in, nil
	}
}

// cells are the sums of every hour or day, by its first second.
func (m *Analytics) cells(ctx context.Context, w waits.Window, q SeriesQuery) (map[int64]*cell, error) {
	cells := map[int64]*cell{}
	if q.Metric == "counts.active_citizens" {
		points, err := m.waits.ActiveSeries(ctx, w, q.By)
		for _, p := range points {
			cells[p.At.Unix()] = &cell{citizens: p.Citizens}
		}
		return cells, err
	}
	read := func() ([]waits.Point, error) { return m.waits.Series(ctx, w, q.By) }
	if strings.Contains(q.Metric, "response") {
		read = func() ([]waits.Point, error) { return m.waits.ResponseDays(ctx, w) }
	}
	points, err := read()
	for _, p := range points {
		cells[p.At.Unix()] = &cell{Point: p}
	}
	return cells, err
}
