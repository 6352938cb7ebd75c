package worker

import (
	"context"
	"errors"
	"time"
)

const (
	trimEvery  = 10 * time.Minute
	trimWithin = time.Minute
)

// newTrimmer removes records that nobody looks at any more.
func newTrimmer(o Options) *Periodic {
	return &Periodic{
		Name: "trim", Interval: trimEvery, Within: trimWithin, Logger: o.Logger, Lease: "trim", Leases: o.Leases,
		Run: func(ctx context.Context) error { return errors.Join(o.Rulebook.Trim(ctx), o.Accounts.Trim(ctx)) },
	}
}
