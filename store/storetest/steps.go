package storetest

import (
	"context"
	"database/sql"
	"errors"
	"io/fs"
	"strings"
	"testing"

	"github.com/pressly/goose/v3"
)

// MigrateTo gives an empty database ("sqlite:PATH" or "mysql:DSN") the schema of an older program,
// by the files of its dialect up to this number.
func MigrateTo(t testing.TB, database string, files fs.FS, step int64) {
	t.Helper()
	driver, dsn, _ := strings.Cut(database, ":")
	dialect := goose.DialectSQLite3
	if driver == "mysql" {
		dialect = goose.DialectMySQL
	}
	db, err := sql.Open(driver, dsn)
	if err != nil {
		t.Fatal(err)
	}
	p, err := goose.NewProvider(dialect, db, files, goose.WithDisableGlobalRegistry(true))
	if err == nil {
		_, err = p.UpTo(context.Background(), step)
	}
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatalf("migrate to step %d: %v", step, err)
	}
}
