package storetest

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Store is an opened store.
type Store interface {
	Migrate(ctx context.Context) error
	Close() error
}

// Original is an empty database with every step of the schema: made once a process and copied for
// each test, in a fraction of the time in which its schema is made.
type Original struct {
	// Open opens the empty database of a setting ("sqlite:PATH" or "mysql:DSN").
	Open func(t testing.TB, database string) (Store, error)

	mu    sync.Mutex
	file  []byte // that of SQLite
	clone string // the statements that make a copy on the process's own MariaDB
}

// SQLite returns the setting of a copy in a folder of its own.
func (o *Original) SQLite(t testing.TB) string {
	t.Helper()
	dir := filepath.Join(Folder(t), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "test.db")
	o.File(t, path)
	return "sqlite:" + path
}

// File writes a copy for SQLite.
func (o *Original) File(t testing.TB, path string) {
	t.Helper()
	o.mu.Lock()
	if o.file == nil {
		o.file = o.makeFile(t)
	}
	o.mu.Unlock()
	if err := os.WriteFile(path, o.file, 0o600); err != nil {
		t.Fatal(err)
	}
}

// MariaDB returns the setting of a copy in a database of its own on the process's own server,
// dropped when the test ends.
func (o *Original) MariaDB(t testing.TB) string {
	t.Helper()
	dsn := MariaDB(t)
	o.mu.Lock()
	if o.clone == "" {
		o.clone = o.makeClone(t)
	}
	o.mu.Unlock()
	_, name, _ := strings.Cut(dsn, "/")
	if err := common.server.execIn(name, o.clone); err != nil {
		t.Fatalf("copy the database: %v", err)
	}
	return "mysql:" + dsn
}

// make makes the original.
func (o *Original) make(t testing.TB, database string) {
	t.Helper()
	s, err := o.Open(t, database)
	if err == nil {
		err = errors.Join(s.Migrate(context.Background()), s.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}

func (o *Original) makeFile(t testing.TB) []byte {
	t.Helper()
	path := filepath.Join(Folder(t), "original.db")
	o.make(t, "sqlite:"+path)
	if log, err := os.Stat(path + "-wal"); err == nil && log.Size() > 0 {
		t.Fatalf("%s was not closed", path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// makeClone leaves the original on the server, which ends with the process.
func (o *Original) makeClone(t testing.TB) string {
	t.Helper()
	name := "original" + strconv.FormatInt(databases.Add(1), 10)
	common.server.Exec(t, "CREATE DATABASE "+name+usual)
	o.make(t, "mysql:"+common.server.dsn(name))
	var clone strings.Builder
	err := common.server.in(name, func(ctx context.Context, db *sql.DB) error {
		tables, err := texts(ctx, db, "SELECT table_name FROM information_schema.tables WHERE table_schema = DATABASE()")
		for _, table := range tables {
			fmt.Fprintf(&clone, "CREATE TABLE %[1]s LIKE %[2]s.%[1]s;\n", table, name)
			filled, fault := texts(ctx, db, "SELECT 1 FROM "+table+" LIMIT 1")
			if len(filled) > 0 {
				fmt.Fprintf(&clone, "INSERT INTO %[1]s SELECT * FROM %[2]s.%[1]s;\n", table, name)
			}
			err = errors.Join(err, fault)
		}
		// LIKE leaves these out.
		keys, fault := texts(ctx, db, "SELECT CONCAT('ALTER TABLE ', table_name, ' ADD CONSTRAINT ', constraint_name, ' FOREIGN KEY (', "+
			"GROUP_CONCAT(column_name ORDER BY ordinal_position), ') REFERENCES ', referenced_table_name, ' (', "+
			"GROUP_CONCAT(referenced_column_name ORDER BY ordinal_position), ');') FROM information_schema.key_column_usage "+
			"WHERE table_schema = DATABASE() AND referenced_table_name IS NOT NULL GROUP BY table_name, constraint_name, referenced_table_name")
		clone.WriteString(strings.Join(keys, "\n") + "\n")
		err = errors.Join(err, fault)
		triggers, fault := texts(ctx, db, "SELECT CONCAT('CREATE TRIGGER ', trigger_name, ' ', action_timing, ' ', event_manipulation,"+
			" ' ON ', event_object_table, ' FOR EACH ROW ', action_statement) FROM information_schema.triggers WHERE trigger_schema = DATABASE()")
		clone.WriteString(strings.Join(triggers, ";\n"))
		return errors.Join(err, fault)
	})
	if err != nil {
		t.Fatal(err)
	}
	return clone.String()
}

// texts are the values of a query's one column.
func texts(ctx context.Context, db *sql.DB, query string) (list []string, err error) {
	rows, err := db.QueryContext(ctx, query)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var text string
		if err := rows.Scan(&text); err != nil {
			return nil, err
		}
		list = append(list, text)
	}
	return list, rows.Err()
}
