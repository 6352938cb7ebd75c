package worker

import (
	"context"
	"crypto/rand"
	"time"

	"github.com/wenzheng/wenzheng/store"
)

const (
	// clocksDiffer is by how much the clocks of instances may differ without two of them doing
	// at once what one is enough for.
	clocksDiffer = 10 * time.Second
	leaseWithin  = 3 * time.Second // asking for a lease
	// releaseWithin bounds giving it back, on which a stop waits.
	releaseWithin = time.Second
)

// Leases takes leases for this process. It is safe for concurrent use; where there can be
// no other instance it is nil, and every lease is to be had.
type Leases struct {
	store  *store.Store
	holder string
}

// NewLeases returns the leases of a process that shares the database of s with others.
func NewLeases(s *store.Store) *Leases { return &Leases{s, rand.Text()} }

// take reports whether this instance alone does what name stands for, from now on for d at
// least. Whoever takes it again within d keeps it. Without the database nobody does it.
func (l *Leases) take(ctx context.Context, name string, d time.Duration) (held bool, err error) {
	if l == nil {
		return true, nil
	}
	ctx, cancel := context.WithTimeout(ctx, leaseWithin)
	defer cancel()
	return l.store.Lease(ctx, name, l.holder, d+clocksDiffer)
}

// release lets another instance begin at once, where it can: else the lease runs out.
func (l *Leases) release(ctx context.Context, name string) {
	if l == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), releaseWithin)
	defer cancel()
	_ = l.store.Release(ctx, name, l.holder)
}
