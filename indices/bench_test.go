package indices

import (
	"fmt"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

func benchRows(b *testing.B, n int) []models.Interaction {
	b.Helper()
	rows := make([]models.Interaction, 0, n)
	for i := range n {
		what := []string{"in", "fallback", "in", "human"}[i%4]
		rows = append(rows, storetest.LogRow("A", what, time.Unix(base+int64(i)*900, 0), fmt.Sprintf("k%d", i)))
	}
	return rows
}

func BenchmarkRebuild(b *testing.B) {
	limits, office := DefaultLimits(), mustCalendar(b).Office()
	for _, n := range []int{10, 1000} {
		rows := benchRows(b, n)
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				Rebuild(rows, &limits, office)
			}
		})
	}
}

func BenchmarkOfficeSeconds(b *testing.B) {
	office := mustCalendar(b).Office()
	for b.Loop() {
		office.Seconds(base, base+90*86400)
	}
}

func BenchmarkNewCalendar(b *testing.B) {
	for b.Loop() {
		mustCalendar(b)
	}
}

func BenchmarkCompute(b *testing.B) {
	limits := DefaultLimits()
	in := toyInputs(b, true)
	in.Live = Rebuild(benchRows(b, 1000), &limits, nil)
	for sec := range int64(5000) {
		in.Responses = append(in.Responses, models.ResponseBand{Low: sec, High: sec, Count: 2, Seconds: 2 * sec})
	}
	b.ReportAllocs()
	for b.Loop() {
		Compute(&in)
	}
}
