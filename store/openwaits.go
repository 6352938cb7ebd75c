package store

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
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

// OpenWaits returns the waits that are not decided at AsOf, pending ones among them, marked ones
// not, the oldest first, and the cursor behind the last; the zero cursor says that there are no more.
func (s *Store) OpenWaits(ctx context.Context, f WaitFilter) ([]models.Wait, WaitCursor, error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	if f.AsOf.IsZero() {
		f.AsOf = s.opt.Now()
	}
	var out []models.Wait
	err := s.Read(ctx, Console, func(t *Tx) error {
		m, err := s.measures(ctx, t)
		if err != nil {
			return err
		}
		appIDs := f.AppIDs
		if len(appIDs) == 0 {
			if appIDs, err = t.waitingAccounts(ctx); err != nil {
				return err
			}
		}
		for _, appID := range appIDs {
			for _, channel := range channelsOf(f.Channel) {
				if out, err = t.openOf(ctx, &f, m.of(appID), appID, channel, out); err != nil {
					return err
				}
			}
		}
		return nil
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

// channelsOf are the channel, or all of them where none is named.
func channelsOf(c models.Channel) []models.Channel {
	if c != "" {
		return []models.Channel{c}
	}
	return []models.Channel{models.ChannelChat, models.ChannelComment, models.ChannelForm}
}

// waitingAccounts are the accounts that have waits. One step of the recursion costs one look
// into the index, however many waits an account has.
func (t *Tx) waitingAccounts(ctx context.Context) (list []string, err error) {
	err = t.Query(ctx, func(rows *sql.Rows) error {
		var appID string
		err := rows.Scan(&appID)
		list = append(list, appID)
		return err
	}, "WITH RECURSIVE known (app_id) AS (SELECT MIN(app_id) FROM waits UNION ALL "+
		"SELECT (SELECT MIN(w.app_id) FROM waits w WHERE w.app_id > known.app_id) FROM known WHERE known.app_id IS NOT NULL) "+
		"SELECT app_id FROM known WHERE app_id IS NOT NULL")
	return list, err
}

// openOf merges the open waits of one account and channel into the list, which is in order and
// holds at most one more than the filter's limit. The waits of one account and channel lie in the
// order of an index; those of several do not.
func (t *Tx) openOf(ctx context.Context, f *WaitFilter, m Measure, appID string, channel models.Channel, list []models.Wait) ([]models.Wait, error) {
	size := f.Limit + 1
	found := 0
	for after := f.After; ; {
		var last *models.Wait
		if len(list) >= size {
			last = &list[size-1]
		}
		page, err := t.openPage(ctx, f, appID, channel, after, last)
		if err != nil {
			return nil, err
		}
		for i := range page {
			after = WaitCursor{page[i].OpenAt, page[i].ID}
			if page[i].Mark == models.MarkNone && !m.Rolled(&page[i], f.AsOf.Unix()) {
				list = append(list, page[i])
				found++
			}
		}
		slices.SortFunc(list, func(a, b models.Wait) int { return cmp.Or(cmp.Compare(a.OpenAt, b.OpenAt), cmp.Compare(a.ID, b.ID)) })
		list = list[:min(len(list), size)]
		if len(page) < size || found >= size {
			return list, nil
		}
	}
}

// openPage reads the undecided waits after a place, none that opened later than last did.
func (t *Tx) openPage(ctx context.Context, f *WaitFilter, appID string, channel models.Channel, after WaitCursor, last *models.Wait) (list []models.Wait, err error) {
	var w where
	w.add("app_id = ? AND channel = ? AND rolled = 0", appID, string(channel))
	w.addIf(after != WaitCursor{}, "open_at >= ? AND (open_at > ? OR id > ?)", after.OpenAt, after.OpenAt, after.ID)
	if f.Assignee != nil {
		w.add("assignee = ?", *f.Assignee)
	}
	if last != nil {
		w.add("open_at <= ?", last.OpenAt)
	}
	err = t.Query(ctx, waitsInto(&list), "SELECT "+waitColumns+" FROM waits"+t.s.dialect.By("waits_window")+w.String()+
		" ORDER BY open_at, id LIMIT ?", append(w.args, f.Limit+1)...)
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
