package handler

import (
	"fmt"
	"slices"
	"sync"
	"time"
)

const (
	skewSamples = 15
	skewFor     = 10 * time.Minute
	skewTold    = 3 * time.Second // deliveries take less
)

// clockSkew compares our clock with WeChat's, which stamps every delivery. It is safe for
// concurrent use.
type clockSkew struct {
	mu      sync.Mutex
	samples [skewSamples]skewSample
	next    int
}

type skewSample struct {
	at     time.Time
	behind time.Duration // WeChat's time less ours
}

// see takes the stamp of a delivery: skew is our time of receipt less WeChat's stamp.
func (s *clockSkew) see(at time.Time, skew time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.samples[s.next%skewSamples] = skewSample{at, -skew}
	s.next++
}

// reason tells how far our clock is off by the middle one of the last deliveries: a repeat
// comes late with the stamp of the first. "" where it is right or too little was seen.
func (s *clockSkew) reason(now time.Time) string {
	s.mu.Lock()
	var seen []time.Duration
	for _, x := range s.samples {
		if !x.at.IsZero() && now.Sub(x.at) < skewFor {
			seen = append(seen, x.behind)
		}
	}
	s.mu.Unlock()
	if len(seen) < 3 {
		return ""
	}
	slices.Sort(seen)
	behind := seen[len(seen)/2]
	if behind.Abs() < skewTold {
		return ""
	}
	word := "慢"
	if behind < 0 {
		word = "快"
	}
	return fmt.Sprintf("clock: 服务器时钟比微信%s约 %d 秒，请校准（例如启用 chrony 或 systemd-timesyncd）；响应时长会因此算错", word, int64(behind.Abs().Round(time.Second).Seconds()))
}
