package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"go.etcd.io/bbolt"

	"github.com/wenzheng/wenzheng/models"
)

// Inspect reads the state of a spool that no process uses, without its key and without
// changing anything. A missing spool is an empty one.
func Inspect(dir string) (Stats, []Quarantined, error) {
	q := &quarantine{dir: filepath.Join(dir, quarantineDir)}
	list, err := q.list()
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return Stats{}, nil, err
	}
	var s Stats
	for _, x := range list {
		s.Quarantined += int64(x.Records)
	}
	f, err := os.Open(filepath.Join(dir, spoolFile)) //nolint:gosec // the operator's own folder
	if errors.Is(err, fs.ErrNotExist) {
		s.Missing = missing(dir, 0)
		return s, list, nil
	}
	if err != nil {
		return s, list, fmt.Errorf("journal: inspect: %w", err)
	}
	defer f.Close() //nolint:errcheck // only read
	held, err := lockFile(f)
	if err != nil {
		return s, list, fmt.Errorf("journal: inspect: %w", err)
	}
	if !held {
		return s, list, lockedError(dir)
	}
	info, err := f.Stat()
	if err != nil {
		return s, list, fmt.Errorf("journal: inspect: %w", err)
	}
	if info.Size() == 0 {
		s.Missing = missing(dir, 0)
		return s, list, nil
	}
	seen := inspect(f, info.Size())
	s.Instance, s.Events, s.Answers, s.Bytes = seen.instance, seen.events, seen.answers, info.Size()
	s.OldestUnstored, s.Damaged = seen.oldest, int64(len(seen.faults))
	if s.Damaged > 0 {
		s.Missing = missing(dir, s.Events)
	}
	return s, list, nil
}

const compactTx = 8 << 20

// Compact rewrites the spool of a stopped server without its free pages and returns its
// size before and after. The old file is replaced only when the new one is on the disk.
func Compact(dir string) (before, after int64, err error) {
	path := filepath.Join(dir, spoolFile)
	f, err := openLocked(path)
	if err != nil {
		return 0, 0, err
	}
	defer f.Close() //nolint:errcheck // the lock ends with the process at the latest
	info, err := f.Stat()
	if err != nil {
		return 0, 0, fmt.Errorf("journal: compact: %w", err)
	}
	before = info.Size()
	if before == 0 {
		return 0, 0, nil
	}
	if faults := inspect(f, before).faults; len(faults) > 0 {
		return before, before, models.NewError(codeUnsafe, "日志文件已损坏，不能压缩：请先启动一次服务，让它自行抢救")
	}
	fresh := path + ".new"
	if err := os.Remove(fresh); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return before, before, fmt.Errorf("journal: compact: %w", err)
	}
	if err := rewrite(f, fresh, path); err != nil {
		_ = os.Remove(fresh)
		return before, before, fmt.Errorf("journal: compact: %w", err)
	}
	if err := syncDir(dir); err != nil {
		return before, before, err
	}
	info, err = os.Stat(path)
	if err != nil {
		return before, before, fmt.Errorf("journal: compact: %w", err)
	}
	return before, info.Size(), nil
}

// rewrite copies the buckets of a locked file and puts the copy in its place, all under the
// lock, which bbolt ends when it closes the file.
func rewrite(locked *os.File, fresh, path string) (err error) {
	opened := func(string, int, fs.FileMode) (*os.File, error) { return locked, nil }
	src, err := bbolt.Open(path, fileMode, &bbolt.Options{ReadOnly: true, Timeout: time.Second, OpenFile: opened})
	if err != nil {
		return err
	}
	defer src.Close() //nolint:errcheck // only read
	dst, err := bbolt.Open(fresh, fileMode, &bbolt.Options{Timeout: time.Second, NoFreelistSync: true, FreelistType: bbolt.FreelistMapType})
	if err != nil {
		return err
	}
	err = bbolt.Compact(dst, src, compactTx)
	if err == nil {
		err = dst.Sync()
	}
	if closeErr := dst.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return err
	}
	return os.Rename(fresh, path)
}
