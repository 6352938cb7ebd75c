package waits

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
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
)

const (
	dialectSQLite = "sqlite"
	dialectMySQL  = "mysql"
)

// dialects are the databases every test of this package runs on.
func dialects() []string { return []string{dialectSQLite, dialectMySQL} }

// log is a store and its waits, with a clock that a test may set.
type log struct {
	*Waits
	*store.Store
	database string // its setting
	dialect  string
	now      func() time.Time
}

// fresh returns the setting of an empty database.
func fresh(t testing.TB, dialect string) string {
	t.Helper()
	if dialect == dialectMySQL {
		return "mysql:" + storetest.MariaDB(t)
	}
	return "sqlite:" + filepath.Join(storetest.Folder(t), "data", "test.db")
}

// options are those of a store with a clock.
func options(t testing.TB, database string, now func() time.Time) store.Options {
	return store.Options{
		Database: database, Sealer: storetest.NewSealer(t), AuditMAC: storetest.MAC, Now: now,
	}
}

func open(t testing.TB, o store.Options) *log {
	t.Helper()
	l := &log{now: o.Now}
	o.Now = func() time.Time { return l.now() }
	s, err := store.Open(o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	l.Store, l.Waits = s, New(s, o.Logger)
	l.database = o.Database
	l.dialect, _, _ = strings.Cut(o.Database, ":")
	return l
}

// current is an empty database with every step of the schema.
var current = storetest.Original{Open: func(t testing.TB, database string) (storetest.Store, error) {
	t.Helper()
	return store.Open(options(t, database, time.Now))
}}

// ready returns the setting of a database of its own with every step of the schema.
func ready(t testing.TB, dialect string) string {
	t.Helper()
	if dialect == dialectMySQL {
		return current.MariaDB(t)
	}
	return current.SQLite(t)
}

// migrated returns a log on such a database, whose clock stands.
func migrated(t testing.TB, dialect string, now time.Time) *log {
	t.Helper()
	return open(t, options(t, ready(t, dialect), func() time.Time { return now }))
}

func record(t testing.TB, s *log, batch ...models.Interaction) {
	t.Helper()
	if err := s.Record(context.Background(), batch); err != nil {
		t.Fatal(err)
	}
}

// remeasured rebuilds every wait from the rows, as RemeasurePending does, and counts those that differ.
func remeasured(t testing.TB, s *log) (changed int) {
	t.Helper()
	var walk threadWalk
	for over := false; !over; {
		err := s.transact(context.Background(), func(tx *txn) error {
			page, err := walk.next(context.Background(), tx)
			if over = len(page) == 0; over || err != nil {
				return err
			}
			n, err := tx.remeasure(context.Background(), page, "")
			changed += n
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	return changed
}

// number runs a query that returns one number, past the room.
func number(t testing.TB, s *log, query string, args ...any) int64 {
	t.Helper()
	var n int64
	err := s.Query(context.Background(), store.Reports, func(rows *sql.Rows) error { return rows.Scan(&n) }, query, args...)
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	return n
}

// execute runs a statement past the room.
func execute(s *log, query string, args ...any) error {
	ctx := context.Background()
	return s.Transact(ctx, func(t *store.Tx) error { return t.Exec(ctx, query, args...) })
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if models.ErrorCode(err) != code {
		t.Fatalf("got error %v, want code %s", err, code)
	}
}

func account() models.Account {
	return models.Account{
		AppID: appA, Name: "某某市政府", Kind: models.KindService, Verified: true, OriginalID: "gh_0123456789ab", Mode: models.ModePlain, Token: "token",
		Settings: []models.Setting{{Name: models.SettingOfficeHours, Value: models.DefaultOfficeHours}},
	}
}

// patiently repeats a batch until it is stored, as the journal's drain does.
func patiently(t testing.TB, s *log, batch []models.Interaction) {
	t.Helper()
	var err error
	for deadline := time.Now().Add(60 * time.Second); time.Now().Before(deadline); {
		ctx, cancel := context.WithTimeout(context.Background(), 3*time.Second)
		err = s.Record(ctx, batch)
		cancel()
		var f *models.StoreFault
		if err == nil || !errors.As(err, &f) || f.Class == models.FaultPoison {
			break
		}
	}
	if err != nil {
		t.Errorf("record: %v", err)
	}
}

func logged(t testing.TB, s *log, f store.Filter) []models.Interaction {
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

func questionMarks(n int) string { return strings.Repeat("?,", n-1) + "?" }
