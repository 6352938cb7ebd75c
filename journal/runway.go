package journal

import (
	"io"
	"os"

	"go.etcd.io/bbolt"
)

// runway is the part of the spool file ahead of the pages in use that has been written
// already, with zeros. A file system that has to find blocks for a page commits its own
// journal with every sync of that page; where the blocks are there, a sync writes data alone.
// Whoever opens the spool owns it, then the committer.
type runway struct {
	end int64 // zeros are written up to here
	off bool  // the disk refused: what that means is for a commit to find out
}

const (
	runwayLeast = 4 << 20
	runwayStep  = 1 << 20
)

var runwayZeros [runwayStep]byte

// build writes a file of which so many bytes are live ahead to size, all or nothing. A file
// of that size has been written ahead before.
func (r *runway) build(f *os.File, live, size int64) error {
	info, err := f.Stat()
	if err != nil {
		return err
	}
	if r.end = size; info.Size() >= size {
		return nil
	}
	for r.end = live; r.end < size && !r.off; {
		r.step(f)
	}
	if r.off {
		return f.Truncate(info.Size())
	}
	return f.Sync()
}

// keep lengthens the runway by one step if little of it is left.
func (r *runway) keep(f io.WriterAt, live int64) {
	r.end = max(r.end, live)
	if r.end-live < runwayLeast && !r.off {
		r.step(f)
	}
}

func (r *runway) step(f io.WriterAt) {
	n, err := f.WriteAt(runwayZeros[:], r.end)
	r.end += int64(n)
	r.off = err != nil
}

// ahead builds the runway of a spool that was just opened.
func (s *spool) ahead() error {
	return s.view(func(tx *bbolt.Tx) error { return s.runway.build(s.file, tx.Size(), s.o.AheadBytes) })
}
