package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Probe is one self-test: a test message that must get an answer.
type Probe struct {
	AppID    string    `json:"account"`
	At       time.Time `json:"at"`
	Passed   bool      `json:"passed"`
	Evidence string    `json:"evidence"` // what was sent and what came back
}

// SaveProbe stores a self-test; one of the same instant is replaced.
func (s *Store) SaveProbe(ctx context.Context, p Probe) error {
	if p.AppID == "" || p.At.IsZero() {
		return models.NewError(models.CodeInvalid, "自检须有账号和时间")
	}
	var c cutter
	values := []any{c.ascii(p.AppID, appIDChars), micros(p.At), bit(p.Passed), c.bytes(models.CleanText(p.Evidence), contentBytes)}
	err := s.Transact(ctx, func(t *Tx) error {
		return t.Upsert(ctx, "probes", "app_id, at, passed, evidence", 4, values, s.dialect.OnConflict("app_id, at", "passed", "evidence"))
	})
	return models.Wrap("store: save probe", err)
}

// Probes reads the self-tests of [from, to), the oldest first.
func (t *Tx) Probes(ctx context.Context, appID string, from, to time.Time) ([]Probe, error) {
	var list []Probe
	err := t.Query(ctx, func(rows *sql.Rows) error {
		p := Probe{AppID: appID}
		var at int64
		err := rows.Scan(&at, &p.Passed, &p.Evidence)
		p.At = fromMicros(at)
		list = append(list, p)
		return err
	}, "SELECT at, passed, evidence FROM probes WHERE app_id = ? AND at >= ? AND at < ? ORDER BY at", appID, micros(from), micros(to))
	return list, err
}

// ProbePassed reports whether the last self-test before an instant passed; nil: there was none.
func (t *Tx) ProbePassed(ctx context.Context, appID string, before time.Time) (latest *bool, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		passed := false
		err := rows.Scan(&passed)
		latest = &passed
		return err
	}, "SELECT passed FROM probes WHERE app_id = ? AND at < ? ORDER BY at DESC LIMIT 1", appID, micros(before))
	return latest, err
}

// IncidentBefore reports whether an incident of the account stood just before an instant.
func (t *Tx) IncidentBefore(ctx context.Context, appID string, at time.Time) (stood bool, err error) {
	return t.thereIs(ctx, "SELECT id FROM incidents WHERE app_id = ? AND since < ? AND (until = 0 OR until >= ?)", appID, micros(at), micros(at))
}

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
	values := []any{i.ID, c.ascii(i.AppID, appIDChars), micros(i.Since), micros(i.Until), c.chars(i.Note, 2000)}
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
func (s *Store) ClearIncident(ctx context.Context, id int64, by models.Who) error {
	err := s.Transact(ctx, func(t *Tx) error {
		appID := ""
		err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&appID) }, "SELECT app_id FROM incidents WHERE id = ? AND until = 0", id)
		if err != nil {
			return err
		}
		if appID == "" {
			return models.NewError(models.CodeNotFound, "没有这个安全事件，或它已解除")
		}
		if err := t.Exec(ctx, "UPDATE incidents SET until = ? WHERE id = ?", micros(s.opt.Now()), id); err != nil {
			return err
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: by, Action: "incident.clear", ObjectType: "incident", ObjectID: fmt.Sprint(id), AppID: appID,
		})
	})
	return models.Wrap("store: clear incident", err)
}
