package waits

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Remeasuring is an account whose stored figures are being counted anew, after a change of the
// formula, of office hours or of the calendar. Until that is over they are partly the old ones.
type Remeasuring struct {
	AppID       string // "" = all
	Done, Total int    // citizens and cases; Total is about right
}

// Remeasuring lists what Sweep has still to remeasure, by account; none: every figure is current.
func (s *Waits) Remeasuring(ctx context.Context) ([]Remeasuring, error) {
	var list []Remeasuring
	err := s.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		var r Remeasuring
		err := rows.Scan(&r.AppID, &r.Done, &r.Total)
		list = append(list, r)
		return err
	}, "SELECT app_id, done, total FROM remeasure ORDER BY app_id")
	if err != nil {
		return nil, fmt.Errorf("waits: remeasuring: %w", err)
	}
	return list, nil
}

// RemeasurePending remeasures all that is listed in Remeasuring, page by page, as Sweep does. Every
// page keeps its place, so a call that is stopped, or a program, loses one page at most. progress
// may be nil.
func (s *Waits) RemeasurePending(ctx context.Context, progress func(done, total int)) error {
	for {
		list, err := s.Remeasuring(ctx)
		if err != nil || len(list) == 0 {
			return err
		}
		for over := false; !over; {
			err := s.transact(ctx, func(t *txn) (err error) {
				over, err = t.remeasureNext(ctx, list[0].AppID, progress)
				return err
			})
			if err != nil {
				return fmt.Errorf("waits: remeasure: %w", err)
			}
		}
	}
}

// remeasureNext rebuilds the next page of a remeasuring and reports whether it is over. It locks
// the place, so that instances that remeasure at once share the work.
func (t *txn) remeasureNext(ctx context.Context, appID string, progress func(done, total int)) (over bool, err error) {
	place := ""
	there, done, total, since, until := false, 0, 0, int64(0), int64(0)
	err = t.Query(ctx, func(rows *sql.Rows) error {
		there = true
		return rows.Scan(&place, &done, &total, &since, &until)
	}, "SELECT place, done, total, since_at, until_at FROM remeasure WHERE app_id = ?"+t.Dialect().ForUpdate, appID)
	if err != nil || !there { // another instance brought it to its end
		return true, err
	}
	walk := walkFrom(place).within(since, until)
	page, err := walk.next(ctx, t)
	if err != nil {
		return false, err
	}
	if len(page) == 0 {
		return true, t.Exec(ctx, "DELETE FROM remeasure WHERE app_id = ?", appID)
	}
	if _, err := t.remeasure(ctx, page, appID); err != nil {
		return false, err
	}
	if total == 0 {
		if total, err = walk.count(ctx, t); err != nil {
			return false, err
		}
	}
	if done += len(page); progress != nil {
		progress(done, max(done, total))
	}
	return false, t.Exec(ctx, "UPDATE remeasure SET place = ?, done = ?, total = ? WHERE app_id = ?", walk.place(), done, max(done, total), appID)
}

// walkPlace is where a walk stands, as the database keeps it.
type walkPlace struct {
	UID     string         `json:"uid,omitempty"`
	Threads bool           `json:"threads,omitempty"` // the citizens are done
	Thread  string         `json:"thread,omitempty"`
	AppID   string         `json:"app_id,omitempty"`
	Channel models.Channel `json:"channel,omitempty"`
}

func (w *threadWalk) place() string {
	return models.JSON(walkPlace{w.uid, w.citizens, w.last.name, w.last.appID, w.last.channel})
}

// walkFrom goes on where a walk stood; a place that can not be read is the beginning.
func walkFrom(place string) threadWalk {
	var p walkPlace
	if json.Unmarshal([]byte(place), &p) != nil {
		return threadWalk{}
	}
	return threadWalk{uid: p.UID, citizens: p.Threads, last: thread{appID: p.AppID, channel: p.Channel, name: p.Thread, named: true}}
}
