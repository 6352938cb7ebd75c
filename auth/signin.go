package auth

import (
	"context"
	"database/sql"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// What comes after a step of signing in.
const (
	NextCode     = "code"
	NextEnrol    = "enrol"
	NextPassword = "password" // the one in use grew old
	NextDone     = "done"
)

// Step is what a step of signing in came to. Token is that of the session from now on.
type Step struct {
	Next          string   `json:"next"`
	Home          string   `json:"home,omitempty"`           // the first page, when done
	RecoveryCodes []string `json:"recovery_codes,omitempty"` // shown once
	Token         string   `json:"-"`
}

// SignInRequest is the first step.
type SignInRequest struct {
	Name     string `json:"name"`
	Password string `json:"password"`
}

// SignIn checks name and password. It answers, and takes as long, the same for a name that does not
// exist as for a wrong password.
func (a *Auth) SignIn(ctx context.Context, q SignInRequest, from Origin) (Step, error) {
	name := plainName(q.Name)
	err := a.store.Read(ctx, store.Console, func(t *store.Tx) error { return a.stillLocked(ctx, t, name, from) })
	if err != nil {
		return Step{}, models.Wrap("auth: sign in", err)
	}
	known, err := a.find(ctx, name)
	if err != nil {
		return Step{}, models.Wrap("auth: sign in", err)
	}
	kept := ""
	if known != nil && known.state == stateActive {
		kept = known.password
	}
	right, err := a.verify(ctx, kept, q.Password)
	if err != nil {
		return Step{}, models.Wrap("auth: sign in", err)
	}
	var out Step
	var told error
	err = a.store.Transact(ctx, func(t *store.Tx) error {
		out, told = Step{}, nil
		at, err := begin(ctx, t, a.options.Now(), name, from.Address)
		if err != nil {
			return err
		}
		op, err := lock(ctx, t, "name", name)
		if err != nil {
			return err
		}
		if op == nil || !right || op.state != stateActive || op.password != kept {
			told, err = at.refuse(ctx, refusedSignIn(op, name, from, "密码或登录名不对"))
			return err
		}
		out, err = a.passedPassword(ctx, t, op, from)
		return err
	})
	if err == nil {
		err = told
	}
	return out, models.Wrap("auth: sign in", err)
}

// stillLocked spares the hashing of a password that would not help.
func (a *Auth) stillLocked(ctx context.Context, t *store.Tx, name string, from Origin) error {
	now := a.options.Now()
	locked, err := lockedUntil(ctx, t, now)
	if err != nil {
		return err
	}
	for _, subject := range []string{nameSubject(name), addressSubject(from.Address)} {
		if until, ok := locked[subject]; ok {
			return errLocked(until.Sub(now))
		}
	}
	return nil
}

// refusedSignIn is the audit entry of a failure; op is nil when nobody has the name, which then is
// cut short: it may be a password typed into the wrong field.
func refusedSignIn(op *operator, name string, from Origin, reason string) models.AuditEntry {
	if op == nil {
		op = &operator{Name: models.OneLine(name, 3)}
		reason = "没有这个登录名"
	}
	return models.AuditEntry{Who: from.who(op, ""), Action: "session.open", ObjectType: "operator", ObjectID: op.ID, Reason: reason}
}

// passedPassword opens a session that waits for the next step.
func (a *Auth) passedPassword(ctx context.Context, t *store.Tx, op *operator, from Origin) (Step, error) {
	out := Step{Next: NextCode}
	stage := stageCode
	if len(op.totp) == 0 {
		out.Next, stage = NextEnrol, stageEnrol
	}
	token, s, err := a.open(ctx, t, op, stage, from)
	if err != nil {
		return out, err
	}
	out.Token = token
	return out, t.Audit(ctx, models.AuditEntry{Who: from.who(op, s.hash), Action: "session.password", ObjectType: "session", ObjectID: s.id})
}

// CodeRequest is the second step: six digits, or a recovery code.
type CodeRequest struct {
	Code     string `json:"code"`
	EndOther bool   `json:"end_other"`
}

// Code checks the code of a session that passed the password. A recovery code is used up and leads to
// a new authenticator. While the name is signed in elsewhere the answer is an *OtherSessionError and
// nothing is used up, unless the other session is to end.
func (a *Auth) Code(ctx context.Context, token string, q CodeRequest, from Origin) (Step, error) {
	code := plainCode(q.Code)
	var out Step
	err := a.attempt(ctx, token, from, func(at *attempt, s session, op *operator) (told, err error) {
		t := at.t
		pass, err := a.check(ctx, t, op, code)
		if err != nil {
			return nil, err
		}
		e := models.AuditEntry{Who: from.who(op, s.hash), Action: "session.open", ObjectType: "operator", ObjectID: op.ID, Result: models.AuditRefused}
		switch pass {
		case codeWrong:
			e.Reason = "验证码不对"
			return at.refuse(ctx, e)
		case codeUsed:
			e.Reason = "验证码已用过"
			return models.NewError(CodeUsedCode, "这组数字已用过，请等下一组数字"), t.Audit(ctx, e)
		}
		if err := a.endOther(ctx, t, op, q.EndOther, from.who(op, s.hash)); err != nil {
			return nil, err
		}
		if err := end(ctx, t, s.id); err != nil {
			return nil, err
		}
		if pass == codeRecovery {
			out, err = a.recovered(ctx, t, op, code, from)
		} else {
			out, err = a.whole(ctx, t, op, from)
		}
		return nil, err
	}, stageCode)
	return out, models.Wrap("auth: code", err)
}

// attempt runs a try of the person of a session at one of the stages, within one transaction that
// counts a failure. What do tells the caller does not undo it; an error does.
func (a *Auth) attempt(ctx context.Context, token string, from Origin, do func(at *attempt, s session, op *operator) (told, err error), stages ...string) error {
	var told error
	err := a.store.Transact(ctx, func(t *store.Tx) error {
		name, err := a.nameOf(ctx, t, token)
		if err != nil {
			return err
		}
		at, err := begin(ctx, t, a.options.Now(), name, from.Address)
		if err != nil {
			return err
		}
		s, op, err := a.held(ctx, t, token, stages...)
		if err == nil {
			told, err = do(at, s, op)
		}
		return err
	})
	if err == nil {
		err = told
	}
	return err
}

// nameOf is the name of a session's operator: counters are locked before rows, in one order.
func (a *Auth) nameOf(ctx context.Context, t *store.Tx, token string) (name string, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&name) },
		"SELECT o.name FROM sessions s JOIN operators o ON o.id = s.operator_id WHERE s.token = ?", hashOf(token))
	if err == nil && name == "" {
		err = errUnauthorized()
	}
	return name, err
}

type codeOutcome int

const (
	codeWrong codeOutcome = iota
	codeUsed
	codeTOTP
	codeRecovery
)

// check says what a code is worth; a step that it used is stored.
func (a *Auth) check(ctx context.Context, t *store.Tx, op *operator, code string) (codeOutcome, error) {
	if isTOTP(code) {
		seed, err := t.Unseal("operators", "totp", op.ID, op.totp)
		if err != nil {
			return codeWrong, err
		}
		step, ok := stepOf(string(seed), code, a.options.Now())
		switch {
		case !ok || len(seed) == 0:
			return codeWrong, nil
		case step <= op.step:
			return codeUsed, nil
		}
		return codeTOTP, t.Exec(ctx, "UPDATE operators SET totp_step = ? WHERE id = ?", step, op.ID)
	}
	found := codeWrong
	err := t.Query(ctx, func(*sql.Rows) error {
		found = codeRecovery
		return nil
	}, "SELECT 1 FROM recovery_codes WHERE operator_id = ? AND code = ?", op.ID, hashOf(code))
	return found, err
}

// endOther ends the other session of an operator, or says where it is.
func (a *Auth) endOther(ctx context.Context, t *store.Tx, op *operator, may bool, who models.Who) error {
	var other session
	err := t.Query(ctx, func(rows *sql.Rows) (err error) {
		other, err = scanSession(rows)
		return err
	}, "SELECT "+sessionColumns+" FROM sessions s WHERE s.whole_of = ?", op.ID)
	if err != nil || other.id == "" {
		return err
	}
	if !a.over(&other) && !may {
		return &OtherSessionError{
			refusal{Code: CodeOtherSession, Message: "这个登录名在另一处登录着，可结束那一处并继续"},
			OtherSession{StartedAt: other.started, LastSeenAt: other.seen, Address: other.address},
		}
	}
	if err := end(ctx, t, other.id); err != nil || a.over(&other) {
		return err
	}
	return t.Audit(ctx, models.AuditEntry{
		Who: who, Action: "session.end", ObjectType: "session", ObjectID: other.id, Reason: "同一登录名在别处登录",
		Before: models.JSON(map[string]any{"name": op.Name, "address": other.address}),
	})
}

// whole opens the session that may do what the operator may, after a new password where the one in
// use grew old.
func (a *Auth) whole(ctx context.Context, t *store.Tx, op *operator, from Origin) (Step, error) {
	if a.grownOld(op) {
		token, s, err := a.open(ctx, t, op, stagePassword, from)
		if err != nil {
			return Step{}, err
		}
		return Step{Next: NextPassword, Token: token}, t.Audit(ctx, models.AuditEntry{
			Who: from.who(op, s.hash), Action: "session.code", ObjectType: "session", ObjectID: s.id,
		})
	}
	token, s, err := a.open(ctx, t, op, stageWhole, from)
	if err == nil {
		err = t.Exec(ctx, "UPDATE operators SET last_sign_in_at = ? WHERE id = ?", store.Micros(s.started), op.ID)
	}
	if err == nil {
		err = forget(ctx, t, op.Name)
	}
	if err != nil {
		return Step{}, err
	}
	grants, err := readGrants(ctx, t, op.ID)
	if err != nil {
		return Step{}, err
	}
	out := Step{Next: NextDone, Home: home(rolesOf(op.post, grants)), Token: token}
	return out, t.Audit(ctx, models.AuditEntry{Who: from.who(op, s.hash), Action: "session.open", ObjectType: "session", ObjectID: s.id})
}

// recovered uses a recovery code up: the next thing is a new authenticator.
func (a *Auth) recovered(ctx context.Context, t *store.Tx, op *operator, code string, from Origin) (Step, error) {
	err := t.Exec(ctx, "DELETE FROM recovery_codes WHERE operator_id = ? AND code = ?", op.ID, hashOf(code))
	if err != nil {
		return Step{}, err
	}
	token, s, err := a.open(ctx, t, op, stageEnrol, from)
	if err != nil {
		return Step{}, err
	}
	return Step{Next: NextEnrol, Token: token}, t.Audit(ctx, models.AuditEntry{
		Who: from.who(op, s.hash), Action: "session.recovery_code", ObjectType: "session", ObjectID: s.id,
	})
}
