package waits

import (
	"context"
	"database/sql"
	"math"
	"slices"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Clicks on the menu are queries of no wait. What the rollups hold of each is kept in a narrow
// table, so that a fold can tell what changed whatever arrives first, the click or its answer.

const clickColumns = "app_id, event_key, channel, at, topic, served"

func scanClick(rows *sql.Rows) (models.Click, error) {
	var c models.Click
	err := rows.Scan(&c.AppID, &c.Key, &c.Channel, &c.At, &c.Topic, &c.Served)
	return c, err
}

// clicks are those of the span's rows at seconds from first to last, both included.
func (s *span) clicks(m *measure, first, last int64) []models.Click {
	there := false
	for i := range s.rows {
		there = there || s.rows[i].Kind == models.EventClick
	}
	if !there {
		return nil
	}
	return slices.DeleteFunc(m.clicks(s.between(nil, math.MinInt64, math.MaxInt64)), func(c models.Click) bool {
		return c.At < first || c.At > last
	})
}

// around are the seconds between which a change of the span may change a click: its answers
// come within a session's gap. The rows that matter to those clicks are loaded.
func (s *span) around(m *measure) (first, last int64) {
	if len(s.touched) == 0 {
		return math.MinInt64, math.MaxInt64
	}
	return slices.Min(s.touched) - m.limits.SessionGap, slices.Max(s.touched)
}

// foldClicks adds to the change what the rows of the spans say of clicks and the table does not.
func (t *txn) foldClicks(ctx context.Context, m *measures, list []*span, c *waitChange) error {
	var found []models.Click
	for _, s := range list {
		first, last := s.around(m.of(s.appID))
		found = append(found, s.clicks(m.of(s.appID), first, last)...)
	}
	if len(found) == 0 {
		return nil
	}
	stored, err := t.clicksByKey(ctx, found)
	if err != nil {
		return err
	}
	var old []models.Click
	for _, click := range found {
		before, there := stored[store.RowKey{AppID: click.AppID, MsgKey: click.Key}]
		if there && before == click {
			continue
		}
		if there {
			old = append(old, before)
		}
		c.clicks = append(c.clicks, click)
	}
	c.roll(indices.DiffClicks(old, c.clicks))
	return nil
}

func (t *txn) clicksByKey(ctx context.Context, list []models.Click) (map[store.RowKey]models.Click, error) {
	keys := make([]string, 0, len(list))
	for _, c := range list {
		keys = append(keys, c.Key)
	}
	stored := make(map[store.RowKey]models.Click, len(list))
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		c, err := scanClick(rows)
		stored[store.RowKey{AppID: c.AppID, MsgKey: c.Key}] = c
		return err
	}, sortedUnique(keys), "SELECT "+clickColumns+" FROM clicks WHERE event_key IN (?)")
	return stored, err
}

func (t *txn) saveClicks(ctx context.Context, list []models.Click) error {
	values := make([]any, 0, 6*len(list))
	for _, c := range list {
		values = append(values, c.AppID, c.Key, string(c.Channel), c.At, c.Topic, c.Served)
	}
	return t.Upsert(ctx, "clicks", clickColumns, 6, values,
		t.Dialect().OnConflict("event_key, app_id", "channel", "at", "topic", "served"))
}

// clicksBetween adds the clicks at [from, to) one by one.
func (t *txn) clicksBetween(ctx context.Context, w *window, from, to int64, f *figures) error {
	if w.Staff != nil && *w.Staff != "" {
		return nil // clicks are nobody's
	}
	query, args := "SELECT "+clickColumns+" FROM clicks WHERE app_id = ? AND channel = ? AND at >= ? AND at < ?",
		[]any{w.AppID, string(w.Channel), from, to}
	if w.Topic != nil {
		query, args = query+" AND topic = ?", append(args, *w.Topic)
	}
	var list []models.Click
	err := t.Query(ctx, func(rows *sql.Rows) error {
		c, err := scanClick(rows)
		list = append(list, c)
		return err
	}, query, args...)
	f.hours = append(f.hours, indices.DiffClicks(nil, list).Hours...)
	return err
}

// clicksInside are the clicks at [from, to) of the window's topic and staff.
func (w *window) clicksInside(list []models.Click, from, to int64) []models.Click {
	return slices.DeleteFunc(slices.Clone(list), func(c models.Click) bool {
		return c.At < from || c.At >= to || w.Topic != nil && c.Topic != *w.Topic || w.Staff != nil && *w.Staff != ""
	})
}
