package people

import (
	"cmp"
	"slices"
	"time"
	"unsafe"

	"github.com/wenzheng/wenzheng/bot/recent"
	"github.com/wenzheng/wenzheng/models"
)

// Answers of people are kept for citizens to read again: the last three of seven days, of all citizens so
// many bytes at most.
const (
	sentKept  = 7 * 24 * time.Hour
	sentTexts = 3
	sentBytes = 64 << 20
)

// Sent are the answers that reached citizens lately, of each the oldest first. It is safe for concurrent use.
type Sent struct {
	of *recent.Map[[]models.SentText]
}

// NewSent returns one without any.
func NewSent() Sent {
	return Sent{recent.New(sentBytes, func(texts []models.SentText) int64 {
		n := int(unsafe.Sizeof(texts)) + cap(texts)*int(unsafe.Sizeof(models.SentText{}))
		for i := range texts {
			n += len(texts[i].AppID) + len(texts[i].OpenID) + len(texts[i].Text)
		}
		return int64(n)
	})}
}

// Add adds answers that reached citizens; the same may be added any number of times.
func (s Sent) Add(list []models.SentText, now time.Time) {
	for _, sent := range list {
		s.of.Update(Citizen{AppID: sent.AppID, OpenID: sent.OpenID}, func(old []models.SentText) ([]models.SentText, bool) {
			texts := slices.DeleteFunc(slices.Clone(old), func(t models.SentText) bool { return t.ID == sent.ID || tooOld(t, now) })
			texts = append(texts, sent)
			slices.SortFunc(texts, func(x, y models.SentText) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.ID, y.ID)) })
			return slices.Clip(texts[max(0, len(texts)-sentTexts):]), true
		})
	}
}

func tooOld(t models.SentText, now time.Time) bool { return now.Sub(t.At) > sentKept }

// Of are the answers to a citizen.
func (s Sent) Of(who Citizen, now time.Time) []models.SentText {
	texts, _ := s.of.Load(who, func(texts []models.SentText) bool { return !tooOld(texts[len(texts)-1], now) })
	return slices.DeleteFunc(slices.Clone(texts), func(t models.SentText) bool { return tooOld(t, now) })
}
