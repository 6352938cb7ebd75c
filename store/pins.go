package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
)

// SetPin sets the emergency answer of an account, in place of any other, audited. It
// raises the account's rules version, so that every instance hears of it as it hears of
// rules. The zero Since is now; an empty By is by's name.
func (s *Store) SetPin(ctx context.Context, p models.Pin, by models.Who) error {
	now := s.opt.Now()
	if p.Since.IsZero() {
		p.Since = now
	}
	if p.By == "" {
		p.By = by.Name
	}
	if fields := p.Validate(now); len(fields) > 0 {
		return &models.Error{Code: models.CodeInvalid, Message: "应急回复有误", Fields: fields}
	}
	payload, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("store: set pin: %w", err)
	}
	var version int64
	err = s.changeRules(ctx, p.AppID, nil, &version, func(t *txn) error {
		before, err := t.pin(ctx, p.AppID)
		if err != nil {
			return err
		}
		err = t.exec(ctx, "INSERT INTO pins (app_id, payload, until, updated_at) VALUES (?, ?, ?, ?)"+
			s.dialect.onConflict("app_id", "payload", "until", "updated_at"), p.AppID, string(payload), micros(p.Until), micros(now))
		if err != nil {
			return err
		}
		return t.audit(ctx, models.AuditEntry{
			Who: by, Action: "pin.set", ObjectType: "pin", ObjectID: p.AppID, AppID: p.AppID, Reason: p.Reason,
			Before: before, After: string(payload),
		})
	})
	return asPeople("store: set pin", err)
}

// RemovePin takes the emergency answer of an account away, audited; not_found when there
// is none.
func (s *Store) RemovePin(ctx context.Context, appID string, by models.Who) error {
	var version int64
	err := s.changeRules(ctx, appID, nil, &version, func(t *txn) error {
		before, err := t.pin(ctx, appID)
		if err != nil {
			return err
		}
		if before == "" {
			return models.NewError(models.CodeNotFound, "这个账号没有应急回复")
		}
		if err := t.exec(ctx, "DELETE FROM pins WHERE app_id = ?", appID); err != nil {
			return err
		}
		return t.audit(ctx, models.AuditEntry{
			Who: by, Action: "pin.remove", ObjectType: "pin", ObjectID: appID, AppID: appID, Before: before,
		})
	})
	return asPeople("store: remove pin", err)
}

func (t *txn) pin(ctx context.Context, appID string) (payload string, err error) {
	err = t.query(ctx, func(rows *sql.Rows) error { return rows.Scan(&payload) }, "SELECT payload FROM pins WHERE app_id = ?", appID)
	return payload, err
}

// Pins returns the emergency answers that are in force or will be, by AppID.
func (s *Store) Pins(ctx context.Context) (map[string]models.Pin, error) {
	out := make(map[string]models.Pin)
	err := each(ctx, s.reader, func(rows *sql.Rows) error {
		var appID, payload string
		if err := rows.Scan(&appID, &payload); err != nil {
			return err
		}
		var p models.Pin
		if err := json.Unmarshal([]byte(payload), &p); err != nil {
			return fmt.Errorf("pin of %s: %w", appID, err)
		}
		p.AppID = appID
		out[appID] = p
		return nil
	}, "SELECT app_id, payload FROM pins WHERE until > ?", micros(s.opt.Now()))
	if err != nil {
		return nil, fmt.Errorf("store: pins: %w", err)
	}
	return out, nil
}
