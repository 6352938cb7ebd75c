package auth

import (
	"context"
	"database/sql"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Passwords grow old and are not taken twice, as GB/T 22239-2019 (8.1.4.1) asks of 等保; where an
// office rather follows OWASP ASVS 6.2.10, it sets session.password_days to 0.

// passwordUntil is when a password has to be replaced; zero for never.
func (a *Auth) passwordUntil(op *operator) time.Time {
	if a.options.PasswordDays == 0 || op.password == "" || a.options.Demo {
		return time.Time{}
	}
	return store.FromMicros(op.passwordAt).AddDate(0, 0, a.options.PasswordDays)
}

func (a *Auth) grownOld(op *operator) bool {
	until := a.passwordUntil(op)
	return !until.IsZero() && !a.options.Now().Before(until)
}

// setPassword replaces an operator's password.
func (a *Auth) setPassword(ctx context.Context, t *store.Tx, op *operator, hash string) error {
	if err := a.retire(ctx, t, op); err != nil {
		return err
	}
	return t.Exec(ctx, "UPDATE operators SET password = ?, password_at = ?, link = NULL WHERE id = ?", hash, a.options.Now().UnixMicro(), op.ID)
}

// retire keeps the password that an operator has now among those not taken again, and of those
// before as many as the office wants.
func (a *Auth) retire(ctx context.Context, t *store.Tx, op *operator) error {
	if op.password == "" {
		return nil
	}
	err := t.Upsert(ctx, "old_passwords", "operator_id, set_at, password", 3, []any{op.ID, op.passwordAt, op.password}, t.Dialect().OnConflict("operator_id, set_at", "password"))
	if err != nil {
		return err
	}
	var kept []int64 // newest first
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var at int64
		err := rows.Scan(&at)
		kept = append(kept, at)
		return err
	}, "SELECT set_at FROM old_passwords WHERE operator_id = ? ORDER BY set_at DESC", op.ID)
	if keep := max(a.options.PasswordHistory-1, 0); err == nil && len(kept) > keep { // the one in use counts too
		err = t.Exec(ctx, "DELETE FROM old_passwords WHERE operator_id = ? AND set_at <= ?", op.ID, kept[keep])
	}
	return err
}

// hadBefore are the hashes that a new password of an operator must not match: the one in use, and of
// those before as many as the office wants.
func (a *Auth) hadBefore(ctx context.Context, op *operator) ([]string, error) {
	list := []string{op.password}
	if a.options.PasswordHistory <= 1 {
		return list, nil
	}
	err := a.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		var hash string
		err := rows.Scan(&hash)
		list = append(list, hash)
		return err
	}, "SELECT password FROM old_passwords WHERE operator_id = ? ORDER BY set_at DESC LIMIT ?", op.ID, a.options.PasswordHistory-1)
	return list, err
}

// ReplacePassword sets a new password in place of one that grew old: the rest of the sign-in.
func (a *Auth) ReplacePassword(ctx context.Context, token, password string, from Origin) (out Step, err error) {
	var op *operator
	err = a.store.Transact(ctx, func(t *store.Tx) (err error) {
		_, op, err = a.held(ctx, t, token, stagePassword)
		return err
	})
	if err != nil {
		return out, models.Wrap("auth: replace password", err)
	}
	hash, err := a.newHash(ctx, op, password)
	if err != nil {
		return out, models.Wrap("auth: replace password", err)
	}
	err = a.store.Transact(ctx, func(t *store.Tx) error {
		s, op, err := a.held(ctx, t, token, stagePassword)
		if err == nil {
			err = a.setPassword(ctx, t, op, hash)
		}
		if err != nil {
			return err
		}
		who := from.who(op, s.hash)
		if err := t.Audit(ctx, models.AuditEntry{Who: who, Action: "operator.password", ObjectType: "operator", ObjectID: op.ID}); err != nil {
			return err
		}
		if err := end(ctx, t, s.id); err != nil {
			return err
		}
		if err := a.endOther(ctx, t, op, true, who); err != nil {
			return err
		}
		op.password, op.passwordAt = hash, a.options.Now().UnixMicro()
		out, err = a.whole(ctx, t, op, from)
		return err
	})
	return out, models.Wrap("auth: replace password", err)
}
