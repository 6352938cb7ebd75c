package rulebook

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/trim"
)

// replaysKept is how long what came of a replay is kept; a draft as old is replayed anew.
const replaysKept = 90 * 24 * time.Hour

// Trim forgets what nobody looks at any more. One instance calls it at a time.
func (b *Book) Trim(ctx context.Context) error {
	return models.Wrap("rulebook: trim", trim.Before(ctx, b.store, "rule_replays", "asked_at", store.Micros(b.options.Now().Add(-replaysKept))))
}
