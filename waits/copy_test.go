package waits

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// TestCopyGoesOnWhereTheOldDatabaseStopped: the copy has the same waits and figures, its
// audit chain holds, and the next message finds its place in it.
func TestCopyGoesOnWhereTheOldDatabaseStopped(t *testing.T) {
	now := time.Unix(fixtureBase+40*86400, 0)
	from, to := migrated(t, dialectSQLite, now), migrated(t, dialectMySQL, now)
	rows := bigLog(400, 20, 23)
	record(t, from, rows...)
	if _, err := from.Sweep(t.Context(), now, 1000); err != nil {
		t.Fatal(err)
	}
	for n := range 3 {
		if err := from.Audit(t.Context(), models.AuditEntry{Who: models.CommandLine("root"), Action: "test", ObjectID: fmt.Sprint(n)}); err != nil {
			t.Fatal(err)
		}
	}
	told := int64(0)
	n, err := to.CopyFrom(t.Context(), from.Store, func(done int64) { told = done })
	if err != nil || n != told || n < int64(len(rows)) {
		t.Fatalf("%d rows, told %d: %v", n, told, err)
	}
	for _, table := range []string{"interactions", "waits", "wait_hours", "rt_hist", "active_returns", "measure_state", "audit"} {
		count := "SELECT COUNT(*) FROM " + table
		if a, b := number(t, from, count), number(t, to, count); a != b {
			t.Errorf("%s: %d rows, %d in the copy", table, a, b)
		}
	}
	if diff := cmp.Diff(contents(t, from), contents(t, to)); diff != "" {
		t.Errorf("tables differ (-from +to):\n%s", diff)
	}
	record(t, to, rows...) // what the spool still had comes again
	if got, want := len(logged(t, to, store.Filter{})), len(logged(t, from, store.Filter{})); got != want {
		t.Errorf("%d rows after a repetition, want %d", got, want)
	}
	if list, err := to.VerifyRollups(t.Context(), nil); err != nil || len(list) > 0 {
		t.Errorf("differences %v, error %v", list, err)
	}
	if n, err := to.VerifyAudit(t.Context()); err != nil || n < 3 {
		t.Errorf("%d audit entries: %v", n, err)
	}
	if _, err := to.CopyFrom(t.Context(), from.Store, func(int64) {}); models.ErrorCode(err) != models.CodeConflict {
		t.Errorf("a second copy: %v", err)
	}
}
