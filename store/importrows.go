package store

import (
	"context"
	"errors"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// An import is written in larger transactions than the drain's: a commit costs the same
// whatever it holds, and rows of one citizen or hour meet in one.
const (
	importRows  = 4000
	importBytes = 4 << 20
)

// Import stores rows from elsewhere, in batches of their own transactions,
// and returns how many were new. Rows that are there already are left as they are, so an
// import may be repeated; after an error the rows counted are in the log.
func (s *Store) Import(ctx context.Context, rows []models.Interaction, follow Follow) (added int, err error) {
	next := s.prepare(rows)
	for {
		batch := <-next
		if batch.err != nil || batch.n == 0 {
			return added, fault(batch.err)
		}
		rows = rows[batch.n:]
		next = s.prepare(rows)
		fresh, err := s.appendPatiently(ctx, batch.rows, follow)
		if err != nil {
			<-next
			return added, fault(err)
		}
		added += len(fresh)
	}
}

// prepared is a batch ready to be written: the first n rows of a list.
type prepared struct {
	rows []*NewRow
	n    int
	err  error
}

// prepare masks and seals the next batch while the one before it is being written. The
// channel gives one value; whoever calls prepare must take it.
func (s *Store) prepare(list []models.Interaction) <-chan prepared {
	out := make(chan prepared, 1)
	go func() {
		n, size := 0, 0
		for n < len(list) && n < importRows && (n == 0 || size+len(list[n].Raw)+len(list[n].Content) <= importBytes) {
			size += len(list[n].Raw) + len(list[n].Content)
			n++
		}
		rows, err := s.rows(list[:n])
		out <- prepared{rows, n, err}
	}()
	return out
}

// importTries and importPause bound how long an import waits for a busy database; it has
// no journal behind it that would try again.
const (
	importTries = 10
	importPause = 200 * time.Millisecond
)

func (s *Store) appendPatiently(ctx context.Context, rows []*NewRow, follow Follow) ([]*NewRow, error) {
	for try := 1; ; try++ {
		fresh, err := s.appendRows(ctx, rows, follow)
		var f *models.StoreFault
		if err == nil || try == importTries || !errors.As(fault(err), &f) || f.Class != models.FaultTransient {
			return fresh, err
		}
		select {
		case <-ctx.Done():
			return nil, err
		case <-time.After(importPause):
		}
	}
}
