package store

import (
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/wenzheng/wenzheng/models"
)

func entry(n int) models.AuditEntry {
	return models.AuditEntry{
		At: testTime, Who: models.Who{ID: "u1", Name: "张三", Role: "auditor", Session: "s", IP: "::1", UserAgent: "Mozilla", RequestID: "r"},
		Action: "rule.publish", ObjectType: "rule", ObjectID: strings.Repeat("7", n), AppID: appA, Result: models.AuditRefused,
		Reason: "换行\n与表情😀", Before: `{"a":1}`, After: `{"a":2}`,
	}
}

func TestAuditChain(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		if n, err := s.VerifyAudit(ctx); n != 0 || err != nil {
			t.Errorf("empty chain: %d, error %v", n, err)
		}
		var wg sync.WaitGroup
		for range 4 {
			wg.Go(func() {
				for n := range 5 {
					if err := s.Audit(ctx, entry(n+1)); err != nil {
						t.Errorf("audit: %v", err)
					}
				}
			})
		}
		wg.Wait()
		long := entry(1)
		long.At, long.Result, long.Reason, long.ObjectID = long.At.AddDate(-100, 0, 0), "", strings.Repeat("长", 5000)+"\x00", "最后"
		if err := s.Audit(ctx, long); err != nil {
			t.Fatal(err)
		}
		if n, err := s.VerifyAudit(ctx); n != 21 || err != nil {
			t.Errorf("%d entries, error %v", n, err)
		}
		var got []models.AuditEntry
		err := s.AuditEntries(ctx, AuditFilter{AppID: appA, From: testTime, Limit: 1}, func(e models.AuditEntry) error {
			got = append(got, e)
			return nil
		})
		if err != nil || len(got) != 1 {
			t.Fatalf("%d entries, error %v", len(got), err)
		}
		ignore := cmpopts.IgnoreFields(models.AuditEntry{}, "Seq", "Hash", "PrevHash", "ObjectID")
		if diff := cmp.Diff(entry(1), got[0], ignore); diff != "" {
			t.Errorf("entry differs (-want +got):\n%s", diff)
		}
	})
}

func TestAuditIsAppendOnly(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		if err := s.Audit(context.Background(), entry(1)); err != nil {
			t.Fatal(err)
		}
		for _, q := range []string{"UPDATE audit SET reason = 'x'", "DELETE FROM audit"} {
			if err := execute(s, q); err == nil || !strings.Contains(err.Error(), "append-only") {
				t.Errorf("%s: error %v", q, err)
			}
		}
	})
}

func TestAuditTamperingIsSeen(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		for n := range 5 {
			if err := s.Audit(ctx, entry(n+1)); err != nil {
				t.Fatal(err)
			}
		}
		for _, q := range []string{"DROP TRIGGER audit_no_update", "DROP TRIGGER audit_no_delete"} {
			if err := execute(s, q); err != nil {
				t.Fatal(err)
			}
		}
		for _, tt := range []struct {
			attack, undo string
			sound        int
		}{
			{"UPDATE audit SET reason = '' WHERE seq = 3", "UPDATE audit SET reason = '换行\n与表情😀' WHERE seq = 3", 2},
			{"UPDATE audit SET at = at + 1 WHERE seq = 1", "UPDATE audit SET at = at - 1 WHERE seq = 1", 0},
			{"UPDATE audit_head SET seq = 6", "UPDATE audit_head SET seq = 5", 5},
			{"DELETE FROM audit WHERE seq = 5", "", 4},
			{"DELETE FROM audit WHERE seq = 2", "", 1},
			{"DELETE FROM audit", "", 0},
		} {
			if err := execute(s, tt.attack); err != nil {
				t.Fatal(err)
			}
			n, err := s.VerifyAudit(ctx)
			if models.ErrorCode(err) != CodeAuditBroken || n != tt.sound {
				t.Errorf("%s: %d sound entries, error %v", tt.attack, n, err)
			}
			if tt.undo == "" {
				continue
			}
			if err := execute(s, tt.undo); err != nil {
				t.Fatal(err)
			}
			if n, err := s.VerifyAudit(ctx); n != 5 || err != nil {
				t.Fatalf("undone: %d entries, error %v", n, err)
			}
		}
	})
}
