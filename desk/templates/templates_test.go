package templates

import (
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

var (
	now    = time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC) // 10:00 in Beijing
	li     = models.Who{ID: "op-1", Name: "li"}
	editor = models.Who{ID: "op-2", Name: "editor"}
	second = models.Who{ID: "op-3", Name: "second"}
)

func open(t testing.TB, database string) (*store.Store, error) {
	t.Helper()
	return store.Open(store.Options{Database: database, Sealer: storetest.NewSealer(t), AuditMAC: storetest.MAC, Now: func() time.Time { return now }})
}

var current = storetest.Original{Open: func(t testing.TB, database string) (storetest.Store, error) {
	t.Helper()
	return open(t, database)
}}

func newBook(t *testing.T, database string) *Book {
	t.Helper()
	s, err := open(t, database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for app, name := range map[string]string{storetest.AppA: "江城政务", storetest.AppB: "江城公安"} {
		account := models.Account{AppID: app, Name: name, Kind: models.KindService, Mode: models.ModePlain, Token: "token"}
		if err := s.CreateAccount(t.Context(), account, models.CommandLine("root")); err != nil {
			t.Fatal(err)
		}
	}
	return New(s, func() time.Time { return now }, nil)
}

func everywhere(t *testing.T, f func(t *testing.T, b *Book)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, newBook(t, current.SQLite(t))) })
	t.Run("mysql", func(t *testing.T) { f(t, newBook(t, current.MariaDB(t))) })
}

func wantCode(t *testing.T, what string, err error, code string) {
	t.Helper()
	if models.ErrorCode(err) != code {
		t.Errorf("%s: %v, want code %s", what, err, code)
	}
}

// list is what somebody finds, as name=text.
func (b *Book) list(t *testing.T, who models.Who, edits bool) string {
	t.Helper()
	all, err := b.List(t.Context(), who, storetest.AppA, edits)
	if err != nil {
		t.Fatal(err)
	}
	out := make([]string, 0, len(all))
	for _, m := range all {
		out = append(out, m.Name+"="+m.Text+"|"+m.Proposed)
	}
	return strings.Join(out, " ")
}

// TestShared_SecondPersonApproves: a text for all holds when another person has approved it; until
// then the desk has the one before, or none.
func TestShared_SecondPersonApproves(t *testing.T) {
	everywhere(t, func(t *testing.T, b *Book) {
		ctx := t.Context()
		all := Which{Account: storetest.AppA, Edits: true}
		m, err := b.Save(ctx, editor, Save{Which: all, Name: "补材料", Text: "{时段问候}，{账号}请您补交[[材料]]"})
		if err != nil || m.Text != "" || m.Pinyin[0][0] != "bu" {
			t.Fatalf("%+v %v", m, err)
		}
		if got := b.list(t, li, false); got != "" {
			t.Errorf("before the review the desk has %s", got)
		}
		seen := Which{Account: storetest.AppA, ID: m.ID, Version: m.Version, Edits: true}
		_, err = b.Review(ctx, editor, seen, true, "")
		wantCode(t, "the author", err, models.CodeSamePerson)
		_, err = b.Review(ctx, second, seen, false, " ")
		wantCode(t, "returned without a reason", err, models.CodeInvalid)
		m, err = b.Review(ctx, second, seen, false, "请写明地点")
		if err != nil || m.Reason != "请写明地点" || m.Proposed == "" {
			t.Fatalf("%+v %v", m, err)
		}
		_, err = b.Review(ctx, second, seen, true, "")
		wantCode(t, "a stale version", err, models.CodeConflict)
		seen.Version = m.Version
		m, err = b.Review(ctx, second, seen, true, "")
		if err != nil || m.Filled != "上午好，江城政务请您补交[[材料]]" || m.Reason != "" {
			t.Fatalf("%+v %v", m, err)
		}
		seen.Version = m.Version
		if m, err = b.Save(ctx, editor, Save{Which: seen, Name: "补材料", Text: "新的"}); err != nil {
			t.Fatal(err)
		}
		if got := b.list(t, li, false); !strings.HasPrefix(got, "补材料={时段问候}") || strings.Contains(got, "新的") {
			t.Errorf("while the new one waits the desk has %s", got)
		}
		if got := b.list(t, editor, true); !strings.HasSuffix(got, "|新的") {
			t.Errorf("who edits finds %s", got)
		}
		_, err = b.Review(ctx, second, all, true, "")
		wantCode(t, "none", err, models.CodeNotFound)
		seen.Edits, seen.Version = false, m.Version
		_, err = b.Save(ctx, li, Save{Which: seen, Name: "补材料", Text: "我的"})
		wantCode(t, "without the right", err, models.CodeForbidden)
		wantCode(t, "without the right", b.Remove(ctx, li, seen), models.CodeForbidden)
		seen.Account, seen.Edits = storetest.AppB, true
		wantCode(t, "by way of another account", b.Remove(ctx, editor, seen), models.CodeNotFound)
		if n, err := b.store.VerifyAudit(ctx); err != nil {
			t.Error(n, err)
		}
	})
}

// TestOwn_NobodyElse: one's own hold at once, and do not exist for others.
func TestOwn_NobodyElse(t *testing.T) {
	everywhere(t, func(t *testing.T, b *Book) {
		ctx := t.Context()
		mine := Save{Which: Which{Account: storetest.AppA}, Mine: true, Name: "稍候", Text: "请稍候"}
		m, err := b.Save(ctx, li, mine)
		if err != nil || m.Text != "请稍候" || m.Proposed != "" || !m.Mine {
			t.Fatalf("%+v %v", m, err)
		}
		_, err = b.Save(ctx, li, mine)
		wantCode(t, "the same name again", err, models.CodeInvalid)
		if _, err = b.Save(ctx, editor, mine); err != nil {
			t.Error("the same name of another person:", err)
		}
		for _, bad := range []Save{{Name: "", Text: "x"}, {Name: strings.Repeat("长", 31), Text: "x"}, {Name: "空"}, {Name: "长", Text: strings.Repeat("字", 4000)}, {Name: "行\n行", Text: "x"}} {
			bad.Which, bad.Mine = mine.Which, true
			_, err = b.Save(ctx, li, bad)
			wantCode(t, bad.Name, err, models.CodeInvalid)
		}
		seen := Which{Account: storetest.AppA, ID: m.ID, Version: m.Version, Edits: true}
		wantCode(t, "another person's", b.Remove(ctx, editor, seen), models.CodeNotFound)
		if got := b.list(t, li, false); got != "稍候=请稍候|" {
			t.Error(got)
		}
		if err := b.Remove(ctx, li, Which{Account: storetest.AppA, ID: m.ID, Version: m.Version}); err != nil {
			t.Error(err)
		}
		if got := b.list(t, li, false); got != "" {
			t.Error(got)
		}
	})
}

// Of several who give a new one the same name at once one has it.
func TestSave_SameNameAtOnce(t *testing.T) {
	everywhere(t, func(t *testing.T, b *Book) {
		errs := make([]error, 6)
		var wg sync.WaitGroup
		for i := range errs {
			wg.Go(func() {
				_, errs[i] = b.Save(t.Context(), li, Save{Which: Which{Account: storetest.AppA}, Mine: true, Name: "问候", Text: fmt.Sprint("您好", i)})
			})
		}
		wg.Wait()
		saved := 0
		for i, err := range errs {
			if err == nil {
				saved++
				if got := b.list(t, li, false); !strings.Contains(got, fmt.Sprint("您好", i)) {
					t.Errorf("%d was saved, the list has %s", i, got)
				}
				continue
			}
			wantCode(t, "the same name", err, models.CodeInvalid)
		}
		if saved != 1 {
			t.Errorf("%d saved", saved)
		}
	})
}
