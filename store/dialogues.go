package store

import (
	"context"
	"database/sql"
	"fmt"
	"sort"

	"github.com/wenzheng/wenzheng/models"
)

// dialogues saves what the brain remembers of the batch's citizens; a state older than
// the one that is stored loses.
func (t *Tx) dialogues(ctx context.Context, rows []*NewRow) error {
	newest := make(map[string]*models.Dialogue)
	for _, r := range rows {
		d := r.in.Dialogue
		if d == nil {
			continue
		}
		uid := r.in.UID
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
	seq, err := t.nextDialogueChange(ctx)
	if err != nil {
		return err
	}
	args := make([]any, 0, 6*len(uids))
	for _, uid := range uids {
		d := newest[uid]
		state, err := t.s.seal("dialogues", "state", uid, d.State)
		if err != nil {
			return err
		}
		args = append(args, uid, d.AppID, state, seq, Micros(d.UpdatedAt), Micros(d.ExpiresAt))
	}
	return t.Upsert(ctx, "dialogues", "uid, app_id, state, seq, updated_at, expires_at", 6, args, t.s.dialect.newerWins())
}

// newerWins is the upsert clause of dialogues. MySQL assigns from left to right, so the
// column that decides comes last.
func (d *Dialect) newerWins() string {
	if !d.MySQL() {
		return " ON CONFLICT (uid) DO UPDATE SET state = excluded.state, seq = excluded.seq, expires_at = excluded.expires_at, " +
			"updated_at = excluded.updated_at WHERE excluded.updated_at >= dialogues.updated_at"
	}
	clause := " ON DUPLICATE KEY UPDATE "
	for _, c := range []string{"state", "seq", "expires_at", "updated_at"} {
		if c != "state" {
			clause += ", "
		}
		clause += c + " = CASE WHEN VALUES(updated_at) >= updated_at THEN VALUES(" + c + ") ELSE " + c + " END"
	}
	return clause
}

// nextDialogueChange numbers the changes of this transaction. The row stays locked until the
// commit, so who sees a number sees every change with a lower one.
func (t *Tx) nextDialogueChange(ctx context.Context) (seq int64, err error) {
	if err := t.Exec(ctx, "UPDATE dialogue_sequence SET last = last + 1 WHERE id = 1"); err != nil {
		return 0, err
	}
	err = t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&seq) }, "SELECT last FROM dialogue_sequence WHERE id = 1")
	return seq, err
}

// Dialogues returns the dialogues changed after the change numbered after (-1 = all) that
// have not expired, in the order of their changes, with the citizens' OpenIDs in clear, and
// the number of the last change. A number the database has not reached, as after the restore
// of a backup, is taken as -1.
func (s *Store) Dialogues(ctx context.Context, after int64) (list []models.Dialogue, last int64, err error) {
	list, last, err = s.dialogues(ctx, after)
	if err != nil {
		return nil, after, fmt.Errorf("store: dialogues: %w", err)
	}
	return list, last, nil
}

func (s *Store) dialogues(ctx context.Context, after int64) (list []models.Dialogue, last int64, err error) {
	err = each(ctx, s.reader, func(rows *sql.Rows) error { return rows.Scan(&last) }, "SELECT last FROM dialogue_sequence WHERE id = 1")
	if err != nil || last == after {
		return nil, last, err
	}
	if last < after {
		after = -1
	}
	damaged := 0
	err = each(ctx, s.reader, func(rows *sql.Rows) error {
		d, opens, err := s.scanDialogue(rows)
		if opens {
			list = append(list, d)
		} else {
			damaged++
		}
		return err
	}, "SELECT d.uid, d.app_id, d.state, d.updated_at, d.expires_at, c.openid FROM dialogues d JOIN citizens c ON c.uid = d.uid "+
		"WHERE d.seq > ? AND d.seq <= ? AND d.expires_at > ? AND "+s.Openable("d.state")+" AND "+s.Openable("c.openid")+" ORDER BY d.seq, d.uid", after, last, Micros(s.opt.Now()))
	if err == nil && damaged > 0 {
		s.opt.Logger.Warn("dialogues that are damaged are passed over", "rows", damaged)
	}
	return list, last, err
}

// scanDialogue reads a dialogue; one that is damaged does not open.
func (s *Store) scanDialogue(rows *sql.Rows) (d models.Dialogue, opens bool, err error) {
	var uid string
	var state, openID []byte
	var updated, expires int64
	if err := rows.Scan(&uid, &d.AppID, &state, &updated, &expires, &openID); err != nil {
		return d, false, err
	}
	plain, damagedState := s.unseal("dialogues", "state", uid, state)
	id, damagedID := s.unseal("citizens", "openid", uid, openID)
	d.State, d.OpenID, d.UpdatedAt, d.ExpiresAt = plain, string(id), FromMicros(updated), FromMicros(expires)
	return d, damagedState == nil && damagedID == nil, nil
}
