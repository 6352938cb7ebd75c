package journal

import "go.etcd.io/bbolt"

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

// disk is what a runway needs of the file.
type disk interface {
	WriteAt(b []byte, at int64) (int, error)
	Truncate(size int64) error
	Sync() error
}

// build writes a file of so many bytes, of which the first are live, ahead to size, or leaves
// it as it is where the disk refuses. A file of that size has been written ahead before.
func (r *runway) build(f disk, bytes, live, size int64) error {
	if bytes >= size {
		r.end = size
		return nil
	}
	for r.end = live; r.end < size && !r.off; {
		r.step(f)
	}
	if r.off {
		return f.Truncate(bytes)
	}
	return f.Sync()
}

// keep lengthens the runway by one step if little of it is left.
func (r *runway) keep(f disk, live int64) {
	r.end = max(r.end, live)
	if r.end-live < runwayLeast && !r.off {
		r.step(f)
	}
}

func (r *runway) step(f disk) {
	n, err := f.WriteAt(runwayZeros[:], r.end)
	r.end += int64(n)
	r.off = err != nil
}

// ahead builds the runway of a spool that was just opened.
func (s *spool) ahead() error {
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	return s.view(func(tx *bbolt.Tx) error { return s.runway.build(s.file, info.Size(), tx.Size(), s.o.AheadBytes) })
}
