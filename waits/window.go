package waits

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
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
	m              *measure
	shift          *shift
	// unrepeated: the reader shows no repeat asks, so that nothing is read for them.
	unrepeated bool
	// Of the account and channel: every wait that is undecided at asOf, once read.
	undecided     []models.Wait
	undecidedRead bool
}

// windowed runs f in one read transaction.
func (s *Waits) windowed(ctx context.Context, w Window, f func(*txn, *window) error) error {
	if w.Channel == "" {
		w.Channel = models.ChannelChat
	}
	if w.AsOf.IsZero() {
		w.AsOf = s.store.Now()
	}
	return s.read(ctx, store.Reports, func(t *txn) error {
		m, err := s.measures(ctx, t)
		if err != nil {
			return err
		}
		in := window{Window: w, from: w.From.Unix(), to: w.To.Unix(), asOf: w.AsOf.Unix(), m: m.of(w.AppID)}
		if err := t.readShift(ctx, &in); err != nil {
			return err
		}
		return f(t, &in)
	})
}

// end is the second before which the window ends, or that after asOf while it runs.
func (w *window) end() int64 { return min(w.to, w.asOf+1) }

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

// waitsBetween reads the waits opened in [from, to), not after asOf, but those that were others
// then. decided: all; otherwise only those that the tables have as undecided.
func (t *txn) waitsBetween(ctx context.Context, w *window, from, to int64, decided bool) ([]models.Wait, error) {
	var list []models.Wait
	also, args := w.condition(closerOf)
	for _, rolled := range []int{0, 1} {
		if rolled == 1 && !decided {
			break
		}
		all := append([]any{w.AppID, string(w.Channel), rolled, from, min(to, w.asOf+1)}, args...)
		err := t.Query(ctx, waitsInto(&list), "SELECT "+waitColumns+" FROM waits WHERE app_id = ? AND channel = ? AND rolled = ? "+
			"AND open_at >= ? AND open_at < ?"+also, all...)
		if err != nil {
			return nil, err
		}
	}
	return w.unshifted(list), nil
}

// early are waits opened in [from, to) that are in the rollups although at asOf the clock
// had not decided them yet. Their last rows came by asOf, so that their deadlines lie no further
// behind it than a session's gap.
func (t *txn) early(ctx context.Context, w *window, from, to int64) ([]models.Wait, error) {
	var list []models.Wait
	also, args := w.condition(closerOf)
	all := append([]any{w.asOf, w.asOf + w.m.limits.SessionGap, w.AppID, string(w.Channel), from, min(to, w.asOf+1)}, args...)
	// Left alone, SQLite reads every wait of the window instead.
	err := t.Query(ctx, waitsInto(&list), "SELECT "+waitColumns+" FROM waits"+t.Dialect().By("waits_due")+
		" WHERE rolled = 1 AND deadline > 0 AND deadline > ? AND deadline <= ? "+
		"AND app_id = ? AND channel = ? AND open_at >= ? AND open_at < ?"+also, all...)
	return w.unshifted(list), err
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

// Opened returns the waits opened in the window as they were at AsOf, by time.
func (s *Waits) Opened(ctx context.Context, w Window) (list []models.Wait, err error) {
	err = s.windowed(ctx, w, func(t *txn, in *window) error {
		list, err = t.waitsBetween(ctx, in, in.from, in.to, true)
		list = append(list, in.inside(in.shift.then, in.from, in.to)...)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("waits: opened: %w", err)
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
		staff := cmp.Or(v.Staff, v.Assignee)
		if v.OpenAt < from || v.OpenAt >= to || w.Topic != nil && v.Topic != *w.Topic || w.Staff != nil && staff != *w.Staff {
			continue
		}
		out = append(out, *v)
	}
	return out
}
