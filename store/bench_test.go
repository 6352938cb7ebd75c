package store

import (
	"context"
	"fmt"
	"testing"

	"github.com/wenzheng/wenzheng/models"
)

// BenchmarkRecord reports rows of the log per second: batches of 200 as the drain writes
// them, one row per transaction as a naive program would, and the bare multi-row INSERT
// of rows prepared beforehand, which is the ceiling.
func BenchmarkRecord(b *testing.B) {
	for _, d := range dialects() {
		for _, size := range []int{200, 1} {
			b.Run(fmt.Sprintf("%s/batch=%d", d, size), func(b *testing.B) { benchRecord(b, migrated(b, d), size) })
		}
		b.Run(d+"/bare", func(b *testing.B) { benchBare(b, migrated(b, d)) })
	}
}

func benchRecord(b *testing.B, s *Store, size int) {
	b.Helper()
	ctx := context.Background()
	n, rows := 0, 0
	for b.Loop() {
		b.StopTimer()
		var batch []models.Interaction
		if size == 1 {
			batch = []models.Interaction{inbound(n)}
		} else {
			batch = batchOf(n, size/2)
		}
		n += size
		rows += len(batch)
		b.StartTimer()
		if err := s.Append(ctx, batch, nil); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
}

func benchBare(b *testing.B, s *Store) {
	b.Helper()
	ctx := context.Background()
	n, total := 0, 0
	for b.Loop() {
		b.StopTimer()
		rows, err := s.rows(batchOf(n, 100))
		if err != nil {
			b.Fatal(err)
		}
		n += 100
		total += len(rows)
		b.StartTimer()
		err = s.transact(ctx, s.drain, func(t *Tx) error { return t.insertRows(ctx, rows) })
		if err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(total)/b.Elapsed().Seconds(), "rows/s")
}
