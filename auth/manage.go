package auth

import (
	"context"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// linkLasts is how long a one-time link may be used.
const linkLasts = 72 * time.Hour

// cliRole is the role of models.CommandLine, who alone acts on administrators.
const cliRole = "cli"

// AddRequest makes an operator. Role may be "" : then the grants are all there is. An administrator
// has no accounts; a role of staff is granted for each of Accounts.
type AddRequest struct {
	Name, DisplayName string
	Role              Role
	Accounts          []string
}

// Invitation is an operator with the one-time link by which they choose a password. The link is told
// once: only its hash is kept.
type Invitation struct {
	Operator Operator  `json:"operator"`
	Link     string    `json:"link"` // path and fragment at the console's address
	Until    time.Time `json:"until"`
}

// Add makes an operator who can not sign in before the link was used.
func (a *Auth) Add(ctx context.Context, who models.Who, q AddRequest) (Invitation, error) {
	name, shown, err := checkName(q.Name, q.DisplayName)
	if err != nil {
		return Invitation{}, err
	}
	post, grants, err := a.placeOf(ctx, q)
	if err != nil {
		return Invitation{}, err
	}
	if post != staff && who.Role != cliRole {
		return Invitation{}, models.NewError(models.CodeForbidden, "三员只能在服务器上用 wenzheng operator add 建立")
	}
	id, err := a.newID("op")
	if err != nil {
		return Invitation{}, err
	}
	op := &operator{ID: id, Name: name, DisplayName: shown, post: post, state: stateActive, createdAt: store.Micros(a.options.Now())}
	var out Invitation
	err = a.store.Transact(ctx, func(t *store.Tx) error {
		if known, err := lock(ctx, t, "name", name); err != nil || known != nil {
			return models.Wrap("auth: add", orElse(err, models.NewError(models.CodeConflict, "已有登录名 "+name+"，请换一个")))
		}
		err := t.Upsert(ctx, "operators", "id, name, display_name, post, state, password, password_at, totp, totp_step, totp_pending, "+
			"link, link_until, asleep, preferences, created_at, last_sign_in_at", 16, []any{
			id, name, shown, post, stateActive, "", 0, []byte{}, 0, []byte{}, nil, 0, 0, "{}", op.createdAt, 0,
		}, "")
		if err == nil {
			err = a.replaceGrants(ctx, t, op.ID, grants)
		}
		if err == nil {
			out, err = a.invite(ctx, t, op, grants)
		}
		if err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{Who: who, Action: "operator.create", ObjectType: "operator", ObjectID: id, After: models.JSON(summary(op, grants))})
	})
	return out, models.Wrap("auth: add operator", err)
}

func orElse(err, other error) error {
	if err != nil {
		return err
	}
	return other
}

// summary is what the audit log says of an operator.
func summary(op *operator, grants []Grant) map[string]any {
	return map[string]any{"name": op.Name, "display_name": op.DisplayName, "roles": rolesOf(op.post, grants), "grants": grantTexts(grants), "state": op.state}
}

// placeOf is the post of a new operator, and the grants.
func (a *Auth) placeOf(ctx context.Context, q AddRequest) (post string, grants []Grant, err error) {
	switch {
	case slices.Contains(Administrators(), q.Role):
		if len(q.Accounts) > 0 {
			return "", nil, models.NewError(models.CodeInvalid, q.Role.Title()+"不看市民的消息，不能有账号")
		}
		return string(q.Role), nil, nil
	case q.Role == "" && len(q.Accounts) == 0:
		return staff, nil, nil
	case len(q.Accounts) == 0:
		return "", nil, models.NewError(models.CodeInvalid, "请指明"+q.Role.Title()+"管哪些账号（--account）")
	}
	for _, appID := range q.Accounts {
		if g := (Grant{q.Role, appID}); !slices.Contains(grants, g) {
			grants = append(grants, g)
		}
	}
	return staff, grants, a.checkGrants(ctx, grants)
}

// invite draws a one-time link in place of an earlier one.
func (a *Auth) invite(ctx context.Context, t *store.Tx, op *operator, grants []Grant) (Invitation, error) {
	token, hash, err := a.newToken()
	if err != nil {
		return Invitation{}, err
	}
	now := a.options.Now()
	op.linkUntil = store.Micros(now.Add(linkLasts))
	err = t.Exec(ctx, "UPDATE operators SET link = ?, link_until = ? WHERE id = ?", hash, op.linkUntil, op.ID)
	return Invitation{Operator: op.shown(grants, time.Time{}, now), Link: "/welcome#" + token, Until: store.FromMicros(op.linkUntil)}, err
}

// act changes one operator: it holds the row, asks whether who may, and writes the audit entry.
func (a *Auth) act(ctx context.Context, who models.Who, id, action string, change func(t *store.Tx, op *operator) error) error {
	err := a.store.Transact(ctx, func(t *store.Tx) error {
		op, err := lock(ctx, t, "id", id)
		if err != nil {
			return err
		}
		if op == nil {
			return errNoOperator()
		}
		if op.administers() && who.Role != cliRole {
			return models.NewError(models.CodeForbidden, "三员之间不能互相处置，也不能处置自己，请在服务器上用 wenzheng admin recover")
		}
		before := *op
		if err := change(t, op); err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: who, Action: action, ObjectType: "operator", ObjectID: op.ID,
			Before: models.JSON(map[string]any{"name": before.Name, "state": before.state}), After: models.JSON(map[string]any{"name": op.Name, "state": op.state}),
		})
	})
	return models.Wrap("auth: "+action, err)
}

// Disable ends every session of an operator and lets nobody in by the name.
func (a *Auth) Disable(ctx context.Context, who models.Who, id string) error {
	return a.act(ctx, who, id, "operator.disable", func(t *store.Tx, op *operator) error {
		op.state = stateDisabled
		if err := t.Exec(ctx, "UPDATE operators SET state = ?, link = NULL WHERE id = ?", op.state, id); err != nil {
			return err
		}
		return t.Exec(ctx, "DELETE FROM sessions WHERE operator_id = ?", id)
	})
}

// Enable takes Disable back.
func (a *Auth) Enable(ctx context.Context, who models.Who, id string) error {
	return a.act(ctx, who, id, "operator.enable", func(t *store.Tx, op *operator) error {
		op.state = stateActive
		return t.Exec(ctx, "UPDATE operators SET state = ? WHERE id = ?", op.state, id)
	})
}

// Unlock ends the wait after too many failures.
func (a *Auth) Unlock(ctx context.Context, who models.Who, id string) error {
	return a.act(ctx, who, id, "operator.unlock", func(t *store.Tx, op *operator) error { return forget(ctx, t, op.Name) })
}

// Reset takes password, authenticator and recovery codes away and draws a new link. The grants sleep
// until secadmin has confirmed them, so that whoever resets never becomes somebody.
func (a *Auth) Reset(ctx context.Context, who models.Who, id string) (out Invitation, err error) {
	err = a.act(ctx, who, id, "operator.reset", func(t *store.Tx, op *operator) error {
		if op.administers() {
			return models.NewError(models.CodeInvalid, "三员请用 wenzheng admin recover "+op.Name)
		}
		out, err = a.reset(ctx, t, op, true)
		return err
	})
	return out, err
}

// Recover lets an administrator begin anew by a link; only the command line asks for it.
func (a *Auth) Recover(ctx context.Context, who models.Who, id string) (out Invitation, err error) {
	err = a.act(ctx, who, id, "admin.recover", func(t *store.Tx, op *operator) error {
		if !op.administers() {
			return models.NewError(models.CodeInvalid, op.Name+" 不是三员，请用 wenzheng operator reset "+op.Name)
		}
		out, err = a.reset(ctx, t, op, false)
		return err
	})
	return out, err
}

func (a *Auth) reset(ctx context.Context, t *store.Tx, op *operator, asleep bool) (Invitation, error) {
	if err := a.retire(ctx, t, op); err != nil {
		return Invitation{}, err
	}
	op.password, op.state, op.totp = "", stateActive, nil
	grants, err := readGrants(ctx, t, op.ID)
	if err != nil {
		return Invitation{}, err
	}
	op.asleep = asleep && len(grants) > 0
	err = t.Exec(ctx, "UPDATE operators SET state = ?, password = '', totp = ?, totp_pending = ?, asleep = ? WHERE id = ?",
		op.state, []byte{}, []byte{}, op.asleep, op.ID)
	for _, table := range []string{"recovery_codes", "sessions"} {
		if err == nil {
			err = t.Exec(ctx, "DELETE FROM "+table+" WHERE operator_id = ?", op.ID)
		}
	}
	if err == nil {
		err = forget(ctx, t, op.Name)
	}
	if err != nil {
		return Invitation{}, err
	}
	return a.invite(ctx, t, op, grants)
}

// Named is the id of an operator by name, for the command line.
func (a *Auth) Named(ctx context.Context, name string) (id string, err error) {
	op, err := a.find(ctx, plainName(name))
	if err != nil {
		return "", models.Wrap("auth: find operator", err)
	}
	if op == nil {
		return "", errNoOperator()
	}
	return op.ID, nil
}

// Found makes those of the three administrators that there are not yet, each named after the role.
func (a *Auth) Found(ctx context.Context, who models.Who) (made []Invitation, err error) {
	known, err := a.Operators(ctx)
	if err != nil {
		return nil, err
	}
	for _, role := range Administrators() {
		if slices.ContainsFunc(known, func(o Operator) bool { return slices.Contains(o.Roles, role) }) {
			continue
		}
		i, err := a.Add(ctx, who, AddRequest{Name: string(role), DisplayName: role.Title(), Role: role})
		if err != nil {
			return made, err
		}
		made = append(made, i)
	}
	return made, nil
}
