package worker

import "time"

const (
	// publishEvery: what is planned for a moment answers within three seconds of it, of which reading
	// the new rules takes up to two.
	publishEvery  = time.Second
	publishWithin = 30 * time.Second
)

// newPublisher publishes rules at the time that was planned for them.
func newPublisher(o Options) *Periodic {
	return &Periodic{
		Name: "planned publishing", Interval: publishEvery, Within: publishWithin, Logger: o.Logger, Lease: "publish", Leases: o.Leases,
		Run: o.Rulebook.PublishDue,
	}
}

const (
	// countEvery: hits of rules are shown for thirty days, so that a minute is nothing; every count reads
	// the day that is under way as a whole.
	countEvery  = time.Minute
	countWithin = 2 * time.Minute
)

// newCounter counts how often rules answer.
func newCounter(o Options) *Periodic {
	return &Periodic{
		Name: "hits of rules", Interval: countEvery, Within: countWithin, Logger: o.Logger, Lease: "hits", Leases: o.Leases,
		Run: o.Rulebook.CountHits,
	}
}
