package cases

import (
	"context"
	"database/sql"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// reservedFor is for how long the brain knows a number that was reserved: a dialogue that lies is kept a
// day, and nobody needs as long to answer.
const reservedFor = 48 * time.Hour

// told does what an answer said of the case that its citizen tells in the chat: it reserves the number of
// one that was begun, or makes the one that was submitted, once for its dialogue; or it withdraws one. The citizen is locked.
func (b *Cases) told(ctx context.Context, t *store.Tx, m *models.Interaction) error {
	switch {
	case m.Case.Withdrawn:
		return b.withdraw(ctx, t, m)
	case !m.Case.Submitted:
		if err := began(ctx, t, m); err != nil {
			return err
		}
		return b.reserve(ctx, t, m)
	}
	if err := completed(ctx, t, m); err != nil {
		return err
	}
	f := m.Case
	q := &Submission{
		AppID: m.AppID, Key: f.Dialogue, Source: SourceChat, Kind: f.Kind, Text: f.Text, Topic: f.Topic, Place: f.Place, Phone: f.Phone,
		Photos: f.Photos, PhotosAt: f.PhotosAt, Exact: f.Exact, Public: f.Public, UID: m.UID,
	}
	if err := q.check(); err != nil {
		return err
	}
	known, err := list(ctx, t, "app_id = ? AND source_key = ?", q.AppID, q.Source+":"+q.Key)
	if err != nil || len(known) > 0 {
		return err
	}
	account, err := b.account(ctx, m.AppID)
	if err != nil {
		return err
	}
	number, err := takeReserved(ctx, t, m)
	if err != nil {
		return err
	}
	c, err := b.begin(ctx, t, account, q, f.At, number)
	if err != nil {
		return err
	}
	if err := c.happens(ctx, t, Event{At: f.At, Kind: "submitted", Text: q.Text}); err != nil || f.Number == c.Number {
		return err
	}
	return b.registered(ctx, t, c) // the receipt told no number, or another
}

// reserve reserves the number of a case that its citizen begins to tell. One that they have of the same
// day and did not use is theirs again, so that beginning often uses up none.
func (b *Cases) reserve(ctx context.Context, t *store.Tx, m *models.Interaction) error {
	_, number, at, err := reserved(ctx, t, m)
	if err != nil {
		return err
	}
	now := b.o.Now()
	if number == "" || at.In(models.Shanghai()).Format(time.DateOnly) != now.In(models.Shanghai()).Format(time.DateOnly) {
		number, err = nextNumber(ctx, t, m.AppID, now)
		if models.ErrorCode(err) != "" {
			return nil // none is left of this day: the case gets one when it is submitted
		}
	}
	if err != nil {
		return err
	}
	return t.Upsert(ctx, "case_numbers", "app_id, uid, dialogue, number, reserved_at", 5,
		[]any{m.AppID, m.UID, m.Case.Dialogue, number, store.Micros(now)}, t.Dialect().OnConflict("app_id, uid", "dialogue", "number", "reserved_at"))
}

// reserved is the number that is reserved for a citizen, "" where none is.
func reserved(ctx context.Context, t *store.Tx, m *models.Interaction) (dialogue, number string, at time.Time, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var us int64
		err := rows.Scan(&dialogue, &number, &us)
		at = store.FromMicros(us)
		return err
	}, "SELECT dialogue, number, reserved_at FROM case_numbers WHERE app_id = ? AND uid = ?", m.AppID, m.UID)
	return dialogue, number, at, err
}

// takeReserved uses the number that was reserved for the dialogue, or that the citizen was told; "" where
// there is none.
func takeReserved(ctx context.Context, t *store.Tx, m *models.Interaction) (string, error) {
	dialogue, number, _, err := reserved(ctx, t, m)
	if err != nil || number == "" || dialogue != m.Case.Dialogue && number != m.Case.Number {
		return "", err
	}
	return number, t.Exec(ctx, "DELETE FROM case_numbers WHERE app_id = ? AND uid = ?", m.AppID, m.UID)
}
