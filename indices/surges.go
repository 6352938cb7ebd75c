package indices

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Ask is one content row with a topic.
type Ask struct {
	Topic string
	At    time.Time
}

// Surges finds for every topic the last 24 hours in which asks were at least
// thresholds.SurgeAsks and thresholds.SurgeFactor times the daily mean of the 7 days before
// them. What was published on a topic is for the caller to add (Answered, Major). asks must
// reach 8 days before the first instant of interest; their order does not matter. The result
// is sorted by topic.
func Surges(asks []Ask, bounds *Thresholds) []Surge {
	byTopic := map[string][]time.Time{}
	for _, a := range asks {
		if a.Topic != "" {
			byTopic[a.Topic] = append(byTopic[a.Topic], a.At)
		}
	}
	surges := []Surge{}
	for topic, times := range byTopic {
		slices.SortFunc(times, time.Time.Compare)
		if s, ok := surgeOf(times, bounds); ok {
			s.Topic = topic
			surges = append(surges, s)
		}
	}
	slices.SortFunc(surges, func(a, b Surge) int { return strings.Compare(a.Topic, b.Topic) })
	return surges
}

// surgeOf finds the first ask at which the last surge crossed the bounds: the clock for the
// first word starts there.
func surgeOf(times []time.Time, bounds *Thresholds) (surge Surge, ok bool) {
	const day = 24 * time.Hour
	above := false
	for i, at := range times {
		asks := int64(i + 1 - after(times, at.Add(-day)))
		mean := float64(after(times, at.Add(-day))-after(times, at.Add(-8*day))) / 7
		crossed := asks >= bounds.SurgeAsks && float64(asks) >= bounds.SurgeFactor*mean
		if crossed && !above {
			surge, ok = Surge{At: at, Asks: asks, DailyMean: mean}, true
		}
		above = crossed
	}
	return surge, ok
}

// after is the index of the first time later than at.
func after(times []time.Time, at time.Time) int {
	i, _ := slices.BinarySearchFunc(times, at, func(t, at time.Time) int { return cmp.Or(t.Compare(at), -1) })
	return i
}
