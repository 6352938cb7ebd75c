package waits

import (
	"context"
	"slices"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// waitChange is what a fold changes.
type waitChange struct {
	changed []models.Wait
	gone    []int64
	clicks  []models.Click
	rollup  models.Rollup
	before  map[int64]*models.Wait // the waits that were in the spans
	asks    asks                   // waits that came, went or changed their topic
	wrong   map[int64]bool         // waits that are to be aged again
}

func (c *waitChange) roll(r models.Rollup) {
	c.rollup.Hours = append(c.rollup.Hours, r.Hours...)
	c.rollup.Responses = append(c.rollup.Responses, r.Responses...)
}

// add rebuilds the spans of one account.
func (c *waitChange) add(m *measure, list []*span, asOf int64) {
	rows := make([]models.Interaction, 0, rowCount(list))
	old := make([]models.Wait, 0, len(list))
	for _, s := range list {
		rows = s.inside(rows)
		old = append(old, s.waits...)
	}
	rebuilt := m.rebuild(rows)
	gone := indices.Carry(old, rebuilt, asOf)
	c.gone = append(c.gone, gone...)
	rate(list, rebuilt)
	c.compare(old, rebuilt, gone)
	for i := range rebuilt {
		if w := &rebuilt[i]; w.Aged && (c.wrong[w.ID] || c.asks.concern(w)) {
			w.Aged, w.Repeated = false, false
		}
	}
	c.roll(m.diff(old, rebuilt))
	c.changed = slices.Grow(c.changed, len(rebuilt))
	for i := range rebuilt {
		if w := &rebuilt[i]; w.ID == 0 || *w != *c.before[w.ID] {
			c.changed = append(c.changed, *w)
		}
	}
}

// compare notes the waits that were there and the asks that are others now; a marked wait asks
// nothing.
func (c *waitChange) compare(old, rebuilt []models.Wait, gone []int64) {
	if c.before == nil {
		c.before, c.asks = make(map[int64]*models.Wait, len(old)), make(asks)
	}
	for i := range old {
		c.before[old[i].ID] = &old[i]
	}
	for _, id := range gone {
		c.asks.add(c.before[id])
	}
	for i := range rebuilt {
		w := &rebuilt[i]
		o := c.before[w.ID]
		if o != nil && o.Topic == w.Topic && o.Mark == w.Mark {
			continue
		}
		c.asks.add(w)
		if o != nil {
			c.asks.add(o)
		}
	}
}

// rate assigns the ratings of every citizen who gave one anew.
func rate(list []*span, waits []models.Wait) {
	for _, s := range list {
		if len(s.ratings) == 0 {
			continue
		}
		var mine []models.Wait
		var at []int
		for i := range waits {
			if waitThread(&waits[i]) == s.thread {
				w := waits[i]
				w.Rated, w.Satisfied, w.Solved = false, false, false
				mine, at = append(mine, w), append(at, i)
			}
		}
		indices.AssignRatings(mine, s.ratings)
		for i := range mine {
			waits[at[i]] = mine[i]
		}
	}
}

// apply writes a change.
func (t *txn) apply(ctx context.Context, c *waitChange) error {
	if err := t.ExecIDs(ctx, c.gone, "DELETE FROM waits WHERE id IN (?)"); err != nil {
		return err
	}
	if err := t.saveWaits(ctx, c.changed, c.before); err != nil {
		return err
	}
	if err := t.saveClicks(ctx, c.clicks); err != nil {
		return err
	}
	return t.addRollup(ctx, &c.rollup)
}

// saveWaits writes waits, new ones with a new id. Of one that was there before, what most often
// stays is not written into SQLite, which would write the indexes of those columns anew.
func (t *txn) saveWaits(ctx context.Context, waits []models.Wait, before map[int64]*models.Wait) error {
	var added, kept, moved []*models.Wait
	for i := range waits {
		w := &waits[i]
		old := before[w.ID]
		switch {
		case w.ID == 0:
			w.ID = t.NextID()
			added = append(added, w)
		case old != nil && !t.Dialect().MySQL() && old.OpenAt == w.OpenAt && waitThread(old) == waitThread(w) && old.UID == w.UID &&
			old.Rolled == w.Rolled:
			kept = append(kept, w)
		default:
			moved = append(moved, w)
		}
	}
	err := t.Upsert(ctx, "waits", waitColumns, waitWidth, waitsArgs(added), "")
	if err != nil {
		return err
	}
	err = t.Upsert(ctx, "waits", waitColumns, waitWidth, waitsArgs(kept), t.Dialect().OnConflict("id", waitUpdates(false)...))
	if err != nil {
		return err
	}
	return t.Upsert(ctx, "waits", waitColumns, waitWidth, waitsArgs(moved), t.Dialect().OnConflict("id", waitUpdates(true)...))
}
