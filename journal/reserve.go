package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// reserve is disk space held back, so that a full disk can still be drained: deleting
// records writes pages too. While it is given up, only deletions reach the spool.
type reserve struct {
	path   string
	size   int64
	before func() error
}

func newReserve(o *Options) *reserve {
	return &reserve{path: filepath.Join(o.Dir, reserveFile), size: o.ReserveBytes, before: o.hooks.reserve}
}

// make takes the space and reports whether it is held.
func (r *reserve) make() error {
	if r.size <= 0 {
		return nil
	}
	if info, err := os.Stat(r.path); err == nil && info.Size() == r.size {
		return nil
	}
	if r.before != nil {
		if err := r.before(); err != nil {
			return err
		}
	}
	f, err := os.OpenFile(r.path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, fileMode)
	if err != nil {
		return fmt.Errorf("journal: make reserve: %w", err)
	}
	err = allocate(f, r.size)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		_ = os.Remove(r.path)
		return fmt.Errorf("journal: make reserve: %w", err)
	}
	return nil
}

// release gives the space back and reports whether there was any.
func (r *reserve) release() bool {
	if r.size <= 0 {
		return false
	}
	err := os.Remove(r.path)
	return err == nil || !errors.Is(err, fs.ErrNotExist)
}

func writeZeros(f *os.File, size int64) error {
	zeros := make([]byte, 1<<20)
	for size > 0 {
		n := min(size, int64(len(zeros)))
		if _, err := f.Write(zeros[:n]); err != nil {
			return err
		}
		size -= n
	}
	return nil
}
