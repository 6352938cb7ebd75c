package store

import (
	"context"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
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

// Correct changes a row of the log and everything that follows from it, audited with the
// reason, which must not be empty: the only way a row's facts ever change. An unknown key is
// not_found.
func (s *Store) Correct(ctx context.Context, c Correction, by models.Who, reason string) error {
	if reason == "" {
		return models.NewError(models.CodeInvalid, "更正记录须写明理由")
	}
	err := s.Transact(ctx, func(t *Tx) error {
		m, err := t.measuresIfAny(ctx)
		if err != nil {
			return err
		}
		key := rowKey{c.AppID, normalKey(c.AppID, c.MsgKey)}
		before, err := t.lockedRow(ctx, key)
		if err != nil {
			return err
		}
		if err := t.correct(ctx, key, &c); err != nil {
			return err
		}
		if m != nil {
			if err := t.fold(ctx, m, []slim{*before}); err != nil {
				return err
			}
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: by, Action: "log.correct", ObjectType: "interaction", ObjectID: key.key, AppID: c.AppID, Reason: reason,
			Before: jsonOf(map[string]any{"ok": before.OK, "matched": before.Matched, "topic": before.Topic, "staff": before.Staff}),
			After:  jsonOf(map[string]any{"ok": c.OK, "matched": c.Matched, "err_code": c.ErrCode, "topic": c.Topic, "staff": c.Staff}),
		})
	})
	return asPeople("store: correct", err)
}

// lockedRow reads a row after locking its citizen.
func (t *Tx) lockedRow(ctx context.Context, key rowKey) (*slim, error) {
	for again := false; ; again = true {
		found, err := t.rowsByKey(ctx, []string{key.key})
		if err != nil {
			return nil, err
		}
		r := found[key]
		if r == nil {
			return nil, models.NewError(models.CodeNotFound, fmt.Sprintf("记录里没有 msg_key 为 %q 的行", key.key))
		}
		if again {
			return r, nil
		}
		if _, err := t.lockCitizens(ctx, []string{r.UID}); err != nil {
			return nil, err
		}
	}
}

func (t *Tx) correct(ctx context.Context, key rowKey, c *Correction) error {
	var cut cutter
	set := func(column string, value any) error {
		return t.Exec(ctx, "UPDATE interactions SET "+column+" = ? WHERE event_key = ? AND app_id = ?", value, key.key, key.app)
	}
	if c.OK != nil {
		if err := set("ok", bit(*c.OK)); err != nil {
			return err
		}
	}
	if c.Matched != nil {
		if err := set("matched", bit(*c.Matched)); err != nil {
			return err
		}
	}
	if c.ErrCode != nil {
		if err := set("err_code", *c.ErrCode); err != nil {
			return err
		}
	}
	if c.Topic != nil {
		if err := set("topic", cut.chars(*c.Topic, nameChars)); err != nil {
			return err
		}
	}
	if c.Staff != nil {
		return set("staff", cut.chars(*c.Staff, nameChars))
	}
	return nil
}
