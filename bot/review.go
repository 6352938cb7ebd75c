package bot

import (
	"cmp"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/bot/page"
	"github.com/wenzheng/wenzheng/models"
)

// reviewWord is what a citizen writes to read again what people answered.
const reviewWord = "查看答复"

// Answers of people are kept in memory for citizens to read again: the last three of seven days.
const (
	reviewKept  = 7 * 24 * time.Hour
	reviewTexts = 3
	// reviewPeople bounds the citizens of whom answers are kept: about 100 MB at worst.
	reviewPeople = 50_000
)

// reviews are the answers that reached citizens lately.
type reviews struct {
	mu sync.Mutex
	of map[citizen][]models.SentText // the oldest first
}

// Answered adds answers of people that reached citizens; the same may be added any number of times.
func (b *Bot) Answered(list []models.SentText) {
	r := &b.reviews
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.of == nil {
		r.of = map[citizen][]models.SentText{}
	}
	for _, s := range list {
		who := citizen{s.AppID, s.OpenID}
		texts := slices.DeleteFunc(slices.Clone(r.of[who]), func(t models.SentText) bool { return t.ID == s.ID })
		texts = append(texts, s)
		slices.SortFunc(texts, func(x, y models.SentText) int { return cmp.Or(x.At.Compare(y.At), cmp.Compare(x.ID, y.ID)) })
		r.of[who] = texts[max(0, len(texts)-reviewTexts):]
	}
	r.forget(b.o.Now())
}

// forget drops what is too old once there is too much, and then whoever comes first.
func (r *reviews) forget(now time.Time) {
	if len(r.of) <= reviewPeople {
		return
	}
	for who, texts := range r.of {
		if now.Sub(texts[len(texts)-1].At) > reviewKept {
			delete(r.of, who)
		}
	}
	for who := range r.of {
		if len(r.of) <= reviewPeople {
			return
		}
		delete(r.of, who)
	}
}

func (r *reviews) texts(who citizen, now time.Time) []models.SentText {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.DeleteFunc(slices.Clone(r.of[who]), func(t models.SentText) bool { return now.Sub(t.At) > reviewKept })
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
		if len(part)+len(between)+len(reply) > longest {
			break
		}
		reply = part + between + reply
	}
	x.match.Outcome, x.match.RuleName = OutcomeMenu, reviewWord
	x.why = "重复近七天人工答复的最后几条。"
	return saying(reply), true
}
