package rulebook

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook/hits"
)

// hitDays is over how many days, today among them, the hits of a rule are shown.
const hitDays = 30

// countedFor is how long counts are kept: they change in the background.
const countedFor = 5 * time.Second

// CountHits brings the counts of how often rules answered up to date with the log.
func (b *Book) CountHits(ctx context.Context) error { return hits.Update(ctx, b.store) }

// VerifyHits counts all hits anew and names what differs, in Chinese.
func (b *Book) VerifyHits(ctx context.Context) ([]string, error) { return hits.Verify(ctx, b.store) }

// hitCounts are how often the rules of an account answered; nil counts: nobody has counted yet.
type hitCounts struct {
	counts hits.Counts
	at     time.Time
}

func (b *Book) hits(ctx context.Context, appID string) (*hitCounts, error) {
	v := b.shelf.volume(appID)
	v.mu.Lock()
	defer v.mu.Unlock()
	now := b.options.Now()
	if h := v.hits; h != nil && h.counts != nil && now.Sub(h.at) < countedFor && !now.Before(h.at) {
		return h, nil
	}
	counts, err := hits.Of(ctx, b.store, appID, hitDays)
	v.hits = &hitCounts{counts, now}
	return v.hits, err
}

// never reports whether it is known that a rule answered nobody within the days.
func (h *hitCounts) never(id int64) bool { return h.counts != nil && h.counts[id].Hits == 0 }

// shown is how often and when last a rule answered, nil where there is nothing to say.
func (h *hitCounts) shown(id int64) (days *int, last *time.Time) {
	if h.counts == nil {
		return nil, nil
	}
	c := h.counts[id]
	if !c.Last.IsZero() {
		last = new(c.Last.In(models.Shanghai()))
	}
	return &c.Hits, last
}
