package people

import (
	"fmt"
	"slices"
	"sync"

	"github.com/wenzheng/wenzheng/models"
)

// Held are the answers of people that wait for their citizens. The zero value has none; it is safe for
// concurrent use.
type Held struct {
	mu    sync.Mutex
	of    map[Citizen][]models.HeldText // by id
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

// Set replaces the texts that wait for citizens, of all accounts. A text with a key was given to that
// message: a repeated delivery gets it again, nobody else does.
func (h *Held) Set(list []models.HeldText) {
	of := make(map[Citizen][]models.HeldText)
	listed := make(map[int64]bool, len(list))
	for _, h := range list {
		who := Citizen{AppID: h.AppID, OpenID: h.OpenID}
		of[who] = append(of[who], h)
		listed[h.ID] = true
	}
	for _, texts := range of {
		slices.SortFunc(texts, func(x, y models.HeldText) int { return int(x.ID - y.ID) })
	}
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

// Take returns the oldest texts of a citizen that fit together and are one person's, and how many
// wait beyond them. Unless it is dry they are given to the message with this key and to no other; a
// message that comes again gets what it got.
func (h *Held) Take(who Citizen, key string, longest int, dry bool) (texts []models.HeldText, more int) {
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
	size := len(MoreText(len(list)))
	for i, t := range list {
		size += len(t.Text)
		if i > 0 && (t.Staff != list[0].Staff || size+i*len(Between) > longest) {
			return list[:i], list[i:]
		}
	}
	return list, nil
}

// GiveBack lets texts wait again that reached nobody.
func (h *Held) GiveBack(ids []int64) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, id := range ids {
		delete(h.given, id)
	}
}

// Between stands between answers that are given together.
const Between = "\n\n"

// MoreText says behind the answers that were given how many wait still.
func MoreText(n int) string {
	return fmt.Sprintf("\n\n（还有 %d 条答复，请回复任意字查看。）", n)
}
