package handler

import (
	"slices"
	"strconv"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/models"
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
// comes late with the stamp of the first. None where it is right or too little was seen.
func (s *clockSkew) reason(now time.Time) []models.Reason {
	s.mu.Lock()
	var seen []time.Duration
	for _, x := range s.samples {
		if !x.at.IsZero() && now.Sub(x.at) < skewFor {
			seen = append(seen, x.behind)
		}
	}
	s.mu.Unlock()
	if len(seen) < 3 {
		return nil
	}
	slices.Sort(seen)
	behind := seen[len(seen)/2]
	if behind.Abs() < skewTold {
		return nil
	}
	seconds := strconv.FormatInt(int64(behind.Abs().Round(time.Second).Seconds()), 10)
	said := models.Say("clock_behind", "服务器时钟比微信慢约 {seconds} 秒，请校准（例如启用 chrony 或 systemd-timesyncd）；响应时长会因此算错", "seconds", seconds)
	if behind < 0 {
		said = models.Say("clock_ahead", "服务器时钟比微信快约 {seconds} 秒，请校准（例如启用 chrony 或 systemd-timesyncd）；响应时长会因此算错", "seconds", seconds)
	}
	return []models.Reason{{What: "clock", Said: said}}
}
