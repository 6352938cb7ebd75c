package store

import (
	"context"
	"database/sql"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// question is what Unmatched asks for: a text a citizen wrote.
const question = "i.dir = 'in' AND i.actor = 'citizen' AND i.kind = 'text' AND i.menu_click = 0 AND i.step = 0 AND i.probe = 0"

// unanswered: no rule answered it. Default answers are rows that did not match. The
// answer is sought in the citizen's thread, which has an index; reply_to has none, because
// random keys are what costs an insert most. Clocks differ by less than a day.
const unanswered = "NOT EXISTS (SELECT 1 FROM interactions a WHERE a.uid = i.uid AND a.at >= i.at - 86400000000 " +
	"AND a.reply_to = i.event_key AND a.app_id = i.app_id AND a.matched = 1)"

// Question is a text no rule answered, as often as citizens wrote it.
type Question struct {
	AppID   string
	Content string // masked
	Count   int64
	First   time.Time
	Last    time.Time
	ID      int64 // of the latest row
}

// Unmatched returns the questions of the filter that no rule answered, the most frequent
// first, then the latest. Limit 0 means 100.
func (s *Store) Unmatched(ctx context.Context, f Filter) ([]Question, error) {
	w := f.where()
	w.add(question)
	w.add(unanswered)
	limit := f.Limit
	if limit <= 0 {
		limit = 100
	}
	var out []Question
	err := each(ctx, s.report, func(rows *sql.Rows) error {
		var q Question
		var first, last int64
		if err := rows.Scan(&q.AppID, &q.Content, &q.Count, &first, &last, &q.ID); err != nil {
			return err
		}
		q.First, q.Last = fromMicros(first), fromMicros(last)
		out = append(out, q)
		return nil
	}, "SELECT i.app_id, i.content, COUNT(*) AS n, MIN(i.at), MAX(i.at) AS newest, MAX(i.id) FROM interactions i"+w.String()+
		" GROUP BY i.app_id, i.content ORDER BY n DESC, newest DESC LIMIT ?", append(w.args, limit)...)
	if err != nil {
		return nil, fmt.Errorf("store: unmatched: %w", err)
	}
	return out, nil
}

// Kinds counts the rows of the filter by account, local day, hour and kind; it is what a
// recount by independent SQL starts from.
func (s *Store) Kinds(ctx context.Context, f Filter) (map[KindHour]int64, error) {
	w := f.where()
	out := make(map[KindHour]int64)
	err := each(ctx, s.report, func(rows *sql.Rows) error {
		var k KindHour
		var n int64
		if err := rows.Scan(&k.AppID, &k.Day, &k.Hour, &k.Dir, &k.Kind, &n); err != nil {
			return err
		}
		out[k] = n
		return nil
	}, "SELECT i.app_id, i.local_day, i.local_hour, i.dir, i.kind, COUNT(*) FROM interactions i"+w.String()+
		" GROUP BY i.app_id, i.local_day, i.local_hour, i.dir, i.kind", w.args...)
	if err != nil {
		return nil, fmt.Errorf("store: kinds: %w", err)
	}
	return out, nil
}

// KindHour is a cell of Kinds: Day is 20261122, Hour 0 to 23, in Asia/Shanghai.
type KindHour struct {
	AppID string
	Day   int
	Hour  int
	Dir   models.Dir
	Kind  string
}
