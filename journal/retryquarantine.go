package journal

import (
	"context"

	"github.com/wenzheng/wenzheng/models"
)

// retryRequest asks the drain to try the quarantine again; the results are set before done is closed.
type retryRequest struct {
	ctx       context.Context //nolint:containedctx // of the one who asked
	stored    int
	remaining int
	err       error
	done      chan struct{}
}

// retryQuarantine stores the entries of the quarantine one by one. What the database refuses stays.
func (d *drain) retryQuarantine(r *retryRequest) {
	defer close(r.done)
	list, err := d.quarantine.list()
	if err != nil {
		r.err = err
		return
	}
	for _, x := range list {
		if x.Kind == QuarantineFile {
			continue
		}
		err := r.ctx.Err()
		if err == nil {
			err = d.retryEntry(x)
		}
		if err != nil {
			d.logger.Warn("journal: entry stays in quarantine", "name", x.Name, "error", err)
			r.remaining++
			continue
		}
		r.stored++
	}
}

// retryEntry stores the events of one entry in one transaction.
func (d *drain) retryEntry(x Quarantined) error {
	list, err := d.quarantine.read(x.Name)
	if err != nil {
		return err
	}
	groups := make(map[string]*group)
	for _, s := range list {
		rec, err := d.cipher.open(s.seq, s.value)
		if err != nil {
			return err
		}
		g := groups[rec.Key]
		if g == nil {
			g = &group{key: rec.Key}
			groups[rec.Key] = g
		}
		g.absorb(rec, d.o.Now())
	}
	var rows []*row
	for _, g := range groups {
		rows = append(rows, g.rows()...)
	}
	if len(rows) == 0 {
		return models.NewError(models.CodeNotFound, "隔离文件 "+x.Name+" 中没有记录")
	}
	if err := d.attempt(sorted(rows)); err != nil {
		return err
	}
	return d.quarantine.drop(x.Name, len(list))
}
