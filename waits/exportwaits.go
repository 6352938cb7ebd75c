package waits

import (
	"context"
	"fmt"
	"maps"
	"slices"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// InteractionsWithWaits is store.Interactions with Wait filled where a row opened one.
func (s *Waits) InteractionsWithWaits(ctx context.Context, filter store.Filter, f func(models.Interaction) error) error {
	return s.store.InteractionPages(ctx, filter, func(page []models.Interaction) error {
		if err := s.addWaits(ctx, page); err != nil {
			return fmt.Errorf("waits: waits of interactions: %w", err)
		}
		for i := range page {
			if err := f(page[i]); err != nil {
				return err
			}
		}
		return nil
	})
}

// addWaits gives the rows of a page the waits that they opened. The index by citizen and
// time serves it, with one question for some hundred citizens; cases that no citizen of the account
// brought share the empty one.
func (s *Waits) addWaits(ctx context.Context, page []models.Interaction) error {
	rows := make(map[store.RowKey]*models.Interaction, len(page))
	uids := map[string]bool{}
	var from, to int64
	for i := range page {
		r := &page[i]
		if r.Dir != models.DirIn {
			continue
		}
		at := r.At.Unix()
		if len(rows) == 0 {
			from, to = at, at
		}
		from, to = min(from, at), max(to, at)
		rows[store.RowKey{AppID: r.AppID, MsgKey: r.MsgKey}] = r
		uids[r.UID] = true
	}
	if len(rows) == 0 {
		return nil
	}
	var list []models.Wait
	err := s.read(ctx, store.Reports, func(t *txn) error {
		return t.QueryIn(ctx, waitsInto(&list), slices.Sorted(maps.Keys(uids)),
			"SELECT "+waitColumns+" FROM waits WHERE uid IN (?) AND open_at BETWEEN ? AND ?", from, to+1)
	})
	if err != nil {
		return err
	}
	for i := range list {
		if r := rows[store.RowKey{AppID: list[i].AppID, MsgKey: list[i].OpenKey}]; r != nil {
			r.Wait = &list[i]
		}
	}
	return nil
}
