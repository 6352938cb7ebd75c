package analytics

import (
	"context"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/report"
	"github.com/wenzheng/wenzheng/waits"
)

// longestReport is how many days a report is of at most: it reads every week of every account.
const longestReport = 366

// SelfCheck is the report that an office writes about itself, of a quarter as a rule: the indices of
// the accounts and their trends by week. progress hears as from Indices.
func (m *Analytics) SelfCheck(ctx context.Context, q IndicesQuery, progress func(done, total int)) (*report.Document, error) {
	from, to, _, err := m.settle(q.From, q.To, q.AsOf)
	if err != nil {
		return nil, err
	}
	if to.After(from.AddDate(0, 0, longestReport)) {
		return nil, invalid("from", "报告至多写一年，请改起止日期")
	}
	r, err := m.Indices(ctx, q, progress)
	if err != nil {
		return nil, err
	}
	d := report.NewDocument(&r)
	if !q.To.IsZero() {
		d.Period = report.PeriodName(from, q.To) // by its name also while it runs
	}
	for i := range r.Accounts {
		weeks, err := m.weeks(ctx, &r, r.Accounts[i].Account)
		if err != nil {
			return nil, err
		}
		d.Accounts[i].Charts = report.Charts(weeks)
	}
	return d, nil
}

// weeks are the reports of an account for the weeks (Sunday to Saturday) of the window of r, the
// first and the last cut to the window, as far as they have begun.
func (m *Analytics) weeks(ctx context.Context, r *indices.Report, appID string) ([]report.Week, error) {
	accounts, err := m.accounts(ctx, []string{appID})
	if err != nil {
		return nil, err
	}
	calendar, err := m.calendar(ctx)
	if err != nil {
		return nil, err
	}
	var list []report.Week
	end := indices.StartOfDay(r.To).AddDate(0, 0, 1)
	for at := r.From; at.Before(end); {
		next := at.AddDate(0, 0, 7-int(at.Weekday()))
		if next.After(end) {
			next = end
		}
		in, err := m.inputs(ctx, accounts[0], waits.Window{AppID: appID, Channel: r.Channel, From: at, To: next, AsOf: r.AsOf}, calendar)
		if err != nil {
			return nil, err
		}
		list = append(list, report.Week{From: at, Days: int(next.Sub(at).Hours() / 24), Report: indices.Compute(&in)})
		at = next
	}
	return list, nil
}
