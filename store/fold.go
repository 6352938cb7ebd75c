package store

import (
	"context"
	"maps"
	"slices"

	"github.com/wenzheng/wenzheng/models"
)

// foldRows brings waits and rollups up to the rows of a batch: fresh ones, and those of
// keys whose topic an amendment may have changed. It is the same for every order in which
// rows arrive, because each touched thread is rebuilt from one clean state to the next.
// Without a measure nothing is derived.
func foldRows(ctx context.Context, t *txn, m *measures, fresh []*row, keys []string) error {
	if m == nil {
		return nil
	}
	touched, err := t.moveAnswers(ctx, m, fresh)
	if err != nil {
		return err
	}
	amended, err := t.rowsByKey(ctx, keys)
	if err != nil {
		return err
	}
	for _, r := range amended {
		touched = append(touched, *r)
	}
	byApp := make(map[string][]models.Interaction)
	for _, r := range fresh {
		s := r.slim()
		touched = append(touched, s)
		if s.UID != "" {
			byApp[s.AppID] = append(byApp[s.AppID], s.Interaction)
		}
	}
	if err := t.fold(ctx, m, touched); err != nil {
		return err
	}
	var active []models.ActiveDay
	for _, appID := range sortedKeys(byApp) {
		active = append(active, m.of(appID).ActiveDays(byApp[appID])...)
	}
	return t.addActive(ctx, active)
}

// fold rebuilds what the touched rows touch: each stands for its thread and second.
func (t *txn) fold(ctx context.Context, m *measures, touched []slim) error {
	spans := make(map[thread]*span)
	for i := range touched {
		r := &touched[i]
		th, ok := threadOf(&r.Interaction)
		if !ok || r.Probe || r.at <= 0 {
			continue
		}
		if spans[th] == nil {
			spans[th] = &span{thread: th, full: th.channel != models.ChannelChat}
		}
		spans[th].touched = append(spans[th].touched, r.at)
	}
	list := slices.Collect(maps.Values(spans))
	sortSpans(list)
	return t.foldSpans(ctx, m, list)
}

func sortSpans(list []*span) {
	slices.SortFunc(list, func(a, b *span) int { return a.compare(b.thread) })
}

// byAccount divides spans sorted by thread.
func byAccount(list []*span) [][]*span {
	var parts [][]*span
	for len(list) > 0 {
		n := 1
		for n < len(list) && list[n].appID == list[0].appID {
			n++
		}
		parts, list = append(parts, list[:n]), list[n:]
	}
	return parts
}

// foldSpans rebuilds the spans, sorted by thread, and writes what changes.
func (t *txn) foldSpans(ctx context.Context, m *measures, list []*span) error {
	if len(list) == 0 {
		return nil
	}
	if err := t.lockThreads(ctx, list); err != nil {
		return err
	}
	if err := t.load(ctx, m, list); err != nil {
		return err
	}
	asOf := t.s.opt.Now().Unix()
	var change waitChange
	for _, part := range byAccount(list) {
		change.add(m.of(part[0].appID), part, asOf)
	}
	return t.finish(ctx, m, list, &change)
}

// finish adds to a change of waits what follows from it, and writes it.
func (t *txn) finish(ctx context.Context, m *measures, list []*span, c *waitChange) error {
	if err := t.unage(ctx, m, c); err != nil {
		return err
	}
	if err := t.foldClicks(ctx, m, list, c); err != nil {
		return err
	}
	return t.apply(ctx, c)
}

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
func (c *waitChange) add(m Measure, list []*span, asOf int64) {
	var rows []models.Interaction
	var old []models.Wait
	for _, s := range list {
		rows = append(rows, s.inside(m)...)
		old = append(old, s.waits...)
	}
	rebuilt := m.Rebuild(rows)
	gone := m.Carry(old, rebuilt, asOf)
	c.gone = append(c.gone, gone...)
	rate(m, list, rebuilt)
	c.compare(old, rebuilt, gone)
	for i := range rebuilt {
		if w := &rebuilt[i]; w.Aged && (c.wrong[w.ID] || c.asks.concern(w)) {
			w.Aged, w.Repeated = false, false
		}
	}
	c.roll(m.Diff(old, rebuilt))
	for i := range rebuilt {
		if w := &rebuilt[i]; w.ID == 0 || *w != *c.before[w.ID] {
			c.changed = append(c.changed, *w)
		}
	}
}

// compare notes the waits that were there and the asks that are others now.
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
		if o != nil && o.Topic == w.Topic {
			continue
		}
		c.asks.add(w)
		if o != nil {
			c.asks.add(o)
		}
	}
}

// rate assigns the ratings of every citizen who gave one anew.
func rate(m Measure, list []*span, waits []models.Wait) {
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
		m.AssignRatings(mine, s.ratings)
		for i := range mine {
			waits[at[i]] = mine[i]
		}
	}
}

func (t *txn) apply(ctx context.Context, c *waitChange) error {
	for len(c.gone) > 0 {
		n := min(len(c.gone), inList)
		if err := t.exec(ctx, "DELETE FROM waits WHERE id IN ("+marks(n)+")", anys(c.gone[:n])...); err != nil {
			return err
		}
		c.gone = c.gone[n:]
	}
	if err := t.saveWaits(ctx, c.changed); err != nil {
		return err
	}
	if err := t.saveClicks(ctx, c.clicks); err != nil {
		return err
	}
	return t.addRollup(ctx, &c.rollup)
}

// saveWaits writes waits, new ones with a new id.
func (t *txn) saveWaits(ctx context.Context, waits []models.Wait) error {
	values := make([]any, 0, len(waits)*waitWidth)
	for i := range waits {
		if waits[i].ID == 0 {
			waits[i].ID = t.s.ids.next()
		}
		values = append(values, waitArgs(&waits[i])...)
	}
	return t.upsert(ctx, "waits", waitColumns, waitWidth, values, t.s.dialect.onConflict("id", waitUpdates()...))
}
