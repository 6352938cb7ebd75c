package store

import (
	"context"
	"database/sql"
	"errors"
	"strings"

	"gorm.io/gorm"
)

// query hands every row of a query to scan.
func (t *txn) query(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	if t.reading {
		query = t.s.dialect.within(ctx, query)
	}
	return each(ctx, t.db, scan, query, args...)
}

// pool is a connection pool as a querier.
type pool struct{ db *gorm.DB }

func (p pool) query(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	return each(ctx, p.db, scan, query, args...)
}

// each runs a query on the pool or transaction and hands every row to scan.
func each(ctx context.Context, db *gorm.DB, scan func(*sql.Rows) error, query string, args ...any) (err error) {
	rows, err := db.Statement.ConnPool.QueryContext(ctx, query, args...)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		if err := scan(rows); err != nil {
			return err
		}
	}
	return rows.Err()
}

// queryIn is query for a list of any length: it stands where the query has "(?)", once.
// The list is read in pieces, so an order holds within a piece only.
func (t *txn) queryIn(ctx context.Context, scan func(*sql.Rows) error, list []string, query string, args ...any) error {
	return t.queryAnyIn(ctx, scan, anys(list), query, args...)
}

// queryAnyIn is queryIn for values of any one type.
func (t *txn) queryAnyIn(ctx context.Context, scan func(*sql.Rows) error, list []any, query string, args ...any) error {
	before, after, _ := strings.Cut(query, "(?)")
	lead := strings.Count(before, "?")
	for len(list) > 0 {
		n := min(len(list), inList)
		places := 1
		for places < n {
			places *= 2 // few lengths, so that statements can stay prepared
		}
		all := make([]any, 0, len(args)+places)
		all = append(append(all, args[:lead]...), list[:n]...)
		for i := n; i < places; i++ {
			all = append(all, list[n-1])
		}
		all = append(all, args[lead:]...)
		if err := t.query(ctx, scan, before+"("+marks(places)+")"+after, all...); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// inList is the longest IN list.
const inList = 256

// marks returns n question marks for an IN list.
func marks(n int) string {
	if n <= 0 {
		return "NULL"
	}
	return strings.Repeat("?,", n-1) + "?"
}

func anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}
