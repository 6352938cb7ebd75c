package auth

import (
	"context"
	"database/sql"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Stages of a session. Only one that is whole may do what the operator may.
const (
	stageCode     = "code"     // the password was right, the code is to come
	stageEnrol    = "enrol"    // an authenticator is to be set up
	stagePassword = "password" // a password that grew old is to be replaced
	stageWhole    = "whole"
)

const (
	codeWithin  = 5 * time.Minute
	enrolWithin = 30 * time.Minute
	// touchEvery is how exact last_seen_at is: a page asks many things at once.
	touchEvery = 15 * time.Second
)

// session is a row of sessions.
type session struct {
	id, hash, operatorID, stage string
	address, userAgent          string
	started, seen, ends         time.Time
}

const sessionColumns = "s.id, s.token, s.operator_id, s.stage, s.address, s.user_agent, s.started_at, s.last_seen_at, s.ends_at"

func scanSession(rows *sql.Rows, more ...any) (session, error) {
	var s session
	var started, seen, ends int64
	err := rows.Scan(append([]any{&s.id, &s.hash, &s.operatorID, &s.stage, &s.address, &s.userAgent, &started, &seen, &ends}, more...)...)
	s.started, s.seen, s.ends = store.FromMicros(started), store.FromMicros(seen), store.FromMicros(ends)
	return s, err
}

// over reports whether a session has ended by itself.
func (a *Auth) over(s *session) bool {
	now := a.options.Now()
	return !now.Before(s.ends) || now.Sub(s.seen) >= a.options.Idle
}

// open stores a session of a stage and returns its token, which is new at every step: a token that
// somebody planted before is worth nothing after.
func (a *Auth) open(ctx context.Context, t *store.Tx, op *operator, stage string, from Origin) (token string, s session, err error) {
	token, hash, err := a.newToken()
	if err != nil {
		return "", s, err
	}
	id, err := a.newID("se")
	if err != nil {
		return "", s, err
	}
	now := a.options.Now()
	within := map[string]time.Duration{stageCode: codeWithin, stageEnrol: enrolWithin, stagePassword: enrolWithin, stageWhole: a.options.Lifetime}[stage]
	s = session{
		id: id, hash: hash, operatorID: op.ID, stage: stage, address: models.OneLine(from.Address, 60), userAgent: models.OneLine(from.UserAgent, 500),
		started: now, seen: now, ends: now.Add(within),
	}
	var whole any
	if stage == stageWhole {
		whole = op.ID
	}
	// Those that are over are of no use to anybody.
	err = t.Exec(ctx, "DELETE FROM sessions WHERE ends_at < ? OR last_seen_at < ?", store.Micros(now), store.Micros(now.Add(-a.options.Idle)))
	if err == nil {
		err = t.Upsert(ctx, "sessions", "id, token, operator_id, stage, whole_of, address, user_agent, started_at, last_seen_at, ends_at", 10, []any{
			s.id, s.hash, op.ID, stage, whole, s.address, s.userAgent, store.Micros(now), store.Micros(now), store.Micros(s.ends),
		}, "")
	}
	return token, s, err
}

// held finds the session of a token at a stage and holds its operator; unauthorized when there is
// none, or the operator may not sign in.
func (a *Auth) held(ctx context.Context, t *store.Tx, token string, stages ...string) (s session, op *operator, err error) {
	found := false
	err = t.Query(ctx, func(rows *sql.Rows) error {
		s, err = scanSession(rows)
		found = true
		return err
	}, "SELECT "+sessionColumns+" FROM sessions s WHERE s.token = ?"+t.Dialect().ForUpdate, hashOf(token))
	if err != nil {
		return s, nil, err
	}
	right := false
	for _, stage := range stages {
		right = right || s.stage == stage
	}
	if !found || !right || a.over(&s) {
		return s, nil, errUnauthorized()
	}
	op, err = lock(ctx, t, "id", s.operatorID)
	if err == nil && (op == nil || op.state != stateActive) {
		err = errUnauthorized()
	}
	return s, op, err
}

// end removes a session.
func end(ctx context.Context, t *store.Tx, id string) error {
	return t.Exec(ctx, "DELETE FROM sessions WHERE id = ?", id)
}

// SignOut ends the session of a token; one that is over already is no fault.
func (a *Auth) SignOut(ctx context.Context, token string, from Origin) error {
	err := a.store.Transact(ctx, func(t *store.Tx) error {
		s, op, err := a.held(ctx, t, token, stageCode, stageEnrol, stagePassword, stageWhole)
		if models.ErrorCode(err) == CodeUnauthorized {
			return nil
		}
		if err == nil {
			err = end(ctx, t, s.id)
		}
		if err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{Who: from.who(op, s.hash), Action: "session.close", ObjectType: "session", ObjectID: s.id})
	})
	return models.Wrap("auth: sign out", err)
}

// Session is a sign-in as people see it.
type Session struct {
	ID         string    `json:"id"`
	OperatorID string    `json:"operator_id"`
	Name       string    `json:"name"`
	Address    string    `json:"address"`
	UserAgent  string    `json:"user_agent"`
	StartedAt  time.Time `json:"started_at"`
	LastSeenAt time.Time `json:"last_seen_at"`
	EndsAt     time.Time `json:"ends_at"`
	Current    bool      `json:"current"`
}

// Sessions are those that are open: of one operator, or with "" of all.
func (a *Auth) Sessions(ctx context.Context, operatorID, current string) ([]Session, error) {
	list := []Session{}
	err := a.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		var name string
		s, err := scanSession(rows, &name)
		if err != nil || a.over(&s) {
			return err
		}
		list = append(list, Session{
			ID: s.id, OperatorID: s.operatorID, Name: name, Address: s.address, UserAgent: s.userAgent,
			StartedAt: s.started, LastSeenAt: s.seen, EndsAt: s.ends, Current: s.hash == current,
		})
		return nil
	}, "SELECT "+sessionColumns+", o.name FROM sessions s JOIN operators o ON o.id = s.operator_id"+
		" WHERE s.stage = ? AND (? = '' OR s.operator_id = ?) ORDER BY s.started_at DESC", stageWhole, operatorID, operatorID)
	return list, models.Wrap("auth: sessions", err)
}

// EndSession ends an open session: one's own, or with others that of somebody of the staff.
func (a *Auth) EndSession(ctx context.Context, c *Caller, id string, others bool) error {
	if !isASCII(id) {
		id = ""
	}
	err := a.store.Transact(ctx, func(t *store.Tx) error {
		var s session
		var name, post string
		err := t.Query(ctx, func(rows *sql.Rows) (err error) {
			s, err = scanSession(rows, &name, &post)
			return err
		}, "SELECT "+sessionColumns+", o.name, o.post FROM sessions s JOIN operators o ON o.id = s.operator_id WHERE s.id = ? AND s.stage = ?", id, stageWhole)
		own := s.operatorID == c.Who.ID
		switch {
		case err != nil:
			return err
		case s.id == "" || !own && !others:
			return models.NewError(models.CodeNotFound, "没有这次登录，可能已经结束")
		case !own && post != staff:
			return models.NewError(models.CodeForbidden, "三员之间不能互相处置")
		}
		if err := end(ctx, t, id); err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: c.Who, Action: "session.end", ObjectType: "session", ObjectID: id, Before: models.JSON(map[string]any{"name": name, "address": s.address}),
		})
	})
	return models.Wrap("auth: end session", err)
}
