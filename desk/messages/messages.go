package messages

import (
	"context"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/wechat"
)

// Options are what a Book needs.
type Options struct {
	Now func() time.Time // nil: time.Now
	// Accounts are those of this installation, from memory; nil: read each time.
	Accounts func() []models.Account
	// Client is the one client of an account.
	Client func(ctx context.Context, a models.Account) *wechat.Client
}

// Book is what was written. It is safe for concurrent use.
type Book struct {
	store      *store.Store
	o          Options
	searchTime time.Duration // after which a search stops
}

// New returns what stands in the log of s.
func New(s *store.Store, o Options) *Book {
	if o.Now == nil {
		o.Now = time.Now
	}
	return &Book{store: s, o: o, searchTime: 2 * time.Second}
}

// Message names a row of the log.
type Message struct {
	ID       int64
	Accounts []string // that the caller may ask about; nil = all
}

func (q *Message) covers(appID string) bool {
	return q.Accounts == nil || slices.Contains(q.Accounts, appID)
}
