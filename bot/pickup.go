package bot

import (
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/wenzheng/wenzheng/models"
)

// held are the answers of people that wait for their citizens. They are known to every instance
// and lie in memory, as emergency answers do: nothing on the way of an answer asks a database.
type held struct {
	mu    sync.Mutex
	of    map[citizen][]models.HeldText // by id
	given map[int64]givenText           // by this instance
	round int64                         // how often the list was replaced
}

// givenText says for which message a text was taken, and when.
type givenText struct {
	key   string
	round int64
}

// givenRounds is for how many lists a text that this instance gave stays given although the list
// still has it as waiting: the spool may take a while to tell the database.
const givenRounds = 900

// Hold sets the texts that wait for citizens, of all accounts, in place of those it knew. A text with
// a key was given to that message: a repeated delivery gets it again, nobody else does.
func (b *Bot) Hold(list []models.HeldText) {
	of := make(map[citizen][]models.HeldText)
	listed := make(map[int64]bool, len(list))
	for _, h := range list {
		who := citizen{AppID: h.AppID, OpenID: h.OpenID}
		of[who] = append(of[who], h)
		listed[h.ID] = true
	}
	for _, texts := range of {
		slices.SortFunc(texts, func(x, y models.HeldText) int { return int(x.ID - y.ID) })
	}
	h := &b.held
	h.mu.Lock()
	defer h.mu.Unlock()
	h.of = of
	h.round++
	for id, g := range h.given {
		if !listed[id] || h.round-g.round > givenRounds {
			delete(h.given, id)
		}
	}
}

// take returns the oldest texts of a citizen that fit together and are one person's, and how many
// wait beyond them. Unless it is dry they are given to the message with this key and to no other; a
// message that comes again gets what it got.
func (h *held) take(who citizen, key string, longest int, dry bool) (texts []models.HeldText, more int) {
	h.mu.Lock()
	defer h.mu.Unlock()
	waiting := h.of[who]
	if len(waiting) == 0 {
		return nil, 0
	}
	var free []models.HeldText
	for _, t := range waiting {
		owner := t.Key
		if g, ok := h.given[t.ID]; ok {
			owner = g.key
		}
		switch owner {
		case "":
			free = append(free, t)
		case key:
			texts = append(texts, t)
		}
	}
	if len(texts) == 0 && len(free) > 0 {
		texts, free = fitting(free, longest)
	}
	if dry {
		return texts, len(free)
	}
	if h.given == nil {
		h.given = map[int64]givenText{}
	}
	for _, t := range texts {
		h.given[t.ID] = givenText{key, h.round}
	}
	return texts, len(free)
}

// fitting divides texts into those that go out together, the first at any rate, and the rest.
func fitting(list []models.HeldText, longest int) (texts, rest []models.HeldText) {
	size := len(moreText(len(list)))
	for i, t := range list {
		size += len(t.Text)
		if i > 0 && (t.Staff != list[0].Staff || size+i*len(between) > longest) {
			return list[:i], list[i:]
		}
	}
	return list, nil
}

// giveBack lets texts wait again that reached nobody.
func (h *held) giveBack(ids []int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, id := range ids {
		delete(h.given, id)
	}
}

const between = "\n\n"

func moreText(n int) string {
	return fmt.Sprintf("\n\n（还有 %d 条答复，请回复任意字查看。）", n)
}

// pickUp answers with what a person wrote and could not send, false when nothing waits.
func (x *exchange) pickUp() (*models.Reply, bool) {
	m := x.msg
	if m.OpenID == "" || m.MenuID != "" {
		return nil, false
	}
	key := m.Key
	if key == "" {
		key = m.MsgID
	}
	longest := x.rs.limits.TextBytes
	texts, more := x.b.held.take(x.who(), key, longest, x.dry)
	if len(texts) == 0 {
		return nil, false
	}
	parts := make([]string, len(texts))
	for i, t := range texts {
		parts[i] = t.Text
		x.match.PickUp = append(x.match.PickUp, t.ID)
	}
	x.match.Staff, x.match.Outcome = texts[0].Staff, OutcomePickUp
	x.match.Matched, x.match.RuleName = true, "人工答复"
	text := strings.Join(parts, between)
	if more > 0 && len(text)+len(moreText(more)) <= longest {
		text += moreText(more)
	}
	return saying(text), true
}
