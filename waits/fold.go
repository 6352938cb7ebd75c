package waits

import (
	"context"
	"maps"
	"slices"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// follow works out how waits and rollups follow the rows of a batch: fresh ones, and stored ones
// that the batch changed. It is the same for every order in which rows arrive, because each touched
// thread is rebuilt from one clean state to the next.
func (s *Waits) follow(ctx context.Context, tx *store.Tx, a *store.Arrival) (write func() error, err error) {
	t := &txn{Tx: tx, s: s}
	m, err := t.measuresLooking(ctx)
	if err != nil {
		return nil, err
	}
	touched, err := t.settleTimes(ctx, a)
	if err != nil {
		return nil, err
	}
	own := make([]store.SlimRow, len(a.Fresh))
	var left []*store.SlimRow
	for i, r := range a.Fresh {
		own[i] = r.Slim()
		if own[i].Kind == models.EventUnsubscribe {
			left = append(left, &own[i])
		}
	}
	change, err := t.foldSpans(ctx, m, spansOf(touched, own, a.Newcomers))
	if err != nil {
		return nil, err
	}
	if len(a.Steps) > 0 { // what was counted as content is not
		if err := t.wholeActive(ctx, a.Steps, ""); err != nil {
			return nil, err
		}
	}
	active := activeDays(own)
	return func() error {
		if err := t.noteUnfollows(ctx, left); err != nil {
			return err
		}
		if err := t.apply(ctx, change); err != nil {
			return err
		}
		return t.addActive(ctx, active, a.Newcomers)
	}, nil
}

// settleTimes gives the fresh rows their threads and the seconds at which they count, and moves
// stored rows that depend on them. It returns the rows that the batch touches but does not bring, as
// they were and as they are.
func (t *txn) settleTimes(ctx context.Context, a *store.Arrival) ([]store.SlimRow, error) {
	touched, err := t.rethread(ctx, a.Fresh)
	if err != nil {
		return nil, err
	}
	replaced, err := t.placeReplaced(ctx, a.Replaced)
	if err != nil {
		return nil, err
	}
	place(a.Fresh)
	moved, err := t.moveAnswers(ctx, a.Fresh)
	if err != nil {
		return nil, err
	}
	touched = append(append(touched, replaced...), moved...)
	amended, err := t.RowsByKey(ctx, a.Settled)
	for _, r := range amended {
		touched = append(touched, *r)
	}
	return touched, err
}

// activeDays counts the content rows of citizens by day.
func activeDays(rows []store.SlimRow) []models.ActiveDay {
	list := make([]models.Interaction, 0, len(rows))
	for i := range rows {
		if rows[i].UID != "" {
			list = append(list, rows[i].Interaction)
		}
	}
	return indices.ActiveDays(list)
}

// fold rebuilds what the touched rows touch: each stands for its thread and second.
func (t *txn) fold(ctx context.Context, m *measures, touched []store.SlimRow) error {
	change, err := t.foldSpans(ctx, m, spansOf(touched, nil, nil))
	if err != nil {
		return err
	}
	return t.apply(ctx, change)
}

// spansOf are the spans, sorted by thread, that the touched rows stand for, and the fresh ones,
// which are not in the database yet.
func spansOf(touched, fresh []store.SlimRow, newcomers map[string]bool) []*span {
	spans := make(map[thread]*span, len(fresh))
	touch := func(r *store.SlimRow) {
		th, ok := threadOf(&r.Interaction)
		if !ok || r.Probe || r.EffectiveAt <= 0 {
			return
		}
		if spans[th] == nil {
			spans[th] = &span{thread: th, full: th.channel != models.ChannelChat, alone: !th.named && newcomers[th.name]}
		}
		spans[th].touched = append(spans[th].touched, r.EffectiveAt)
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
func (t *txn) foldSpans(ctx context.Context, m *measures, list []*span) (*waitChange, error) {
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
	asOf := t.Now().Unix()
	for _, part := range byAccount(list) {
		change.add(m.of(part[0].appID), part, asOf)
	}
	return change, t.complete(ctx, m, list, change)
}

// complete adds to a change of waits what follows from it.
func (t *txn) complete(ctx context.Context, m *measures, list []*span, c *waitChange) error {
	if err := t.unage(ctx, m, c); err != nil {
		return err
	}
	return t.foldClicks(ctx, m, list, c)
}

// noteUnfollows notes the seconds at which citizens left among rows, the self-test's aside.
func (t *txn) noteUnfollows(ctx context.Context, list []*store.SlimRow) error {
	var values []any
	for _, r := range list {
		if r.Kind == models.EventUnsubscribe && !r.Probe {
			values = append(values, r.AppID, r.At.Unix(), r.MsgKey)
		}
	}
	return t.Upsert(ctx, "unfollows", "app_id, at, event_key", 3, values, t.Dialect().OnConflict("app_id, at, event_key"))
}
