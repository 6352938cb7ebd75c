package auth

import (
	"context"
	"database/sql"
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Caller is who asks: a person who signed in, or a program with a token.
type Caller struct {
	Who         models.Who
	DisplayName string
	Roles       []Role
	Grants      []Grant
	Asleep      bool      // the grants wait for secadmin
	EndsAt      time.Time // of the session
	Preferences json.RawMessage

	held scope
}

// May reports whether the caller holds a permission, for whatever accounts.
func (c *Caller) May(p Permission) bool {
	_, ok := c.held[p]
	return ok
}

// Accounts are those that the permission holds for, by AppID; nil = all of them. Only a caller who
// may is to be asked.
func (c *Caller) Accounts(p Permission) []string { return slices.Clone(c.held[p]) }

// Permissions are those held, by name.
func (c *Caller) Permissions() []Permission { return c.held.permissions() }

// Home is the caller's first page.
func (c *Caller) Home() string { return home(c.Roles) }

// Everything is a program that reads everything, as the setting api.token makes one.
func Everything(from Origin) *Caller {
	held := scope{}
	for _, p := range Scopes() {
		held[p] = nil
	}
	return &Caller{Who: programWho("", "api.token", from), held: held}
}

func programWho(id, name string, from Origin) models.Who {
	return models.Who{ID: id, Name: name, Role: "program", IP: from.Address, UserAgent: from.UserAgent, RequestID: from.RequestID}
}

// Identify finds who holds the token of a session; unauthorized when nobody does. use counts as the
// person's being there; a stream that merely stays open does not.
func (a *Auth) Identify(ctx context.Context, token string, from Origin, use bool) (*Caller, error) {
	var c *Caller
	var s session
	err := a.store.Read(ctx, store.Console, func(t *store.Tx) (err error) {
		var op operator
		s, err = a.wholeSession(ctx, t, token, &op)
		if err != nil {
			return err
		}
		grants, err := readGrants(ctx, t, op.ID)
		if err != nil {
			return err
		}
		c = &Caller{
			Who: from.who(&op, s.hash), DisplayName: op.DisplayName, Roles: rolesOf(op.post, grants), Grants: grants, Asleep: op.asleep,
			EndsAt: s.ends, Preferences: json.RawMessage(op.preferences),
		}
		if op.asleep {
			grants = nil
		}
		c.held = scopeOf(op.post, grants)
		return nil
	})
	if now := a.options.Now(); err == nil && use && now.Sub(s.seen) >= touchEvery {
		err = a.store.Transact(ctx, func(t *store.Tx) error {
			return t.Exec(ctx, "UPDATE sessions SET last_seen_at = ? WHERE id = ?", store.Micros(now), s.id)
		})
	}
	if err != nil {
		return nil, models.Wrap("auth: identify", err)
	}
	return c, nil
}

// wholeSession reads the session of a token, and of its operator what a caller needs.
func (a *Auth) wholeSession(ctx context.Context, t *store.Tx, token string, op *operator) (session, error) {
	var s session
	err := t.Query(ctx, func(rows *sql.Rows) (err error) {
		s, err = scanSession(rows, &op.ID, &op.Name, &op.DisplayName, &op.post, &op.state, &op.asleep, &op.preferences)
		return err
	}, "SELECT "+sessionColumns+", o.id, o.name, o.display_name, o.post, o.state, o.asleep, o.preferences"+
		" FROM sessions s JOIN operators o ON o.id = s.operator_id WHERE s.token = ?", hashOf(token))
	if err == nil && (s.stage != stageWhole || op.state != stateActive || a.over(&s)) {
		err = errUnauthorized()
	}
	return s, err
}

// Stage is what the session of a token waits for, "" when it is whole or there is none: a page that
// is loaded again goes on where it was.
func (a *Auth) Stage(ctx context.Context, token string) (stage string, err error) {
	err = a.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		s, err := scanSession(rows)
		if err == nil && !a.over(&s) && s.stage != stageWhole {
			stage = s.stage
		}
		return err
	}, "SELECT "+sessionColumns+" FROM sessions s WHERE s.token = ?", hashOf(token))
	return stage, models.Wrap("auth: stage", err)
}

// Program finds the program of a bearer token; unauthorized when there is none or its time is over.
func (a *Auth) Program(ctx context.Context, token string, from Origin) (*Caller, error) {
	var p program
	err := a.store.Query(ctx, store.Console, func(rows *sql.Rows) (err error) {
		p, err = scanProgram(rows)
		return err
	}, "SELECT "+programColumns+" FROM api_tokens WHERE token = ?", hashOf(token))
	if err == nil && (p.id == "" || !p.valid(a.options.Now())) {
		err = errUnauthorized()
	}
	if err != nil {
		return nil, models.Wrap("auth: program", err)
	}
	held := scope{}
	for s := range strings.SplitSeq(p.scopes, ",") {
		if slices.Contains(Scopes(), Permission(s)) {
			held[Permission(s)] = p.accounts()
		}
	}
	return &Caller{Who: programWho(p.id, p.name, from), held: held}, nil
}

// refusedEvery is how often the same refusal of the same session is written: a page that asks without
// end must not fill the audit log.
const refusedEvery = time.Minute

// refusedLately reports whether this refusal was written a moment ago, and remembers it.
func (a *Auth) refusedLately(refusal string) bool {
	now := a.options.Now()
	a.mu.Lock()
	defer a.mu.Unlock()
	maps.DeleteFunc(a.refused, func(_ string, at time.Time) bool { return now.Sub(at) >= refusedEvery })
	_, lately := a.refused[refusal]
	if !lately {
		a.refused[refusal] = now
	}
	return lately
}

// Refused writes into the audit log that somebody known asked for what they may not have.
func (a *Auth) Refused(ctx context.Context, c *Caller, route, reason string) error {
	if a.refusedLately(c.Who.ID + " " + c.Who.Session + " " + route + " " + reason) {
		return nil
	}
	return a.store.Audit(ctx, models.AuditEntry{
		Who: c.Who, Action: "access.refuse", ObjectType: "route", ObjectID: route, Result: models.AuditRefused, Reason: reason,
	})
}
