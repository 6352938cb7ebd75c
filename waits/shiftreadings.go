package waits

import (
	"cmp"
	"context"
	"database/sql"
	"maps"
	"math"
	"slices"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// shiftRatings takes back the ratings given after asOf: an earlier one of the same wait counts
// again, and a citizen's waits are rated as they were.
func (t *txn) shiftRatings(ctx context.Context, w *window, s *shift) error {
	if w.Channel != models.ChannelChat {
		return nil
	}
	uids := make([]string, 0, len(s.then))
	for i := range s.then {
		uids = append(uids, s.then[i].UID)
	}
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var uid string
		err := rows.Scan(&uid)
		uids = append(uids, uid)
		return err
	}, "SELECT DISTINCT uid FROM ratings WHERE app_id = ? AND at >= ?", w.AppID, (w.asOf+1)*1_000_000)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(sortedUnique(uids), inQuery) {
		if err := t.rateThen(ctx, w, s, part); err != nil {
			return err
		}
	}
	return nil
}

// rateThen gives the citizens' waits the ratings that were known at asOf.
func (t *txn) rateThen(ctx context.Context, w *window, s *shift, uids []string) error {
	all, err := t.ratings(ctx, uids)
	given := make(map[string][]models.Rating)
	for _, r := range all {
		if known := given[r.UID]; r.AppID == w.AppID && r.At.Unix() <= w.asOf {
			given[r.UID] = append(known, r)
		} else if r.AppID == w.AppID && known == nil {
			given[r.UID] = []models.Rating{}
		}
	}
	if err != nil || len(given) == 0 {
		return err
	}
	var stored []models.Wait
	err = t.QueryIn(ctx, waitsInto(&stored), slices.Sorted(maps.Keys(given)), "SELECT "+waitColumns+" FROM waits WHERE uid IN (?) AND open_at <= ?", w.asOf)
	if err != nil {
		return err
	}
	mine := make(map[string][]models.Wait)
	place := make(map[string][]int) // in s.then, -1: not there
	for i := range stored {
		if v := &stored[i]; v.AppID == w.AppID && v.Channel == w.Channel && !s.ids[v.ID] {
			mine[v.UID], place[v.UID] = append(mine[v.UID], *v), append(place[v.UID], -1)
		}
	}
	for i := range s.then {
		if v := &s.then[i]; given[v.UID] != nil {
			mine[v.UID], place[v.UID] = append(mine[v.UID], *v), append(place[v.UID], i)
		}
	}
	for uid, ratings := range given {
		rated := slices.Clone(mine[uid])
		for i := range rated {
			rated[i].Rated, rated[i].Satisfied, rated[i].Solved = false, false, false
		}
		indices.AssignRatings(rated, ratings)
		for i := range rated {
			switch at := place[uid][i]; {
			case at >= 0:
				s.then[at] = rated[i]
			case rated[i] != mine[uid][i]:
				s.add(&mine[uid][i])
				s.then = append(s.then, rated[i])
			}
		}
	}
	return nil
}

// shiftRepeats settles whether the waits that were others at asOf had been asked again, and
// those that they may follow.
func (t *txn) shiftRepeats(ctx context.Context, w *window, s *shift) error {
	before := make(map[int64]*models.Wait, len(s.waits))
	for i := range s.waits {
		before[s.waits[i].ID] = &s.waits[i]
	}
	changed := make(asks) // topics that became known later
	for i := range s.then {
		if v, o := &s.then[i], before[s.then[i].ID]; o == nil || o.Topic != v.Topic {
			changed.add(v)
			if o != nil {
				changed.add(o)
			}
		}
	}
	if len(changed) > 0 {
		if err := t.shiftFollowed(ctx, w, s, changed); err != nil {
			return err
		}
	}
	var due []models.Wait
	var at []int
	for i := range s.then {
		v := &s.then[i]
		v.Rolled, v.Aged, v.Repeated = indices.Rolled(v, w.asOf), false, false
		if v.AgeAt > 0 && v.AgeAt <= w.asOf && v.Rolled {
			due, at = append(due, *v), append(at, i)
		}
	}
	settled, err := t.settleRepeats(ctx, due, w.asOf, s)
	for i := range settled {
		s.then[at[i]] = settled[i]
	}
	return err
}

// shiftFollowed notes the settled waits that a wait of a changed topic may follow.
func (t *txn) shiftFollowed(ctx context.Context, w *window, s *shift, changed asks) error {
	var uids []string
	first, last := int64(math.MaxInt64), int64(0)
	for k, times := range changed {
		uids = append(uids, k.uid)
		first, last = min(first, slices.Min(times)), max(last, slices.Max(times))
	}
	var aged []models.Wait
	err := t.QueryIn(ctx, waitsInto(&aged), sortedUnique(uids), "SELECT "+waitColumns+
		" FROM waits WHERE uid IN (?) AND aged = 1 AND open_at <= ? AND age_at >= ? AND age_at <= ?", last, first, w.asOf)
	slices.SortFunc(aged, func(a, b models.Wait) int { return cmp.Compare(a.ID, b.ID) })
	for i := range aged {
		if v := &aged[i]; v.AppID == w.AppID && v.Channel == w.Channel && !s.ids[v.ID] && changed.concern(v) {
			s.add(v)
			s.then = append(s.then, *v)
		}
	}
	return err
}
