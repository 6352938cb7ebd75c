package indices

import (
	"slices"

	"github.com/wenzheng/wenzheng/models"
)

// A wait of the same citizen and topic within this span is a repeated ask.
const repeatSpan = models.RepeatSpan

// ageAt is Wait.AgeAt of a wait: a bot that stands has answered at BotAt.
func ageAt(w *models.Wait) int64 {
	switch {
	case w.Mark != models.MarkNone:
		return 0
	case w.AnswerAt != 0:
		return w.AnswerAt + repeatSpan
	case w.BotAt != 0 && w.LeftAt == 0:
		return w.BotAt + repeatSpan
	default:
		return 0
	}
}

// Age settles 重复诉求 as of the Unix second asOf: Aged of the waits that a human or a bot
// answered at least 7 days before it, and Repeated of those followed within 7 days of the
// answer by a wait of the same account, channel, citizen and topic. Waits without a topic are
// followed by none, and marked ones follow none. waits must hold whatever may follow the waits that matter, in any order.
// 重复诉求率 is repeated / aged.
func Age(waits []models.Wait, asOf int64) {
	type subject struct {
		appID      string
		channel    models.Channel
		uid, topic string
	}
	opened := map[subject][]int64{}
	of := func(w *models.Wait) subject { return subject{w.AppID, w.Channel, w.UID, w.Topic} }
	for i := range waits {
		w := &waits[i]
		if w.Mark != models.MarkNone {
			continue
		}
		opened[of(w)] = append(opened[of(w)], w.OpenAt)
	}
	for _, times := range opened {
		slices.Sort(times)
	}
	for i := range waits {
		w := &waits[i]
		w.Aged, w.Repeated = w.AgeAt != 0 && w.AgeAt <= asOf, false
		if !w.Aged || w.Topic == "" {
			continue
		}
		times := opened[of(w)]
		next, _ := slices.BinarySearch(times, max(w.AgeAt-repeatSpan, w.OpenAt+1))
		w.Repeated = next < len(times) && times[next] <= w.AgeAt
	}
}
