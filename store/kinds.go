package store

import (
	"context"
	"database/sql"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
)

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
