package analytics

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/waits"
)

// IndicesQuery asks for the metrics and indices of accounts over a window. No accounts = all; zero
// times = the last 30 days that are final, and now.
type IndicesQuery struct {
	Accounts       []string // AppIDs; an unknown one is a *models.Error with CodeNotFound
	Channel        models.Channel
	From, To, AsOf time.Time // [From, To)
	// Undiagnosed leaves the diagnosis out, which reads what citizens wrote.
	Undiagnosed bool
}

// Indices is every metric and index of the accounts, side by side; progress hears how many accounts
// of how many are done, nil = nobody does.
func (m *Analytics) Indices(ctx context.Context, q IndicesQuery, progress func(done, total int)) (indices.Report, error) {
	r, err := m.report(ctx, &q, false, progress)
	if err == nil {
		err = m.addSince(ctx, &q, &r)
	}
	return r, err
}

// report settles the query and answers it, but since when problems show. passing: nobody goes on asking
// about this window.
func (m *Analytics) report(ctx context.Context, q *IndicesQuery, passing bool, progress func(done, total int)) (indices.Report, error) {
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
		if q.Undiagnosed {
			inputs[i], err = m.inputs(ctx, a, w, calendar)
		} else {
			inputs[i], err = m.diagnosed(ctx, a, w, calendar, passing)
		}
		if err != nil {
			return indices.Report{}, err
		}
		if inputs[i].Dialogues, err = m.dialogues(ctx, &w); err != nil {
			return indices.Report{}, err
		}
		inputs[i].Remeasuring = remeasuringOf(pending, a.AppID)
		if progress != nil {
			progress(i+1, len(accounts))
		}
	}
	r := indices.NewReport(inputs...)
	for i := range r.Accounts {
		if q.Undiagnosed {
			r.Accounts[i].Diagnosis = []indices.Finding{}
		}
	}
	return r, nil
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
