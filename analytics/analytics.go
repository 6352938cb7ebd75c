package analytics

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/waits"
)

// Options are what an Analytics reckons with.
type Options struct {
	Now     func() time.Time // default time.Now
	Targets indices.Targets  // the shares that the office set itself
	// DialogueKept is for how long after its last step a dialogue can be continued; 0 = 25 hours.
	DialogueKept time.Duration
}

// Analytics answers questions about the log: waits tells what was counted, indices reckons. It is
// safe for concurrent use.
type Analytics struct {
	store   *store.Store
	waits   *waits.Waits
	now     func() time.Time
	targets indices.Targets
	kept    time.Duration        // see Options.DialogueKept
	held    indices.LiveCalendar // made anew when its days change
	asked   askedGroups          // of Indices
	found   foundSurges          // of Surges
	done    allLooked            // of Diagnose
}

// New returns the answers about the log that w keeps in s. The caller closes s when the Analytics is
// used no more.
func New(s *store.Store, w *waits.Waits, o Options) *Analytics {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Analytics{store: s, waits: w, now: o.Now, targets: o.Targets, kept: cmp.Or(o.DialogueKept, usualKept)}
}

// accounts finds the accounts named, or all, in the order given.
func (m *Analytics) accounts(ctx context.Context, names []string) ([]models.Account, error) {
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
func (m *Analytics) calendar(ctx context.Context) (*indices.Calendar, error) {
	days, err := m.store.CalendarDays(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := m.held.Take(days); err != nil {
		return nil, err
	}
	return m.held.Current(), nil
}
