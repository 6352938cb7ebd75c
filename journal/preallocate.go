package journal

import "go.etcd.io/bbolt"

// preallocator keeps the part of the spool file behind the pages in use filled with zeros. A
// file system that has to find blocks for a page commits its own journal with every sync of
// that page; where the blocks are there, a sync writes data alone, which is worth 10 % of the
// callbacks a second (docs/benchmarks.md). Whoever opens the spool owns it, then the committer.
type preallocator struct {
	end int64 // zeros are written up to here
	off bool  // the disk refused: what that means is for a commit to find out
}

const (
	preallocateLeast = 4 << 20
	preallocateStep  = 1 << 20
)

var zeros [preallocateStep]byte

// disk is what a preallocator needs of the file.
type disk interface {
	WriteAt(b []byte, at int64) (int, error)
	Truncate(size int64) error
	Sync() error
}

// fill writes zeros into a file of so many bytes, of which the first are live, up to size, or
// leaves the file as it is where the disk refuses. A file of that size was filled before.
func (p *preallocator) fill(f disk, bytes, live, size int64) error {
	if bytes >= size {
		p.end = size
		return nil
	}
	for p.end = live; p.end < size && !p.off; {
		p.step(f)
	}
	if p.off {
		return f.Truncate(bytes)
	}
	return f.Sync()
}

// extend writes one step more if few zeros are left.
func (p *preallocator) extend(f disk, live int64) {
	p.end = max(p.end, live)
	if p.end-live < preallocateLeast && !p.off {
		p.step(f)
	}
}

func (p *preallocator) step(f disk) {
	n, err := f.WriteAt(zeros[:], p.end)
	p.end += int64(n)
	p.off = err != nil
}

// preallocate fills the file of a spool that was just opened.
func (s *spool) preallocate() error {
	info, err := s.file.Stat()
	if err != nil {
		return err
	}
	return s.view(func(tx *bbolt.Tx) error {
		return s.preallocator.fill(s.file, info.Size(), tx.Size(), s.o.PreallocateBytes)
	})
}
