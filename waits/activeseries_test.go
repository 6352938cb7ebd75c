package waits

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

// Citizens of every hour and day are those an independent count of the rows finds, for
// windows that begin within a day and for the past.
func TestActiveSeriesCountsEveryCitizenOnce(t *testing.T) {
	for _, d := range dialects() {
		t.Run(d, func(t *testing.T) {
			now := time.Unix(fixtureBase+40*86400, 0)
			s := migrated(t, d, now)
			ctx := context.Background()
			rows := bigLog(400, 9, 3)
			if _, err := s.ImportInteractions(ctx, rows); err != nil {
				t.Fatal(err)
			}
			day := time.Unix(floorTo(fixtureBase, daySeconds), 0)
			for name, w := range map[string]Window{
				"whole days": {AppID: appA, From: day, To: day.AddDate(0, 0, 10), AsOf: now},
				"part days":  {AppID: appA, From: day.Add(31 * time.Hour), To: day.Add(99 * time.Hour), AsOf: now},
				"the past":   {AppID: appA, From: day, To: day.AddDate(0, 0, 10), AsOf: day.Add(100 * time.Hour)},
				"one day":    {AppID: appA, From: day.Add(50 * time.Hour), To: day.Add(51 * time.Hour), AsOf: now},
			} {
				for by, unit := range map[string]int64{"hour": hourSeconds, "day": daySeconds} {
					got, err := s.ActiveSeries(ctx, w, by)
					if err != nil {
						t.Fatal(err)
					}
					if diff := cmp.Diff(writersOf(rows, w, unit), pointsOf(got)); diff != "" {
						t.Errorf("%s by %s (-rows +series):\n%s", name, by, diff)
					}
				}
			}
			if _, err := s.ActiveSeries(ctx, Window{AppID: appA}, "week"); models.ErrorCode(err) != models.CodeInvalid {
				t.Errorf("by week: %v", err)
			}
		})
	}
}

func pointsOf(list []ActivePoint) map[int64]int64 {
	out := map[int64]int64{}
	for _, p := range list {
		out[p.At.Unix()] = p.Citizens
	}
	return out
}

func writersOf(rows []models.Interaction, w Window, unit int64) map[int64]int64 {
	seen := map[int64]map[string]bool{}
	for i := range rows {
		r := &rows[i]
		if r.Dir != models.DirIn || r.At.Before(w.From) || !r.At.Before(w.To) || r.At.After(w.AsOf) {
			continue
		}
		at := floorTo(r.At.Unix(), unit)
		if seen[at] == nil {
			seen[at] = map[string]bool{}
		}
		seen[at][r.OpenID] = true
	}
	out := map[int64]int64{}
	for at, who := range seen {
		out[at] = int64(len(who))
	}
	return out
}
