package cases

import (
	"context"
	"database/sql"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
	"github.com/wenzheng/wenzheng/waits"
)

// morning is Monday 2026-03-02 10:00:00 in Shanghai, from which the seconds of a scenario count.
var morning = time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)

var (
	wang    = models.Who{ID: "op-1", Name: "wang", Role: "case_handler"}
	li      = models.Who{ID: "op-2", Name: "li", Role: "case_handler"}
	manager = models.Who{ID: "op-3", Name: "zhou", Role: "account_manager"}

	handling    = Rights{Write: true}
	supervising = Rights{Review: true, Supervise: true}
)

const zhang = "oCitizen00000000000000000001"

// clock is a clock that a test sets.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// office is an account with two handlers and a manager.
type office struct {
	*Cases
	t        testing.TB
	clock    *clock
	store    *store.Store
	waits    *waits.Waits
	outbox   *outbox.Outbox
	desk     *desk.Desk
	account  models.Account
	database string
}

var current = storetest.Original{Open: func(t testing.TB, database string) (storetest.Store, error) {
	t.Helper()
	return store.Open(store.Options{Database: database, Sealer: storetest.NewSealer(t), AuditMAC: storetest.MAC})
}}

// everyDatabase runs a test on each kind of database.
func everyDatabase(t *testing.T, f func(t *testing.T, o *office)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, newOffice(t, current.SQLite(t))) })
	t.Run("mariadb", func(t *testing.T) { f(t, newOffice(t, current.MariaDB(t))) })
}

func newOffice(t testing.TB, database string) *office {
	t.Helper()
	o := &office{t: t, clock: &clock{at: morning}, database: database, account: models.Account{
		AppID: storetest.AppA, Name: "某某市政府", Kind: models.KindService, Verified: true, OriginalID: "gh_0123456789ab",
		Mode: models.ModePlain, Token: "token", Secret: "5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0",
	}}
	o.start()
	if err := o.store.CreateAccount(context.Background(), o.account, wang); err != nil {
		t.Fatal(err)
	}
	o.hires(wang, li)
	return o
}

// start is a process on the database.
func (o *office) start() {
	o.t.Helper()
	s, err := store.Open(store.Options{Database: o.database, Sealer: storetest.NewSealer(o.t), AuditMAC: storetest.MAC, Now: o.clock.now})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { _ = s.Close() }) // the one that failed was told of already
	accounts := func() []models.Account { return []models.Account{o.account} }
	o.store, o.waits = s, waits.New(s, nil)
	o.outbox = outbox.New(s, o.waits, outbox.Options{Now: o.clock.now, Accounts: accounts})
	if o.desk, err = desk.New(s, o.waits, o.outbox, desk.Options{Now: o.clock.now, Accounts: accounts}); err != nil {
		o.t.Fatal(err)
	}
	if o.Cases, err = New(s, o.waits, o.outbox, o.desk, Options{Now: o.clock.now, Accounts: accounts}); err != nil {
		o.t.Fatal(err)
	}
}

// sibling is another instance on the same database.
func (o *office) sibling() *office {
	other := *o
	other.start()
	return &other
}

// hires makes operators who may answer for the account.
func (o *office) hires(who ...models.Who) {
	o.t.Helper()
	err := o.store.Transact(context.Background(), func(t *store.Tx) error {
		for _, w := range who {
			err := t.Upsert(context.Background(), "operators", "id, name, display_name, post, state, password, password_at, totp, totp_step, totp_pending, "+
				"link, link_until, asleep, preferences, created_at, last_sign_in_at", 16, []any{
				w.ID, w.Name, w.Name, "staff", "active", "", 0, []byte{}, 0, []byte{}, nil, 0, 0, "{}", 0, 0,
			}, "")
			if err == nil {
				err = t.Upsert(context.Background(), "roles", "operator_id, post, role, app_id", 4, []any{w.ID, "staff", "case_handler", o.account.AppID}, "")
			}
			if err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		o.t.Fatal(err)
	}
}

// at sets the clock to a time in Shanghai.
func (o *office) at(when string) time.Time {
	o.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", when, models.Shanghai())
	if err != nil {
		o.t.Fatal(err)
	}
	o.clock.set(at)
	return at
}

// submits makes a case of somebody who called.
func (o *office) submits(kind Kind, key, text string) Detail {
	o.t.Helper()
	d, err := o.Submit(context.Background(), wang, Submission{AppID: o.account.AppID, Key: key, Kind: kind, Text: text, Rights: handling})
	if err != nil {
		o.t.Fatal(err)
	}
	return d
}

// does takes a case a step on.
func (o *office) does(who models.Who, c *Detail, q Act) error {
	o.t.Helper()
	q.AppID, q.Number, q.Version = c.AppID, c.Number, c.Version
	if q.Rights = handling; who == manager {
		q.Rights = supervising
	}
	d, err := o.Act(context.Background(), who, q)
	if err == nil {
		*c = d
	}
	return err
}

// must is does of what has to succeed.
func (o *office) must(who models.Who, c *Detail, q Act) {
	o.t.Helper()
	if err := o.does(who, c, q); err != nil {
		o.t.Fatalf("%s by %s in %s: %v", q.Step, who.Name, c.State, err)
	}
}

func (o *office) number(query string, args ...any) (n int64) {
	o.t.Helper()
	err := o.store.Query(context.Background(), store.Console, func(rows *sql.Rows) error {
		var v sql.NullInt64
		err := rows.Scan(&v)
		n = v.Int64
		return err
	}, query, args...)
	if err != nil {
		o.t.Fatal(err)
	}
	return n
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	if models.ErrorCode(err) != code {
		t.Errorf("error %v, want code %q", err, code)
	}
}
