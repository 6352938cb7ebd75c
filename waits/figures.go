package waits

import (
	"context"
	"database/sql"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// figures are the waits of a window: those the rollups hold, and those read one by one.
type figures struct {
	hours     []models.WaitHour
	responses []models.ResponseBand
	live      []models.Wait
}

func (f *figures) sums() models.WaitSums {
	var s models.WaitSums
	for i := range f.hours {
		s.Add(&f.hours[i].WaitSums, 1)
	}
	return s
}

// grouping is what sums are kept apart by; in the others' places the keys of hours mean nothing.
type grouping string

const (
	byNothing grouping = ""
	byTopic   grouping = "topic"
	byStaff   grouping = "staff"
	byHour    grouping = "hour" // hours by their first second
	byDay     grouping = "day"  // by some second of the day
)

// figures reads the waits opened in [from, to): whole hours from the rollups, the rest one by
// one.
func (t *txn) figures(ctx context.Context, w *window, from, to int64, by grouping) (*figures, error) {
	return t.figuresBy(ctx, w, from, to, by, hourSeconds)
}

// figuresOfDays is figures with the histogram, which has whole days only and is of all topics
// and staff: what lies outside is read one by one. At the edges, in seconds, responses are divided.
func (t *txn) figuresOfDays(ctx context.Context, w *window, from, to int64, by grouping, edges ...int64) (*figures, error) {
	if w.Topic != nil || w.Staff != nil {
		f := &figures{}
		if err := t.oneByOne(ctx, w, from, to, f); err != nil {
			return nil, err
		}
		w.putBack(from, to, to, to, f)
		return f, t.addRepeats(ctx, w, from, to, f)
	}
	to = min(to, w.dayEnd())
	f, err := t.figuresBy(ctx, w, from, to, by, daySeconds)
	if a, b := ceilTo(from, daySeconds), floorTo(to, daySeconds); err == nil && a < b {
		err = t.histogram(ctx, w, a, b, f, edges)
	}
	return f, err
}

func (t *txn) figuresBy(ctx context.Context, w *window, from, to int64, by grouping, unit int64) (*figures, error) {
	f := &figures{}
	to = min(to, w.dayEnd())
	if from >= to {
		return f, nil
	}
	a, b := ceilTo(from, unit), floorTo(to, unit)
	if a >= b {
		a, b = to, to
	} else if err := t.rolled(ctx, w, a, b, by, f); err != nil {
		return nil, err
	}
	for _, edge := range [][2]int64{{from, a}, {b, to}} {
		if err := t.oneByOne(ctx, w, edge[0], edge[1], f); err != nil {
			return nil, err
		}
	}
	w.putBack(from, to, a, b, f)
	return f, t.addRepeats(ctx, w, from, to, f)
}

// oneByOne reads the waits opened in [from, to), and the clicks.
func (t *txn) oneByOne(ctx context.Context, w *window, from, to int64, f *figures) error {
	if from >= to {
		return nil
	}
	list, err := t.waitsBetween(ctx, w, from, to, true)
	if err != nil {
		return err
	}
	f.live = append(f.live, list...)
	return t.clicksBetween(ctx, w, from, to, f)
}

// rolled reads the rollups of [from, to), takes back what was rolled early and adds the
// undecided waits.
func (t *txn) rolled(ctx context.Context, w *window, from, to int64, by grouping, f *figures) error {
	a, b := ceilTo(from, daySeconds), floorTo(to, daySeconds)
	if a >= b || by == byHour || by == byStaff || w.Staff != nil { // days have no hours and no staff
		a, b = to, to
	}
	for _, edge := range [][2]int64{{from, a}, {b, to}} {
		if err := t.summed(ctx, w, "wait_hours", "hour", edge, by, f); err != nil {
			return err
		}
	}
	if err := t.summed(ctx, w, "wait_days", "day_at", [2]int64{a, b}, by, f); err != nil {
		return err
	}
	open, err := t.undecided(ctx, w, from, to)
	if err != nil {
		return err
	}
	open = unaged(open)         // addRepeats takes that back
	back := w.m.diff(open, nil) // of those rolled early; the others add nothing
	f.hours = append(f.hours, back.Hours...)
	for i := range open {
		open[i].Rolled = false
		f.live = append(f.live, open[i])
	}
	return nil
}

// summed adds up the rows of a table of sums whose time lies in the range.
func (t *txn) summed(ctx context.Context, w *window, table, at string, between [2]int64, by grouping, f *figures) error {
	if between[0] >= between[1] {
		return nil
	}
	keys, group := "app_id, channel, 0, '', ''", "app_id, channel"
	switch by {
	case byTopic:
		keys, group = "app_id, channel, 0, topic, ''", group+", topic"
	case byStaff:
		keys, group = "app_id, channel, 0, '', staff", group+", staff"
	case byHour, byDay:
		keys, group = "app_id, channel, "+at+", '', ''", group+", "+at
	}
	also, args := w.condition("staff")
	all := append([]any{w.AppID, string(w.Channel), between[0], between[1]}, args...)
	return t.Query(ctx, func(rows *sql.Rows) error {
		h, err := scanHour(rows)
		f.hours = append(f.hours, h)
		return err
	}, "SELECT "+keys+", SUM("+strings.Join(sumColumns(), "), SUM(")+") FROM "+table+" WHERE app_id = ? AND channel = ? "+
		"AND "+at+" >= ? AND "+at+" < ?"+also+" GROUP BY "+group, all...)
}

// undecided are the waits opened in [from, to) that the clock had not decided at asOf: not
// rolled, or rolled early, which their Rolled says.
func (t *txn) undecided(ctx context.Context, w *window, from, to int64) ([]models.Wait, error) {
	if w.undecidedRead {
		return w.inside(w.undecided, from, to), nil
	}
	open, err := t.waitsBetween(ctx, w, from, to, false)
	if err != nil {
		return nil, err
	}
	early, err := t.early(ctx, w, from, to)
	return slices.Concat(open, early), err
}

// The waits of all times.
const firstTime, lastTime = -1 << 40, 1 << 40

// readUndecided reads all undecided waits once, for a reader who asks for several stretches.
func (t *txn) readUndecided(ctx context.Context, w *window) (err error) {
	all := *w
	all.Topic, all.Staff = nil, nil
	w.undecided, err = t.undecided(ctx, &all, firstTime, lastTime)
	w.undecidedRead = err == nil
	return err
}
