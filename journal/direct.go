package journal

import (
	"context"
	"errors"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

var errNotStored = errors.New("journal: neither the spool nor the database took the event")

// collect takes the direct inserts that wait beside the first.
func (d *drain) collect(first *direct) []*direct {
	list := []*direct{first}
	for len(list) < batchRows {
		select {
		case x := <-d.directs:
			list = append(list, x)
		default:
			return list
		}
	}
	return list
}

// serveWaiting handles direct inserts that wait, ahead of the backlog.
func (d *drain) serveWaiting() {
	for {
		select {
		case x := <-d.directs:
			d.insert(d.collect(x))
		case r := <-d.retries:
			d.retryQuarantine(r)
		default:
			return
		}
	}
}

// insert writes events straight into the database while their senders wait. A transient
// fault is tried again as long as anybody does.
func (d *drain) insert(list []*direct) {
	deadline := time.Now().Add(d.o.DirectTimeout)
	for d.ctx.Err() == nil {
		if list = stillWaiting(list); len(list) == 0 {
			return
		}
		err := d.insertOnce(list, deadline)
		if err == nil {
			d.metrics.directs.Add(float64(len(list)))
			finishDirects(list, nil)
			return
		}
		class := classify(err)
		d.metrics.drainErrors.WithLabelValues(string(class)).Inc()
		if class == models.FaultPoison || class == faultOther {
			d.insertEach(list, deadline, err)
			return
		}
		if time.Now().Add(d.o.hooks.retryMin).After(deadline) {
			finishDirects(list, err)
			return
		}
		d.pause(d.o.hooks.retryMin)
	}
	finishDirects(list, errClosed)
}

// insertEach inserts the events one by one, so that a poison row fails alone.
func (d *drain) insertEach(list []*direct, deadline time.Time, cause error) {
	for _, x := range list {
		err := cause
		if len(list) > 1 {
			err = d.insertOnce([]*direct{x}, deadline)
		}
		if err != nil && classify(err) == models.FaultPoison {
			err = d.attemptReduced(&row{Interaction: &x.row}, err)
		}
		if err == nil {
			d.metrics.directs.Inc()
		}
		finishDirects([]*direct{x}, err)
	}
}

func (d *drain) insertOnce(list []*direct, deadline time.Time) error {
	rows := make([]*row, len(list))
	for i, x := range list {
		rows[i] = &row{Interaction: &x.row}
	}
	if !time.Now().Before(deadline) {
		return context.DeadlineExceeded
	}
	return d.attempt(sorted(rows))
}

func stillWaiting(list []*direct) []*direct {
	kept := list[:0]
	for _, x := range list {
		select {
		case <-x.gone:
		default:
			kept = append(kept, x)
		}
	}
	return kept
}

func finishDirects(list []*direct, err error) {
	for _, x := range list {
		x.done <- err
	}
}
