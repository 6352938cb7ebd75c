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
		Run: func(ctx context.Context) error {
			failed := errors.Join(o.Rulebook.Trim(ctx), o.Accounts.Trim(ctx))
			if o.Cases != nil {
				failed = errors.Join(failed, o.Cases.Trim(ctx))
			}
			return failed
		},
	}
}
