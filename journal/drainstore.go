package journal

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/wenzheng/wenzheng/models"
)

// Classes of drain errors beside those of models: an error the store did not classify.
const faultOther models.FaultClass = "other"

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
			d.backoff = 0
			d.rowsDone(rows)
			return
		}
		class := classify(err)
		d.metrics.drainErrors.WithLabelValues(string(class)).Inc()
		d.logFault(class, len(rows), err)
		switch {
		case class == models.FaultTransient || class == models.FaultSetup:
		case len(rows) > 1 && (class == models.FaultPoison || tries >= suspectTries):
			half := len(rows) / 2
			d.record(rows[:half])
			d.record(rows[half:])
			return
		case class == models.FaultPoison:
			d.storeReduced(rows[0], err)
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
	d.notifyStored(list)
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

// logFault logs a fault by what it asks of people; a transient one only when it lasts.
func (d *drain) logFault(class models.FaultClass, rows int, err error) {
	switch class {
	case models.FaultSetup:
		d.logger.Error("journal: the database is not set up for us; events wait in the spool", "rows", rows, "error", err)
	case models.FaultPoison:
		d.logger.Warn("journal: the database refuses rows as they are", "rows", rows, "error", err)
	default:
		d.logger.Warn("journal: the database did not take rows; events wait in the spool", "class", string(class), "rows", rows, "error", err)
	}
}

// rowsDone counts rows off their groups; a group without open rows leaves the spool.
func (d *drain) rowsDone(rows []*row) {
	for _, r := range rows {
		if r.g.left--; r.g.left == 0 {
			d.acknowledge(r.g)
		}
	}
}
