package main

import (
	"context"
	"log/slog"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/store"
)

// periodic is a job that a goroutine of its own runs every interval, one run after the other,
// the first after one interval. A run that fails is logged, a failure that lasts once; one
// that is cut short has not failed, the next goes on. The fields are set before start. The
// zero value has not started and can be stopped.
type periodic struct {
	name     string // in the process log
	interval time.Duration
	within   time.Duration // when the context of a run ends; 0 = only when the job is stopped
	run      func(ctx context.Context) error
	logger   *slog.Logger

	lease  string  // under which one instance runs the job for all; "" = every instance runs it
	leases *leases // nil = there is one instance

	cancel  context.CancelFunc
	done    sync.WaitGroup
	failure string // of the last run; of the goroutine alone
}

// start begins the runs. They outlast ctx, whose values they keep; what they are given ends
// when they are stopped.
func (p *periodic) start(ctx context.Context) {
	ctx, p.cancel = context.WithCancel(context.WithoutCancel(ctx))
	p.done.Go(func() {
		defer p.release(ctx)
		ticker := time.NewTicker(p.interval)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
			case <-ticker.C:
			}
			if ctx.Err() != nil { // also when both were ready
				return
			}
			p.once(ctx)
		}
	})
}

// quit lets no further run begin and cuts the one under way short.
func (p *periodic) quit() {
	if p.cancel != nil {
		p.cancel()
	}
}

// stop is quit that waits for the run under way.
func (p *periodic) stop() {
	p.quit()
	p.done.Wait()
}

// once runs the job, unless another instance does, and logs its failure.
func (p *periodic) once(ctx context.Context) {
	err := p.attempt(ctx)
	switch {
	case err == nil:
		p.failure = ""
	case ctx.Err() == nil && err.Error() != p.failure:
		p.failure = err.Error()
		p.logger.Warn("a periodic job failed", "job", p.name, "error", err)
	}
}

func (p *periodic) attempt(ctx context.Context) error {
	if p.lease != "" {
		held, err := p.leases.take(ctx, p.lease, p.interval+p.within)
		if err != nil || !held {
			return err
		}
	}
	if p.within > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, p.within)
		defer cancel()
	}
	err := p.run(ctx)
	if ctx.Err() == nil {
		return err
	}
	return nil
}

func (p *periodic) release(ctx context.Context) {
	if p.lease != "" {
		p.leases.release(ctx, p.lease)
	}
}

const (
	// clocksDiffer is by how much the clocks of instances may differ without two of them doing
	// at once what one is enough for.
	clocksDiffer = 10 * time.Second
	leaseWithin  = 3 * time.Second // asking for a lease
	// releaseWithin bounds giving it back, on which a stop waits.
	releaseWithin = time.Second
)

// leases takes leases for this process. It is safe for concurrent use; where there can be
// no other instance it is nil, and every lease is to be had.
type leases struct {
	store  *store.Store
	holder string
}

// take reports whether this instance alone does what name stands for, from now on for d at
// least. Whoever takes it again within d keeps it. Without the database nobody does it.
func (l *leases) take(ctx context.Context, name string, d time.Duration) (held bool, err error) {
	if l == nil {
		return true, nil
	}
	ctx, cancel := context.WithTimeout(ctx, leaseWithin)
	defer cancel()
	return l.store.Lease(ctx, name, l.holder, d+clocksDiffer)
}

// release lets another instance begin at once, where it can: else the lease runs out.
func (l *leases) release(ctx context.Context, name string) {
	if l == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseWithin)
	defer cancel()
	_ = l.store.Release(ctx, name, l.holder)
}
