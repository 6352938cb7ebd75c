// Package trim deletes rows that are old, a piece in a transaction, so that nobody waits long for a lock
// and a table that grew for years is caught up with little by little. It knows no table.
package trim

import (
	"context"
	"database/sql"

	"github.com/wenzheng/wenzheng/store"
)

// So many rows are deleted in a transaction, and so many transactions are made at a time; what is left is
// for the next call.
const (
	piece = 2000
	times = 50
)

// Before deletes the rows of a table that have less than limit in a column, the least first. The column
// needs an index. Any number of instances may do it at once.
func Before(ctx context.Context, s *store.Store, table, column string, limit int64) error {
	return Pieces(ctx, s, table, column, limit, piece)
}

// Pieces is Before with so many rows in a transaction: of a table whose rows are large.
func Pieces(ctx context.Context, s *store.Store, table, column string, limit int64, rows int) error {
	for range times {
		until := limit - 1
		last := true
		err := s.Query(ctx, store.Console, func(rows *sql.Rows) error { last = false; return rows.Scan(&until) },
			"SELECT "+column+" FROM "+table+" WHERE "+column+" < ? ORDER BY "+column+" LIMIT 1 OFFSET ?", limit, rows-1)
		if err != nil {
			return err
		}
		err = s.Transact(ctx, func(t *store.Tx) error { return t.Exec(ctx, "DELETE FROM "+table+" WHERE "+column+" <= ?", until) })
		if err != nil || last {
			return err
		}
	}
	return nil
}
