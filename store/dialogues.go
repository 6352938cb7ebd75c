package store

import (
	"context"
	"database/sql"
	"fmt"
	"sort"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// dialogues saves what the brain remembers of the batch's citizens; a state older than
// the one that is stored loses.
func (t *txn) dialogues(ctx context.Context, rows []*row) error {
	newest := make(map[string]*models.Dialogue)
	for _, r := range rows {
		d := r.in.Dialogue
		if d == nil {
			continue
		}
		uid := r.uid
		if d.OpenID != "" {
			uid = t.s.opt.Sealer.UID(d.AppID, d.OpenID)
		}
		if old := newest[uid]; uid != "" && (old == nil || !d.UpdatedAt.Before(old.UpdatedAt)) {
			newest[uid] = d
		}
	}
	if len(newest) == 0 {
		return nil
	}
	uids := make([]string, 0, len(newest))
	for uid := range newest {
		uids = append(uids, uid)
	}
	sort.Strings(uids)
	args := make([]any, 0, 5*len(uids))
	for _, uid := range uids {
		d := newest[uid]
		state, err := t.s.seal("dialogues", "state", uid, d.State)
		if err != nil {
			return err
		}
		args = append(args, uid, d.AppID, state, micros(d.UpdatedAt), micros(d.ExpiresAt))
	}
	return t.upsert(ctx, "dialogues", "uid, app_id, state, updated_at, expires_at", 5, args, t.s.dialect.newerWins())
}

// newerWins is the upsert clause of dialogues. MySQL assigns from left to right, so the
// column that decides comes last.
func (d *dialect) newerWins() string {
	if !d.mysql() {
		return " ON CONFLICT (uid) DO UPDATE SET state = excluded.state, expires_at = excluded.expires_at, " +
			"updated_at = excluded.updated_at WHERE excluded.updated_at >= dialogues.updated_at"
	}
	clause := " ON DUPLICATE KEY UPDATE "
	for _, c := range []string{"state", "expires_at", "updated_at"} {
		if c != "state" {
			clause += ", "
		}
		clause += c + " = CASE WHEN VALUES(updated_at) >= updated_at THEN VALUES(" + c + ") ELSE " + c + " END"
	}
	return clause
}

// Dialogues returns the dialogues changed at or after since that have not expired, oldest
// first, with the citizens' OpenIDs in clear.
func (s *Store) Dialogues(ctx context.Context, since time.Time) ([]models.Dialogue, error) {
	var out []models.Dialogue
	err := each(ctx, s.reader, func(rows *sql.Rows) error {
		var d models.Dialogue
		var uid string
		var state, openID []byte
		var updated, expires int64
		if err := rows.Scan(&uid, &d.AppID, &state, &updated, &expires, &openID); err != nil {
			return err
		}
		plain, err := s.unseal("dialogues", "state", uid, state)
		if err != nil {
			return err
		}
		id, err := s.unseal("citizens", "openid", uid, openID)
		if err != nil {
			return err
		}
		d.State, d.OpenID, d.UpdatedAt, d.ExpiresAt = plain, string(id), fromMicros(updated), fromMicros(expires)
		out = append(out, d)
		return nil
	}, "SELECT d.uid, d.app_id, d.state, d.updated_at, d.expires_at, c.openid FROM dialogues d JOIN citizens c ON c.uid = d.uid "+
		"WHERE d.updated_at >= ? AND d.expires_at > ? ORDER BY d.updated_at, d.uid", micros(since), micros(s.opt.Now()))
	if err != nil {
		return nil, fmt.Errorf("store: dialogues: %w", err)
	}
	return out, nil
}
