package waits

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// noteUnfollows notes the seconds at which citizens left among rows, the self-test's aside.
func (t *txn) noteUnfollows(ctx context.Context, list []*store.SlimRow) error {
	var values []any
	for _, r := range list {
		if r.Kind == models.EventUnsubscribe && !r.Probe {
			values = append(values, r.AppID, r.At.Unix(), r.MsgKey)
		}
	}
	return t.Upsert(ctx, "unfollows", "app_id, at, event_key", 3, values, t.Dialect().OnConflict("app_id, at, event_key"))
}

// Unfollows are the seconds in [from, to) at which citizens unfollowed the account, in order,
// one for each; the self-test's are left out.
func (s *Waits) Unfollows(ctx context.Context, appID string, from, to time.Time) (list []time.Time, err error) {
	err = s.store.Query(ctx, store.Reports, func(rows *sql.Rows) error {
		var at int64
		err := rows.Scan(&at)
		list = append(list, time.Unix(at, 0))
		return err
	}, "SELECT at FROM unfollows WHERE app_id = ? AND at >= ? AND at < ? ORDER BY at", appID, from.Unix(), to.Unix())
	if err != nil {
		return nil, fmt.Errorf("waits: unfollows: %w", err)
	}
	return list, nil
}
