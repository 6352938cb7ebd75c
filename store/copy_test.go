package store

import (
	"bytes"
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

func ignored(int64) {}

// ownTables are the tables of the program in a SQLite database.
func ownTables(t *testing.T, s *Store) (list []string) {
	t.Helper()
	err := each(t.Context(), s.drain, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		list = append(list, name)
		return err
	}, "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'goose%' AND name NOT LIKE 'sqlite%'")
	if err != nil || len(list) < 30 {
		t.Fatalf("%d tables: %v", len(list), err)
	}
	return list
}

// dump reads a table as texts, in an order of its own.
func dump(t *testing.T, s *Store, table string, columns []string) (list []string) {
	t.Helper()
	err := each(t.Context(), s.drain, func(rows *sql.Rows) error {
		cells, into := make([]sql.RawBytes, len(columns)), make([]any, len(columns))
		for i := range cells {
			into[i] = &cells[i]
		}
		err := rows.Scan(into...)
		list = append(list, fmt.Sprintf("%q", cells))
		return err
	}, "SELECT "+strings.Join(columns, ", ")+" FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(list)
	return list
}

func compareTables(t *testing.T, from, to *Store) {
	t.Helper()
	for _, table := range ownTables(t, from) {
		columns := slices.Sorted(slices.Values(columnsOf(t, from, table)))
		if diff := gocmp.Diff(columns, slices.Sorted(slices.Values(columnsOf(t, to, table)))); diff != "" {
			t.Errorf("columns of %s: %s", table, diff)
			continue
		}
		if diff := gocmp.Diff(dump(t, from, table, columns), dump(t, to, table, columns)); diff != "" {
			t.Errorf("%s: %s", table, diff)
		}
	}
}

// fillTables puts rows into every table, whatever its columns mean; number 0 is of zero
// values and empty texts.
func fillTables(t *testing.T, s *Store, rows int) {
	t.Helper()
	// What the database checks.
	checked := map[string]string{"operators.post": "staff", "operators.state": "active", "roles.post": "staff", "roles.role": "case_handler", "menu_versions.state": "draft", "account_texts.state": "draft", "rule_publications.state": "waiting", "rule_replays.state": "done", "account_progress.step": "try", "conversations.state": "queued", "presence.state": "online", "desk_drafts.kind": "reply"}
	for _, table := range ownTables(t, s) {
		if table != "audit" {
			if err := execute(s, "DELETE FROM "+table); err != nil {
				t.Fatal(err)
			}
		}
		columns := columnsOf(t, s, table)
		for n := range rows {
			values := make([]any, len(columns))
			for i, name := range columns {
				var kind string
				err := each(t.Context(), s.drain, func(rows *sql.Rows) error { return rows.Scan(&kind) },
					"SELECT type FROM pragma_table_info(?) WHERE name = ?", table, name)
				if err != nil {
					t.Fatal(err)
				}
				switch kind {
				case "INTEGER":
					values[i] = n
				case "TEXT":
					values[i] = cmp.Or(checked[table+"."+name], strings.Repeat("x", n))
				case "REAL":
					values[i] = float64(n) / 4
				default:
					values[i] = bytes.Repeat([]byte{0, 0xff, '\''}, n)
				}
			}
			if err := execute(s, "INSERT INTO "+table+" ("+strings.Join(columns, ", ")+") VALUES ("+Marks(len(columns))+")", values...); err != nil {
				t.Fatalf("%s: %v", table, err)
			}
		}
	}
}

func TestCopyTakesEveryTable(t *testing.T) {
	from, to := migrated(t, dialectSQLite), migrated(t, dialectMySQL)
	fillTables(t, from, 4)
	if n, err := to.CopyFrom(t.Context(), from, ignored); err != nil || n != int64(4*len(ownTables(t, from))) {
		t.Fatalf("%d rows: %v", n, err)
	}
	compareTables(t, from, to)
}

func TestCopyIsAllOrNothing(t *testing.T) {
	from, to := migrated(t, dialectSQLite), migrated(t, dialectMySQL)
	record(t, from, batchOf(0, 300)...)
	ctx, cancel := context.WithCancel(t.Context())
	_, err := to.CopyFrom(ctx, from, func(done int64) {
		if done > 500 {
			cancel()
		}
	})
	if err == nil {
		t.Fatal("a copy that was broken off succeeded")
	}
	for _, table := range []string{"interactions", "citizens", "deliveries"} {
		if n := number(t, to, "SELECT COUNT(*) FROM "+table); n != 0 {
			t.Errorf("%d rows of %s", n, table)
		}
	}
	if n, err := to.CopyFrom(t.Context(), from, ignored); err != nil || n < 600 {
		t.Errorf("the next try: %d rows, %v", n, err)
	}
}

func TestCopyRefusesOtherDirections(t *testing.T) {
	lite, my := migrated(t, dialectSQLite), migrated(t, dialectMySQL)
	for _, pair := range [][2]*Store{{lite, my}, {my, my}, {lite, lite}} {
		if _, err := pair[0].CopyFrom(t.Context(), pair[1], ignored); models.ErrorCode(err) != models.CodeInvalid {
			t.Errorf("%s from %s: %v", pair[0].dialect.name, pair[1].dialect.name, err)
		}
	}
}

func columnsOf(t testing.TB, s *Store, table string) []string {
	t.Helper()
	rows, err := s.pools[0].QueryContext(context.Background(), "SELECT * FROM "+table)
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		if err := errors.Join(rows.Err(), rows.Close()); err != nil {
			t.Error(err)
		}
	}()
	names, err := rows.Columns()
	if err != nil {
		t.Fatal(err)
	}
	return names
}
