package journal

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// File systems that lose their files at a restart (linux/magic.h).
const (
	magicTmpfs   = 0x01021994
	magicRamfs   = 0x858458f6
	magicOverlay = 0x794c7630
)

func volatileFS(dir string) (name string, volatile bool, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return "", false, err
	}
	switch uint32(st.Type) { //nolint:gosec // magic numbers have 32 bits
	case magicTmpfs:
		return "tmpfs", true, nil
	case magicRamfs:
		return "ramfs", true, nil
	case magicOverlay:
		return "overlay", true, nil
	}
	return "", false, nil
}

func ownedByUs(info fs.FileInfo) bool {
	st, ok := info.Sys().(*syscall.Stat_t)
	return !ok || int(st.Uid) == os.Geteuid()
}

// lockFile takes the lock that bbolt takes; false means that somebody else holds it.
func lockFile(f *os.File) (bool, error) {
	err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if errors.Is(err, syscall.EWOULDBLOCK) {
		return false, nil
	}
	return err == nil, err
}

// unlockFile gives the lock back and closes f even where a mapping still holds it open.
func unlockFile(f *os.File) {
	_ = syscall.Flock(int(f.Fd()), syscall.LOCK_UN)
	_ = f.Close()
}

// allocate gives the file real blocks, so that deleting it frees as many.
func allocate(f *os.File, size int64) error {
	err := syscall.Fallocate(int(f.Fd()), 0, 0, size)
	if errors.Is(err, syscall.EOPNOTSUPP) || errors.Is(err, syscall.ENOSYS) {
		return writeZeros(f, size)
	}
	return err
}

// diskFull reports whether err says that no space is left: on the disk, in the quota, or up
// to the limit on file sizes.
func diskFull(err error) bool {
	return errors.Is(err, syscall.ENOSPC) || errors.Is(err, syscall.EDQUOT) || errors.Is(err, syscall.EFBIG)
}
