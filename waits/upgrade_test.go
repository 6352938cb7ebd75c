package waits

import (
	"context"
	"database/sql"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

func columnsOf(t testing.TB, s *log, table string) (names []string) {
	t.Helper()
	query := "SELECT name FROM pragma_table_info(?)"
	if s.dialect == dialectMySQL {
		query = "SELECT column_name FROM information_schema.columns WHERE table_schema = DATABASE() AND table_name = ?"
	}
	err := s.Query(context.Background(), store.Reports, func(rows *sql.Rows) error {
		var name string
		err := rows.Scan(&name)
		names = append(names, name)
		return err
	}, query, table)
	if err != nil {
		t.Fatal(err)
	}
	return names
}

// copyTable copies what both stores have of a table, row by row.
func copyTable(t testing.TB, from, to *log, table, condition string) {
	t.Helper()
	ctx := context.Background()
	names := columnsOf(t, to, table)
	list := strings.Join(names, ", ")
	err := from.Query(ctx, store.Reports, func(rows *sql.Rows) error {
		cells := make([]any, len(names))
		dest := make([]any, len(names))
		for i := range cells {
			dest[i] = &cells[i]
		}
		if err := rows.Scan(dest...); err != nil {
			return err
		}
		for i := range cells {
			if b, ok := cells[i].([]byte); cells[i] == nil || ok && b == nil { // no column is ever NULL: an empty blob
				cells[i] = []byte{}
			}
		}
		return execute(to, "INSERT INTO "+table+" ("+list+") VALUES ("+questionMarks(len(cells))+")", cells...)
	}, "SELECT "+list+" FROM "+table+" WHERE "+condition)
	if err != nil {
		t.Fatal(err)
	}
}

// A database of version 2, which knew neither queries nor repeated asks, gets them with the
// first sweeps; what arrives before them does no harm.
func TestUpgradeFromVersion2(t *testing.T) {
	now := time.Unix(fixtureBase+40*86400, 0)
	for _, d := range dialects() {
		t.Run(d, func(t *testing.T) {
			ctx := context.Background()
			rows := bigLog(150, 20, 23)
			clicks := script(t, "click 0, bot 1 to=k0, unfollow 60, unfollow 70, click 300, click 86400, bot 86401 to=k5")
			clicks[3].Probe, clicks[4].Topic = true, "社保"
			rows = append(rows, clicks...)
			whole := migrated(t, d, now)
			record(t, whole, rows...)
			if _, err := whole.Sweep(ctx, now, 1000); err != nil {
				t.Fatal(err)
			}

			old := ofVersion(t, d, now, 2)
			for table, condition := range map[string]string{
				"interactions": "1 = 1", "citizens": "1 = 1", "waits": "1 = 1", "wait_hours": "opened > 0", "rt_hist": "1 = 1", "active_days": "1 = 1",
			} {
				copyTable(t, whole, old, table, condition)
			}
			if err := execute(old, "INSERT INTO remeasure (app_id, version) VALUES ('"+appA+"', 1)"); err != nil {
				t.Fatal(err)
			}
			if err := old.Migrate(ctx); err != nil {
				t.Fatal(err)
			}
			late := storetest.LogRow("oA_0123456789", "bot", time.Unix(fixtureBase+301, 0), "late")
			late.ReplyTo = "k4"
			record(t, old, late)
			record(t, whole, late)
			for range 2 { // the first remeasures, the second settles what that brought
				if _, err := old.Sweep(ctx, now, 1000); err != nil {
					t.Fatal(err)
				}
			}
			noDifferences(t, old)
			if diff := cmp.Diff(contents(t, whole), contents(t, old)); diff != "" {
				t.Errorf("tables differ (-new +upgraded):\n%s", diff)
			}
			if n := number(t, old, "SELECT COUNT(*) FROM remeasure"); n != 0 {
				t.Errorf("%d accounts are still to be remeasured", n)
			}
		})
	}
}

// ofVersion is a measuring store whose database was made by the steps up to a version.
func ofVersion(t testing.TB, dialect string, now time.Time, version int64) *log {
	t.Helper()
	s := open(t, options(t, fresh(t, dialect), func() time.Time { return now }))
	downTo(t, s, version)
	return s
}

// Step 4 fills its tables from those of step 3 as the program would have written them.
func TestOlderTablesAreCarriedOver(t *testing.T) {
	measuredEverywhere(t, windowEnd, func(t *testing.T, s *log) {
		loadLog(t, s, windowLog(3000, 120, 0, 1))
		old := ofVersion(t, s.dialect, windowEnd, 3)
		if err := execute(old, "DELETE FROM measure_state"); err != nil {
			t.Fatal(err)
		}
		for _, table := range []string{
			"interactions", "citizens", "waits", "wait_hours", "rt_hist", "active_days", "clicks", "unfollows", "measure_state",
		} {
			copyTable(t, s, old, table, "1 = 1")
		}
		if err := old.Migrate(context.Background()); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(contents(t, s), contents(t, old)); diff != "" {
			t.Errorf("tables differ (-written +carried over):\n%s", diff)
		}
		noDifferences(t, old)
	})
}

// What only the new columns and tables know is put right by remeasuring, if it was lost.
func TestRemeasureBringsBackQueriesAndRepeats(t *testing.T) {
	now := time.Unix(fixtureBase+40*86400, 0)
	measuredEverywhere(t, now, func(t *testing.T, s *log) {
		ctx := context.Background()
		record(t, s, append(bigLog(150, 20, 23), script(t, "click 0, bot 1 to=k0, in 90, unfollow 120")...)...)
		sweep := func() {
			t.Helper()
			if _, err := s.Sweep(ctx, now, 1000); err != nil {
				t.Fatal(err)
			}
		}
		sweep()
		want := contents(t, s)
		for _, q := range []string{
			"UPDATE waits SET texts = 0, served_texts = 0", "UPDATE wait_hours SET queries = 0, served = 0",
			"DELETE FROM clicks", "DELETE FROM wait_hours WHERE opened = 0", "DELETE FROM unfollows",
			"UPDATE wait_hours SET repeated = 0", "UPDATE waits SET repeated = 0",
			"UPDATE wait_days SET queries = 0, served = 0, repeated = 0", "DELETE FROM wait_days WHERE opened = 0",
		} {
			if err := execute(s, q); err != nil {
				t.Fatal(err)
			}
		}
		found, err := s.VerifyRollups(ctx, nil)
		if err != nil || len(found) == 0 {
			t.Fatalf("found %q, error %v", found, err)
		}
		remeasured(t, s)
		sweep()
		noDifferences(t, s)
		if diff := cmp.Diff(want, contents(t, s)); diff != "" {
			t.Errorf("tables differ (-before +after):\n%s", diff)
		}
		if n := remeasured(t, s); n != 0 {
			t.Errorf("again: %d waits differ", n)
		}
	})
}
