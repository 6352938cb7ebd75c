package store

import (
	"context"
	"database/sql"
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
	values := []any{c.ascii(p.AppID, appIDChars), Micros(p.At), bit(p.Passed), c.bytes(models.CleanText(p.Evidence), contentBytes)}
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
		p.At = FromMicros(at)
		list = append(list, p)
		return err
	}, "SELECT at, passed, evidence FROM probes WHERE app_id = ? AND at >= ? AND at < ? ORDER BY at", appID, Micros(from), Micros(to))
	return list, err
}

// ProbePassed reports whether the last self-test before an instant passed; nil: there was none.
func (t *Tx) ProbePassed(ctx context.Context, appID string, before time.Time) (latest *bool, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		passed := false
		err := rows.Scan(&passed)
		latest = &passed
		return err
	}, "SELECT passed FROM probes WHERE app_id = ? AND at < ? ORDER BY at DESC LIMIT 1", appID, Micros(before))
	return latest, err
}
