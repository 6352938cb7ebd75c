package simulator

import (
	"slices"
	"sync"
	"time"
)

// tally adds up the traces of a load.
type tally struct {
	start time.Time

	mu        sync.Mutex
	sum       Summary
	latencies []float32 // ms of acknowledged deliveries
}

func (t *tally) sent(late time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.sum.Sent++
	t.sum.LagMS = max(t.sum.LagMS, float64(late)/float64(time.Millisecond))
}

func (t *tally) add(trace *Trace) {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := &t.sum
	acknowledged := false
	for i := range trace.Attempts {
		a := &trace.Attempts[i]
		s.Deliveries++
		switch {
		case i > 0 && acknowledged:
			s.Duplicates++
		case i > 0:
			s.Retries++
		}
		if a.Outcome == Status {
			s.Non200++
		}
		if a.Outcome.Acknowledged() {
			acknowledged = true
			t.latencies = append(t.latencies, float32(a.LatencyMS))
		}
	}
	if trace.Mismatch {
		s.Mismatches++
	}
	if !trace.Answered {
		s.Refused++
		return
	}
	s.Answered++
	switch trace.Outcome() {
	case Replied:
		s.Replied++
	case Silent:
		s.Silent++
	default:
		s.BadReplies++
	}
}

func (t *tally) summary() Summary {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := t.sum
	s.Seconds = time.Since(t.start).Seconds()
	s.PerSecond = float64(s.Answered) / s.Seconds
	sorted := slices.Clone(t.latencies)
	slices.Sort(sorted)
	s.P50MS, s.P90MS, s.P99MS = quantile(sorted, 0.5), quantile(sorted, 0.9), quantile(sorted, 0.99)
	s.MaxMS = quantile(sorted, 1)
	return s
}

// quantile is the smallest value that at least the share q of all values do not exceed.
func quantile(sorted []float32, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	i := int(q*float64(len(sorted))+0.999999) - 1
	return float64(sorted[min(max(i, 0), len(sorted)-1)])
}

// report calls progress once a second until the returned function is called, which calls
// it a last time.
func (t *tally) report(progress func(Summary)) (stop func()) {
	if progress == nil {
		return func() {}
	}
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				progress(t.summary())
				return
			case <-ticker.C:
				progress(t.summary())
			}
		}
	}()
	return func() {
		close(done)
		<-ended
	}
}
