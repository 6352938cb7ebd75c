package outbox

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/platform"
)

// BenchmarkSend is how many messages one process sends in a second, each to another citizen, over a line
// on which every call takes 100 ms.
func BenchmarkSend(b *testing.B) {
	for dialect, database := range map[string]func(testing.TB) string{"sqlite": current.SQLite, "mariadb": current.MariaDB} {
		b.Run(dialect, func(b *testing.B) {
			o := newOffice(b, database(b))
			o.restart(Limits{PerSecond: 100_000})
			ctx := context.Background()
			var rows []models.Interaction
			for n := range b.N {
				o.n++
				ev, err := simulator.ReadEvent(o.account.AppID, simulator.Post{To: o.account.OriginalID, From: fmt.Sprintf("oBench%08d", n), At: morning, MsgID: fmt.Sprint(o.n)}.Text("路灯坏了"))
				if err != nil {
					b.Fatal(err)
				}
				o.platform.Begin(o.account.AppID, &ev)
				m := ev.Message
				m.AppID, m.Key, m.ParseStatus, m.Delivery.ReceivedAt = o.account.AppID, ev.Key, models.ParseOK, morning
				row := models.Inbound(&m)
				row.Outcome = models.OutcomeSilent
				if rows = append(rows, row); len(rows) == 200 || n == b.N-1 {
					o.record(rows...)
					rows = rows[:0]
				}
			}
			for n := range b.N {
				o.answers(fmt.Sprintf("oBench%08d", n), fmt.Sprint("k", n), "已经派人去修，今晚修好。")
			}
			o.fault(platform.Fault{Kind: platform.FaultSlow, DelayMS: 100})
			b.ResetTimer()
			begun := time.Now()
			if n, err := o.Send(ctx); err != nil || n != b.N {
				b.Fatalf("%d of %d sent, %v", n, b.N, err)
			}
			b.ReportMetric(float64(b.N)/time.Since(begun).Seconds(), "sends/s")
			if n := len(o.platform.Deliveries()); n != b.N {
				b.Fatalf("%d of %d arrived", n, b.N)
			}
		})
	}
}
