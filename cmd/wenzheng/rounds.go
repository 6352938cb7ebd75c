package main

import (
	"context"
	"sync"
	"time"
)

// rounds calls a function every so often in a goroutine of its own. The zero value has not
// started and can be stopped.
type rounds struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
}

// start begins the rounds, the first after one pause. They outlast ctx, whose values they
// keep; what they are given ends when they are stopped.
func (r *rounds) start(ctx context.Context, every time.Duration, round func(ctx context.Context, now time.Time)) {
	ctx, r.cancel = context.WithCancel(context.WithoutCancel(ctx))
	r.done.Go(func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case now := <-ticker.C:
				round(ctx, now)
			}
		}
	})
}

// quit lets no further round begin and cuts the one under way short.
func (r *rounds) quit() {
	if r.cancel != nil {
		r.cancel()
	}
}

// stop is quit that waits for the round under way.
func (r *rounds) stop() {
	r.quit()
	r.done.Wait()
}
