package auth

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// provePassword asks the person of a session for the password again; a session at the stage except
// has just proved it. Failures count as those of a sign-in.
func (a *Auth) provePassword(ctx context.Context, token, password string, from Origin, except string) error {
	var s session
	var op *operator
	err := a.store.Transact(ctx, func(t *store.Tx) (err error) {
		if s, op, err = a.held(ctx, t, token, stageWhole, stageEnrol); err != nil {
			return err
		}
		return a.stillLocked(ctx, t, op.Name, from)
	})
	if err != nil || s.stage == except {
		return models.Wrap("auth: prove password", err)
	}
	if s.stage != stageWhole {
		return errUnauthorized()
	}
	right, err := a.verify(ctx, op.password, password)
	if err != nil || right {
		return err
	}
	err = a.attempt(ctx, token, from, func(at *attempt, s session, op *operator) (told, err error) {
		told, err = at.refuse(ctx, models.AuditEntry{
			Who: from.who(op, s.hash), Action: "operator.prove", ObjectType: "operator", ObjectID: op.ID, Reason: "密码不对",
		})
		if models.ErrorCode(told) == CodeSignIn {
			// The session is good: 401 would send the person to the sign-in page.
			told = models.Faulty("现在的密码不对", models.Fault("password", "password_mismatch", "请重新输入"))
		}
		return told, err
	}, stageWhole)
	return models.Wrap("auth: prove password", err)
}

// PasswordRequest changes one's own password.
type PasswordRequest struct {
	Old string `json:"old"`
	New string `json:"new"`
}

// ChangePassword sets a new password for the person of a session that is whole.
func (a *Auth) ChangePassword(ctx context.Context, token string, q PasswordRequest, from Origin) error {
	if err := a.provePassword(ctx, token, q.Old, from, ""); err != nil {
		return err
	}
	var op *operator
	err := a.store.Transact(ctx, func(t *store.Tx) (err error) {
		_, op, err = a.held(ctx, t, token, stageWhole)
		return err
	})
	if err != nil {
		return models.Wrap("auth: password", err)
	}
	hash, err := a.newHash(ctx, op, q.New)
	if err != nil {
		return models.Wrap("auth: password", err)
	}
	err = a.store.Transact(ctx, func(t *store.Tx) error {
		s, op, err := a.held(ctx, t, token, stageWhole)
		if err == nil {
			err = a.setPassword(ctx, t, op, hash)
		}
		if err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{Who: from.who(op, s.hash), Action: "operator.password", ObjectType: "operator", ObjectID: op.ID})
	})
	return models.Wrap("auth: password", err)
}

// NewCodes replaces the recovery codes of somebody who shows a code of the authenticator.
func (a *Auth) NewCodes(ctx context.Context, token, code string, from Origin) ([]string, error) {
	code = plainCode(code)
	codes, hashes, err := a.newRecoveryCodes()
	if err != nil {
		return nil, err
	}
	err = a.attempt(ctx, token, from, func(at *attempt, s session, op *operator) (told, err error) {
		pass := codeWrong
		if isTOTP(code) {
			if pass, err = a.check(ctx, at.t, op, code); err != nil {
				return nil, err
			}
		}
		e := models.AuditEntry{Who: from.who(op, s.hash), Action: "operator.codes", ObjectType: "operator", ObjectID: op.ID}
		if pass == codeWrong {
			e.Reason = "验证码不对"
			if told, err = at.refuse(ctx, e); models.ErrorCode(told) == CodeSignIn {
				told = errCode("code_wrong", "验证码不对，请核对后再试")
			}
			return told, err
		}
		if pass == codeUsed {
			return nil, errCode("code_used", "这组数字已用过，请等下一组数字")
		}
		if err := replaceCodes(ctx, at.t, op.ID, hashes); err != nil {
			return nil, err
		}
		return nil, at.t.Audit(ctx, e)
	}, stageWhole)
	if err != nil {
		return nil, models.Wrap("auth: recovery codes", err)
	}
	return codes, nil
}

func errCode(code, message string) error {
	return models.Faulty(message, models.Fault("code", code, message))
}

// maxPreferences bounds what a person keeps, in bytes.
const maxPreferences = 16 << 10

// SavePreferences keeps an object that the pages alone understand: columns, theme, sound.
func (a *Auth) SavePreferences(ctx context.Context, c *Caller, p json.RawMessage) error {
	var object map[string]any
	if len(p) > maxPreferences || json.Unmarshal(p, &object) != nil || object == nil {
		return models.NewError(models.CodeInvalid, "偏好应为一个 JSON 对象，至多 16 KiB")
	}
	err := a.store.Transact(ctx, func(t *store.Tx) error {
		return t.Exec(ctx, "UPDATE operators SET preferences = ? WHERE id = ?", string(p), c.Who.ID)
	})
	return models.Wrap("auth: preferences", err)
}

// accountRoles are the roles held for each account, by AppID.
func (c *Caller) accountRoles() map[string][]Role {
	out := map[string][]Role{}
	for _, g := range c.Grants {
		out[g.AppID] = append(out[g.AppID], g.Role)
	}
	return out
}

// HeldAccount is an account that a person works for.
type HeldAccount struct {
	AppID  string     `json:"app_id"`
	Name   string     `json:"name"`
	Pinyin [][]string `json:"pinyin"` // readings per character of Name
	Roles  []Role     `json:"roles"`
}

// HeldAccounts are the accounts that a caller works for, by AppID.
func (a *Auth) HeldAccounts(ctx context.Context, c *Caller) ([]HeldAccount, error) {
	all, err := a.store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	roles := c.accountRoles()
	list := []HeldAccount{}
	for i := range all {
		if held := roles[all[i].AppID]; len(held) > 0 && !c.Asleep {
			slices.Sort(held)
			list = append(list, HeldAccount{all[i].AppID, all[i].Name, models.Spelling(all[i].Name), held})
		}
	}
	return list, nil
}
