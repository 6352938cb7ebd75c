package waits

import (
	"context"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Correction changes what a stored row says; nil leaves a field as it is.
type Correction struct {
	AppID   string
	MsgKey  string
	OK      *bool
	Matched *bool
	ErrCode *int
	Topic   *string
	Staff   *string
}

// CorrectIn changes a row of the log and everything that follows from it, in a transaction of another
// room, which writes the audit entry where a person decided: the only way a row's facts ever change. It
// returns the row as it was. An unknown key is not_found.
func (s *Waits) CorrectIn(ctx context.Context, tx *store.Tx, c Correction) (before *store.SlimRow, err error) {
	t := &txn{Tx: tx, s: s}
	m, err := s.measures(ctx, t)
	if err != nil {
		return nil, err
	}
	key := store.RowKey{AppID: c.AppID, MsgKey: store.NormalKey(c.AppID, c.MsgKey)}
	if before, err = t.lockedRow(ctx, key); err != nil {
		return nil, err
	}
	if err := t.correct(ctx, key, &c); err != nil {
		return nil, err
	}
	return before, t.fold(ctx, m, []store.SlimRow{*before})
}

// lockedRow reads a row after locking its citizen.
func (t *txn) lockedRow(ctx context.Context, key store.RowKey) (*store.SlimRow, error) {
	for again := false; ; again = true {
		found, err := t.RowsByKey(ctx, []string{key.MsgKey})
		if err != nil {
			return nil, err
		}
		r := found[key]
		if r == nil {
			return nil, models.NewError(models.CodeNotFound, fmt.Sprintf("记录里没有 msg_key 为 %q 的行", key.MsgKey))
		}
		if again {
			return r, nil
		}
		if _, err := t.LockCitizens(ctx, []string{r.UID}); err != nil {
			return nil, err
		}
	}
}

func (t *txn) correct(ctx context.Context, key store.RowKey, c *Correction) error {
	set := func(column string, value any) error {
		return t.Exec(ctx, "UPDATE interactions SET "+column+" = ? WHERE event_key = ? AND app_id = ?", value, key.MsgKey, key.AppID)
	}
	if c.OK != nil {
		if err := set("ok", *c.OK); err != nil {
			return err
		}
	}
	if c.Matched != nil {
		if err := set("matched", *c.Matched); err != nil {
			return err
		}
	}
	if c.ErrCode != nil {
		if err := set("err_code", *c.ErrCode); err != nil {
			return err
		}
	}
	if c.Topic != nil {
		if err := set("topic", store.FitName(*c.Topic)); err != nil {
			return err
		}
	}
	if c.Staff != nil {
		return set("staff", store.FitName(*c.Staff))
	}
	return nil
}
