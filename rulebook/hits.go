package rulebook

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// hitDays is over how many days, today among them, the hits of a rule are shown.
const hitDays = 30

// hitCounts are how often the rules of an account answered; nil: nobody has counted yet.
type hitCounts struct {
	rules map[int64]hitCount
}

type hitCount struct {
	days int   // hits of the last hitDays
	last int64 // Unix microseconds
}

func (b *Book) hits(context.Context, string) (*hitCounts, error) { return nil, nil } //nolint:nilnil // not counted

// of is how often and when last a rule answered, zero when it did not or nobody counted.
func (h *hitCounts) of(id int64) (days int, last int64) {
	if h == nil {
		return 0, 0
	}
	c := h.rules[id]
	return c.days, c.last
}

// never reports whether it is known that a rule answered nobody within the days.
func (h *hitCounts) never(id int64) bool {
	days, _ := h.of(id)
	return h != nil && days == 0
}

// shown is of for people, nil where there is nothing to say.
func (h *hitCounts) shown(id int64) (days *int, last *time.Time) {
	if h == nil {
		return nil, nil
	}
	c := h.rules[id]
	if c.last != 0 {
		last = new(time.UnixMicro(c.last).In(models.Shanghai()))
	}
	return &c.days, last
}
