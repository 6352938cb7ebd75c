package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Incident is a security incident an administrator flagged; while it stands the account is
// under a veto.
type Incident struct {
	ID    int64     `json:"id,string"`
	AppID string    `json:"account"`
	Since time.Time `json:"since"`
	Until time.Time `json:"until"` // zero: it still stands
	Note  string    `json:"note"`
}

// SetIncident flags an incident, audited. The zero Since is now; a zero ID makes a new one.
func (s *Store) SetIncident(ctx context.Context, i Incident, by models.Who) error {
	if i.AppID == "" {
		return models.NewError(models.CodeInvalid, "安全事件须有账号")
	}
	if i.Since.IsZero() {
		i.Since = s.opt.Now()
	}
	if i.ID == 0 {
		i.ID = s.ids.next()
	}
	var c cutter
	values := []any{i.ID, c.ascii(i.AppID, appIDChars), Micros(i.Since), Micros(i.Until), c.chars(i.Note, 2000)}
	err := s.Transact(ctx, func(t *Tx) error {
		err := t.Upsert(ctx, "incidents", "id, app_id, since, until, note", 5, values, s.dialect.OnConflict("id", "since", "until", "note"))
		if err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: by, Action: "incident.set", ObjectType: "incident", ObjectID: fmt.Sprint(i.ID), AppID: i.AppID, After: models.JSON(i),
		})
	})
	return models.Wrap("store: set incident", err)
}

// ClearIncident ends an incident now, audited; not_found when there is none that stands.
func (s *Store) ClearIncident(ctx context.Context, appID string, id int64, by models.Who) error {
	err := s.Transact(ctx, func(t *Tx) error {
		stands, err := t.thereIs(ctx, "SELECT id FROM incidents WHERE id = ? AND app_id = ? AND until = 0", id, appID)
		if err != nil {
			return err
		}
		if !stands {
			return models.NewError(models.CodeNotFound, "没有这个安全事件，或它已解除")
		}
		if err := t.Exec(ctx, "UPDATE incidents SET until = ? WHERE id = ?", Micros(s.opt.Now()), id); err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: by, Action: "incident.clear", ObjectType: "incident", ObjectID: fmt.Sprint(id), AppID: appID,
		})
	})
	return models.Wrap("store: clear incident", err)
}

// Incidents returns what was flagged of an account, the newest first.
func (s *Store) Incidents(ctx context.Context, appID string) ([]Incident, error) {
	list := []Incident{}
	err := each(ctx, s.reader, func(rows *sql.Rows) error {
		i := Incident{AppID: appID}
		var since, until int64
		err := rows.Scan(&i.ID, &since, &until, &i.Note)
		i.Since, i.Until = FromMicros(since), FromMicros(until)
		list = append(list, i)
		return err
	}, "SELECT id, since, until, note FROM incidents WHERE app_id = ? ORDER BY since DESC, id DESC", appID)
	return list, models.Wrap("store: incidents", err)
}

// IncidentBefore reports whether an incident of the account stood just before an instant.
func (t *Tx) IncidentBefore(ctx context.Context, appID string, at time.Time) (stood bool, err error) {
	return t.thereIs(ctx, "SELECT id FROM incidents WHERE app_id = ? AND since < ? AND (until = 0 OR until >= ?)", appID, Micros(at), Micros(at))
}
