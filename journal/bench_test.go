package journal

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// quick is a database that takes everything at once.
type quick struct{ rows atomic.Int64 }

func (q *quick) Record(_ context.Context, rows []models.Interaction) error {
	q.rows.Add(int64(len(rows)))
	return nil
}

func (*quick) RecordReduced(context.Context, models.Interaction, string) error { return nil }

// BenchmarkReceive is one event made durable and answered, as the callback does it.
func BenchmarkReceive(b *testing.B) {
	for _, drained := range []bool{true, false} {
		for _, writers := range []int{1, 16, 64, 128} {
			b.Run(fmt.Sprintf("drain=%t/writers=%d", drained, writers), func(b *testing.B) {
				benchmarkReceive(b, writers, drained)
			})
		}
	}
}

func benchmarkReceive(b *testing.B, writers int, drained bool) {
	o := options(b, &quick{})
	o.Pause, o.AnswerWait, o.ReserveBytes, o.PreallocateBytes = 0, 0, 0, 0
	o.hooks = testHooks{}
	if !drained {
		o.Recorder = absent{}
	}
	j := open(b, o)
	raw := make([]byte, 600)
	var next atomic.Int64
	took := make([][]time.Duration, writers)
	var wg sync.WaitGroup
	b.ReportAllocs()
	b.ResetTimer()
	for w := range writers {
		wg.Go(func() {
			for i := next.Add(1); i <= int64(b.N); i = next.Add(1) {
				m := message(strconv.FormatInt(i, 16))
				m.Raw = raw
				start := time.Now()
				if _, err := j.Receive(context.Background(), m); err != nil {
					b.Error(err)
					return
				}
				took[w] = append(took[w], time.Since(start))
				j.Answer(m.Key, reply("请到一楼"))
			}
		})
	}
	wg.Wait()
	b.StopTimer()
	all := slices.Concat(took...)
	slices.Sort(all)
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "records/s")
	b.ReportMetric(float64(all[len(all)*99/100].Microseconds())/1000, "p99-ms")
	if drained {
		start := time.Now()
		for j.Backlog().Events > 0 && time.Since(start) < 10*time.Second {
			pause()
		}
		b.ReportMetric(time.Since(start).Seconds()*1000, "lag-ms")
	}
	crash(b, j)
}
