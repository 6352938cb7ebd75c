package analytics

import (
	"context"
	"database/sql"
	"fmt"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Episodes say since when a problem shows. Every day the 30 days that are decided are looked at, as of the
// instant at which they were; what an older log shows is looked at the same way, day by day, and all
// of it anew when the log before was changed.

const (
	// DiagnoseEvery is how often Diagnose is to be called.
	DiagnoseEvery = 10 * time.Second
	// diagnoseFor is how long one call goes on: no more than one part in twenty of a processor, as long as a
	// single window takes less.
	diagnoseFor = 500 * time.Millisecond
	// DiagnoseWithin bounds one call.
	DiagnoseWithin = time.Minute
	// lookAgain is how often an account of which every window was looked at is asked for changes in the log
	// before: that sums up all its days.
	lookAgain = 10 * time.Minute
	// episodeDays is how far back the windows of an older log end.
	episodeDays = 90
	// settledDays: rows of the days before are not expected any more; when there are more of them
	// nevertheless, a log was imported.
	settledDays = 7
)

// looked is how far an account's windows were looked at.
type looked struct {
	through time.Time // end of the latest; zero = of none
	began   time.Time // end of the first, where the log is older; else zero
	rules   string
	settled // of the days before those of the latest window that are settled
}

// settled is how much a log holds.
type settled struct{ waits, articles int64 }

// Diagnose looks at the windows that nobody has looked at yet, for a while, and keeps the episodes.
func (m *Analytics) Diagnose(ctx context.Context) error {
	accounts, err := m.accounts(ctx, nil)
	if err != nil {
		return err
	}
	until, now := time.Now().Add(diagnoseFor), m.now()
	for _, a := range accounts {
		if m.done.lately(a.AppID, now) {
			continue
		}
		more := true
		for more && time.Now().Before(until) {
			if more, err = m.diagnoseNext(ctx, a); err != nil {
				return fmt.Errorf("since when %s has its problems: %w", a.AppID, err)
			}
		}
		if !more {
			m.done.at(a.AppID, now)
		}
	}
	return nil
}

// allLooked says when every window of an account was found to be looked at.
type allLooked struct {
	mu sync.Mutex
	of map[string]time.Time
}

// lately reports whether that was a moment ago and no other window has ended since.
func (l *allLooked) lately(appID string, now time.Time) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	at, known := l.of[appID]
	return known && now.Sub(at).Abs() < lookAgain && indices.FinalEnd(at).Equal(indices.FinalEnd(now))
}

func (l *allLooked) at(appID string, now time.Time) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.of == nil {
		l.of = map[string]time.Time{}
	}
	l.of[appID] = now
}

// diagnoseNext looks at one window of an account, and reports whether there may be more.
func (m *Analytics) diagnoseNext(ctx context.Context, a models.Account) (more bool, err error) {
	final := indices.FinalEnd(m.now())
	next, anew, err := m.nextWindow(ctx, a.AppID, final)
	end := next.through
	if err != nil || end.After(final) {
		return false, err
	}
	q := IndicesQuery{Accounts: []string{a.AppID}, From: end.AddDate(0, 0, -usualWindow), To: end, AsOf: indices.FinalAt(end)}
	r, err := m.report(ctx, &q, true, nil)
	if err != nil {
		return false, err
	}
	err = m.store.Transact(ctx, func(t *store.Tx) error {
		if anew {
			if err := t.Exec(ctx, "DELETE FROM episodes WHERE app_id = ?", a.AppID); err != nil {
				return err
			}
		}
		if err := keepEpisodes(ctx, t, a.AppID, r.Accounts[0].Diagnosis, end); err != nil {
			return err
		}
		if _, next.settled, err = settledIn(ctx, t, a.AppID, end); err != nil {
			return err
		}
		began := int64(0)
		if !next.began.IsZero() {
			began = next.began.Unix()
		}
		return t.Upsert(ctx, "diagnosed", "app_id, through, began, rule_version, waits, articles", 6,
			[]any{a.AppID, end.Unix(), began, indices.RuleVersion, next.waits, next.articles},
			t.Dialect().OnConflict("app_id", "through", "began", "rule_version", "waits", "articles"))
	})
	return err == nil, err
}

// nextWindow is the window to be looked at next: the one after the latest, or, anew, the first one, where
// none was looked at by these rules in this log. Without a log it ends after final.
func (m *Analytics) nextWindow(ctx context.Context, appID string, final time.Time) (next looked, anew bool, err error) {
	err = m.store.Read(ctx, store.Reports, func(t *store.Tx) error {
		if next, err = lookedAt(ctx, t, appID); err != nil {
			return err
		}
		first, held, err := settledIn(ctx, t, appID, next.through)
		switch {
		case err != nil || first.IsZero():
			next.through = final.AddDate(0, 0, 1)
			return err
		case next.rules == indices.RuleVersion && next.settled == held:
			next.through = next.through.AddDate(0, 0, 1)
			return nil
		}
		next, anew = looked{through: first.AddDate(0, 0, 1)}, true
		if begin := final.AddDate(0, 0, -episodeDays); begin.After(next.through) {
			next.through, next.began = begin, begin
		}
		return nil
	})
	return next, anew, err
}

func lookedAt(ctx context.Context, t *store.Tx, appID string) (at looked, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var through, began int64
		err := rows.Scan(&through, &began, &at.rules, &at.waits, &at.articles)
		if at.through = time.Unix(through, 0).In(indices.Shanghai()); began != 0 {
			at.began = time.Unix(began, 0)
		}
		return err
	}, "SELECT through, began, rule_version, waits, articles FROM diagnosed WHERE app_id = ?", appID)
	return at, err
}

// settledIn is the first day of an account's log, zero without one, and what it holds of the days that
// were settled when the window that ends at end was looked at.
func settledIn(ctx context.Context, t *store.Tx, appID string, end time.Time) (first time.Time, held settled, err error) {
	before := end.AddDate(0, 0, -settledDays).Unix()
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var day, waits sql.NullInt64
		err := rows.Scan(&day, &waits)
		if held.waits = waits.Int64; day.Valid {
			first = time.Unix(day.Int64, 0).In(indices.Shanghai())
		}
		return err
	}, "SELECT MIN(day_at), SUM(CASE WHEN day_at < ? THEN opened + marked ELSE 0 END) FROM wait_days WHERE app_id = ? AND channel = 'chat'", before, appID)
	if err != nil {
		return first, held, err
	}
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&held.articles) },
		"SELECT COUNT(*) FROM articles WHERE app_id = ? AND published_at < ?", appID, before)
	return first, held, err
}
