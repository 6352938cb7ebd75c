package waits

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Point is one hour or day of a series.
type Point struct {
	At      time.Time // its beginning, Asia/Shanghai
	Inbound int64     // content rows, by their own time
	Sums    models.WaitSums
	Live    []models.Wait
	// Responses are those of the waits in Sums; of ResponseDays alone.
	Responses []models.ResponseBand
}

// unitOf is the length of an "hour" or a "day", in seconds.
func unitOf(by string) (int64, error) {
	switch by {
	case "hour":
		return hourSeconds, nil
	case "day":
		return daySeconds, nil
	}
	return 0, models.NewError(models.CodeInvalid, "只能按 hour 或 day 分段")
}

// Series divides a window by "hour" or "day", in order of time, empty stretches left out.
func (s *Waits) Series(ctx context.Context, w Window, by string) ([]Point, error) {
	unit, err := unitOf(by)
	if err != nil {
		return nil, err
	}
	points := make(map[int64]*Point)
	point := func(sec int64) *Point {
		at := floorTo(sec, unit)
		if points[at] == nil {
			points[at] = &Point{At: time.Unix(at, 0).In(models.Shanghai())}
		}
		return points[at]
	}
	err = s.windowed(ctx, w, func(t *txn, in *window) error {
		f, err := t.figures(ctx, in, in.from, in.to, grouping(by))
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
		return t.inbound(ctx, in, unit, func(sec, n int64) { point(sec).Inbound += n })
	})
	if err != nil {
		return nil, fmt.Errorf("waits: series: %w", err)
	}
	list := make([]Point, 0, len(points))
	for _, at := range slices.Sorted(maps.Keys(points)) {
		list = append(list, *points[at])
	}
	return list, nil
}

// inbound counts content rows: whole days from active_returns, else from the rows.
func (t *txn) inbound(ctx context.Context, w *window, unit int64, add func(sec, n int64)) error {
	to := min(w.to, w.dayEnd())
	a, b := ceilTo(w.from, daySeconds), floorTo(to, daySeconds)
	if unit == hourSeconds || a >= b {
		a, b = to, to
	}
	if err := t.eachDay(ctx, w, a, b, func(sec, _, messages int64) { add(sec, messages) }); err != nil {
		return err
	}
	late, err := t.lateDay(ctx, w, a, b)
	if err != nil {
		return err
	}
	if late.messages > 0 {
		add(b-daySeconds, -late.messages)
	}
	for _, edge := range [][2]int64{{w.from, a}, {b, to}} {
		err := t.Query(ctx, func(rows *sql.Rows) error {
			r, err := store.ScanSlim(rows)
			if r.UID != "" && counts(&r.Interaction) {
				add(r.At.Unix(), 1)
			}
			return err
		}, "SELECT "+store.SlimColumns+" FROM interactions WHERE app_id = ? AND at >= ? AND at < ? AND channel = ? AND dir = 'in'",
			w.AppID, edge[0]*1_000_000, min(edge[1], w.asOf+1)*1_000_000, string(w.Channel))
		if err != nil {
			return err
		}
	}
	return nil
}
