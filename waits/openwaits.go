package waits

import (
	"cmp"
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Cursor is a place in a list of waits; the zero value is its beginning.
type Cursor struct {
	OpenAt int64 // Unix seconds
	ID     int64
}

// OpenFilter selects undecided waits.
type OpenFilter struct {
	AppIDs   []string
	Channel  models.Channel
	Assignee *string // "" = nobody's
	After    Cursor
	Limit    int       // 0 = 100
	AsOf     time.Time // zero = now
}

// OpenWaits returns the waits that are not decided at AsOf, pending ones among them, marked ones
// not, the oldest first, and the cursor behind the last; the zero cursor says that there are no more.
func (s *Waits) OpenWaits(ctx context.Context, f OpenFilter) ([]models.Wait, Cursor, error) {
	if f.Limit <= 0 {
		f.Limit = 100
	}
	if f.AsOf.IsZero() {
		f.AsOf = s.store.Now()
	}
	var out []models.Wait
	err := s.read(ctx, store.Console, func(t *txn) (err error) {
		for _, appID := range f.AppIDs {
			for _, channel := range channelsOf(f.Channel) {
				if out, err = t.openOf(ctx, &f, appID, channel, out); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return nil, Cursor{}, fmt.Errorf("waits: open waits: %w", err)
	}
	if len(out) <= f.Limit {
		return out, Cursor{}, nil
	}
	out = out[:f.Limit]
	last := &out[f.Limit-1]
	return out, Cursor{last.OpenAt, last.ID}, nil
}

// channelsOf are the channel, or all of them where none is named.
func channelsOf(c models.Channel) []models.Channel {
	if c != "" {
		return []models.Channel{c}
	}
	return []models.Channel{models.ChannelChat, models.ChannelComment, models.ChannelForm}
}

// openOf merges the open waits of one account and channel into the list, which is in order and
// holds at most one more than the filter's limit. The waits of one account and channel lie in the
// order of an index; those of several do not.
func (t *txn) openOf(ctx context.Context, f *OpenFilter, appID string, channel models.Channel, list []models.Wait) ([]models.Wait, error) {
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
			after = Cursor{page[i].OpenAt, page[i].ID}
			if page[i].Mark == models.MarkNone && !indices.Rolled(&page[i], f.AsOf.Unix()) {
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
func (t *txn) openPage(ctx context.Context, f *OpenFilter, appID string, channel models.Channel, after Cursor, last *models.Wait) (list []models.Wait, err error) {
	query, args := t.openQuery(f, appID, channel, after, last)
	err = t.Query(ctx, waitsInto(&list), query, args...)
	return list, err
}

func (t *txn) openQuery(f *OpenFilter, appID string, channel models.Channel, after Cursor, last *models.Wait) (query string, args []any) {
	query = "SELECT " + waitColumns + " FROM waits" + t.Dialect().By("waits_window") + " WHERE app_id = ? AND channel = ? AND rolled = 0"
	args = []any{appID, string(channel)}
	if after != (Cursor{}) {
		query, args = query+" AND open_at >= ? AND (open_at > ? OR id > ?)", append(args, after.OpenAt, after.OpenAt, after.ID)
	}
	if f.Assignee != nil {
		query, args = query+" AND assignee = ?", append(args, *f.Assignee)
	}
	if last != nil {
		query, args = query+" AND open_at <= ?", append(args, last.OpenAt)
	}
	return query + " ORDER BY open_at, id LIMIT ?", append(args, f.Limit+1)
}

// CountOpen is how many waits OpenWaits lists on all its pages, whatever After and Limit say.
func (s *Waits) CountOpen(ctx context.Context, f OpenFilter) (n int64, err error) {
	if f.AsOf.IsZero() {
		f.AsOf = s.store.Now()
	}
	err = s.read(ctx, store.Console, func(t *txn) error {
		for _, appID := range f.AppIDs {
			for _, channel := range channelsOf(f.Channel) {
				if err := t.countOpen(ctx, &f, appID, channel, &n); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		return 0, fmt.Errorf("waits: count open: %w", err)
	}
	return n, nil
}

func (t *txn) countOpen(ctx context.Context, f *OpenFilter, appID string, channel models.Channel, n *int64) error {
	query := "SELECT open_at, bot_at, answer_at, left_at, deadline FROM waits" + t.Dialect().By("waits_window") +
		" WHERE app_id = ? AND channel = ? AND rolled = 0 AND mark = ''"
	args := []any{appID, string(channel)}
	if f.Assignee != nil {
		query, args = query+" AND assignee = ?", append(args, *f.Assignee)
	}
	return t.Query(ctx, func(rows *sql.Rows) error {
		var w models.Wait
		err := rows.Scan(&w.OpenAt, &w.BotAt, &w.AnswerAt, &w.LeftAt, &w.Deadline)
		if !indices.Rolled(&w, f.AsOf.Unix()) {
			*n++
		}
		return err
	}, query, args...)
}
