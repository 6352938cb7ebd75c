package store

import (
	"context"
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"github.com/wenzheng/wenzheng/store/sqlite"
)

// Query hands every row of a query to scan.
func (t *Tx) Query(ctx context.Context, scan func(*sql.Rows) error, query string, args ...any) error {
	if t.reading {
		query = t.s.dialect.within(ctx, query)
	}
	return each(ctx, t.db, scan, query, args...)
}

// on reads on the connections of a pool, each query by itself.
func (s *Store) on(pool *gorm.DB) *Tx { return &Tx{s: s, db: pool} }

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

// QueryIn is Query for a list of any length: it stands where the query has "(?)", once.
// The list is read in pieces, so an order holds within a piece only.
func (t *Tx) QueryIn(ctx context.Context, scan func(*sql.Rows) error, list []string, query string, args ...any) error {
	return t.queryAnyIn(ctx, scan, Anys(list), query, args...)
}

// QueryIDs is QueryIn for ids.
func (t *Tx) QueryIDs(ctx context.Context, scan func(*sql.Rows) error, ids []int64, query string, args ...any) error {
	return t.queryAnyIn(ctx, scan, Anys(ids), query, args...)
}

// ExecIDs is Exec for ids of any number, which stand where the statement has "(?)".
func (t *Tx) ExecIDs(ctx context.Context, ids []int64, query string, args ...any) error {
	return inPieces(Anys(ids), query, args, func(query string, args []any) error { return t.Exec(ctx, query, args...) })
}

func (t *Tx) queryAnyIn(ctx context.Context, scan func(*sql.Rows) error, list []any, query string, args ...any) error {
	return inPieces(list, query, args, func(query string, args []any) error { return t.Query(ctx, scan, query, args...) })
}

// inPieces runs a statement for as many pieces of the list as it takes.
func inPieces(list []any, query string, args []any, run func(query string, args []any) error) error {
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
		if err := run(before+"("+Marks(places)+")"+after, all); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// inList is the longest IN list.
const inList = 256

// Marks returns n question marks for an IN list.
func Marks(n int) string {
	if n <= 0 {
		return "NULL"
	}
	return strings.Repeat("?,", n-1) + "?"
}

// Anys is a list as arguments of a statement.
func Anys[T any](list []T) []any {
	out := make([]any, len(list))
	for i, v := range list {
		out[i] = v
	}
	return out
}

// insertInto is a multi-row INSERT of width columns a row with integers and flags in the statement itself,
// and the arguments left to bind: MySQL's driver writes them there anyway, value by value.
func insertInto(table, columns string, width int, values []any) (string, []any) {
	var b strings.Builder
	b.Grow(len(table) + len(columns) + 32 + 8*len(values))
	b.WriteString("INSERT INTO " + table + " (" + columns + ") VALUES ")
	args := make([]any, 0, len(values))
	var digits [20]byte
	for i, v := range values {
		switch {
		case i == 0:
			b.WriteByte('(')
		case i%width == 0:
			b.WriteString("),(")
		default:
			b.WriteByte(',')
		}
		switch v := v.(type) {
		case int64:
			b.Write(strconv.AppendInt(digits[:0], v, 10))
		case bool:
			b.Write(strconv.AppendInt(digits[:0], bit(v), 10))
		default:
			b.WriteByte('?')
			args = append(args, v)
		}
	}
	b.WriteByte(')')
	return b.String(), args
}

// insertChunk is the rows of one INSERT of MySQL; longer statements gain nothing.
const insertChunk = 200

// Upsert inserts rows of width values, with a clause behind the INSERT or ""; nothing when there
// are no values. Without a clause, a row that is there already
// makes Transact and Append repeat: another writer was first.
func (t *Tx) Upsert(ctx context.Context, table, columns string, width int, values []any, clause string) error {
	err := t.insert(ctx, table, columns, width, values, clause)
	if clause == "" {
		return duplicate(err)
	}
	return err
}

// insert is Upsert with the errors of the database. SQLite runs one prepared statement for every row.
func (t *Tx) insert(ctx context.Context, table, columns string, width int, values []any, clause string) error {
	if len(values) == 0 {
		return nil
	}
	if !t.s.dialect.MySQL() {
		return t.Exec(ctx, "INSERT INTO "+table+" ("+columns+") VALUES ("+Marks(width)+")"+clause, sqlite.Rows{Values: values, Width: width})
	}
	for len(values) > 0 {
		n := min(width*insertChunk, len(values))
		query, args := insertInto(table, columns, width, values[:n])
		if err := t.Exec(ctx, query+clause, args...); err != nil {
			return err
		}
		values = values[n:]
	}
	return nil
}
