package worker

import (
	"bytes"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/simulator/platform"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

const testSecret = "5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0"

var admin = models.Who{ID: "u-1", Name: "管理员", Role: "admin"}

// current is an empty database with every step of the schema.
var current = storetest.Original{Open: func(_ testing.TB, database string) (storetest.Store, error) {
	return opened(database, nil)
}}

func opened(database string, now func() time.Time) (*store.Store, error) {
	sealer, err := seal.NewSealer(bytes.Repeat([]byte{'k'}, 32))
	if err != nil {
		return nil, err
	}
	return store.Open(store.Options{Database: database, Sealer: sealer, AuditMAC: sealer.AuditMAC, Now: now})
}

// openStore opens a migrated store; "" is a SQLite of its own.
func openStore(t *testing.T, database string, now func() time.Time) *store.Store {
	t.Helper()
	if database == "" {
		database = current.SQLite(t)
	}
	st, err := opened(database, now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := st.Close(); err != nil {
			t.Error(err)
		}
	})
	if err := st.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	return st
}

// everyDatabase runs a test on each kind of database.
func everyDatabase(t *testing.T, f func(t *testing.T, database string)) {
	t.Run("sqlite", func(t *testing.T) { t.Parallel(); f(t, "") })
	t.Run("mariadb", func(t *testing.T) { t.Parallel(); f(t, current.MariaDB(t)) })
}

func testAccount() models.Account {
	return models.Account{
		AppID: "wx0123456789abcdef", Name: "江城政务", Kind: models.KindService, Verified: true, OriginalID: "gh_0123456789ab",
		Mode: models.ModeSafe, Token: "jiangcheng2026", AESKey: strings.Repeat("A", 43), Secret: testSecret,
	}
}

func addAccount(t *testing.T, st *store.Store, change ...func(*models.Account)) models.Account {
	t.Helper()
	a := testAccount()
	for _, f := range change {
		f(&a)
	}
	if err := st.CreateAccount(t.Context(), a, admin); err != nil {
		t.Fatal(err)
	}
	return a
}

// publish publishes a rule for each keyword.
func publish(t *testing.T, st *store.Store, appID string, keywords ...string) {
	t.Helper()
	var rules []models.Rule
	for _, k := range keywords {
		rules = append(rules, models.Rule{
			Name: k, Match: models.MatchContains, Keywords: []string{k}, Replies: []models.Reply{models.TextReply(k + "请到二楼。")},
		})
	}
	_, stamp, err := st.PublishedRules(t.Context(), appID)
	if err == nil {
		_, err = st.ChangeRules(t.Context(), appID, stamp, func(tx *store.Tx, _ int64) error { return tx.PublishRules(t.Context(), appID, rules, admin) })
	}
	if err != nil {
		t.Fatal(err)
	}
}

// officialAPI is the simulator's API, counting token calls.
type officialAPI struct {
	*platform.Platform
	url    string
	tokens atomic.Int32
}

func newOfficialAPI(t *testing.T, accounts ...models.Account) *officialAPI {
	t.Helper()
	api := &officialAPI{Platform: platform.New(platform.Options{Accounts: accounts})}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/cgi-bin/stable_token" {
			api.tokens.Add(1)
		}
		api.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { server.Close(); api.Close() })
	api.url = server.URL
	return api
}

// eventually polls until check holds.
func eventually(t *testing.T, within time.Duration, what string, check func() bool) {
	t.Helper()
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for end := time.Now().Add(within); !check(); <-ticker.C {
		if time.Now().After(end) {
			t.Fatalf("not within %s: %s", within, what)
		}
	}
}

// TestMain runs the tests and holds that no job goes on after them.
func TestMain(m *testing.M) {
	code := m.Run()
	http.DefaultClient.CloseIdleConnections()
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}
