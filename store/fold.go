package store

import (
	"context"
	"maps"
	"slices"

	"github.com/wenzheng/wenzheng/models"
)

// foldRows works out how waits and rollups follow the rows of a batch: fresh ones, and those of
// keys whose topic an amendment may have changed. It is the same for every order in which
// rows arrive, because each touched thread is rebuilt from one clean state to the next. Reading
// comes before the rows are inserted, so that none is read that is at hand; write is for
// afterwards. Without a measure nothing is derived.
func foldRows(ctx context.Context, t *Tx, m *measures, a *arrival) (write func() error, err error) {
	if m == nil {
		return func() error { return nil }, nil
	}
	touched, err := t.moveAnswers(ctx, m, a.fresh)
	if err != nil {
		return nil, err
	}
	touched = append(touched, a.moved...)
	amended, err := t.rowsByKey(ctx, a.settled)
	if err != nil {
		return nil, err
	}
	for _, r := range amended {
		touched = append(touched, *r)
	}
	own := make([]slim, len(a.fresh))
	for i, r := range a.fresh {
		own[i] = r.slim()
	}
	change, err := t.foldSpans(ctx, m, spansOf(touched, own, a.newcomers))
	if err != nil {
		return nil, err
	}
	if len(a.steps) > 0 { // what was counted as content is not
		if err := t.wholeActive(ctx, m, a.steps, ""); err != nil {
			return nil, err
		}
	}
	active := activeDays(m, own)
	return func() error {
		if err := t.apply(ctx, change); err != nil {
			return err
		}
		return t.addActive(ctx, active, a.newcomers)
	}, nil
}

// activeDays counts content rows by citizen and day.
func activeDays(m *measures, rows []slim) []models.ActiveDay {
	count := make(map[string]int)
	for i := range rows {
		count[rows[i].AppID]++
	}
	byApp := make(map[string][]models.Interaction)
	for i := range rows {
		r := &rows[i]
		if r.UID == "" {
			continue
		}
		if byApp[r.AppID] == nil {
			byApp[r.AppID] = make([]models.Interaction, 0, count[r.AppID])
		}
		byApp[r.AppID] = append(byApp[r.AppID], r.Interaction)
	}
	var active []models.ActiveDay
	for _, appID := range sortedKeys(byApp) {
		active = append(active, m.of(appID).ActiveDays(byApp[appID])...)
	}
	return active
}

// fold rebuilds what the touched rows touch: each stands for its thread and second.
func (t *Tx) fold(ctx context.Context, m *measures, touched []slim) error {
	change, err := t.foldSpans(ctx, m, spansOf(touched, nil, nil))
	if err != nil {
		return err
	}
	return t.apply(ctx, change)
}

// spansOf are the spans, sorted by thread, that the touched rows stand for, and the fresh ones,
// which are not in the database yet.
func spansOf(touched, fresh []slim, newcomers map[string]bool) []*span {
	spans := make(map[thread]*span, len(fresh))
	touch := func(r *slim) {
		th, ok := threadOf(&r.Interaction)
		if !ok || r.Probe || r.at <= 0 {
			return
		}
		if spans[th] == nil {
			spans[th] = &span{thread: th, full: th.channel != models.ChannelChat, alone: !th.named && newcomers[th.name]}
		}
		spans[th].touched = append(spans[th].touched, r.at)
		if th.named {
			spans[th].uids = append(spans[th].uids, r.UID)
		}
	}
	for i := range touched {
		touch(&touched[i])
	}
	for i := range fresh {
		touch(&fresh[i])
	}
	for i := range fresh {
		th, _ := threadOf(&fresh[i].Interaction)
		if s := spans[th]; s != nil {
			s.fresh = append(s.fresh, &fresh[i])
		}
	}
	list := slices.Collect(maps.Values(spans))
	sortSpans(list)
	return list
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

// foldSpans rebuilds the spans, sorted by thread, and returns what changes.
func (t *Tx) foldSpans(ctx context.Context, m *measures, list []*span) (*waitChange, error) {
	change := &waitChange{}
	if len(list) == 0 {
		return change, nil
	}
	if err := t.lockThreads(ctx, list); err != nil {
		return nil, err
	}
	if err := t.load(ctx, m, list); err != nil {
		return nil, err
	}
	asOf := t.s.opt.Now().Unix()
	for _, part := range byAccount(list) {
		change.add(m.of(part[0].appID), part, asOf)
	}
	return change, t.complete(ctx, m, list, change)
}

// complete adds to a change of waits what follows from it.
func (t *Tx) complete(ctx context.Context, m *measures, list []*span, c *waitChange) error {
	if err := t.unage(ctx, m, c); err != nil {
		return err
	}
	return t.foldClicks(ctx, m, list, c)
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
	rows := make([]models.Interaction, 0, rowCount(list))
	old := make([]models.Wait, 0, len(list))
	for _, s := range list {
		rows = s.inside(m, rows)
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

// apply writes a change.
func (t *Tx) apply(ctx context.Context, c *waitChange) error {
	for len(c.gone) > 0 {
		n := min(len(c.gone), inList)
		if err := t.Exec(ctx, "DELETE FROM waits WHERE id IN ("+marks(n)+")", anys(c.gone[:n])...); err != nil {
			return err
		}
		c.gone = c.gone[n:]
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
func (t *Tx) saveWaits(ctx context.Context, waits []models.Wait, before map[int64]*models.Wait) error {
	var added, kept, moved []*models.Wait
	for i := range waits {
		w := &waits[i]
		old := before[w.ID]
		switch {
		case w.ID == 0:
			w.ID = t.s.ids.next()
			added = append(added, w)
		case old != nil && !t.s.dialect.MySQL() && old.OpenAt == w.OpenAt && waitThread(old) == waitThread(w) && old.UID == w.UID &&
			old.Rolled == w.Rolled:
			kept = append(kept, w)
		default:
			moved = append(moved, w)
		}
	}
	err := t.Upsert(ctx, "waits", waitColumns, waitWidth, waitsArgs(added), "")
	if err != nil {
		return duplicate(err)
	}
	err = t.Upsert(ctx, "waits", waitColumns, waitWidth, waitsArgs(kept), t.s.dialect.OnConflict("id", waitUpdates(false)...))
	if err != nil {
		return err
	}
	return t.Upsert(ctx, "waits", waitColumns, waitWidth, waitsArgs(moved), t.s.dialect.OnConflict("id", waitUpdates(true)...))
}
