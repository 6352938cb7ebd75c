package desk

import (
	"context"
	"database/sql"
	"maps"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// overlap is how far back a Watch looks each time: a change is written with the time at which it was
// made, on an instance whose clock may differ, and is to be seen only when its transaction ended.
const overlap = 30 * time.Second

// Watch follows what changes at the desk. One goroutine uses it.
type Watch struct {
	desk   *Desk
	asked  time.Time        // when it looked last
	before map[int64]change // of the time that is looked at again, by id
}

// change is one of a conversation or a message.
type change struct {
	appID string
	at    int64
}

// Watch begins to follow; what is there already was no change.
func (d *Desk) Watch() *Watch { return &Watch{desk: d} }

// Changed are the accounts at whose desk something changed since it was asked the last time; the first
// time there are none.
func (w *Watch) Changed(ctx context.Context) ([]string, error) {
	now := w.desk.o.Now()
	since := now
	if !w.asked.IsZero() && w.asked.Before(now) {
		since = w.asked
	}
	seen, accounts := map[int64]change{}, map[string]bool{}
	scan := func(rows *sql.Rows) error {
		var id int64
		var c change
		if err := rows.Scan(&id, &c.appID, &c.at); err != nil {
			return err
		}
		seen[id] = c
		if w.before[id] != c {
			accounts[c.appID] = true
		}
		return nil
	}
	for _, query := range []string{
		"SELECT id, app_id, changed_at FROM conversations WHERE changed_at > ?",
		"SELECT id, app_id, updated_at FROM outbox WHERE updated_at > ?",
		"SELECT changed_at, app_id, changed_at FROM cases WHERE changed_at > ?", // a time is no other's id
	} {
		if err := w.desk.store.Query(ctx, store.Console, scan, query, store.Micros(since.Add(-overlap))); err != nil {
			return nil, models.Wrap("desk: changes", err)
		}
	}
	first := w.asked.IsZero()
	w.asked, w.before = now, seen
	if first {
		return nil, nil
	}
	return slices.Sorted(maps.Keys(accounts)), nil
}
