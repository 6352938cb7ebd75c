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
