package journal

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// suspectTries is how often a row that fails for an unknown reason is tried before it is set aside.
const suspectTries = 5

// suspect counts the tries of a row that fails for an unknown reason. After suspectTries it
// is set aside, and is poison as soon as another row has been committed meanwhile; when
// nothing commits at all, the fault is not the row's.
func (d *drain) suspect(r *row, cause error) bool {
	if r.tries == 0 {
		r.mark = d.commits
	}
	r.tries++
	if r.tries < suspectTries {
		return false
	}
	if d.commits > r.mark {
		d.storeReduced(r, cause)
		return true
	}
	d.suspects = append(d.suspects, r)
	d.retryAt = time.Now().Add(d.o.hooks.suspectFor)
	return true
}

// retrySuspects tries rows that were set aside again: as soon as something else commits, or
// after a while.
func (d *drain) retrySuspects() {
	if len(d.suspects) == 0 {
		return
	}
	fresh := slices.ContainsFunc(d.suspects, func(r *row) bool { return d.commits > r.mark })
	if !fresh && time.Now().Before(d.retryAt) && !d.ending.Load() {
		return
	}
	list := d.suspects
	d.suspects = nil
	for _, r := range list {
		d.record([]*row{r})
	}
}

// storeReduced stores what is left of a row, or puts its event into quarantine.
func (d *drain) storeReduced(r *row, cause error) {
	for d.ctx.Err() == nil {
		err := d.attemptReduced(r, cause)
		if err == nil {
			d.commits++
			d.rowsDone([]*row{r})
			return
		}
		class := classify(err)
		d.metrics.drainErrors.WithLabelValues(string(class)).Inc()
		if class != models.FaultTransient && class != models.FaultSetup && d.quarantineGroup(r.g) {
			d.rowsDone([]*row{r})
			return
		}
		d.logFault(class, 1, err)
		d.backOff()
	}
}

func (d *drain) attemptReduced(r *row, cause error) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("journal: store panicked: %v", fault)
		}
	}()
	ctx, cancel := context.WithTimeout(d.ctx, recordLimit)
	defer cancel()
	return d.o.Recorder.RecordReduced(ctx, *r.Interaction, cause.Error())
}

// quarantineGroup copies all records of an event into quarantine, once for all its rows, and
// reports whether they are safe.
func (d *drain) quarantineGroup(g *group) bool {
	if g.inQuarantine {
		return true
	}
	list := slices.Clone(g.loose)
	for _, x := range g.removals {
		if slices.ContainsFunc(list, func(r sealedRecord) bool { return r.seq == x.seq }) {
			continue
		}
		value, err := d.spool.event(x.seq)
		if err != nil {
			d.logger.Error("journal: record for quarantine can not be read", "seq", x.seq, "error", err)
			return false
		}
		if value != nil {
			list = append(list, sealedRecord{seq: x.seq, value: value})
		}
	}
	if err := d.quarantine.keep(QuarantinePoison, list); err != nil {
		d.quarantine.fault(err)
		return false
	}
	g.inQuarantine = true
	d.logger.Error("journal: event in quarantine: the database takes it neither whole nor reduced", "records", len(list))
	return true
}
