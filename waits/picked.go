package waits

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"hash/fnv"
	"io"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// Page is one page of a list of waits, the newest first.
type Page struct {
	After Cursor // the last of the page before; zero = the first page
	Limit int
}

// Picked returns the waits of a window that are selected, as they were at AsOf: how many there are
// in all, and of one page one more than its limit, so that the caller knows whether another follows.
// A wait of then that is no more has a negative ID.
func (s *Waits) Picked(ctx context.Context, w Window, sel *indices.Selection, page Page) (list []models.Wait, n int64, err error) {
	err = s.windowed(ctx, w, func(t *txn, in *window) error {
		repeats := sel.Part == indices.PartAged || sel.Part == indices.PartRepeated
		in.unrepeated = !repeats
		f, err := t.pickedFigures(ctx, in, sel)
		if err != nil {
			return err
		}
		d := decidedReader{sel: sel, w: in, skip: in.shift.ids, live: f.live}
		if n, err = t.countPicked(ctx, &d, f); err == nil && repeats {
			err = t.pickedRepeats(ctx, &d)
		}
		if err != nil {
			return err
		}
		list, err = t.pickedPage(ctx, &d, page)
		return err
	})
	if err != nil {
		return nil, 0, fmt.Errorf("waits: picked: %w", err)
	}
	return list, n, nil
}

// pickedFigures are the figures of the window, by hours where the hour of asking matters; live has
// the waits that are selected, each with an ID of its own.
func (t *txn) pickedFigures(ctx context.Context, w *window, sel *indices.Selection) (*figures, error) {
	var f *figures
	var err error
	switch {
	case sel.State == models.WaitOpen: // none of them is in the sums
		f = &figures{}
		f.live, err = t.backlog(ctx, w)
		f.live = w.inside(f.live, w.from, w.to)
	case sel.ByHour():
		f, err = t.figures(ctx, w, w.from, w.to, byHour)
	default:
		f, err = t.figures(ctx, w, w.from, w.to, byNothing)
	}
	if err != nil {
		return nil, err
	}
	for i := range f.live {
		if v := &f.live[i]; v.ID == 0 {
			v.ID = idOfThen(v)
		}
	}
	return f, nil
}

// idOfThen is the ID of a wait of then that is no more: negative, and the same in every reading.
func idOfThen(w *models.Wait) int64 {
	h := fnv.New64a()
	_, _ = io.WriteString(h, w.AppID+" "+w.OpenKey) // a hash takes everything
	return -1 - int64(h.Sum64()>>1)
}

// countPicked counts from the sums what they can tell, and one by one what depends on the response
// time of decided waits. It leaves in d.live only what is selected.
func (t *txn) countPicked(ctx context.Context, d *decidedReader, f *figures) (n int64, err error) {
	d.readLive()
	n = int64(len(d.live))
	var sums models.WaitSums
	for i := range f.hours {
		if d.sel.At(f.hours[i].Hour) {
			sums.Add(&f.hours[i].WaitSums, 1)
		}
	}
	if part, ok := d.sel.DecidedPart(&sums); ok {
		d.decided = &part
		return n + part, nil
	}
	if d.sel.Part != "" {
		err = t.decided(ctx, d, Cursor{}, 0, func(*models.Wait) { n++ })
		return n, err
	}
	answered, unanswered := d.sel.Decided(&sums)
	switch times := d.sel.Times; {
	case times == nil:
		return n + answered + unanswered, nil
	case times.Unanswered:
		n += unanswered
	}
	if !d.sel.Times.Answered || answered == 0 {
		return n, nil
	}
	only := *d
	only.sel = new(*d.sel)
	only.sel.Times = &indices.Times{Answered: true, From: d.sel.Times.From, To: d.sel.Times.To}
	err = t.decided(ctx, &only, Cursor{}, 0, func(*models.Wait) { n++ })
	return n, err
}

// pickedPage merges the page of the decided waits with those that were read one by one.
func (t *txn) pickedPage(ctx context.Context, d *decidedReader, page Page) ([]models.Wait, error) {
	list := slices.DeleteFunc(d.live, func(v models.Wait) bool { return page.After != (Cursor{}) && !page.After.before(&v) })
	size, found := page.Limit+1, 0
	for after := page.After; found < size && (d.decided == nil || page.After != (Cursor{}) || found < int(*d.decided)); {
		var ids []int64
		read := 0
		err := t.decided(ctx, d, after, size, func(v *models.Wait) { ids = append(ids, v.ID) }, func(v *models.Wait) {
			read, after = read+1, Cursor{v.OpenAt, v.ID}
		})
		if err == nil {
			err = t.QueryIDs(ctx, waitsInto(&list), ids, "SELECT "+waitColumns+" FROM waits WHERE id IN (?)")
		}
		if err != nil {
			return nil, err
		}
		if found += len(ids); read < size {
			break
		}
	}
	slices.SortFunc(list, NewestFirst)
	return list[:min(len(list), size)], nil
}

// NewestFirst is the order of pages.
func NewestFirst(a, b models.Wait) int {
	return cmp.Or(cmp.Compare(b.OpenAt, a.OpenAt), cmp.Compare(b.ID, a.ID))
}

// before reports that a wait comes after the place, in the order of NewestFirst.
func (c Cursor) before(w *models.Wait) bool {
	return w.OpenAt < c.OpenAt || w.OpenAt == c.OpenAt && w.ID < c.ID
}

// decidedReader reads the decided waits of a window that are selected. What was otherwise at AsOf, or
// was not decided yet, is not among them: it is in live.
type decidedReader struct {
	w    *window
	sel  *indices.Selection
	skip map[int64]bool
	live []models.Wait
	// decided is how many decided waits are selected, nil where the sums do not tell.
	decided *int64
}

// readLive keeps of the waits read one by one those that are selected, and has the index skip all of
// them.
func (d *decidedReader) readLive() {
	skip := make(map[int64]bool, len(d.skip)+len(d.live))
	for id := range d.skip {
		skip[id] = true
	}
	for i := range d.live {
		skip[d.live[i].ID] = true
	}
	d.skip = skip
	d.live = slices.DeleteFunc(d.live, func(v models.Wait) bool { return !d.sel.Has(&v, &d.w.m.limits, d.w.asOf) })
}

// decided hands out the decided waits after a place, the newest first and at most limit (0 = all)
// looked at: picked hears of those that are selected, looked of every one. Only the index is read, so
// that a wait has no more than its times, ID and mark.
func (t *txn) decided(ctx context.Context, d *decidedReader, after Cursor, limit int, picked func(*models.Wait), looked ...func(*models.Wait)) error {
	if d.sel.State == models.WaitOpen || d.sel.Pending != nil {
		return nil
	}
	query, args := t.decidedQuery(d, after, limit)
	return t.Query(ctx, func(rows *sql.Rows) error {
		w := models.Wait{Rolled: true, Deadline: 1} // the tables say that its time is over
		err := rows.Scan(&w.OpenAt, &w.ID, &w.AnswerAt, &w.BotAt, &w.LeftAt, &w.Mark,
			&w.First, &w.TwoWay, &w.Rated, &w.Satisfied, &w.Aged, &w.Repeated)
		if err != nil {
			return err
		}
		for _, hear := range looked {
			hear(&w)
		}
		if !d.skip[w.ID] && d.sel.Has(&w, &d.w.m.limits, d.w.asOf) {
			picked(&w)
		}
		return nil
	}, query, args...)
}

func (t *txn) decidedQuery(d *decidedReader, after Cursor, limit int) (query string, args []any) {
	w := d.w
	to := min(w.to, w.asOf+1)
	query = "SELECT open_at, id, answer_at, bot_at, left_at, mark" + partColumns(d.sel.Part) + " FROM waits" + t.Dialect().By("waits_window") +
		" WHERE app_id = ? AND channel = ? AND rolled = 1 AND open_at >= ? AND open_at < ?"
	args = []any{w.AppID, string(w.Channel), w.from, to}
	if after != (Cursor{}) {
		query += " AND open_at <= ? AND (open_at < ? OR id < ?)"
		args = append(args, after.OpenAt, after.OpenAt, after.ID)
	}
	also, more := w.condition(closerOf)
	hint, hints := hintOf(d.sel, &w.m.limits, w.asOf)
	query, args = query+also+hint, append(append(args, more...), hints...)
	if limit == 0 {
		return query, args
	}
	return query + " ORDER BY open_at DESC, id DESC LIMIT ?", append(args, limit)
}

// answeredAfter is the response time of a decided wait; of one without an answer it is negative.
const answeredAfter = "(CASE WHEN answer_at > 0 THEN answer_at WHEN left_at > 0 THEN 0 ELSE bot_at END - open_at)"

// hintOf keeps the database from handing out most of what is not selected. It leaves out nothing that
// is; Selection.Has has the last word.
func hintOf(sel *indices.Selection, limits *indices.Limits, asOf int64) (hint string, args []any) {
	switch sel.State {
	case models.WaitHuman:
		hint = " AND answer_at > 0"
	case models.WaitBot:
		hint = " AND answer_at = 0 AND bot_at > 0"
	case models.WaitLeft:
		hint = " AND left_at > 0"
	case models.WaitExpired:
		hint = " AND answer_at = 0 AND bot_at = 0 AND left_at = 0"
	}
	if sel.Marked {
		hint += " AND mark <> ''"
	}
	if sel.Sample == indices.SampleHuman {
		hint += " AND (answer_at > 0 OR left_at > 0 OR bot_at = 0)"
	}
	if sel.Breach != nil {
		hint += " AND (" + answeredAfter + " < 0 OR " + answeredAfter + " > ?)"
		args = append(args, limits.Least(*sel.Breach))
	}
	if t := sel.Times; t != nil {
		if !t.Answered {
			t = &indices.Times{Unanswered: t.Unanswered, From: 1}
		}
		hint += " AND (" + answeredAfter + " BETWEEN ? AND ?"
		if t.Unanswered {
			hint += " OR " + answeredAfter + " < 0"
		}
		hint, args = hint+")", append(args, t.From, t.To)
	}
	part, more := partHint(sel.Part, asOf)
	return hint + part + hourHint(sel), append(args, more...)
}

// AllTimes are the ends of a window that holds every wait there is.
func AllTimes() (from, to time.Time) { return time.Unix(firstTime, 0), time.Unix(lastTime, 0) }
