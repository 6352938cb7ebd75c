package store

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"path/filepath"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// The fixtures, as the tests call them.
const (
	appA = storetest.AppA
	appB = storetest.AppB
)

var (
	testTime = storetest.TestTime
	inbound  = storetest.Inbound
	outbound = storetest.Outbound
	batchOf  = storetest.BatchOf
)

// dialects are the databases every test of this package runs on.
func dialects() []string { return []string{dialectSQLite, dialectMySQL} }

// fresh returns the setting of an empty database.
func fresh(t testing.TB, dialect string) string {
	t.Helper()
	if dialect == dialectMySQL {
		return "mysql:" + storetest.MariaDB(t)
	}
	return "sqlite:" + filepath.Join(storetest.Folder(t), "data", "test.db")
}

func options(t testing.TB, database string) Options {
	return Options{Database: database, Sealer: storetest.NewSealer(t), AuditMAC: storetest.MAC}
}

func clocked(t testing.TB, database string, now func() time.Time) Options {
	o := options(t, database)
	o.Now = now
	return o
}

func openStore(t testing.TB, o Options) *Store {
	t.Helper()
	s, err := Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// current is an empty database with every step of the schema.
var current = storetest.Original{Open: func(t testing.TB, database string) (storetest.Store, error) {
	t.Helper()
	return Open(options(t, database))
}}

// ready returns the setting of a database of its own with every step of the schema.
func ready(t testing.TB, dialect string) string {
	t.Helper()
	if dialect == dialectMySQL {
		return current.MariaDB(t)
	}
	return current.SQLite(t)
}

// migrated returns a store on such a database.
func migrated(t testing.TB, dialect string) *Store {
	t.Helper()
	return openStore(t, options(t, ready(t, dialect)))
}

// migrateTo gives an empty database the schema of an older program.
func migrateTo(t testing.TB, s *Store, step int64) {
	t.Helper()
	files, err := fs.Sub(migrations, "migrations/"+s.dialect.name)
	if err != nil {
		t.Fatal(err)
	}
	storetest.MigrateTo(t, s.opt.Database, files, step)
}

// everywhere runs a test on every dialect.
func everywhere(t *testing.T, f func(t *testing.T, s *Store)) {
	t.Helper()
	for _, d := range dialects() {
		t.Run(d, func(t *testing.T) { f(t, migrated(t, d)) })
	}
}

func record(t testing.TB, s *Store, batch ...models.Interaction) {
	t.Helper()
	if err := s.Append(context.Background(), batch, nil); err != nil {
		t.Fatal(err)
	}
}

// number runs a query that returns one number, past the store.
func number(t testing.TB, s *Store, query string, args ...any) int64 {
	t.Helper()
	var n int64
	err := each(context.Background(), s.drain, func(rows *sql.Rows) error { return rows.Scan(&n) }, query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// execute runs a statement past the store.
func execute(s *Store, query string, args ...any) error {
	ctx := context.Background()
	return s.transact(ctx, s.drain, func(t *Tx) error { return t.Exec(ctx, query, args...) })
}

func logged(t testing.TB, s *Store, f Filter) []models.Interaction {
	t.Helper()
	var out []models.Interaction
	err := s.Interactions(context.Background(), f, func(i models.Interaction) error {
		out = append(out, i)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func wantFault(t testing.TB, err error, class models.FaultClass) {
	t.Helper()
	var f *models.StoreFault
	if !errors.As(err, &f) || f.Class != class {
		t.Fatalf("got error %v, want a %s fault", err, class)
	}
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if models.ErrorCode(err) != code {
		t.Fatalf("got error %v, want code %s", err, code)
	}
}
