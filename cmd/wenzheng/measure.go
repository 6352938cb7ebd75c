package main

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/handler"
	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
)

// measurer answers questions about the log: the store gives what was counted, indices
// reckons. It is safe for concurrent use.
type measurer struct {
	store   *store.Store
	waits   *waits.Waits
	now     func() time.Time
	targets indices.Targets
	held    indices.LiveCalendar // made anew when its days change
	asked   askedGroups          // of report
}

// targetsOf are the shares that the office set itself.
func targetsOf(s *config.Settings) indices.Targets {
	t := indices.Targets{Reply: map[int64]float64{}, Cases: s.Targets.Cases, Source: s.Targets.Source}
	for limit, share := range s.Targets.Reply {
		t.Reply[int64(limit/time.Second)] = share
	}
	if t.Source == "" {
		t.Source = "设置 targets"
	}
	return t
}

// usualWindow is the window of a question that names none, in days.
const usualWindow = 30

// longestWindow bounds what one question may cost, in days: eleven years.
const longestWindow = 7400

// settle fills in what a question leaves open: the last 30 days that are final at asOf, and now.
// Days after asOf are no part of any window.
func (m *measurer) settle(from, to, asOf time.Time) (start, end, at time.Time, err error) {
	now := m.now()
	if asOf.IsZero() {
		asOf = now
	}
	if asOf.After(now) {
		return from, to, asOf, models.NewError(models.CodeInvalid, "截至时刻晚于现在，尚不可知；请改早，或不写（即现在）")
	}
	tomorrow := indices.StartOfDay(asOf).AddDate(0, 0, 1)
	if final := indices.FinalEnd(asOf); to.IsZero() && (from.IsZero() || from.Before(final)) {
		to = final
	}
	if to.IsZero() || to.After(tomorrow) && (from.IsZero() || from.Before(tomorrow)) {
		to = tomorrow
	}
	if from.IsZero() {
		from = to.AddDate(0, 0, -usualWindow)
	}
	switch {
	case to.After(from.AddDate(0, 0, longestWindow)):
		err = &models.Error{Code: models.CodeInvalid, Message: "统计窗口太长", Fields: []models.FieldError{
			{Field: "from", Message: "窗口最长 7400 天（约 20 年），请改起止日期"},
		}}
	case !from.Before(to):
		err = models.NewError(models.CodeInvalid, "起始日期晚于截止日期，请对调")
	case asOf.Before(from):
		err = models.NewError(models.CodeInvalid, "截至时刻早于统计窗口的开始，窗口内还没有数据；请改窗口或截至时刻")
	}
	return from, to, asOf, err
}

// accounts finds the accounts named, or all, in the order given.
func (m *measurer) accounts(ctx context.Context, names []string) ([]models.Account, error) {
	known, err := m.store.Accounts(ctx)
	if err != nil || len(names) == 0 {
		return known, err
	}
	var list []models.Account
	var missing []models.FieldError
	for _, name := range names {
		i := slices.IndexFunc(known, func(a models.Account) bool { return a.AppID == name })
		if i < 0 {
			missing = append(missing, models.FieldError{Field: "account", Message: "没有账号 " + name + "，请核对 AppID（wenzheng account list）"})
			continue
		}
		list = append(list, known[i])
	}
	if len(missing) > 0 {
		return nil, &models.Error{Code: models.CodeNotFound, Message: "没有这个账号", Fields: missing}
	}
	return list, nil
}

// calendar is the built-in one with the days that were imported or set by hand.
func (m *measurer) calendar(ctx context.Context) (*indices.Calendar, error) {
	days, err := m.store.CalendarDays(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := m.held.Take(days); err != nil {
		return nil, err
	}
	return m.held.Current(), nil
}

// Indices implements handler.Measure.
func (m *measurer) Indices(ctx context.Context, q handler.IndicesQuery) (any, error) {
	r, err := m.report(ctx, q, func(int, int) {})
	if err != nil {
		return nil, err
	}
	return r, nil
}

// report is every metric and index of the accounts, side by side; progress hears how many
// accounts of how many are done.
func (m *measurer) report(ctx context.Context, q handler.IndicesQuery, progress func(done, total int)) (indices.Report, error) {
	var err error
	if q.From, q.To, q.AsOf, err = m.settle(q.From, q.To, q.AsOf); err != nil {
		return indices.Report{}, err
	}
	accounts, err := m.accounts(ctx, q.Accounts)
	if err != nil {
		return indices.Report{}, err
	}
	if len(accounts) == 0 {
		return indices.Report{}, models.NewError(models.CodeNotFound, "还没有账号，请先运行 wenzheng account add")
	}
	calendar, err := m.calendar(ctx)
	if err != nil {
		return indices.Report{}, err
	}
	pending, err := m.waits.Remeasuring(ctx)
	if err != nil {
		return indices.Report{}, err
	}
	inputs := make([]indices.Inputs, len(accounts))
	for i, a := range accounts {
		w := waits.Window{AppID: a.AppID, Channel: q.Channel, From: q.From, To: q.To, AsOf: q.AsOf}
		if inputs[i], err = m.diagnosed(ctx, a, w, calendar); err != nil {
			return indices.Report{}, err
		}
		if err := m.unfollows(ctx, &inputs[i], w); err != nil {
			return indices.Report{}, err
		}
		inputs[i].Remeasuring = remeasuringOf(pending, a.AppID)
		progress(i+1, len(accounts))
	}
	return indices.NewReport(inputs...), nil
}

// remeasuringOf is what concerns an account, nil where its figures are current.
func remeasuringOf(pending []waits.Remeasuring, appID string) *indices.Remeasuring {
	for _, r := range pending {
		if r.AppID == "" || r.AppID == appID {
			return &indices.Remeasuring{Done: r.Done, Total: r.Total}
		}
	}
	return nil
}

// inputs are what the store has counted already: enough for waits, times, rates and the
// indices made of them.
func (m *measurer) inputs(ctx context.Context, a models.Account, w waits.Window, calendar *indices.Calendar) (indices.Inputs, error) {
	d, err := m.waits.Measured(ctx, w)
	if err != nil {
		return indices.Inputs{}, err
	}
	return m.inputsOf(a, w, calendar, &d)
}

func (m *measurer) inputsOf(a models.Account, w waits.Window, calendar *indices.Calendar, d *waits.Measured) (indices.Inputs, error) {
	periods, err := models.OfficePeriods(a.Settings)
	if err != nil {
		return indices.Inputs{}, err
	}
	limits, err := indices.LimitsOf(a.Settings)
	if err != nil {
		return indices.Inputs{}, err
	}
	in := indices.Inputs{
		Account: a.AppID, Name: a.Name, Channel: w.Channel, From: w.From, To: w.To, AsOf: w.AsOf, Office: calendar.Office(periods...), Limits: &limits,
		Targets: m.targets,
		Inbound: d.Inbound, ActiveCitizens: d.ActiveCitizens, Followers: d.Followers, Permille30: d.Permille30,
		Sums: d.Sums, Responses: d.Responses, Live: d.Live, Backlog: d.Backlog,
		Recent:       &indices.Recent{Sums: d.RecentSums, Live: d.RecentLive},
		Items:        indices.Tally{Hits: d.ItemsDone, N: d.ItemsStarted},
		Publications: d.Publications,
		Interface:    indices.InterfaceHealth{Callbacks: d.Callbacks, Failures: d.Failures},
		Probes:       indices.Probes{Days: d.ProbeDays, Passed: d.ProbesPassed, Latest: d.LatestProbe},
		Incident:     d.Incident,
		Log:          d.Log,
		Diagnosis:    indices.DiagnosisInputs{Asks: d.Asks},
	}
	if in.Backlog == nil {
		in.Backlog = []models.Wait{}
	}
	for i := range d.Cases {
		in.Cases = append(in.Cases, caseOf(&d.Cases[i]))
	}
	// Where statistics were kept by then, no post in the window is a 0 and not an unknown.
	if slices.ContainsFunc(d.Publications, w.To.After) {
		in.Articles = make([]indices.Article, 0, len(d.Articles))
	}
	for i := range d.Articles {
		in.Articles = append(in.Articles, articleOf(&d.Articles[i]))
		in.Readers = in.Readers || d.Articles[i].Readers
	}
	in.Diagnosis.Surges = surges(d, w.From)
	return in, nil
}

func caseOf(c *store.Case) indices.Case {
	out := indices.Case{ID: c.ID, Category: c.Category}
	for _, s := range c.Spells {
		out.Spells = append(out.Spells, indices.Spell{From: s.From, To: s.To})
	}
	if c.Feedback != nil {
		out.Feedback = &indices.Feedback{Solved: c.Feedback.Solved, Satisfied: c.Feedback.Satisfied}
	}
	return out
}

func articleOf(a *store.Article) indices.Article {
	return indices.Article{
		ID: a.MsgID, Push: a.Push, PublishedAt: a.PublishedAt, Title: a.Title, Topic: a.Topic, Form: a.Form,
		Headline: a.Headline, Reads: a.Reads, Zaikan: a.Zaikan, Likes: a.Likes, Shares: a.Shares, FinishRate: a.FinishRate,
	}
}

// unfollows counts those of the 24 hours after each push, and their mean over 30 days.
func (m *measurer) unfollows(ctx context.Context, in *indices.Inputs, w waits.Window) error {
	pushes := map[string]time.Time{}
	for i := range in.Articles {
		a := &in.Articles[i]
		if at, ok := pushes[a.Push]; a.Push != "" && (!ok || a.PublishedAt.Before(at)) {
			pushes[a.Push] = a.PublishedAt
		}
	}
	if len(pushes) == 0 {
		return nil
	}
	end := w.To
	if w.AsOf.Before(end) {
		end = w.AsOf
	}
	month := end.AddDate(0, 0, -usualWindow)
	from := w.From
	if month.Before(from) {
		from = month
	}
	after, mean := map[string]int64{}, 0.0
	until := end.Add(24 * time.Hour) // those after a push on the last day
	if w.AsOf.Before(until) {
		until = w.AsOf
	}
	left, err := m.waits.Unfollows(ctx, w.AppID, from, until.Add(time.Second))
	for _, second := range left {
		if !second.Before(month) && !second.After(end) {
			mean += 1. / usualWindow
		}
		for push, at := range pushes {
			if !second.Before(at) && !second.After(at.Add(24*time.Hour)) {
				after[push]++
			}
		}
	}
	in.Diagnosis.UnfollowsAfterPush, in.Diagnosis.UnfollowsADay = after, mean
	return err
}

// names are AppIDs as a flag gives them, without repetitions and spaces.
func names(list []string) []string {
	var out []string
	for _, s := range list {
		if s = strings.TrimSpace(s); s != "" && !slices.Contains(out, s) {
			out = append(out, s)
		}
	}
	return out
}
