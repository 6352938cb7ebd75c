package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// An account may have several emergency answers at once: one for every message, and some
// for topics, no topic in two of them. They lie in one row, so that a change is one write.

// SetPin sets an emergency answer of an account, audited: for every message, or for its
// topics, in place of what stood for them. Every instance hears of it within seconds. The
// zero Since is now; an empty By is by's name.
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
	err := s.changePins(ctx, p.AppID, func(t *Tx, pins []models.Pin) ([]models.Pin, error) {
		before := slices.Clone(pins)
		pins = append(without(pins, p.Topics), p)
		return pins, t.Audit(ctx, models.AuditEntry{
			Who: by, Action: "pin.set", ObjectType: "pin", ObjectID: p.AppID, AppID: p.AppID, Reason: p.Reason,
			Before: models.JSON(before), After: models.JSON(pins),
		})
	})
	return models.Wrap("store: set pin", err)
}

// DeletePin deletes the emergency answer for every message, or with topics those for
// them, audited; not_found when there is none.
func (s *Store) DeletePin(ctx context.Context, appID string, topics []string, by models.Who) error {
	err := s.changePins(ctx, appID, func(t *Tx, pins []models.Pin) ([]models.Pin, error) {
		if !pinsHave(pins, topics) {
			return nil, models.NewError(models.CodeNotFound, "没有这样的应急置顶，wenzheng rules pin list 可列出现有的")
		}
		left := without(pins, topics)
		return left, t.Audit(ctx, models.AuditEntry{
			Who: by, Action: "pin.remove", ObjectType: "pin", ObjectID: appID, AppID: appID, Before: models.JSON(pins), After: models.JSON(left),
		})
	})
	return models.Wrap("store: delete pin", err)
}

// Pins returns the emergency answers that are in force or will be, by AppID, in the order
// in which they were set.
func (s *Store) Pins(ctx context.Context) (map[string][]models.Pin, error) {
	out := make(map[string][]models.Pin)
	now := s.opt.Now()
	err := each(ctx, s.reader, func(rows *sql.Rows) error {
		var appID, payload string
		if err := rows.Scan(&appID, &payload); err != nil {
			return err
		}
		pins, err := ParsePins(appID, payload, now)
		if len(pins) > 0 {
			out[appID] = pins
		}
		return err
	}, "SELECT app_id, payload FROM pins WHERE until > ?", Micros(now))
	if err != nil {
		return nil, fmt.Errorf("store: pins: %w", err)
	}
	return out, nil
}

// changePins runs change on the pins of an account that have not ended, with the account's
// version row locked, and stores what it returns under a new mark.
func (s *Store) changePins(ctx context.Context, appID string, change func(*Tx, []models.Pin) ([]models.Pin, error)) error {
	return s.Transact(ctx, func(t *Tx) error {
		state, err := t.lockRules(ctx, appID)
		if err != nil {
			return err
		}
		var payload string
		err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&payload) },
			"SELECT payload FROM pins WHERE app_id = ?"+s.dialect.ForUpdate, appID)
		if err != nil {
			return err
		}
		pins, err := ParsePins(appID, payload, s.opt.Now())
		if err != nil {
			return err
		}
		if pins, err = change(t, pins); err != nil {
			return err
		}
		if err := t.savePins(ctx, appID, pins); err != nil {
			return err
		}
		return t.mark(ctx, appID, state.Mark, rand.Text())
	})
}

func (t *Tx) savePins(ctx context.Context, appID string, pins []models.Pin) error {
	if len(pins) == 0 {
		return t.Exec(ctx, "DELETE FROM pins WHERE app_id = ?", appID)
	}
	var until time.Time
	for i := range pins {
		if pins[i].Until.After(until) {
			until = pins[i].Until
		}
	}
	return t.Exec(ctx, "INSERT INTO pins (app_id, payload, until, updated_at) VALUES (?, ?, ?, ?)"+
		t.s.dialect.OnConflict("app_id", "payload", "until", "updated_at"), appID, models.JSON(pins), Micros(until), Micros(t.s.opt.Now()))
}

// ParsePins reads the pins of an account that have not ended. The payload is a list, or the
// one pin that earlier programs stored.
func ParsePins(appID, payload string, now time.Time) ([]models.Pin, error) {
	if payload == "" {
		return nil, nil
	}
	if payload[0] == '{' {
		payload = "[" + payload + "]"
	}
	var pins []models.Pin
	if err := json.Unmarshal([]byte(payload), &pins); err != nil {
		return nil, fmt.Errorf("pins of %s: %w", appID, err)
	}
	pins = slices.DeleteFunc(pins, func(p models.Pin) bool { return !p.Until.After(now) })
	for i := range pins {
		pins[i].AppID = appID
	}
	return pins, nil
}

// pinsHave reports whether some pin stands for one of the topics, or without topics for
// every message.
func pinsHave(pins []models.Pin, topics []string) bool {
	return slices.ContainsFunc(pins, func(p models.Pin) bool {
		return len(topics) == 0 && len(p.Topics) == 0 ||
			slices.ContainsFunc(p.Topics, func(t string) bool { return slices.Contains(topics, t) })
	})
}

// without takes the pins of these topics away, or without topics the one for every message.
func without(pins []models.Pin, topics []string) []models.Pin {
	var left []models.Pin
	for _, p := range pins {
		all := len(p.Topics) == 0
		p.Topics = slices.DeleteFunc(slices.Clone(p.Topics), func(t string) bool { return slices.Contains(topics, t) })
		if all && len(topics) == 0 || !all && len(p.Topics) == 0 {
			continue
		}
		left = append(left, p)
	}
	return left
}
