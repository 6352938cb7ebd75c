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

// ActivePoint is how many citizens wrote in one hour or day; they do not add up over several.
type ActivePoint struct {
	At       time.Time // its beginning, Asia/Shanghai
	Citizens int64     // distinct
}

// ActiveSeries counts the citizens with content rows in every "hour" or "day" of a window, in
// order of time, empty stretches left out. Days that are over come from active_returns, the rest
// from the rows. Topic and Staff of the window do not matter: neither is known of a citizen.
func (s *Waits) ActiveSeries(ctx context.Context, w Window, by string) ([]ActivePoint, error) {
	unit, err := unitOf(by)
	if err != nil {
		return nil, err
	}
	counts := make(map[int64]int64)
	err = s.windowed(ctx, w, func(t *txn, in *window) error { return t.activeSeries(ctx, in, unit, counts) })
	if err != nil {
		return nil, fmt.Errorf("waits: active series: %w", err)
	}
	list := make([]ActivePoint, 0, len(counts))
	for _, at := range slices.Sorted(maps.Keys(counts)) {
		list = append(list, ActivePoint{At: time.Unix(at, 0).In(models.Shanghai()), Citizens: counts[at]})
	}
	return list, nil
}

func (t *txn) activeSeries(ctx context.Context, w *window, unit int64, citizens map[int64]int64) error {
	to := min(w.to, w.dayEnd())
	a, b := ceilTo(w.from, daySeconds), floorTo(to, daySeconds)
	if unit == hourSeconds || a >= b {
		a, b = to, to
	}
	if err := t.eachDay(ctx, w, a, b, func(sec, n, _ int64) { citizens[sec] = n }); err != nil {
		return err
	}
	late, err := t.lateDay(ctx, w, a, b)
	if err != nil {
		return err
	}
	if citizens[b-daySeconds] -= int64(len(late.citizens)); citizens[b-daySeconds] == 0 {
		delete(citizens, b-daySeconds)
	}
	type visit struct {
		at  int64
		uid string
	}
	seen := make(map[visit]bool)
	for _, edge := range [][2]int64{{w.from, a}, {b, to}} {
		err := t.Query(ctx, func(rows *sql.Rows) error {
			r, err := store.ScanSlim(rows)
			v := visit{floorTo(r.At.Unix(), unit), r.UID}
			if r.UID != "" && !seen[v] && counts(&r.Interaction) {
				seen[v] = true
				citizens[v.at]++
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
