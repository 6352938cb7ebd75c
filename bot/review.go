package bot

import (
	"cmp"
	"slices"
	"strings"
	"time"
	"unsafe"

	"github.com/wenzheng/wenzheng/bot/page"
	"github.com/wenzheng/wenzheng/bot/people"
	"github.com/wenzheng/wenzheng/bot/recent"
	"github.com/wenzheng/wenzheng/models"
)

// reviewWord is what a citizen writes to read again what people answered.
const reviewWord = "查看答复"

// Answers of people are kept in memory for citizens to read again: the last three of seven days, of all
// citizens so many bytes at most.
const (
	reviewKept  = 7 * 24 * time.Hour
	reviewTexts = 3
	reviewBytes = 64 << 20
)

// reviews are the answers that reached citizens lately, of each the oldest first.
type reviews struct {
	of *recent.Map[[]models.SentText]
}

func newReviews() reviews {
	return reviews{recent.New(reviewBytes, func(texts []models.SentText) int64 {
		n := int(unsafe.Sizeof(texts)) + cap(texts)*int(unsafe.Sizeof(models.SentText{}))
		for i := range texts {
			n += len(texts[i].AppID) + len(texts[i].OpenID) + len(texts[i].Text)
		}
		return int64(n)
	})}
}

// Answered adds answers of people that reached citizens; the same may be added any number of times.
func (b *Bot) Answered(list []models.SentText) {
	now := b.o.Now()
	for _, s := range list {
		b.reviews.of.Update(citizen{AppID: s.AppID, OpenID: s.OpenID}, func(old []models.SentText) ([]models.SentText, bool) {
			texts := slices.DeleteFunc(slices.Clone(old), func(t models.SentText) bool { return t.ID == s.ID || tooOld(t, now) })
			texts = append(texts, s)
			slices.SortFunc(texts, func(x, y models.SentText) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.ID, y.ID)) })
			return slices.Clip(texts[max(0, len(texts)-reviewTexts):]), true
		})
	}
}

func tooOld(t models.SentText, now time.Time) bool { return now.Sub(t.At) > reviewKept }

func (r reviews) texts(who citizen, now time.Time) []models.SentText {
	texts, _ := r.of.Load(who, func(texts []models.SentText) bool { return !tooOld(texts[len(texts)-1], now) })
	return slices.DeleteFunc(slices.Clone(texts), func(t models.SentText) bool { return tooOld(t, now) })
}

// review repeats what people answered lately, false where the text asks for something else or there is
// nothing. Its row opens no wait and ends none: it is a step, and not matched.
func (x *exchange) review(text string) (*models.Reply, bool) {
	if strings.TrimRight(strings.TrimSpace(text), "。.！!") != reviewWord {
		return nil, false
	}
	texts := x.b.reviews.texts(x.who(), x.asked.at)
	if len(texts) == 0 {
		return nil, false
	}
	longest := x.rs.limits.TextBytes
	reply := ""
	for _, t := range slices.Backward(texts) {
		part := t.At.In(models.Shanghai()).Format("1月2日 15:04 答复：\n") + t.Text
		if reply == "" {
			reply = page.Shorten(part, longest)
			continue
		}
		if len(part)+len(people.Between)+len(reply) > longest {
			break
		}
		reply = part + people.Between + reply
	}
	x.match.Outcome, x.match.RuleName = OutcomeMenu, reviewWord
	x.why = "重复近七天人工答复的最后几条。"
	return saying(reply), true
}
