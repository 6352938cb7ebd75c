package waits

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// benchLog is bigLog in the order of time, as a log arrives.
func benchLog(n, days int, seed uint64) []models.Interaction {
	rows := bigLog(n, days, seed)
	slices.SortStableFunc(rows, func(a, b models.Interaction) int { return a.At.Compare(b.At) })
	return rows
}

func benchStore(b *testing.B, dialect string) *log {
	b.Helper()
	return open(b, options(b, ready(b, dialect), time.Now))
}

// BenchmarkRecordWithWaits reports rows of the log per second in batches of 200 as the drain
// writes them: with waits and rollups, and without.
func BenchmarkRecordWithWaits(b *testing.B) {
	for _, d := range dialects() {
		for _, kind := range []string{"waits", "rows"} {
			b.Run(d+"/"+kind, func(b *testing.B) {
				s := benchStore(b, d)
				ctx := context.Background()
				rows := benchLog(max(200, b.N*120), 30, 3)
				total := 0
				b.ResetTimer()
				for range b.N {
					if len(rows) < 200 {
						break
					}
					batch := rows[:200]
					s.now = func() time.Time { return batch[199].At }
					rows = rows[200:]
					total += len(batch)
					var err error
					if kind == "rows" {
						err = s.Append(ctx, batch, nil)
					} else {
						err = s.Record(ctx, batch)
					}
					if err != nil {
						b.Fatal(err)
					}
				}
				b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "rows/s")
			})
		}
	}
}

// BenchmarkImport reports rows per second of ImportInteractions with waits and rollups.
func BenchmarkImport(b *testing.B) {
	for _, d := range dialects() {
		b.Run(d, func(b *testing.B) {
			s := benchStore(b, d)
			rows := benchLog(max(1000, b.N), 90, 5)
			b.ResetTimer()
			added, err := s.ImportInteractions(context.Background(), rows)
			if err != nil || added != len(rows) {
				b.Fatalf("added %d of %d, error %v", added, len(rows), err)
			}
			b.ReportMetric(float64(added)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}
