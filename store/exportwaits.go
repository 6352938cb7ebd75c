package store

import (
	"context"

	"github.com/wenzheng/wenzheng/models"
)

// withWaits gives the rows of a page the waits that they opened. The index by citizen and
// time serves it, with one question for some hundred citizens.
func (s *Store) withWaits(ctx context.Context, page []*scanned) error {
	type opened struct{ appID, key string }
	rows := make(map[opened]*scanned, len(page))
	uids := map[string]bool{}
	var from, to int64
	for _, r := range page {
		if r.Dir != models.DirIn || r.UID == "" {
			continue
		}
		at := r.At.Unix()
		if len(rows) == 0 {
			from, to = at, at
		}
		from, to = min(from, at), max(to, at)
		rows[opened{r.AppID, r.MsgKey}] = r
		uids[r.UID] = true
	}
	if len(rows) == 0 {
		return nil
	}
	var list []models.Wait
	t := &Tx{s: s, db: s.report}
	err := t.QueryIn(ctx, waitsInto(&list), sortedKeys(uids),
		"SELECT "+waitColumns+" FROM waits WHERE uid IN (?) AND open_at BETWEEN ? AND ?", from, to+1)
	if err != nil {
		return err
	}
	for i := range list {
		if r := rows[opened{list[i].AppID, list[i].OpenKey}]; r != nil {
			r.Wait = &list[i]
		}
	}
	return nil
}
