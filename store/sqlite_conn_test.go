package store

import (
	"context"
	"errors"
	"testing"

	"github.com/wenzheng/wenzheng/store/sqlite"
)

// A statement over many rows stores all of them or reports why not, and looks at the context
// between rows.
func TestRowsOfOneStatement(t *testing.T) {
	s := migrated(t, dialectSQLite)
	const insert = "INSERT INTO thread_locks (name) VALUES (?)"
	write := func(ctx context.Context, values ...any) error {
		return s.transact(context.WithoutCancel(ctx), s.drain, func(t *Tx) error { return t.Exec(ctx, insert, sqlite.Rows{Values: values, Width: 1}) })
	}
	ctx, cancel := context.WithCancel(context.Background())
	if err := write(ctx, "a", "b", "c"); err != nil {
		t.Fatal(err)
	}
	if err := write(ctx, "d", "a", "e"); err == nil {
		t.Error("a duplicate among the rows is no error")
	}
	if err := write(ctx, "f", struct{}{}); err == nil {
		t.Error("a value of no column's type is no error")
	}
	cancel()
	if err := write(ctx, "g", "h"); !errors.Is(err, context.Canceled) {
		t.Errorf("error %v of a cancelled context", err)
	}
	if n := number(t, s, "SELECT COUNT(*) FROM thread_locks"); n != 3 {
		t.Errorf("%d rows, want 3", n)
	}
}
