package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Window selects waits by the time they opened, half-open, and the instant they are read at.
type Window struct {
	AppID    string
	Channel  models.Channel // "" = chat
	From, To time.Time
	AsOf     time.Time // zero = now
	Topic    *string   // only waits of this topic
	Staff    *string   // only waits of this member of staff: who closed, else the assignee
}

// window is a Window in the terms of the tables.
type window struct {
	Window
	from, to, asOf int64 // Unix seconds
	m              Measure
	exact          bool // asOf lies before rows of the log
	history        *history
}

// slack is how far another clock may run ahead of ours before a row counts as lying in the
// future of a reader who asks for now.
const slack = 5 * time.Second

// windowed runs f in one read transaction.
func (s *Store) windowed(ctx context.Context, w Window, f func(*txn, *window) error) error {
	if s.opt.Measure == nil {
		return errNoMeasure
	}
	if w.Channel == "" {
		w.Channel = models.ChannelChat
	}
	now := s.opt.Now()
	if w.AsOf.IsZero() {
		w.AsOf = now
	}
	return s.read(ctx, s.report, func(t *txn) error {
		m, err := s.measures(ctx, t)
		if err != nil {
			return err
		}
		in := window{Window: w, from: w.From.Unix(), to: w.To.Unix(), asOf: w.AsOf.Unix(), m: m.of(w.AppID), history: &history{}}
		end := in.asOf + 1
		if !w.AsOf.Before(now.Add(-slack)) && !w.AsOf.After(now) {
			end += int64(slack / time.Second)
		}
		if in.exact, err = t.laterRows(ctx, w.AppID, end); err != nil {
			return err
		}
		return f(t, &in)
	})
}

// laterRows reports whether the account has rows from a second on.
func (t *txn) laterRows(ctx context.Context, appID string, from int64) (later bool, err error) {
	err = t.query(ctx, func(*sql.Rows) error { later = true; return nil },
		"SELECT id FROM interactions WHERE app_id = ? AND at >= ? LIMIT 1", appID, from*1_000_000)
	return later, err
}

// condition restricts waits to the topic and staff of the window.
func (w *window) condition(staff string) (string, []any) {
	var b strings.Builder
	var args []any
	if w.Topic != nil {
		b.WriteString(" AND topic = ?")
		args = append(args, *w.Topic)
	}
	if w.Staff != nil {
		b.WriteString(" AND " + staff + " = ?")
		args = append(args, *w.Staff)
	}
	return b.String(), args
}

// closerOf is the staff of a wait as the rollups have it.
const closerOf = "CASE WHEN staff <> '' THEN staff ELSE assignee END"

// waitsBetween reads the waits opened in [from, to). decided: all; otherwise only those that
// are undecided at asOf as the tables have it.
func (t *txn) waitsBetween(ctx context.Context, w *window, from, to int64, decided bool) ([]models.Wait, error) {
	var list []models.Wait
	also, args := w.condition(closerOf)
	for _, rolled := range []int{0, 1} {
		if rolled == 1 && !decided {
			break
		}
		all := append([]any{w.AppID, string(w.Channel), rolled, from, to}, args...)
		err := t.query(ctx, waitsInto(&list), "SELECT "+waitColumns+" FROM waits WHERE app_id = ? AND channel = ? AND rolled = ? "+
			"AND open_at >= ? AND open_at < ?"+also, all...)
		if err != nil {
			return nil, err
		}
	}
	return list, nil
}

// early are waits opened in [from, to) that are in the rollups although at asOf the clock
// had not decided them yet.
func (t *txn) early(ctx context.Context, w *window, from, to int64) ([]models.Wait, error) {
	var list []models.Wait
	also, args := w.condition(closerOf)
	all := append([]any{w.asOf, w.AppID, string(w.Channel), from, to}, args...)
	// Left alone, SQLite reads every wait of the window instead.
	err := t.query(ctx, waitsInto(&list), "SELECT "+waitColumns+" FROM waits"+t.s.dialect.by("waits_due")+
		" WHERE rolled = 1 AND deadline > 0 AND deadline > ? "+
		"AND app_id = ? AND channel = ? AND open_at >= ? AND open_at < ?"+also, all...)
	return list, err
}

// figures are the waits of a window: those the rollups hold, and those read one by one.
type figures struct {
	hours     []models.WaitHour
	responses []models.ResponseCount
	live      []models.Wait
}

func (f *figures) sums() models.WaitSums {
	var s models.WaitSums
	for i := range f.hours {
		s.Add(&f.hours[i].WaitSums, 1)
	}
	return s
}

const (
	hourSeconds = 3600
	daySeconds  = 86400
)

// utcOffset is Asia/Shanghai's.
const utcOffset = 8 * hourSeconds

func floorTo(sec, unit int64) int64 {
	at := (sec + utcOffset) / unit * unit
	return at - utcOffset
}

func ceilTo(sec, unit int64) int64 {
	if f := floorTo(sec, unit); f != sec {
		return f + unit
	}
	return sec
}

// figures reads the waits opened in [from, to): whole units from the rollups, the rest one
// by one. The histogram has whole days only; with the unit an hour it is left out.
func (t *txn) figures(ctx context.Context, w *window, from, to, unit int64) (*figures, error) {
	f := &figures{}
	if w.exact {
		return t.past(ctx, w, from, to)
	}
	a, b := ceilTo(from, unit), floorTo(to, unit)
	if a >= b || unit == daySeconds && (w.Topic != nil || w.Staff != nil) {
		a, b = to, to
	}
	if a < b {
		if err := t.rolled(ctx, w, a, b, unit, f); err != nil {
			return nil, err
		}
	}
	if a < b && unit == daySeconds {
		if err := t.histogram(ctx, w, a, b, f); err != nil {
			return nil, err
		}
	}
	for _, edge := range [][2]int64{{from, a}, {b, to}} {
		if edge[0] == edge[1] {
			continue
		}
		list, err := t.waitsBetween(ctx, w, edge[0], edge[1], true)
		if err != nil {
			return nil, err
		}
		f.live = append(f.live, list...)
		if err := t.clicksBetween(ctx, w, edge[0], edge[1], f); err != nil {
			return nil, err
		}
	}
	return f, t.addRepeats(ctx, w, from, to, f)
}

// rolled reads the rollups of [from, to), takes back what was rolled early and adds the
// undecided waits. With the unit a day only topics are kept apart.
func (t *txn) rolled(ctx context.Context, w *window, from, to, unit int64, f *figures) error {
	also, args := w.condition("staff")
	keys, group := hourKey, hourKey
	if unit == daySeconds {
		keys, group = "app_id, channel, 0, topic, ''", "app_id, channel, topic"
	}
	columns := sumColumns()
	sums := make([]string, len(columns))
	for i, c := range columns {
		sums[i] = "SUM(" + c + ")"
	}
	all := append([]any{w.AppID, string(w.Channel), from, to}, args...)
	err := t.query(ctx, func(rows *sql.Rows) error {
		h, err := scanHour(rows)
		f.hours = append(f.hours, h)
		return err
	}, "SELECT "+keys+", "+strings.Join(sums, ", ")+" FROM wait_hours WHERE app_id = ? AND channel = ? "+
		"AND hour >= ? AND hour < ?"+also+" GROUP BY "+group, all...)
	if err != nil {
		return err
	}
	if f.live, err = t.waitsBetween(ctx, w, from, to, false); err != nil {
		return err
	}
	early, err := t.early(ctx, w, from, to)
	if err != nil {
		return err
	}
	early = unaged(early) // addRepeats takes that back
	back := w.m.Diff(early, nil)
	f.hours = append(f.hours, back.Hours...)
	for i := range early {
		early[i].Rolled = false
		f.live = append(f.live, early[i])
	}
	return nil
}

// histogram reads rt_hist of the days in [from, to). Only human waits are in it, and those
// are never rolled early.
func (t *txn) histogram(ctx context.Context, w *window, from, to int64, f *figures) error {
	return t.query(ctx, func(rows *sql.Rows) error {
		c := models.ResponseCount{ResponseKey: models.ResponseKey{AppID: w.AppID, Channel: w.Channel}}
		err := rows.Scan(&c.First, &c.Seconds, &c.Count)
		f.responses = append(f.responses, c)
		return err
	}, "SELECT first_wait, sec, SUM(cnt) FROM rt_hist WHERE app_id = ? AND channel = ? AND day >= ? AND day < ? GROUP BY first_wait, sec",
		w.AppID, string(w.Channel), dayText(from), dayText(to))
}

// dayText is the Shanghai day of a second.
func dayText(sec int64) string { return time.Unix(sec, 0).In(shanghai()).Format(time.DateOnly) }

// Waits returns the waits opened in the window as they were at AsOf, by time.
func (s *Store) Waits(ctx context.Context, w Window) (list []models.Wait, err error) {
	err = s.windowed(ctx, w, func(t *txn, in *window) error {
		if !in.exact {
			list, err = t.waitsBetween(ctx, in, in.from, in.to, true)
			return err
		}
		h, err := t.historyOf(ctx, in, in.from)
		list = in.inside(h.waits, in.from, in.to)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("store: waits: %w", err)
	}
	sortWaits(list)
	return list, nil
}

// sortWaits puts waits into an order that does not depend on how they were read.
func sortWaits(list []models.Wait) {
	slices.SortFunc(list, func(a, b models.Wait) int {
		return cmp.Or(cmp.Compare(a.OpenAt, b.OpenAt), strings.Compare(a.UID, b.UID), strings.Compare(a.OpenKey, b.OpenKey))
	})
}

// inside are the waits opened in [from, to) of the window's topic and staff.
func (w *window) inside(list []models.Wait, from, to int64) []models.Wait {
	var out []models.Wait
	for i := range list {
		v := &list[i]
		staff := v.Staff
		if staff == "" {
			staff = v.Assignee
		}
		if v.OpenAt < from || v.OpenAt >= to || w.Topic != nil && v.Topic != *w.Topic || w.Staff != nil && staff != *w.Staff {
			continue
		}
		out = append(out, *v)
	}
	return out
}
