package store

import (
	"context"
	"database/sql"
	"fmt"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// Bounds of one INSERT of a copy, well below every server's max_allowed_packet.
const (
	copyRows  = 200
	copyBytes = 1 << 20
)

// CopyFrom fills this MySQL database with everything that the SQLite database from holds,
// ids, sealed texts and the audit chain as they are, and returns the number of rows. Both
// schemas must be the program's; the target must have neither accounts nor log nor audit
// entries, otherwise nothing is changed and the error is a *models.Error. All rows or none
// arrive. Nobody may write to either database meanwhile.
func (s *Store) CopyFrom(ctx context.Context, from *Store, progress func(done int64)) (n int64, err error) {
	if !s.dialect.MySQL() || from.dialect.MySQL() {
		return 0, badSetting("只能从 SQLite 复制到 MySQL 或 MariaDB")
	}
	pool, err := s.mysqlPool(map[string]string{"readTimeout": "", "writeTimeout": ""}, 1)
	if err != nil {
		return 0, err
	}
	defer pool.Close() //nolint:errcheck // what was committed is committed
	tx, err := pool.BeginTx(ctx, nil)
	if err != nil {
		return 0, fmt.Errorf("store: copy: %w", err)
	}
	defer tx.Rollback() //nolint:errcheck // after a commit it does nothing
	c := copier{to: tx, progress: progress}
	err = from.Read(ctx, Reports, func(t *Tx) error {
		c.from = t
		return c.all(ctx)
	})
	if err != nil {
		return 0, fmt.Errorf("store: copy: %w", err)
	}
	if err := tx.Commit(); err != nil {
		return 0, fmt.Errorf("store: copy: %w", err)
	}
	return c.done, nil
}

// copier copies table after table within one transaction of the target.
type copier struct {
	from     *Tx
	to       *sql.Tx
	done     int64
	progress func(int64)
}

func (c *copier) all(ctx context.Context) error {
	for _, table := range []string{"accounts", "interactions", "audit"} {
		var there bool
		if err := c.to.QueryRowContext(ctx, "SELECT EXISTS (SELECT 1 FROM "+table+")").Scan(&there); err != nil {
			return err
		}
		if there {
			return models.NewError(models.CodeConflict, "目标数据库里已有数据，请换一个空库（只执行过 wenzheng migrate up 的）")
		}
	}
	// The program's own tables, not those of SQLite and of the migrations.
	tables, err := c.names(ctx, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND name NOT LIKE 'goose%' ORDER BY name")
	if err != nil {
		return err
	}
	for _, table := range tables {
		if err := c.table(ctx, table); err != nil {
			return fmt.Errorf("%s: %w", table, err)
		}
	}
	return nil
}

// names reads a list of names from the source.
func (c *copier) names(ctx context.Context, query string, args ...any) (list []string, err error) {
	err = each(ctx, c.from.db, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		list = append(list, name)
		return err
	}, query, args...)
	return list, err
}

// table replaces the rows that the migrations put there by those of the source.
func (c *copier) table(ctx context.Context, table string) error {
	columns, err := c.names(ctx, "SELECT name FROM pragma_table_info(?)", table)
	if err != nil {
		return err
	}
	if table != "audit" { // which is empty, and whose entries can not be deleted
		if _, err := c.to.ExecContext(ctx, "DELETE FROM "+table); err != nil { //nolint:gosec // a name of the schema
			return err
		}
	}
	names := strings.Join(columns, ", ")
	b := copyBatch{head: "INSERT INTO " + table + " (" + names + ") VALUES ", width: len(columns)}
	err = each(ctx, c.from.db, func(rows *sql.Rows) error {
		if err := b.take(rows); err != nil {
			return err
		}
		if len(b.values) < copyRows*b.width && b.bytes < copyBytes {
			return nil
		}
		return c.write(ctx, &b)
	}, "SELECT "+names+" FROM "+table)
	if err != nil {
		return err
	}
	return c.write(ctx, &b)
}

func (c *copier) write(ctx context.Context, b *copyBatch) error {
	n := len(b.values) / b.width
	if n == 0 {
		return nil
	}
	row := "(" + Marks(b.width) + ")"
	if _, err := c.to.ExecContext(ctx, b.head+row+strings.Repeat(","+row, n-1), b.values...); err != nil {
		return err
	}
	b.values, b.bytes = b.values[:0], 0
	c.done += int64(n)
	c.progress(c.done)
	return nil
}

// copyBatch is the rows of one INSERT.
type copyBatch struct {
	head   string
	width  int
	values []any
	bytes  int
}

func (b *copyBatch) take(rows *sql.Rows) error {
	at := len(b.values)
	b.values = append(b.values, make([]any, b.width)...)
	into := make([]any, b.width)
	for i := range into {
		into[i] = &b.values[at+i]
	}
	if err := rows.Scan(into...); err != nil {
		return err
	}
	for i, v := range b.values[at:] {
		switch v := v.(type) {
		case nil: // no column is ever NULL: an empty blob
			b.values[at+i] = []byte{}
		case []byte:
			b.bytes += len(v)
			if v == nil {
				b.values[at+i] = []byte{}
			}
		case string:
			b.bytes += len(v)
		}
	}
	return nil
}
