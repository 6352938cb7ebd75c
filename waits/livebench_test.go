package waits

import (
	"context"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// liveBatch is what the drain hands over while many citizens write at once: events of in and
// out rows and a delivery each, of random citizens among 20,000.
func liveBatch(random *rand.Rand, first, events int) []models.Interaction {
	batch := make([]models.Interaction, 0, 2*events)
	for n := first; n < first+events; n++ {
		in, out := inbound(n), outbound(n, random.IntN(5) > 0)
		at := testTime.Add(time.Duration(n) * 500 * time.Microsecond)
		in.OpenID = fmt.Sprintf("oLive_%022d", random.IntN(20_000))
		in.At, in.ReceivedAt, in.Deliveries[0].ReceivedAt = at.Truncate(time.Second), at, at
		out.OpenID, out.At, out.ReceivedAt = in.OpenID, at.Add(time.Millisecond), at.Add(time.Millisecond)
		batch = append(batch, in, out)
	}
	return batch
}

// BenchmarkRecordLive reports rows of the log per second as the drain writes them, under a
// deadline: everything Record does, and the rows alone.
func BenchmarkRecordLive(b *testing.B) {
	for _, d := range dialects() {
		for _, events := range []int{16, 100} {
			for _, kind := range []string{"waits", "rows"} {
				b.Run(fmt.Sprintf("%s/events=%d/%s", d, events, kind), func(b *testing.B) { benchLive(b, d, events, kind == "rows") })
			}
		}
	}
}

func benchLive(b *testing.B, dialect string, events int, bare bool) {
	b.Helper()
	s := benchStore(b, dialect)
	random := rand.New(rand.NewPCG(7, 7))
	now := testTime
	s.now = func() time.Time { return now }
	write := func(batch []models.Interaction) error {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if !bare {
			return s.Record(ctx, batch)
		}
		return s.Append(ctx, batch, nil)
	}
	n := 0
	for b.Loop() {
		b.StopTimer()
		batch := liveBatch(random, n, events)
		n += events
		now = batch[len(batch)-1].ReceivedAt
		b.StartTimer()
		if err := write(batch); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(2*n)/b.Elapsed().Seconds(), "rows/s")
}
