package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Classes of drain errors beside those of models: an error the store did not classify.
const faultOther models.FaultClass = "other"

const suspectTries = 5

// store brings groups into the database; it returns when every row is stored, set aside or
// in quarantine, or when the drain is stopped.
func (d *drain) store(batch []*group) {
	rows := make([]*row, 0, 2*len(batch))
	for _, g := range batch {
		list := g.rows()
		if len(list) == 0 {
			d.metrics.unknown.Inc()
			d.acknowledge(g)
		}
		rows = append(rows, list...)
	}
	if len(rows) > 0 {
		d.record(rows)
	}
}

// record writes rows in one transaction, sorted by key so that two instances never lock in
// opposite orders, and repeats until the outcome is known.
func (d *drain) record(rows []*row) {
	rows = sorted(rows)
	for tries := 1; d.ctx.Err() == nil; tries++ {
		err := d.attempt(rows)
		if err == nil {
			d.wait = 0
			d.disposed(rows)
			return
		}
		class := classify(err)
		d.metrics.drainErrors.WithLabelValues(string(class)).Inc()
		d.complain(class, len(rows), err)
		switch {
		case class == models.FaultTransient || class == models.FaultSetup:
		case len(rows) > 1 && (class == models.FaultPoison || tries >= suspectTries):
			half := len(rows) / 2
			d.record(rows[:half])
			d.record(rows[half:])
			return
		case class == models.FaultPoison:
			d.reduce(rows[0], err)
			return
		case len(rows) == 1 && d.suspect(rows[0], err):
			return
		}
		d.backOff()
	}
}

func sorted(rows []*row) []*row {
	slices.SortFunc(rows, func(a, b *row) int { return cmp.Compare(a.MsgKey, b.MsgKey) })
	return rows
}

// attempt calls the store once; a panic of the store is an error like any other.
func (d *drain) attempt(rows []*row) (err error) {
	defer func() {
		if fault := recover(); fault != nil {
			err = fmt.Errorf("journal: store panicked: %v", fault)
		}
	}()
	list := make([]models.Interaction, len(rows))
	for i, r := range rows {
		list[i] = *r.Interaction
	}
	ctx, cancel := context.WithTimeout(d.ctx, recordLimit)
	defer cancel()
	if err := d.o.Recorder.Record(ctx, list); err != nil {
		return err
	}
	d.commits++
	d.tell(list)
	return nil
}

func classify(err error) models.FaultClass {
	var fault *models.StoreFault
	if errors.As(err, &fault) {
		return fault.Class
	}
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, context.Canceled) {
		return models.FaultTransient
	}
	return faultOther
}

// complain logs a fault by what it asks of people; a transient one only when it lasts.
func (d *drain) complain(class models.FaultClass, rows int, err error) {
	switch class {
	case models.FaultSetup:
		d.logger.Error("journal: the database is not set up for us; events wait in the spool", "rows", rows, "error", err)
	case models.FaultPoison:
		d.logger.Warn("journal: the database refuses rows as they are", "rows", rows, "error", err)
	default:
		d.logger.Warn("journal: the database did not take rows; events wait in the spool", "class", string(class), "rows", rows, "error", err)
	}
}

// backOff waits 50 ms, doubling up to 10 s, while direct inserts are served.
func (d *drain) backOff() {
	d.wait = min(max(2*d.wait, d.o.seams.retryMin), d.o.seams.retryMax)
	d.sleep(d.wait)
}

// suspect counts the tries of a row that fails for an unknown reason. After five it is set
// aside, and is poison as soon as another row has been committed meanwhile; when nothing
// commits at all, the fault is not the row's.
func (d *drain) suspect(r *row, cause error) bool {
	if r.tries == 0 {
		r.mark = d.commits
	}
	r.tries++
	if r.tries < suspectTries {
		return false
	}
	if d.commits > r.mark {
		d.reduce(r, cause)
		return true
	}
	d.suspects = append(d.suspects, r)
	d.retryAt = time.Now().Add(d.o.seams.suspectFor)
	return true
}

// reconsider tries rows that were set aside again: as soon as something else commits, or
// after a while.
func (d *drain) reconsider() {
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

// reduce stores what is left of a row, or puts its event into quarantine.
func (d *drain) reduce(r *row, cause error) {
	for d.ctx.Err() == nil {
		err := d.attemptReduced(r, cause)
		if err == nil {
			d.commits++
			d.disposed([]*row{r})
			return
		}
		class := classify(err)
		d.metrics.drainErrors.WithLabelValues(string(class)).Inc()
		if class != models.FaultTransient && class != models.FaultSetup && d.isolate(r.g) {
			d.disposed([]*row{r})
			return
		}
		d.complain(class, 1, err)
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

// isolate copies all records of an event into quarantine, once for all its rows, and reports
// whether they are safe.
func (d *drain) isolate(g *group) bool {
	if g.isolated {
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
	if err := d.quar.keep(QuarantinePoison, list); err != nil {
		d.quar.fault(err)
		return false
	}
	g.isolated = true
	d.logger.Error("journal: event in quarantine: the database takes it neither whole nor reduced", "records", len(list))
	return true
}

// disposed counts rows off their groups; a group without open rows leaves the spool.
func (d *drain) disposed(rows []*row) {
	for _, r := range rows {
		if r.g.left--; r.g.left == 0 {
			d.acknowledge(r.g)
		}
	}
}
