package main

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
func newSweeper(v *service) *periodic {
	return &periodic{
		name: "sweep", interval: sweepEvery, within: sweepWithin, logger: v.logger, lease: "sweep", leases: v.leases,
		run: v.sweep,
	}
}

// sweep goes on until nothing is due, or until it is cut short.
func (v *service) sweep(ctx context.Context) error {
	for {
		n, err := v.waits.Sweep(ctx, v.now(), sweepAtOnce)
		if err != nil {
			return fmt.Errorf("decided waits are not moved into the rollups; readers count them nevertheless: %w", err)
		}
		if n < sweepAtOnce {
			return nil
		}
	}
}
