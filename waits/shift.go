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

// The tables hold what is known now. At an earlier instant fewer rows were known, and what those
// that came later changed is bounded, however long the log is: in chats the sessions that go on
// across the instant, in other channels the threads that were not over. A reader takes the
// tables, takes out of them the waits that later rows made or changed, and puts in what those
// waits were. Answers may be stamped before their questions by less than SessionGap.

// recentDays is how far back the veto on missing interaction looks.
const recentDays = 14

// shift is the difference between the tables and asOf. Of what opened on days after asOf's it
// holds nothing: no reader asks for it.
type shift struct {
	waits      []models.Wait  // as the tables have them: opened after asOf, or changed since
	then       []models.Wait  // those of them that were there at asOf, as they were
	ids        map[int64]bool // of waits
	clicks     []models.Click // the same for clicks
	thenClicks []models.Click
}

// dayEnd is the second at which the day of asOf ends.
func (w *window) dayEnd() int64 { return ceilTo(w.asOf+1, daySeconds) }

// readShift reads what the later rows and ratings changed.
func (t *txn) readShift(ctx context.Context, w *window) error {
	s := &shift{ids: make(map[int64]bool)}
	w.shift = s
	later, err := t.laterRows(ctx, w)
	if err != nil {
		return err
	}
	if later {
		if err := t.shiftWaits(ctx, w, s); err != nil {
			return err
		}
	}
	if err := t.shiftRatings(ctx, w, s); err != nil || len(s.waits) == 0 {
		return err
	}
	return t.shiftRepeats(ctx, w, s)
}

// laterRows reports whether the account has rows after asOf.
func (t *txn) laterRows(ctx context.Context, w *window) (later bool, err error) {
	err = t.Query(ctx, func(*sql.Rows) error { later = true; return nil },
		"SELECT id FROM interactions WHERE app_id = ? AND at >= ? LIMIT 1", w.AppID, (w.asOf+1)*1_000_000)
	return later, err
}

// add notes a wait of the tables that was another at asOf, or was not there.
func (s *shift) add(w *models.Wait) {
	if !s.ids[w.ID] {
		s.ids[w.ID] = true
		s.waits = append(s.waits, *w)
	}
}

func (t *txn) shiftWaits(ctx context.Context, w *window, s *shift) error {
	spans, err := t.spansAcross(ctx, w)
	if err != nil {
		return err
	}
	for part := range slices.Chunk(spans, inQuery) {
		if err := t.shiftSpans(ctx, w, s, part); err != nil {
			return err
		}
	}
	var opened []models.Wait
	for _, rolled := range []int{0, 1} {
		err := t.Query(ctx, waitsInto(&opened), "SELECT "+waitColumns+" FROM waits WHERE app_id = ? AND channel = ? AND rolled = ? "+
			"AND open_at > ? AND open_at < ?", w.AppID, string(w.Channel), rolled, w.asOf, w.dayEnd())
		if err != nil {
			return err
		}
	}
	for i := range opened {
		s.add(&opened[i])
	}
	return t.Query(ctx, func(rows *sql.Rows) error {
		c, err := scanClick(rows)
		s.clicks = append(s.clicks, c)
		return err
	}, "SELECT "+clickColumns+" FROM clicks WHERE app_id = ? AND channel = ? AND at > ? AND at < ?", w.AppID, string(w.Channel), w.asOf, w.dayEnd())
}

// spansAcross are the threads of which later rows may have changed waits that opened by asOf.
func (t *txn) spansAcross(ctx context.Context, w *window) (list []*span, err error) {
	gap := w.m.limits.SessionGap
	collect := func(rows *sql.Rows) error {
		i := models.Interaction{AppID: w.AppID, Channel: w.Channel}
		var first int64
		if err := rows.Scan(&i.UID, &i.Thread, &first); err != nil {
			return err
		}
		if th, ok := threadOf(&i); ok {
			list = append(list, &span{thread: th, touched: []int64{max(1, first)}})
		}
		return nil
	}
	if w.Channel == models.ChannelChat {
		err = t.Query(ctx, collect, "SELECT uid, '', MIN(effective_at) FROM interactions WHERE app_id = ? AND at >= ? AND at < ? "+
			"AND channel = ? AND probe = 0 GROUP BY uid", w.AppID, (w.asOf+1)*1_000_000, (w.asOf+1+gap)*1_000_000, string(w.Channel))
	} else { // such waits may stay open for ever, and are few
		err = t.Query(ctx, collect, "SELECT uid, thread, MAX(last_in_at) FROM waits WHERE app_id = ? AND channel = ? AND rolled IN (0, 1) AND open_at <= ? "+
			"AND (last_in_at > ? OR bot_at > ? OR answer_at > ? OR left_at > ? OR rolled = 0) GROUP BY uid, thread",
			w.AppID, string(w.Channel), w.asOf, w.asOf-gap, w.asOf, w.asOf, w.asOf)
	}
	return mergeSpans(list), err
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

// shiftSpans rebuilds from their rows up to asOf the waits that were open, or might have been
// joined, at asOf.
func (t *txn) shiftSpans(ctx context.Context, w *window, s *shift, list []*span) error {
	if err := t.loadKnown(ctx, w, list); err != nil {
		return err
	}
	if err := t.loadWaits(ctx, list); err != nil {
		return err
	}
	rows := make([]models.Interaction, 0, rowCount(list))
	var old []models.Wait
	var clicks []models.Click
	for _, sp := range list {
		rows = sp.between(rows, sp.left, math.MaxInt64)
		old = append(old, sp.waits...)
		clicks = append(clicks, sp.clicks(w.m, slices.Min(sp.touched)-w.m.limits.SessionGap, w.asOf)...)
	}
	then := w.m.rebuild(rows)
	indices.Carry(old, then, w.asOf)
	for i := range old {
		s.add(&old[i])
	}
	s.then = append(s.then, then...)
	stored, err := t.clicksByKey(ctx, clicks)
	for _, c := range clicks {
		if was, there := stored[store.RowKey{AppID: c.AppID, MsgKey: c.Key}]; there && was != c {
			s.clicks, s.thenClicks = append(s.clicks, was), append(s.thenClicks, c)
		}
	}
	return err
}

// loadKnown loads of each span the rows known at asOf, from the start of the session that the
// later ones go on.
func (t *txn) loadKnown(ctx context.Context, w *window, list []*span) error {
	gap := w.m.limits.SessionGap
	pending := slices.Clone(list)
	for _, s := range pending {
		s.reach = 3
		s.from, s.to = max(1, slices.Min(s.touched)-3*gap), w.asOf+gap
		if w.Channel != models.ChannelChat {
			s.full, s.from, s.to = true, 1, math.MaxInt64
		}
	}
	for len(pending) > 0 {
		if err := t.loadRows(ctx, pending); err != nil {
			return err
		}
		pending = slices.DeleteFunc(pending, func(s *span) bool { return s.known(w.m, w.asOf) })
	}
	return nil
}

// known drops the rows after asOf and finds the start of the session in which the first of them
// lies. False: more must be loaded.
func (s *span) known(m *measure, asOf int64) bool {
	s.rows = slices.DeleteFunc(s.rows, func(r *store.SlimRow) bool { return r.At.Unix() > asOf })
	s.right = math.MaxInt64
	if s.full {
		s.left = 1
		return true
	}
	times := slices.Clone(s.touched)
	for _, r := range s.rows {
		at := r.EffectiveAt
		if at > asOf { // it answers a question that was not known
			at = r.At.Unix()
			s.touched = append(s.touched, at)
			times = append(times, at)
		}
		if counts(&r.Interaction) {
			times = append(times, at)
		}
	}
	slices.Sort(times)
	gap := m.limits.SessionGap
	first, _ := slices.BinarySearch(times, slices.Min(s.touched))
	for first > 0 && times[first]-times[first-1] <= gap {
		first--
	}
	s.left, s.right = times[first], max(asOf+1, times[first])
	if s.from <= max(1, s.left-gap) {
		return true
	}
	s.reach *= 3
	s.from = max(1, min(s.from, s.left-s.reach*gap))
	return false
}

// unshifted drops the waits that were others at asOf.
func (w *window) unshifted(list []models.Wait) []models.Wait {
	return slices.DeleteFunc(list, func(v models.Wait) bool { return w.shift.ids[v.ID] })
}

// putBack makes the figures of [from, to), of which those of [a, b) come from the rollups, what they
// were at asOf.
func (w *window) putBack(from, to, a, b int64, f *figures) {
	f.hours = append(f.hours, w.m.diff(w.inside(w.shift.waits, a, b), nil).Hours...)
	f.live = append(f.live, w.inside(w.shift.then, from, to)...)
	clicks := indices.DiffClicks(w.clicksInside(w.shift.clicks, from, to), w.clicksInside(w.shift.thenClicks, from, to))
	f.hours = append(f.hours, clicks.Hours...)
}
