package store

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// OnStored has f called after rows of this instance are in the log, with the accounts they
// are of. It is called by the writing goroutine, so it must return at once. Rows of other
// instances are not announced: see LiveSince.
func (s *Store) OnStored(f func(appIDs []string)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.listeners = append(s.listeners, f)
}

func (s *Store) tell(rows []*NewRow) {
	s.mu.Lock()
	listeners := slices.Clone(s.listeners)
	s.mu.Unlock()
	if len(listeners) == 0 {
		return
	}
	apps := make([]string, 0, len(rows))
	for _, r := range rows {
		apps = append(apps, r.in.AppID)
	}
	slices.Sort(apps)
	apps = slices.Compact(apps)
	for _, f := range listeners {
		f(apps)
	}
}

// LiveCursor is where a reader of live rows stands. It is for one reader at a time.
type LiveCursor struct {
	floor int64          // every row with a smaller id has been handed out or is too old
	seen  map[int64]bool // handed out, not below floor
}

// settle is how long after its id was made a row may still be committed. Rows are numbered
// by their writer's clock and appear when its transaction ends, so a reader who only asked
// for greater ids would miss some for ever.
const settle = 15 * time.Second

// LiveSince returns rows stored since the cursor, of all instances, oldest id first, with
// masked content and without raw bodies: every row once, none missed that is committed
// within 15 s of its making. The zero cursor begins now and returns nothing.
func (s *Store) LiveSince(ctx context.Context, c LiveCursor, limit int) ([]models.Interaction, LiveCursor, error) {
	if c.seen == nil {
		ids, err := s.idsFrom(ctx, s.idFloor())
		if err != nil {
			return nil, c, err
		}
		start := LiveCursor{floor: s.idFloor(), seen: make(map[int64]bool, len(ids))}
		for _, id := range ids {
			start.seen[id] = true
		}
		return nil, start, nil
	}
	ids, err := s.idsFrom(ctx, c.floor)
	if err != nil {
		return nil, c, err
	}
	var fresh []int64
	for _, id := range ids {
		if !c.seen[id] && len(fresh) < limit {
			fresh = append(fresh, id)
		}
	}
	rows, err := s.rowsByID(ctx, fresh)
	if err != nil {
		return nil, c, err
	}
	next := LiveCursor{floor: c.floor, seen: make(map[int64]bool, len(c.seen)+len(fresh))}
	for _, id := range fresh {
		c.seen[id] = true
	}
	if len(fresh) < limit { // nothing is left behind
		next.floor = max(c.floor, s.idFloor())
	}
	for id := range c.seen {
		if id >= next.floor {
			next.seen[id] = true
		}
	}
	return rows, next, nil
}

func (s *Store) idFloor() int64 {
	return max(s.opt.Now().Add(-settle).UnixMilli()-idEpoch, 0) << (idInstanceBits + idCounterBits)
}

func (s *Store) idsFrom(ctx context.Context, floor int64) ([]int64, error) {
	var ids []int64
	err := each(ctx, s.reader, func(rows *sql.Rows) error {
		var id int64
		err := rows.Scan(&id)
		ids = append(ids, id)
		return err
	}, "SELECT id FROM interactions WHERE id >= ? ORDER BY id", floor)
	if err != nil {
		return nil, fmt.Errorf("store: live: %w", err)
	}
	return ids, nil
}

func (s *Store) rowsByID(ctx context.Context, ids []int64) ([]models.Interaction, error) {
	var list []models.Interaction
	columns := qualified("i")
	for len(ids) > 0 {
		n := min(len(ids), inList)
		err := each(ctx, s.reader, func(rows *sql.Rows) error {
			i, err := scanInteraction(rows)
			if err == nil {
				list = append(list, i.Interaction)
			}
			return err
		}, "SELECT "+columns[:len(columns)-len("i.raw")]+"'' FROM interactions i WHERE i.id IN ("+marks(n)+") ORDER BY i.id", anys(ids[:n])...)
		if err != nil {
			return nil, fmt.Errorf("store: live: %w", err)
		}
		ids = ids[n:]
	}
	return list, nil
}
