package main

import (
	"context"
	"log/slog"
	"time"

	"github.com/wenzheng/wenzheng/store"
)

const (
	// sweepEvery and sweepAtOnce: what the clock decides is moved into the rollups at leisure,
	// as readers know it without.
	sweepEvery  = 10 * time.Second
	sweepAtOnce = 1000
	sweepWithin = time.Minute
)

// sweeper moves waits that the clock decided into the rollups, and remeasures accounts whose
// office hours or calendar changed.
type sweeper struct {
	store  *store.Store
	now    func() time.Time
	logger *slog.Logger

	rounds rounds
	failed bool // the last sweep did; of the sweeper's goroutine alone
}

// start begins to sweep; stop ends it and waits.
func (s *sweeper) start(ctx context.Context) {
	s.rounds.start(ctx, sweepEvery, s.sweep)
}

func (s *sweeper) stop() { s.rounds.stop() }

func (s *sweeper) sweep(ctx context.Context, _ time.Time) {
	ctx, cancel := context.WithTimeout(ctx, sweepWithin)
	defer cancel()
	for {
		n, err := s.store.Sweep(ctx, s.now(), sweepAtOnce)
		if err != nil && !s.failed && ctx.Err() == nil {
			s.logger.Warn("decided waits are not moved into the rollups; readers count them nevertheless", "error", err)
		}
		s.failed = err != nil
		if err != nil || n < sweepAtOnce {
			return
		}
	}
}
