package main

import (
	"context"
	"log/slog"
	"sync"
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

	quit   context.CancelFunc
	done   sync.WaitGroup
	failed bool // the last sweep did; of the sweeper's goroutine alone
}

// start begins to sweep; stop ends it and waits.
func (s *sweeper) start(ctx context.Context) {
	ctx, s.quit = context.WithCancel(context.WithoutCancel(ctx))
	s.done.Go(func() {
		ticker := time.NewTicker(sweepEvery)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-ticker.C:
				s.sweep(ctx)
			}
		}
	})
}

func (s *sweeper) stop() {
	if s.quit != nil {
		s.quit()
	}
	s.done.Wait()
}

func (s *sweeper) sweep(ctx context.Context) {
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
