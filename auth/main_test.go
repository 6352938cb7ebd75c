package auth

import (
	"context"
	"database/sql"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/hotp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

const (
	appA = storetest.AppA
	appB = storetest.AppB
	good = "Lanterns-over-7-bridges"
)

var (
	home1 = Origin{Address: "10.0.0.1", UserAgent: "test", RequestID: "r1"}
	shell = models.CommandLine("root")
)

// house is an office with two accounts, whose clock a test moves.
type house struct {
	*Auth
	*storetest.Clock
	t testing.TB
}

func open(t testing.TB, database string, now func() time.Time) (*store.Store, error) {
	t.Helper()
	return store.Open(store.Options{Database: database, Sealer: storetest.NewSealer(t), AuditMAC: storetest.MAC, Now: now})
}

// current is an empty database with every step of the schema.
var current = storetest.Original{Open: func(t testing.TB, database string) (storetest.Store, error) {
	t.Helper()
	return open(t, database, time.Now)
}}

// everywhere runs a test on both databases.
func everywhere(t *testing.T, f func(t *testing.T, h *house)) {
	t.Helper()
	current.Every(t, func(t *testing.T, database string) { f(t, newHouse(t, database)) })
}

func newHouse(t testing.TB, database string) *house {
	t.Helper()
	h := &house{t: t, Clock: storetest.NewClock(storetest.Morning.Add(-time.Hour))}
	s, err := open(t, database, h.Now)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	for app, name := range map[string]string{appA: "江城政务", appB: "江城公安"} {
		a := models.Account{AppID: app, Name: name, Kind: models.KindService, Mode: models.ModePlain, Token: "token"}
		if err := s.CreateAccount(t.Context(), a, shell); err != nil {
			t.Fatal(err)
		}
	}
	h.Auth = New(s, Options{Now: h.Now, Cost: Cost{Memory: 8, Passes: 1}})
	return h
}

// person is an operator with what they know.
type person struct {
	h              *house
	id, name, seed string
	codes          []string
	step           Step // the last one, with the token
}

// invited makes an operator who has a link.
func (h *house) invited(name string, role Role, accounts ...string) (*person, Invitation) {
	h.t.Helper()
	i, err := h.Add(context.Background(), shell, AddRequest{Name: name, Role: role, Accounts: accounts})
	if err != nil {
		h.t.Fatal(err)
	}
	return &person{h: h, id: i.Operator.ID, name: i.Operator.Name}, i
}

// settled makes an operator who is signed in.
func (h *house) settled(name string, role Role, accounts ...string) *person {
	h.t.Helper()
	p, i := h.invited(name, role, accounts...)
	p.welcome(i.Link)
	return p
}

func linkToken(link string) string { return link[len("/welcome#"):] }

// welcome takes a link through to the whole session.
func (p *person) welcome(link string) {
	p.h.t.Helper()
	ctx := context.Background()
	step, err := p.h.Welcome(ctx, WelcomeRequest{linkToken(link), good}, home1)
	if err != nil {
		p.h.t.Fatal(err)
	}
	p.step = step
	p.enrol()
}

func (p *person) enrol() {
	p.h.t.Helper()
	ctx := context.Background()
	seed, err := p.h.BeginEnrol(ctx, p.step.Token, "", home1)
	if err != nil {
		p.h.t.Fatal(err)
	}
	p.seed = seed.Secret
	if p.step, err = p.h.Enrol(ctx, p.step.Token, p.code(), home1); err != nil {
		p.h.t.Fatal(err)
	}
	p.codes = p.step.RecoveryCodes
	p.h.Pass(30 * time.Second) // the next code
}

// code is what the authenticator shows.
func (p *person) code() string {
	p.h.t.Helper()
	code, err := hotp.GenerateCode(p.seed, uint64(p.h.Now().Unix()/totpStep))
	if err != nil {
		p.h.t.Fatal(err)
	}
	return code
}

// password is the first step, for the person's own password.
func (p *person) password() Step {
	p.h.t.Helper()
	step, err := p.h.SignIn(context.Background(), SignInRequest{p.name, good}, home1)
	if err != nil {
		p.h.t.Fatal(err)
	}
	return step
}

// signIn takes both steps, ending another session.
func (p *person) signIn() *Caller {
	p.h.t.Helper()
	step := p.password()
	step, err := p.h.Code(context.Background(), step.Token, CodeRequest{p.code(), true}, home1)
	if err != nil {
		p.h.t.Fatal(err)
	}
	p.step = step
	p.h.Pass(30 * time.Second)
	return p.caller()
}

func (p *person) caller() *Caller {
	p.h.t.Helper()
	c, err := p.h.Identify(context.Background(), p.step.Token, home1, true)
	if err != nil {
		p.h.t.Fatal(err)
	}
	return c
}

func wantCode(t testing.TB, what string, err error, code string) {
	t.Helper()
	if models.ErrorCode(err) != code || code == "" && err != nil {
		t.Errorf("%s: error %v, want code %q", what, err, code)
	}
}

// audited are the actions of the audit log, the newest last, with "!" before those refused.
func (h *house) audited() (list []string) {
	h.t.Helper()
	err := h.store.AuditEntries(context.Background(), store.AuditFilter{}, func(e models.AuditEntry) error {
		action := e.Action
		if e.Result == models.AuditRefused {
			action = "!" + action
		}
		list = append(list, action)
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return list
}

func (h *house) last() models.AuditEntry {
	h.t.Helper()
	var last models.AuditEntry
	err := h.store.AuditEntries(context.Background(), store.AuditFilter{Newest: true, Limit: 1}, func(e models.AuditEntry) error {
		last = e
		return nil
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return last
}

// execute runs a statement past the room.
func (h *house) execute(query string, args ...any) error {
	ctx := context.Background()
	return h.store.Transact(ctx, func(t *store.Tx) error { return t.Exec(ctx, query, args...) })
}

func locked(err error) bool {
	var l *LockedError
	return errors.As(err, &l)
}

// dump is everything that a table holds, as text.
func (h *house) dump(table string) string {
	h.t.Helper()
	var b strings.Builder
	err := h.store.Query(context.Background(), store.Reports, func(rows *sql.Rows) error {
		names, err := rows.Columns()
		if err != nil {
			return err
		}
		values := make([]any, len(names))
		for i := range values {
			values[i] = new(sql.RawBytes)
		}
		err = rows.Scan(values...)
		for _, v := range values {
			if raw, ok := v.(*sql.RawBytes); ok {
				b.Write(*raw)
				b.WriteByte('\n')
			}
		}
		return err
	}, "SELECT * FROM "+table)
	if err != nil {
		h.t.Fatal(err)
	}
	return b.String()
}
