package worker

import (
	"context"
	"log/slog"
	"sync"
	"time"
)

// Periodic is a job that a goroutine of its own runs every interval, one run after the other,
// the first after one interval. A run that fails is logged, a failure that lasts once; one
// that is cut short has not failed, the next goes on. The fields are set before Start. The
// zero value has not started and can be stopped.
type Periodic struct {
	Name     string // in the process log
	Interval time.Duration
	Within   time.Duration // when the context of a run ends; 0 = only when the job is stopped
	Run      func(ctx context.Context) error
	Logger   *slog.Logger
	Wake     <-chan struct{} // a run before its time; nil = there is none

	Lease  string  // under which one instance runs the job for all; "" = every instance runs it
	Leases *Leases // nil = there is one instance
	// Ended is called after the last run; nil = nothing is.
	Ended func(ctx context.Context)

	cancel  context.CancelFunc
	done    sync.WaitGroup
	failure string // of the last run; of the goroutine alone
}

// Start begins the runs. They outlast ctx, whose values they keep; what they are given ends
// when they are stopped.
func (p *Periodic) Start(ctx context.Context) {
	ctx, p.cancel = context.WithCancel(context.WithoutCancel(ctx))
	p.done.Go(func() {
		defer p.end(ctx)
		ticker := time.NewTicker(p.Interval)
		defer ticker.Stop()
		for {
			select {
			case <-ctx.Done():
			case <-ticker.C:
			case <-p.Wake:
			}
			if ctx.Err() != nil { // also when both were ready
				return
			}
			p.once(ctx)
		}
	})
}

// Quit lets no further run begin and cuts the one under way short.
func (p *Periodic) Quit() {
	if p.cancel != nil {
		p.cancel()
	}
}

// Stop is Quit that waits for the run under way.
func (p *Periodic) Stop() {
	p.Quit()
	p.done.Wait()
}

// once runs the job, unless another instance does, and logs its failure.
func (p *Periodic) once(ctx context.Context) {
	err := p.attempt(ctx)
	switch {
	case err == nil:
		p.failure = ""
	case ctx.Err() == nil && err.Error() != p.failure:
		p.failure = err.Error()
		p.Logger.Warn("a periodic job failed", "job", p.Name, "error", err)
	}
}

func (p *Periodic) attempt(ctx context.Context) error {
	if p.Lease != "" {
		held, err := p.Leases.take(ctx, p.Lease, p.Interval+p.Within)
		if err != nil || !held {
			return err
		}
	}
	if p.Within > 0 {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, p.Within)
		defer cancel()
	}
	err := p.Run(ctx)
	if ctx.Err() == nil {
		return err
	}
	return nil
}

func (p *Periodic) end(ctx context.Context) {
	if p.Lease != "" {
		p.Leases.release(ctx, p.Lease)
	}
	if p.Ended != nil {
		p.Ended(ctx)
	}
}
