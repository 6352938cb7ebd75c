package rulebook

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// replaysKept is how long what came of a replay is kept; a draft as old is replayed anew.
const replaysKept = 90 * 24 * time.Hour

// Trim forgets what nobody looks at any more. One instance calls it at a time.
func (b *Book) Trim(ctx context.Context) error {
	err := b.store.Transact(ctx, func(t *store.Tx) error {
		return t.Exec(ctx, "DELETE FROM rule_replays WHERE asked_at < ?", t.Now().Add(-replaysKept).UnixMicro())
	})
	return models.Wrap("rulebook: trim", err)
}
