package store

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
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

// TestAudit_EntriesCutOffAndHeadSetBack: whoever can write to the database can remove the
// last entries and put an earlier head in its place, signed or not.
func TestAudit_EntriesCutOffAndHeadSetBack(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		s.opt.AuditHeadFile = filepath.Join(t.TempDir(), "audit-head")
		var early auditHead
		for n := range 10 {
			if err := s.Audit(ctx, entry(n+1)); err != nil {
				t.Fatal(err)
			}
			if n == 4 {
				h, err := readHead(ctx, s.on(s.reader), "")
				if err != nil {
					t.Fatal(err)
				}
				early = *h
			}
		}
		if err := execute(s, "DROP TRIGGER audit_no_delete"); err != nil {
			t.Fatal(err)
		}
		if err := execute(s, "DELETE FROM audit WHERE seq > 5"); err != nil {
			t.Fatal(err)
		}
		for mac, says := range map[string]string{"": "签名不符", early.mac: "本机记得有第 10 条"} {
			set := fmt.Sprintf("UPDATE audit_head SET seq = 5, hash = '%s', mac = '%s'", early.hash, mac)
			if err := execute(s, set); err != nil {
				t.Fatal(err)
			}
			_, verified := s.VerifyAudit(ctx)
			for what, err := range map[string]error{"verify": verified, "check": s.CheckAuditHead(ctx), "append": s.Audit(ctx, entry(1))} {
				if models.ErrorCode(err) != CodeAuditBroken || !strings.Contains(err.Error(), says) {
					t.Errorf("%s with mac %q: %v", what, mac, err)
				}
			}
		}
		if err := s.AcceptAuditHead(ctx, models.CommandLine("root"), "恢复了昨天的备份"); err != nil {
			t.Fatal(err)
		}
		if n, err := s.VerifyAudit(ctx); n != 6 || err != nil {
			t.Errorf("accepted: %d entries, error %v", n, err)
		}
		if err := s.Audit(ctx, entry(1)); err != nil {
			t.Errorf("append after accept: %v", err)
		}
	})
}

// TestCheckAuditHead_EntriesReplaced: the kept head is passed, but by other entries.
func TestCheckAuditHead_EntriesReplaced(t *testing.T) {
	everywhere(t, func(t *testing.T, s *Store) {
		ctx := context.Background()
		for n := range 3 {
			if err := s.Audit(ctx, entry(n+1)); err != nil {
				t.Fatal(err)
			}
		}
		s.opt.AuditHeadFile = filepath.Join(t.TempDir(), "audit-head")
		s.keepHead(&auditHead{seq: 2, hash: strings.Repeat("0", 64), mac: s.signHead(&auditHead{seq: 2, hash: strings.Repeat("0", 64)})})
		if err := s.CheckAuditHead(ctx); models.ErrorCode(err) != CodeAuditBroken {
			t.Errorf("replaced entries: %v", err)
		}
		if err := os.WriteFile(s.opt.AuditHeadFile, []byte("3 x y\n"), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := s.CheckAuditHead(ctx); models.ErrorCode(err) != CodeAuditBroken {
			t.Errorf("forged file: %v", err)
		}
		if err := os.Remove(s.opt.AuditHeadFile); err != nil {
			t.Fatal(err)
		}
		if err := s.CheckAuditHead(ctx); err != nil {
			t.Error(err)
		}
		if kept, err := s.keptHead(); err != nil || kept == nil || kept.seq != 3 {
			t.Errorf("kept %+v, %v", kept, err)
		}
	})
}

// TestAudit_EntryAppendedWhileItIsChecked: an entry that is committed and kept between two
// reads of a check is no sign of tampering.
func TestAudit_EntryAppendedWhileItIsChecked(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		ctx := t.Context()
		o := options(t, fresh(t, dialect))
		o.AuditHeadFile = filepath.Join(t.TempDir(), "audit-head")
		writing := openStore(t, o)
		appends := false
		o.AuditMAC = func(b []byte) []byte { // called for each head and each entry that is checked
			if appends {
				appends = false
				if err := writing.Audit(ctx, entry(1)); err != nil {
					t.Error(err)
				}
			}
			return storetest.MAC(b)
		}
		checking := openStore(t, o)
		if err := writing.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		if err := writing.Audit(ctx, entry(1)); err != nil {
			t.Fatal(err)
		}
		appends = true
		if err := checking.CheckAuditHead(ctx); err != nil || appends {
			t.Errorf("check: %v", err)
		}
		appends = true
		if _, err := checking.VerifyAudit(ctx); err != nil || appends {
			t.Errorf("verify: %v", err)
		}
	})
}

// TestMigrate_EndsBeforeTheFirstHeadIsSigned: the next attempt signs it. Later an unsigned head is
// one whose signature somebody took away, whether or not this machine kept it.
func TestMigrate_EndsBeforeTheFirstHeadIsSigned(t *testing.T) {
	eachDialect(t, func(t *testing.T, dialect string) {
		ctx := t.Context()
		o := options(t, fresh(t, dialect))
		o.AuditHeadFile = filepath.Join(t.TempDir(), "audit-head")
		s := openStore(t, o)
		migrateTo(t, s, auditHeadStep)
		if err := s.Migrate(ctx); err != nil {
			t.Fatal(err)
		}
		if err := s.Audit(ctx, entry(1)); err != nil {
			t.Errorf("after a migration in two attempts: %v", err)
		}
		if err := execute(s, "UPDATE audit_head SET mac = ''"); err != nil {
			t.Fatal(err)
		}
		for _, kept := range []bool{true, false} {
			if !kept {
				if err := os.Remove(o.AuditHeadFile); err != nil {
					t.Fatal(err)
				}
			}
			if err := s.Migrate(ctx); err != nil {
				t.Fatal(err)
			}
			wantCode(t, s.CheckAuditHead(ctx), CodeAuditBroken)
		}
	})
}
