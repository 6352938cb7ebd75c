package auth

import (
	"context"
	"database/sql"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Welcomed is whom a one-time link is for.
type Welcomed struct {
	Name        string `json:"name"`
	DisplayName string `json:"display_name"`
}

// Look says whom a link is for, without using it up.
func (a *Auth) Look(ctx context.Context, link string) (Welcomed, error) {
	op, err := a.invited(ctx, link)
	if err != nil {
		return Welcomed{}, models.Wrap("auth: look", err)
	}
	return Welcomed{op.Name, op.DisplayName}, nil
}

// invited is the operator of a link that still holds.
func (a *Auth) invited(ctx context.Context, link string) (op *operator, err error) {
	err = a.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		op, err = scanOperator(rows)
		return err
	}, "SELECT "+operatorColumns+" FROM operators WHERE link = ?", hashOf(link))
	if err == nil && !a.holds(op) {
		err = errLinkOver()
	}
	return op, err
}

func (a *Auth) holds(op *operator) bool {
	return op != nil && op.state == stateActive && a.options.Now().Before(store.FromMicros(op.linkUntil))
}

// WelcomeRequest chooses a password by a link.
type WelcomeRequest struct {
	Token    string `json:"token"`
	Password string `json:"password"`
}

// Welcome uses a link up: the password is set, and the session may set up an authenticator and
// nothing else.
func (a *Auth) Welcome(ctx context.Context, q WelcomeRequest, from Origin) (out Step, err error) {
	op, err := a.invited(ctx, q.Token)
	if err != nil {
		return out, models.Wrap("auth: welcome", err)
	}
	hash, err := a.newHash(ctx, op, q.Password)
	if err != nil {
		return out, models.Wrap("auth: welcome", err)
	}
	err = a.store.Transact(ctx, func(t *store.Tx) error {
		op, err := lock(ctx, t, "link", hashOf(q.Token))
		if err == nil && !a.holds(op) {
			err = errLinkOver()
		}
		if err == nil {
			err = a.setPassword(ctx, t, op, hash)
		}
		if err != nil {
			return err
		}
		token, s, err := a.open(ctx, t, op, stageEnrol, from)
		if err != nil {
			return err
		}
		out = Step{Next: NextEnrol, Token: token}
		return t.Audit(ctx, models.AuditEntry{Who: from.who(op, s.hash), Action: "operator.welcome", ObjectType: "operator", ObjectID: op.ID})
	})
	return out, models.Wrap("auth: welcome", err)
}

// Seed is a new authenticator that waits for its first code.
type Seed struct {
	Secret string `json:"secret"` // base32, to be typed
	URI    string `json:"uri"`
}

// BeginEnrol draws the seed of a new authenticator. A session that is whole proves the password
// again; the others have just done so.
func (a *Auth) BeginEnrol(ctx context.Context, token, password string, from Origin) (Seed, error) {
	if err := a.provePassword(ctx, token, password, from, stageEnrol); err != nil {
		return Seed{}, err
	}
	seed, err := a.newSeed()
	if err != nil {
		return Seed{}, err
	}
	var out Seed
	err = a.store.Transact(ctx, func(t *store.Tx) error {
		_, op, err := a.held(ctx, t, token, stageEnrol, stageWhole)
		if err != nil {
			return err
		}
		sealed, err := t.Seal("operators", "totp_pending", op.ID, []byte(seed))
		if err == nil {
			err = t.Exec(ctx, "UPDATE operators SET totp_pending = ? WHERE id = ?", sealed, op.ID)
		}
		out = Seed{seed, uriOf(op.Name, seed)}
		return err
	})
	return out, models.Wrap("auth: begin authenticator", err)
}

// Picture is the pending authenticator as a PNG of a QR code.
func (a *Auth) Picture(ctx context.Context, token string) ([]byte, error) {
	var uri string
	err := a.store.Transact(ctx, func(t *store.Tx) error {
		_, op, err := a.held(ctx, t, token, stageEnrol, stageWhole)
		if err != nil {
			return err
		}
		seed, err := t.Unseal("operators", "totp_pending", op.ID, op.pending)
		if err == nil && len(seed) == 0 {
			err = errNoPending()
		}
		uri = uriOf(op.Name, string(seed))
		return err
	})
	if err != nil {
		return nil, models.Wrap("auth: picture", err)
	}
	return qrOf(uri)
}

func errNoPending() error {
	return models.NewError(models.CodeConflict, "还没有开始设置验证器，请从上一步开始")
}

// Enrol takes the pending authenticator into use when its first code is right. Ten recovery codes
// replace earlier ones, and the session is whole.
func (a *Auth) Enrol(ctx context.Context, token, code string, from Origin) (out Step, err error) {
	code = plainCode(code)
	codes, hashes, err := a.newRecoveryCodes()
	if err != nil {
		return out, err
	}
	err = a.attempt(ctx, token, from, func(at *attempt, s session, op *operator) (told, err error) {
		t := at.t
		seed, err := t.Unseal("operators", "totp_pending", op.ID, op.pending)
		if err != nil {
			return nil, err
		}
		if len(seed) == 0 {
			return nil, errNoPending()
		}
		step, right := stepOf(string(seed), code, a.options.Now())
		e := models.AuditEntry{Who: from.who(op, s.hash), Action: "operator.enrol", ObjectType: "operator", ObjectID: op.ID}
		if !right {
			e.Reason = "验证码不对"
			return at.refuse(ctx, e)
		}
		if err := a.takeSeed(ctx, t, op, seed, step, hashes); err != nil {
			return nil, err
		}
		if err := t.Audit(ctx, e); err != nil {
			return nil, err
		}
		if err := end(ctx, t, s.id); err != nil {
			return nil, err
		}
		if err := a.endOther(ctx, t, op, true, e.Who); err != nil {
			return nil, err
		}
		out, err = a.whole(ctx, t, op, from)
		out.RecoveryCodes = codes
		return nil, err
	}, stageEnrol, stageWhole)
	return out, models.Wrap("auth: authenticator", err)
}

func (a *Auth) takeSeed(ctx context.Context, t *store.Tx, op *operator, seed []byte, step int64, hashes []string) error {
	sealed, err := t.Seal("operators", "totp", op.ID, seed)
	if err == nil {
		err = t.Exec(ctx, "UPDATE operators SET totp = ?, totp_pending = ?, totp_step = ? WHERE id = ?", sealed, []byte{}, step, op.ID)
	}
	if err != nil {
		return err
	}
	return replaceCodes(ctx, t, op.ID, hashes)
}

func replaceCodes(ctx context.Context, t *store.Tx, id string, hashes []string) error {
	if err := t.Exec(ctx, "DELETE FROM recovery_codes WHERE operator_id = ?", id); err != nil {
		return err
	}
	values := make([]any, 0, 2*len(hashes))
	for _, h := range hashes {
		values = append(values, id, h)
	}
	return t.Upsert(ctx, "recovery_codes", "operator_id, code", 2, values, "")
}
