package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// SaveRights stores what was found out about the rights of an account and returns the names
// of those that turned from yes to no by it. An unknown says nothing new: it does not
// replace a yes or a no. Nor does a finding replace a later one.
func (s *Store) SaveRights(ctx context.Context, appID string, found []models.Right) (lost []string, err error) {
	found = slices.Clone(found)
	slices.SortFunc(found, func(a, b models.Right) int { return strings.Compare(a.Name, b.Name) }) // locks are taken in one order
	err = s.Transact(ctx, func(t *Tx) error {
		lost = nil
		for _, r := range found {
			turned, err := t.saveRight(ctx, appID, r)
			if err != nil {
				return err
			}
			if turned {
				lost = append(lost, r.Name)
			}
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("store: save rights: %w", err)
	}
	return lost, nil
}

// saveRight reports whether the right was there and is not any more.
func (t *Tx) saveRight(ctx context.Context, appID string, r models.Right) (lost bool, err error) {
	d := t.s.dialect
	err = t.Exec(ctx, "INSERT INTO account_rights (app_id, name, state, err_code, checked_at) VALUES (?, ?, ?, 0, 0)"+
		d.OnConflict("app_id, name"), appID, r.Name, string(models.RightUnknown))
	if err != nil {
		return false, err
	}
	var before models.RightState
	var at int64
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&before, &at) },
		"SELECT state, checked_at FROM account_rights WHERE app_id = ? AND name = ?"+d.ForUpdate, appID, r.Name)
	if err != nil || at > Micros(r.CheckedAt) || r.State == models.RightUnknown && before != models.RightUnknown {
		return false, err
	}
	lost = before == models.RightYes && r.State == models.RightNo
	set, args := "state = ?, err_code = ?, checked_at = ?", []any{string(r.State), r.ErrCode, Micros(r.CheckedAt)}
	if lost || r.State == models.RightYes {
		set, args = set+", lost_at = ?", append(args, bit(lost)*Micros(r.CheckedAt))
	}
	err = t.Exec(ctx, "UPDATE account_rights SET "+set+" WHERE app_id = ? AND name = ?", append(args, appID, r.Name)...)
	return lost, err
}

// Rights returns what is known about the rights of every account, by AppID and then in the
// order of their names. An account that was never asked about is not in it.
func (s *Store) Rights(ctx context.Context) (map[string][]models.Right, error) {
	out := map[string][]models.Right{}
	err := each(ctx, s.reader, func(rows *sql.Rows) error {
		var appID string
		var at, lost int64
		var r models.Right
		err := rows.Scan(&appID, &r.Name, &r.State, &r.ErrCode, &at, &lost)
		r.CheckedAt, r.LostAt = FromMicros(at), FromMicros(lost)
		out[appID] = append(out[appID], r)
		return err
	}, "SELECT app_id, name, state, err_code, checked_at, lost_at FROM account_rights ORDER BY app_id, name")
	if err != nil {
		return nil, fmt.Errorf("store: rights: %w", err)
	}
	return out, nil
}
