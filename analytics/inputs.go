package analytics

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
)

// inputs are what the store has counted already: enough for waits, times, rates and the
// indices made of them.
func (m *Analytics) inputs(ctx context.Context, a models.Account, w waits.Window, calendar *indices.Calendar) (indices.Inputs, error) {
	d, err := m.waits.Measured(ctx, w)
	if err != nil {
		return indices.Inputs{}, err
	}
	return m.inputsOf(a, w, calendar, &d)
}

func (m *Analytics) inputsOf(a models.Account, w waits.Window, calendar *indices.Calendar, d *waits.Measured) (indices.Inputs, error) {
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
func (m *Analytics) unfollows(ctx context.Context, in *indices.Inputs, w waits.Window) error {
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
	err := m.store.Query(ctx, store.Reports, func(rows *sql.Rows) error {
		var at int64
		err := rows.Scan(&at)
		second := time.Unix(at, 0)
		if !second.Before(month) && !second.After(end) {
			mean += 1. / usualWindow
		}
		for push, at := range pushes {
			if !second.Before(at) && !second.After(at.Add(24*time.Hour)) {
				after[push]++
			}
		}
		return err
	}, "SELECT at FROM unfollows WHERE app_id = ? AND at >= ? AND at <= ?", w.AppID, from.Unix(), until.Unix())
	in.Diagnosis.UnfollowsAfterPush, in.Diagnosis.UnfollowsADay = after, mean
	return err
}
