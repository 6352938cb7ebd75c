package journal

import (
	"context"
	"errors"

	"github.com/wenzheng/wenzheng/models"
)

var errIncomplete = errors.New("sealer and recorder are required")

// retry is a person's wish to have the quarantine tried again.
type retry struct {
	ctx       context.Context //nolint:containedctx // of the one who asked
	stored    int
	remaining int
	err       error
	done      chan struct{}
}

// again stores the entries of the quarantine one by one. What the database refuses stays.
func (d *drain) again(r *retry) {
	defer close(r.done)
	list, err := d.quar.list()
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
			err = d.restore(x)
		}
		if err != nil {
			d.logger.Warn("journal: entry stays in quarantine", "name", x.Name, "error", err)
			r.remaining++
			continue
		}
		r.stored++
	}
}

// restore stores the events of one entry in one transaction.
func (d *drain) restore(x Quarantined) error {
	list, err := d.quar.read(x.Name)
	if err != nil {
		return err
	}
	groups := make(map[string]*group)
	for _, s := range list {
		rec, err := d.vault.open(s.seq, s.value)
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
	return d.quar.drop(x.Name, len(list))
}
