package menu

import (
	"bytes"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

var testTime = time.Date(2026, 3, 2, 8, 30, 0, 0, time.UTC) // Monday 16:30 in Shanghai

// current is an empty database with every step of the schema.
var current = storetest.Original{Open: func(t testing.TB, database string) (storetest.Store, error) {
	t.Helper()
	return openStore(database)
}}

func openStore(database string) (*store.Store, error) {
	sealer, err := seal.NewSealer(bytes.Repeat([]byte{'k'}, 32))
	if err != nil {
		return nil, err
	}
	return store.Open(store.Options{Database: database, Sealer: sealer, AuditMAC: sealer.AuditMAC, Now: func() time.Time { return testTime }})
}

// testBook holds the menus of one account on a database of its own, whose clock stands.
type testBook struct {
	*Book
	t       *testing.T
	account models.Account
}

// newTestBook returns a book of an account that has these rules published.
func newTestBook(t *testing.T, rules ...models.Rule) *testBook {
	t.Helper()
	return newTestBookOn(t, current.SQLite(t), rules...)
}

func newTestBookOn(t *testing.T, database string, rules ...models.Rule) *testBook {
	t.Helper()
	s, err := openStore(database)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	d := &testBook{Book: New(s), t: t, account: models.Account{
		AppID: "wx0123456789abcdef", Name: "江城政务", Kind: models.KindService, OriginalID: "gh_0123456789ab", Mode: models.ModePlain,
		Token: "abcdefgh12345678",
	}}
	if err := s.CreateAccount(t.Context(), d.account, person("管理员")); err != nil {
		t.Fatal(err)
	}
	_, stamp, err := s.PublishedRules(t.Context(), d.account.AppID)
	if err == nil && len(rules) > 0 {
		_, err = s.ChangeRules(t.Context(), d.account.AppID, stamp, func(tx *store.Tx, _ int64) error {
			return tx.PublishRules(t.Context(), d.account.AppID, rules, person("作者"))
		})
	}
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func person(name string) models.Who {
	return models.Who{ID: "u-" + name, Name: name, Role: "content_admin"}
}

func (d *testBook) wantError(err error, code, words string) {
	d.t.Helper()
	if models.ErrorCode(err) != code || !strings.Contains(err.Error(), words) {
		d.t.Errorf("error %v, want %s with %q", err, code, words)
	}
}

// audited are the actions of a person, the first first.
func (d *testBook) audited(name string) []string {
	d.t.Helper()
	var actions []string
	err := d.store.AuditEntries(d.t.Context(), store.AuditFilter{AppID: d.account.AppID}, func(e models.AuditEntry) error {
		if e.Who.Name == name {
			actions = append(actions, e.Action)
		}
		return nil
	})
	if err != nil {
		d.t.Fatal(err)
	}
	return actions
}
