package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"time"
)

// Dialect is what differs between the databases beyond the migrations.
type Dialect struct {
	ForUpdate string // ends a SELECT that locks its rows

	name     string
	tx       *sql.TxOptions     // of a writing transaction
	snapshot sql.IsolationLevel // of a reading transaction
}

// MySQL reports whether the server is MySQL, MariaDB or TiDB, and not SQLite.
func (d *Dialect) MySQL() bool { return d.name == dialectMySQL }

const (
	dialectMySQL  = "mysql"
	dialectSQLite = "sqlite"
)

// OnConflict is the clause that turns an INSERT into an upsert of the named columns,
// taking the new values; none = an existing row stays as it is. It is never used where a
// count of new rows matters.
func (d *Dialect) OnConflict(key string, columns ...string) string {
	var b strings.Builder
	if d.MySQL() {
		b.WriteString(" ON DUPLICATE KEY UPDATE ")
		if len(columns) == 0 {
			first, _, _ := strings.Cut(key, ",")
			return b.String() + first + " = " + first
		}
	} else {
		b.WriteString(" ON CONFLICT (" + key + ") DO ")
		if len(columns) == 0 {
			return b.String() + "NOTHING"
		}
		b.WriteString("UPDATE SET ")
	}
	for i, c := range columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(c + " = " + d.excluded(c))
	}
	return b.String()
}

// By makes a SELECT use an index.
func (d *Dialect) By(index string) string {
	if d.MySQL() {
		return " FORCE INDEX (" + index + ")"
	}
	return " INDEXED BY " + index
}

// Seconds is an expression in whole seconds of a column in microseconds.
func (d *Dialect) Seconds(column string) string {
	if d.MySQL() {
		return column + " DIV 1000000"
	}
	return column + " / 1000000"
}

// Hours is an expression in whole hours of a column in seconds.
func (d *Dialect) Hours(column string) string {
	if d.MySQL() {
		return column + " DIV 3600"
	}
	return column + " / 3600"
}

// within makes MySQL and MariaDB give a SELECT up when the context's time is over: a connection that
// is closed does not end what the server runs for it.
func (d *Dialect) within(ctx context.Context, query string) string {
	until, limited := ctx.Deadline()
	rest, isSelect := strings.CutPrefix(query, "SELECT ")
	if !limited || !isSelect || !d.MySQL() {
		return query
	}
	left := max(time.Until(until), 0) + 100*time.Millisecond // so that the context's error comes first
	return fmt.Sprintf("/*M!100101 SET STATEMENT max_statement_time=%.3f FOR */ SELECT /*+ MAX_EXECUTION_TIME(%d) */ %s",
		left.Seconds(), left.Milliseconds(), rest)
}

// excluded names the value an upsert wanted to insert.
func (d *Dialect) excluded(column string) string {
	if d.MySQL() {
		return "VALUES(" + column + ")"
	}
	return "excluded." + column
}

// Adding is the clause that makes an INSERT add to the columns of a row that is there.
func (d *Dialect) Adding(table, key string, columns ...string) string {
	var b strings.Builder
	if d.MySQL() {
		b.WriteString(" ON DUPLICATE KEY UPDATE ")
	} else {
		b.WriteString(" ON CONFLICT (" + key + ") DO UPDATE SET ")
	}
	for i, c := range columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(c + " = " + table + "." + c + " + " + d.excluded(c))
	}
	return b.String()
}
