package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// WaitCursor is a place in a list of waits; the zero value is its beginning.
type WaitCursor struct {
	OpenAt int64 // Unix seconds
	ID     int64
}

// WaitFilter selects undecided waits.
type WaitFilter struct {
	AppIDs   []string // none = every account
	Channel  models.Channel
	Assignee *string // "" = nobody's
	After    WaitCursor
	Limit    int       // 0 = 100
	AsOf     time.Time // zero = now
}

// OpenWaits returns the waits that are not decided at AsOf, pending ones among them, the
// oldest first, and the cursor behind the last; the zero cursor says that there are no more.
func (s *Store) OpenWaits(ctx context.Context, f WaitFilter) ([]models.Wait, WaitCursor, error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	if f.AsOf.IsZero() {
		f.AsOf = s.opt.Now()
	}
	var out []models.Wait
	err := s.read(ctx, s.reader, func(t *txn) error {
		m, err := s.measures(ctx, t)
		if err != nil {
			return err
		}
		for after := f.After; ; {
			page, err := t.openPage(ctx, &f, after)
			if err != nil {
				return err
			}
			for i := range page {
				w := &page[i]
				after = WaitCursor{w.OpenAt, w.ID}
				if m.of(w.AppID).Rolled(w, f.AsOf.Unix()) {
					continue
				}
				if out = append(out, *w); len(out) > f.Limit {
					return nil
				}
			}
			if len(page) < f.Limit+1 {
				return nil
			}
		}
	})
	if err != nil {
		return nil, WaitCursor{}, fmt.Errorf("store: open waits: %w", err)
	}
	if len(out) <= f.Limit {
		return out, WaitCursor{}, nil
	}
	out = out[:f.Limit]
	last := &out[f.Limit-1]
	return out, WaitCursor{last.OpenAt, last.ID}, nil
}

func (t *txn) openPage(ctx context.Context, f *WaitFilter, after WaitCursor) ([]models.Wait, error) {
	var w where
	w.add("rolled = 0")
	w.addIf(len(f.AppIDs) > 0, "app_id IN ("+marks(len(f.AppIDs))+")", anys(f.AppIDs)...)
	w.addIf(f.Channel != "", "channel = ?", string(f.Channel))
	if f.Assignee != nil {
		w.add("assignee = ?", *f.Assignee)
	}
	w.addIf(after != WaitCursor{}, "(open_at > ? OR open_at = ? AND id > ?)", after.OpenAt, after.OpenAt, after.ID)
	var list []models.Wait
	err := t.query(ctx, waitsInto(&list), "SELECT "+waitColumns+" FROM waits"+w.String()+" ORDER BY open_at, id LIMIT ?",
		append(w.args, f.Limit+1)...)
	return list, err
}

// Wait returns one wait; not_found when it is not there (any more).
func (s *Store) Wait(ctx context.Context, id int64) (models.Wait, error) {
	w, err := waitByID(ctx, pool{s.reader}, id)
	return w, asPeople("store: wait", err)
}

// Rows of the conversation around a wait.
const (
	aroundWait = daySeconds
	maxAround  = 500
)

// WaitRows returns the rows of a wait's thread from a day before it opened to a day after its
// end, in the order they count, with masked content.
func (s *Store) WaitRows(ctx context.Context, id int64) ([]models.Interaction, error) {
	w, err := s.Wait(ctx, id)
	if err != nil {
		return nil, err
	}
	from, to := w.OpenAt-aroundWait, max(w.LastInAt, w.BotAt, w.AnswerAt, w.LeftAt, w.Deadline)+aroundWait
	th := waitThread(&w)
	condition := "i.uid = ?"
	if th.named {
		condition = "i.thread = ?"
	}
	var list []models.Interaction
	columns := qualified("i")
	err = each(ctx, s.reader, func(rows *sql.Rows) error {
		i, err := scanInteraction(rows)
		if err != nil {
			return err
		}
		if of, ok := threadOf(&i.Interaction); ok && of == th {
			list = append(list, i.Interaction)
		}
		return nil
	}, "SELECT "+columns[:len(columns)-len("i.raw")]+"'' FROM interactions i WHERE "+condition+
		" AND i.effective_at >= ? AND i.effective_at <= ? ORDER BY i.effective_at, i.dir, i.event_key LIMIT ?", th.name, from, to, maxAround)
	if err != nil {
		return nil, fmt.Errorf("store: wait rows: %w", err)
	}
	return list, nil
}

// NewestRow is the time of an account's newest row ("" = of all); zero without rows.
func (s *Store) NewestRow(ctx context.Context, appID string) (time.Time, error) {
	var w where
	w.addIf(appID != "", "app_id = ?", appID)
	var at sql.NullInt64
	err := each(ctx, s.reader, func(rows *sql.Rows) error { return rows.Scan(&at) }, "SELECT MAX(at) FROM interactions"+w.String(), w.args...)
	if err != nil {
		return time.Time{}, fmt.Errorf("store: newest row: %w", err)
	}
	return fromMicros(at.Int64), nil
}
