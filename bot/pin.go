package bot

import (
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// pinned is an emergency answer ready to be given.
type pinned struct {
	pin   models.Pin
	reply reply
	words [][]rune // the topics, as words to look for
}

// Pin sets the emergency answer of an account; nil takes it away. It goes before every
// rule and dialogue, but not before calls for help, and ends by itself. The caller has
// validated it.
func (b *Bot) Pin(appID string, p *models.Pin) {
	br := b.brain(appID)
	if p == nil {
		br.pin.Store(nil)
		return
	}
	n := &pinned{pin: *p}
	n.reply = newReply(&n.pin.Reply)
	n.pin.Topics = slices.Clone(p.Topics)
	for _, t := range p.Topics {
		if w := appendKey(nil, t); len(w) > 0 {
			n.words = append(n.words, w)
		}
	}
	br.pin.Store(n)
}

// Pinned returns the emergency answer that holds now, false when there is none.
func (b *Bot) Pinned(appID string) (models.Pin, bool) {
	br := (*b.brains.Load())[appID]
	if br == nil {
		return models.Pin{}, false
	}
	p := br.pin.Load()
	if p == nil || !p.holds(b.o.Now()) {
		return models.Pin{}, false
	}
	return p.pin, true
}

func (p *pinned) holds(now time.Time) bool {
	return now.Before(p.pin.Until) && !now.Before(p.pin.Since)
}

// everything reports whether the pin answers whatever is said.
func (p *pinned) everything() bool { return len(p.pin.Topics) == 0 }

// topic reports whether a rule's topic is one of the pin's; 城乡建设/供水 belongs to 城乡建设.
func (p *pinned) topic(t string) bool {
	return t != "" && slices.ContainsFunc(p.pin.Topics, func(x string) bool {
		return t == x || strings.HasPrefix(t, x+"/")
	})
}

// named reports whether the text speaks of one of the topics.
func (p *pinned) named(sc *scratch) bool {
	return slices.ContainsFunc(p.words, sc.has)
}
