package store

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// The past: what the tables would have held at an earlier instant, rebuilt from the rows up
// to it. Exact and slow; only readers who ask for a time before the newest row pay for it.

// recentDays is how far back the veto on missing interaction looks.
const recentDays = 14

// past is figures at an earlier instant.
func (t *txn) past(ctx context.Context, w *window, from, to int64) (*figures, error) {
	h, err := t.historyOf(ctx, w, from)
	if err != nil {
		return nil, err
	}
	f := &figures{}
	var rolled []models.Wait
	for _, v := range w.inside(h.waits, from, to) {
		if v.Rolled {
			rolled = append(rolled, v)
			continue
		}
		f.live = append(f.live, v)
	}
	r := w.m.Diff(nil, rolled)
	f.hours = slices.Concat(r.Hours, w.m.DiffClicks(nil, w.clicksInside(h.clicks, from, to)).Hours)
	for i := range r.Responses {
		f.responses = append(f.responses, r.Responses[i].Band())
	}
	return f, nil
}

// history are the waits and clicks of the threads that had rows between since and asOf, or that
// may still have been open then, as they were at asOf.
type history struct {
	read   bool
	since  int64
	waits  []models.Wait
	clicks []models.Click
}

// historyOf rebuilds the history from the rows, unless it reaches back to since already.
func (t *txn) historyOf(ctx context.Context, w *window, since int64) (*history, error) {
	if w.history.read && w.history.since <= since {
		return w.history, nil
	}
	h := history{read: true, since: since}
	err := t.eachThread(ctx, w, min(since, w.asOf-w.m.SessionGap()), w.asOf+1, true, func(list []*span) error {
		if err := t.loadRatings(ctx, list); err != nil {
			return err
		}
		for _, s := range list {
			s.full = true
			rated := len(s.ratings) > 0
			s.ratings = slices.DeleteFunc(s.ratings, func(r Rating) bool { return r.At.Unix() > w.asOf })
			if rated && len(s.ratings) == 0 { // given later: none of the waits is rated yet
				s.ratings = []Rating{{AppID: s.appID, UID: s.name, At: time.Unix(0, 0)}}
			}
		}
		if err := t.loadSpans(ctx, &measures{standard: w.m}, list); err != nil {
			return err
		}
		if err := t.loadWaits(ctx, list); err != nil {
			return err
		}
		h.waits = append(h.waits, w.rebuildAt(list)...)
		for _, s := range list {
			h.clicks = append(h.clicks, s.clicks(w.m, math.MinInt64, math.MaxInt64)...)
		}
		return nil
	})
	w.m.Age(h.waits, w.asOf)
	if err == nil {
		*w.history = h
	}
	return &h, err
}

// rebuildAt rebuilds the spans from their rows up to asOf.
func (w *window) rebuildAt(list []*span) []models.Wait {
	rows := make([]models.Interaction, 0, rowCount(list))
	var old []models.Wait
	for _, s := range list {
		s.rows = slices.DeleteFunc(s.rows, func(r *slim) bool { return r.At.Unix() > w.asOf })
		rows = s.inside(w.m, rows)
		old = append(old, s.waits...)
	}
	rebuilt := w.m.Rebuild(rows)
	w.m.Carry(old, rebuilt, w.asOf)
	rate(w.m, list, rebuilt)
	return rebuilt
}

// eachThread hands out the threads of the window's account and channel that have rows in
// [from, to), a page at a time; comments and cases all, where whole is set.
func (t *txn) eachThread(ctx context.Context, w *window, from, to int64, whole bool, f func([]*span) error) error {
	if w.Channel != models.ChannelChat && whole {
		from, to = 1, math.MaxInt64/2_000_000
	}
	var list []*span
	err := t.query(ctx, func(rows *sql.Rows) error {
		i := models.Interaction{AppID: w.AppID, Channel: w.Channel}
		s := &span{full: w.Channel != models.ChannelChat}
		var first, last int64
		if err := rows.Scan(&i.UID, &i.Thread, &first, &last); err != nil {
			return err
		}
		th, ok := threadOf(&i)
		if !ok {
			return nil
		}
		s.thread, s.touched = th, []int64{max(1, first), max(1, last)}
		list = append(list, s)
		return nil
	}, "SELECT uid, thread, MIN(effective_at), MAX(effective_at) FROM interactions WHERE app_id = ? AND at >= ? AND at < ? AND channel = ? "+
		"AND probe = 0 GROUP BY uid, thread", w.AppID, from*1_000_000, to*1_000_000, string(w.Channel))
	if err != nil {
		return err
	}
	list = mergeSpans(list)
	for len(list) > 0 {
		n := min(len(list), inList)
		if err := f(list[:n]); err != nil {
			return err
		}
		list = list[n:]
	}
	return nil
}

// mergeSpans makes one span of those of the same thread, sorted.
func mergeSpans(list []*span) []*span {
	sortSpans(list)
	out := list[:0]
	for _, s := range list {
		if n := len(out); n > 0 && out[n-1].thread == s.thread {
			out[n-1].touched = append(out[n-1].touched, s.touched...)
			continue
		}
		out = append(out, s)
	}
	return out
}
