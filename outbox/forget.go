package outbox

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/trim"
)

const (
	// windowsKept is how long a window that has ended stays in the ledger, for people to look at.
	windowsKept = 24 * time.Hour
	// messagesKept is how long a message is kept after its last change, one that still waits for its
	// citizen too: no text is kept longer. Its row of the log is the log's.
	messagesKept = 400 * 24 * time.Hour
)

// forget deletes old windows and messages, the oldest first.
func (b *Outbox) forget(ctx context.Context) error {
	now := b.o.Now()
	err := trim.Before(ctx, b.store, "windows", "expires_at", store.Micros(now.Add(-windowsKept)))
	if err == nil {
		err = trim.Before(ctx, b.store, "outbox", "updated_at", store.Micros(now.Add(-messagesKept)))
	}
	return err
}
