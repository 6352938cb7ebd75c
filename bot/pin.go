package bot

import (
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/bot/page"
	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
)

// pinned is an emergency answer ready to be given.
type pinned struct {
	pin   models.Pin
	reply reply
	words []reading.Word // the topics, as words to look for
}

// Pin sets the emergency answers of an account in place of those it had; without any it
// takes them away. They go before every rule and dialogue, but not before calls for help,
// and end by themselves: one for topics before the one for every message, a later one
// before an earlier. The caller has validated them.
func (b *Bot) Pin(appID string, pins ...models.Pin) {
	list := newPins(pins)
	b.brain(appID).pins.Store(&list)
}

func newPins(pins []models.Pin) []pinned {
	list := make([]pinned, len(pins))
	for i, p := range pins {
		n := &list[len(pins)-1-i]
		n.pin = p
		n.pin.Topics = slices.Clone(p.Topics)
		n.reply = newReply(&n.pin.Reply)
		n.words = reading.Words(p.Topics)
	}
	return list
}

func (br *brain) pinned() []pinned {
	if list := br.pins.Load(); list != nil {
		return *list
	}
	return nil
}

func (p *pinned) holds(now time.Time) bool {
	return now.Before(p.pin.Until) && !now.Before(p.pin.Since)
}

// everything reports whether the pin answers whatever is said.
func (p *pinned) everything() bool { return len(p.pin.Topics) == 0 }

// topic returns the length of the pin's topic that a rule's topic is or belongs to, as
// 城乡建设/供水 does to 城乡建设; 0 = none.
func (p *pinned) topic(t string) int {
	best := 0
	for _, x := range p.pin.Topics {
		if len(x) > best && (t == x || strings.HasPrefix(t, x+"/")) {
			best = len(x)
		}
	}
	return best
}

// named reports whether the text speaks of one of the topics.
func (p *pinned) named(sc *scratch) bool {
	return slices.ContainsFunc(p.words, func(w reading.Word) bool { return sc.Has(&w) })
}

// pinForAll is the emergency answer to every message, nil when there is none now.
func (x *exchange) pinForAll() *pinned {
	for i := range x.pins {
		if p := &x.pins[i]; p.everything() && p.holds(x.asked.at) {
			return p
		}
	}
	return nil
}

// pinForTopic is the emergency answer that stands for what a rule of this topic says: the
// one of the closest topic, nil when there is none now.
func (x *exchange) pinForTopic(topic string) *pinned {
	var best *pinned
	length := 0
	for i := range x.pins {
		p := &x.pins[i]
		if n := p.topic(topic); n > length && p.holds(x.asked.at) {
			best, length = p, n
		}
	}
	return best
}

// pinForText is the emergency answer that goes before everything else to the text that has
// been read, nil when there is none.
func (x *exchange) pinForText() *pinned {
	if len(x.pins) == 0 {
		return nil
	}
	for i := range x.pins {
		if p := &x.pins[i]; p.holds(x.asked.at) && p.named(x.sc) {
			return p
		}
	}
	all := x.pinForAll()
	if all == nil {
		return nil
	}
	if hit := x.rs.match(x.sc, &x.asked); hit.Found() {
		if p := x.pinForTopic(hit.Rule.Topic); p != nil {
			return p
		}
	}
	return all
}

// EmergencyName stands in the log in the place of a rule's name.
const EmergencyName = "应急置顶"

func (x *exchange) emergency(p *pinned) *models.Reply {
	x.pin = p
	x.match.Outcome, x.match.Matched, x.match.RuleName = OutcomeEmergency, true, EmergencyName
	reply := p.reply.render(x.rs, &x.asked)
	if len(reply.Text) > x.rs.limits.TextBytes {
		reply = withText(reply, page.Shorten(reply.Text, x.rs.limits.TextBytes))
	}
	return reply
}

// says tells in words for people for what the pin stands, until when and why.
func (p *pinned) says() string {
	scope := "所有消息"
	if !p.everything() {
		scope = "主题" + strings.Join(p.pin.Topics, "、")
	}
	until := "，至 " + p.pin.Until.In(models.Shanghai()).Format("2006-01-02 15:04")
	if p.pin.Reason == "" {
		return scope + until
	}
	return scope + until + "，理由：" + p.pin.Reason
}
