package cases

import (
	"context"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
	"github.com/wenzheng/wenzheng/waits"
	"github.com/wenzheng/wenzheng/wechat"
)

var morning = storetest.Morning

var (
	wang    = models.Who{ID: "op-1", Name: "wang", Role: "case_handler"}
	li      = models.Who{ID: "op-2", Name: "li", Role: "case_handler"}
	manager = models.Who{ID: "op-3", Name: "zhou", Role: "account_manager"}

	handling    = Rights{Write: true}
	supervising = Rights{Review: true, Supervise: true}
)

const zhang = "oCitizen00000000000000000001"

// office is an account with two handlers and a manager.
type office struct {
	*Cases
	t        testing.TB
	clock    *storetest.Clock
	store    *store.Store
	waits    *waits.Waits
	outbox   *outbox.Outbox
	desk     *desk.Desk
	account  models.Account
	database string
	keeps    models.CaseKeeping
	client   *wechat.Client // nil = nobody asks WeChat
}

var current = storetest.Original{Open: func(t testing.TB, database string) (storetest.Store, error) {
	t.Helper()
	return store.Open(store.Options{Database: database, Sealer: storetest.NewSealer(t), AuditMAC: storetest.MAC})
}}

// everyDatabase runs a test on each kind of database.
func everyDatabase(t *testing.T, f func(t *testing.T, o *office)) {
	t.Helper()
	current.Every(t, func(t *testing.T, database string) { f(t, newOffice(t, database)) })
}

func newOffice(t testing.TB, database string) *office {
	t.Helper()
	o := &office{t: t, clock: storetest.NewClock(morning), database: database, account: storetest.Account()}
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
	s, err := store.Open(store.Options{Database: o.database, Sealer: storetest.NewSealer(o.t), AuditMAC: storetest.MAC, Now: o.clock.Now})
	if err != nil {
		o.t.Fatal(err)
	}
	o.t.Cleanup(func() { _ = s.Close() }) // the one that failed was told of already
	accounts := func() []models.Account { return []models.Account{o.account} }
	o.store, o.waits = s, waits.New(s, nil)
	o.outbox = outbox.New(s, o.waits, outbox.Options{Now: o.clock.Now, Accounts: accounts})
	if o.desk, err = desk.New(s, o.waits, o.outbox, desk.Options{Now: o.clock.Now, Accounts: accounts}); err != nil {
		o.t.Fatal(err)
	}
	if o.Cases, err = New(s, o.waits, o.outbox, o.desk, Options{
		Now: o.clock.Now, Accounts: accounts, Keeps: o.keeps, Client: func(context.Context, models.Account) *wechat.Client { return o.client },
	}); err != nil {
		o.t.Fatal(err)
	}
}

// sibling is another instance on the same database.
func (o *office) sibling() *office {
	other := *o
	other.start()
	return &other
}

// at sets the clock to a time in Shanghai.
func (o *office) at(when string) time.Time {
	o.t.Helper()
	at, err := time.ParseInLocation("2006-01-02 15:04", when, models.Shanghai())
	if err != nil {
		o.t.Fatal(err)
	}
	o.clock.Set(at)
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

func (o *office) number(query string, args ...any) int64 {
	o.t.Helper()
	return storetest.Number(o.t, o.store, query, args...)
}

func (o *office) hires(who ...models.Who) {
	o.t.Helper()
	storetest.Hire(o.t, o.store, who...)
}

func wantCode(t testing.TB, err error, code string) {
	t.Helper()
	storetest.WantCode(t, err, code)
}
