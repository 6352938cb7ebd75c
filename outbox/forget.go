package outbox

import (
	"context"
	"database/sql"
	"time"

	"github.com/wenzheng/wenzheng/store"
)

const (
	// windowsKept is how long a window that has ended stays in the ledger, for people to look at.
	windowsKept = 24 * time.Hour
	// messagesKept is how long a message is kept after its last change, one that still waits for its
	// citizen too: no text is kept longer. Its row of the log is the log's.
	messagesKept = 400 * 24 * time.Hour
)

// Old rows are deleted so many in a transaction, and so many transactions at a time.
const (
	forgetRows  = 2000
	forgetTimes = 50
)

// forget deletes old windows and messages, the oldest first.
func (b *Outbox) forget(ctx context.Context) error {
	now := b.o.Now()
	err := b.forgetBefore(ctx, "windows", "expires_at", store.Micros(now.Add(-windowsKept)))
	if err == nil {
		err = b.forgetBefore(ctx, "outbox", "updated_at", store.Micros(now.Add(-messagesKept)))
	}
	return err
}

func (b *Outbox) forgetBefore(ctx context.Context, table, column string, before int64) error {
	for range forgetTimes {
		until := int64(0)
		err := b.store.Query(ctx, store.Console, func(rows *sql.Rows) error { return rows.Scan(&until) },
			"SELECT "+column+" FROM "+table+" WHERE "+column+" < ? ORDER BY "+column+" LIMIT 1 OFFSET ?", before, forgetRows-1)
		if err != nil {
			return err
		}
		last := until == 0
		if last {
			until = before - 1
		}
		err = b.store.Transact(ctx, func(t *store.Tx) error { return t.Exec(ctx, "DELETE FROM "+table+" WHERE "+column+" <= ?", until) })
		if err != nil || last {
			return err
		}
	}
	return nil
}
