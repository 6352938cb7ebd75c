package trim

import (
	"database/sql"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

var current = storetest.Original{Open: func(t testing.TB, database string) (storetest.Store, error) {
	t.Helper()
	return open(t, database)
}}

func open(t testing.TB, database string) (*store.Store, error) {
	t.Helper()
	return store.Open(store.Options{Database: database, Sealer: storetest.NewSealer(t), AuditMAC: storetest.MAC})
}

// TestBefore_Pieces: all old rows are deleted, however many pieces it takes and however many are of one
// time, and no others; where there are too many the rest is left.
func TestBefore_Pieces(t *testing.T) {
	current.Every(t, func(t *testing.T, database string) {
		s, err := open(t, database)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = s.Close() }) // nothing is written any more
		const limit = 1000
		left := func(old int) (n int64) {
			t.Helper()
			err := s.Transact(t.Context(), func(tx *store.Tx) error {
				var values []any
				for i := range old + 2 { // two are not old
					at := int64(limit - old + i)
					if i < min(5, old) {
						at = limit - 500 // of one time
					}
					values = append(values, tx.NextID(), "wx0123456789abcdef", "c", "c", "n", "k", "t", "o", "d", at)
				}
				return tx.Upsert(t.Context(), "alarm_sends", "id, app_id, channel_id, channel, name, kind, title, outcome, detail, at", 10, values, "")
			})
			if err == nil {
				err = Pieces(t.Context(), s, "alarm_sends", "at", limit, 3)
			}
			if err == nil {
				err = s.Query(t.Context(), store.Console, func(rows *sql.Rows) error { return rows.Scan(&n) }, "SELECT COUNT(*) FROM alarm_sends")
			}
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
		for i, old := range []int{0, 5, 3 * times} {
			if n, want := left(old), int64(2*i+2); n != want {
				t.Errorf("%d old rows: %d are left, want %d", old, n, want)
			}
		}
		if n := left(3*times + 10); n <= 8 {
			t.Errorf("%d are left of too many at a time", n)
		}
	})
}

// TestBefore_ByIndex: what is trimmed is found without a look at the rest of its table.
func TestBefore_ByIndex(t *testing.T) {
	s, err := open(t, current.SQLite(t))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() }) // nothing was written
	for table, column := range map[string]string{"windows": "expires_at", "outbox": "updated_at", "rule_replays": "asked_at", "alarm_sends": "at", "case_photo_parts": "until", "case_places": "until"} {
		plan := ""
		err := s.Query(t.Context(), store.Console, func(rows *sql.Rows) error {
			var id, parent, unused int
			return rows.Scan(&id, &parent, &unused, &plan)
		}, "EXPLAIN QUERY PLAN DELETE FROM "+table+" WHERE "+column+" <= ?", 1)
		if err != nil || !strings.Contains(plan, "INDEX") {
			t.Errorf("%s by %s: %q, %v", table, column, plan, err)
		}
	}
}
