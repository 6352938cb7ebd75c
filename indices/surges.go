package indices

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Asks are the waits on one topic that opened in one hour.
type Asks struct {
	Topic string
	Hour  int64 // Unix seconds of its beginning
	Waits int64
}

// Surges finds for every topic the last 24 hours in which asks were at least
// thresholds.SurgeAsks and thresholds.SurgeFactor times the daily mean of the 7 days before
// them. Both are windows of whole hours that end with the hour of an ask; hours before from, in
// Unix seconds, are only held against, and asks must reach models.SurgeLead days before it.
// What was published on a topic is for the caller to add (Answered, Major). The order of asks
// does not matter, and one hour of a topic may be divided. The result is sorted by topic.
func Surges(asks []Asks, from int64, bounds *Thresholds) []Surge {
	byTopic := map[string][]Asks{}
	for _, a := range asks {
		if a.Topic != "" && a.Waits != 0 {
			byTopic[a.Topic] = append(byTopic[a.Topic], a)
		}
	}
	surges := []Surge{}
	for topic, list := range byTopic {
		slices.SortFunc(list, func(a, b Asks) int { return cmp.Compare(a.Hour, b.Hour) })
		if s, ok := surgeOf(list, from, bounds); ok {
			s.Topic = topic
			surges = append(surges, s)
		}
	}
	slices.SortFunc(surges, func(a, b Surge) int { return strings.Compare(a.Topic, b.Topic) })
	return surges
}

// surgeOf finds the hour in which the last surge crossed the bounds: the clock for the first
// word starts as it begins.
func surgeOf(list []Asks, from int64, bounds *Thresholds) (surge Surge, ok bool) {
	above := false
	var today, week int64 // asks of the 24 hours that end with this one, and of the 7 days before them
	day, early := 0, 0    // the first asks of either
	for i, a := range list {
		today += a.Waits
		if i+1 < len(list) && list[i+1].Hour == a.Hour {
			continue
		}
		for ; list[day].Hour <= a.Hour-daySeconds; day++ {
			today -= list[day].Waits
			week += list[day].Waits
		}
		for ; list[early].Hour <= a.Hour-8*daySeconds; early++ {
			week -= list[early].Waits
		}
		mean := float64(week) / 7
		crossed := a.Hour >= from && today >= bounds.SurgeAsks && float64(today) >= bounds.SurgeFactor*mean
		if crossed && !above {
			surge, ok = Surge{At: time.Unix(a.Hour, 0).In(Shanghai()), Asks: today, DailyMean: mean}, true
		}
		above = crossed
	}
	return surge, ok
}

// Rising returns the first of consecutive days, from models.SurgeLead on, on which a topic with so
// many asks a day may surge, and false when it can not on any: two days hold every 24 hours, and
// the 7 days before those hold the six whole days before the two.
func Rising(days []int64, bounds *Thresholds) (first int, rising bool) {
	for i := models.SurgeLead; i < len(days); i++ {
		most, least := days[i-1]+days[i], int64(0)
		for _, n := range days[i-7 : i-1] {
			least += n
		}
		if most >= bounds.SurgeAsks && float64(most) >= bounds.SurgeFactor*float64(least)/7 {
			return i, true
		}
	}
	return 0, false
}
