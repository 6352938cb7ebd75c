package waits

import (
	"context"
	"log/slog"
	"sync"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Waits are the waits of everybody whose messages a store logs. It is safe for concurrent use.
type Waits struct {
	store  *store.Store
	logger *slog.Logger

	mu       sync.Mutex
	measured *measures // the last that were loaded
}

// New returns the waits of a store; whoever opened it closes it. logger may be nil.
func New(s *store.Store, logger *slog.Logger) *Waits {
	if logger == nil {
		logger = slog.New(slog.DiscardHandler)
	}
	return &Waits{store: s, logger: logger}
}

// Record stores a batch of the log and everything that follows from it in one transaction: see
// store.Append.
func (s *Waits) Record(ctx context.Context, batch []models.Interaction) error {
	return s.store.Append(ctx, batch, s.follow)
}

// RecordReduced stores what can always be stored of a row that is poison, and the cause.
func (s *Waits) RecordReduced(ctx context.Context, i models.Interaction, cause string) error {
	return s.Record(ctx, []models.Interaction{store.Reduced(i, cause)})
}

// ImportInteractions stores rows from elsewhere, in batches of their own transactions, and returns
// how many were new: see store.Import.
func (s *Waits) ImportInteractions(ctx context.Context, rows []models.Interaction) (added int, err error) {
	return s.store.Import(ctx, rows, s.follow)
}

// txn is one transaction of one goroutine.
type txn struct {
	*store.Tx
	s     *Waits
	state *state // as of when the citizens were locked; nil: not looked at
}

func (s *Waits) transact(ctx context.Context, f func(*txn) error) error {
	return s.store.Transact(ctx, func(t *store.Tx) error { return f(&txn{Tx: t, s: s}) })
}

func (s *Waits) read(ctx context.Context, p store.Purpose, f func(*txn) error) error {
	return s.store.Read(ctx, p, func(t *store.Tx) error { return f(&txn{Tx: t, s: s}) })
}
