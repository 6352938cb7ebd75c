package store

import (
	"context"
	"database/sql"
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestOriginal_CopyIsWhatTheStepsMake: the tests begin with copies of a database, which have the
// tables, indices, triggers and rows of one whose schema was made step by step.
func TestOriginal_CopyIsWhatTheStepsMake(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		made := openStore(t, options(t, fresh(t, dialect)))
		if err := made.Migrate(t.Context()); err != nil {
			t.Fatal(err)
		}
		want := definitions(t, made)
		if len(want) < 40 {
			t.Errorf("only %d definitions", len(want))
		}
		for range 2 {
			if diff := cmp.Diff(want, definitions(t, migrated(t, dialect))); diff != "" {
				t.Errorf("-made step by step +copied:\n%s", diff)
			}
		}
	})
}

// definitions are the statements that make what is in a database, with the number of rows of each table.
func definitions(t *testing.T, s *Store) map[string]string {
	t.Helper()
	out := map[string]string{}
	add := func(rows *sql.Rows) error {
		var name, text string
		err := rows.Scan(&name, &text)
		out[name] = text
		return err
	}
	query := func(text string, row func(*sql.Rows) error) {
		t.Helper()
		if err := each(context.Background(), s.drain, row, text); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	if s.dialect.MySQL() {
		var tables []string
		query("SHOW TABLES", func(rows *sql.Rows) error {
			var name string
			err := rows.Scan(&name)
			tables = append(tables, name)
			return err
		})
		for _, table := range tables {
			query("SHOW CREATE TABLE "+table, add)
			out[table] += fmt.Sprintf(" %d rows", number(t, s, "SELECT COUNT(*) FROM "+table))
		}
		query("SELECT trigger_name, CONCAT(action_timing, event_manipulation, event_object_table, action_statement)"+
			" FROM information_schema.triggers WHERE trigger_schema = DATABASE()", add)
		return out
	}
	query("SELECT name, coalesce(sql, '') FROM sqlite_master", add)
	return out
}
