package worker

import (
	"context"
	"fmt"
	"time"
)

const (
	// sweepEvery and sweepAtOnce: what the clock decides is moved into the rollups at leisure,
	// as readers know it without.
	sweepEvery  = 10 * time.Second
	sweepAtOnce = 1000
	sweepWithin = time.Minute
)

// newSweeper moves waits that the clock decided into the rollups, and remeasures accounts
// whose office hours or calendar changed.
func newSweeper(o Options) *Periodic {
	return &Periodic{
		Name: "sweep", Interval: sweepEvery, Within: sweepWithin, Logger: o.Logger, Lease: "sweep", Leases: o.Leases,
		Run: func(ctx context.Context) error { return sweep(ctx, o) },
	}
}

// sweep goes on until nothing is due, or until it is cut short.
func sweep(ctx context.Context, o Options) error {
	for {
		n, err := o.Waits.Sweep(ctx, o.Now(), sweepAtOnce)
		if err != nil {
			return fmt.Errorf("decided waits are not moved into the rollups; readers count them nevertheless: %w", err)
		}
		if n < sweepAtOnce {
			return nil
		}
	}
}
