package waits

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
)

// ResponseDays divides a window of whole days by day, as Series does, with the response times of each
// second by second: from the histogram, however many waits there are.
func (s *Waits) ResponseDays(ctx context.Context, w Window) ([]Point, error) {
	points := make(map[int64]*Point)
	point := func(sec int64) *Point {
		at := floorTo(sec, daySeconds)
		if points[at] == nil {
			points[at] = &Point{At: time.Unix(at, 0).In(models.Shanghai())}
		}
		return points[at]
	}
	err := s.windowed(ctx, w, func(t *txn, in *window) error {
		in.unrepeated = true
		f, err := t.figures(ctx, in, in.from, in.to, byDay)
		if err != nil {
			return err
		}
		for i := range f.hours {
			point(f.hours[i].Hour).Sums.Add(&f.hours[i].WaitSums, 1)
		}
		for _, v := range f.live {
			p := point(v.OpenAt)
			p.Live = append(p.Live, v)
		}
		later := in.m.diff(in.inside(in.shift.waits, in.from, in.to), nil).Responses // counted in the table, not known at asOf
		for i := range later {
			p := point(models.DayStart(later[i].Day))
			p.Responses = append(p.Responses, later[i].Band())
		}
		return t.Query(ctx, func(rows *sql.Rows) error {
			var c models.ResponseCount
			err := rows.Scan(&c.Day, &c.First, &c.Seconds, &c.Count)
			p := point(models.DayStart(c.Day))
			p.Responses = append(p.Responses, c.Band())
			return err
		}, "SELECT day, first_wait, sec, cnt FROM rt_hist WHERE app_id = ? AND channel = ? AND day >= ? AND day < ?",
			in.AppID, string(in.Channel), indices.DayOf(in.from), indices.DayOf(min(in.to, in.dayEnd())))
	})
	if err != nil {
		return nil, fmt.Errorf("waits: response days: %w", err)
	}
	list := make([]Point, 0, len(points))
	for _, at := range slices.Sorted(maps.Keys(points)) {
		list = append(list, *points[at])
	}
	return list, nil
}
