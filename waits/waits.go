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
	also   []store.Follow

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

// Also has f work out, in the transaction of every later Record and behind the waits, what else
// follows from the rows. It is to be called before the first Record.
func (s *Waits) Also(f store.Follow) { s.also = append(s.also, f) }

// Record stores a batch of the log and everything that follows from it in one transaction: see
// store.Append.
func (s *Waits) Record(ctx context.Context, batch []models.Interaction) error {
	return s.store.Append(ctx, batch, s.followAll)
}

// RecordIn is Record within a transaction of another room, which answers for what else follows from
// its own rows.
func (s *Waits) RecordIn(ctx context.Context, t *store.Tx, batch []models.Interaction) error {
	return t.Append(ctx, batch, s.follow)
}

// followAll is follow, and what others added to it.
func (s *Waits) followAll(ctx context.Context, t *store.Tx, a *store.Arrival) (write func() error, err error) {
	writes := make([]func() error, 0, 1+len(s.also))
	for _, f := range append([]store.Follow{s.follow}, s.also...) {
		w, err := f(ctx, t, a)
		if err != nil {
			return nil, err
		}
		writes = append(writes, w)
	}
	return func() error {
		for _, w := range writes {
			if err := w(); err != nil {
				return err
			}
		}
		return nil
	}, nil
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
