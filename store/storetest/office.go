package storetest

import (
	"context"
	"database/sql"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Morning is Monday 2026-03-02 10:00:00 in Shanghai, from which the seconds of a scenario count.
var Morning = time.Date(2026, 3, 2, 2, 0, 0, 0, time.UTC)

// Clock is a clock that a test sets, for any number of readers.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock returns a clock that stands.
func NewClock(at time.Time) *Clock { return &Clock{at: at} }

// Now is the time that was set.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Set sets the clock.
func (c *Clock) Set(at time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = at
}

// Pass moves the clock on.
func (c *Clock) Pass(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Account is the account of an office.
func Account() models.Account {
	return models.Account{
		AppID: AppA, Name: "某某市政府", Kind: models.KindService, Verified: true, OriginalID: "gh_0123456789ab",
		Mode: models.ModePlain, Token: "token", Secret: "5ec2e7c0ffee5ec2e7c0ffee5ec2e7c0",
	}
}

// Every runs a test on a copy of each kind of database.
func (o *Original) Every(t *testing.T, f func(t *testing.T, database string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, o.SQLite(t)) })
	t.Run("mariadb", func(t *testing.T) { f(t, o.MariaDB(t)) })
}

// writer is a transaction of a store.
type writer interface {
	Upsert(ctx context.Context, table, columns string, width int, values []any, conflict string) error
}

// Hire makes operators who may answer for Account.
func Hire[T writer](t testing.TB, s interface {
	Transact(ctx context.Context, f func(T) error) error
}, who ...models.Who,
) {
	t.Helper()
	ctx := context.Background()
	err := s.Transact(ctx, func(tx T) error {
		var operators, roles []any
		for _, w := range who {
			operators = append(operators, w.ID, w.Name, w.Name, "staff", "active", "", 0, []byte{}, 0, []byte{}, nil, 0, 0, "{}", 0, 0)
			roles = append(roles, w.ID, "staff", "case_handler", AppA)
		}
		err := tx.Upsert(ctx, "operators", "id, name, display_name, post, state, password, password_at, totp, totp_step, totp_pending, "+
			"link, link_until, asleep, preferences, created_at, last_sign_in_at", 16, operators, "")
		if err == nil {
			err = tx.Upsert(ctx, "roles", "operator_id, post, role, app_id", 4, roles, "")
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// Number is what a query finds, 0 for nothing.
func Number[P any](t testing.TB, s interface {
	Query(ctx context.Context, purpose P, scan func(*sql.Rows) error, query string, args ...any) error
}, query string, args ...any,
) (n int64) {
	t.Helper()
	var purpose P // the first: short reads
	err := s.Query(context.Background(), purpose, func(rows *sql.Rows) error {
		var v sql.NullInt64
		err := rows.Scan(&v)
		n = v.Int64
		return err
	}, query, args...)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// WantCode holds an error to the code that people are told, "" = no such error.
func WantCode(t testing.TB, err error, code string) {
	t.Helper()
	if models.ErrorCode(err) != code {
		t.Errorf("error %v, want code %q", err, code)
	}
}
