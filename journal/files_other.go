//go:build !linux

package journal

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// Elsewhere the kind of file system is not known, and bbolt's own lock keeps a second
// process out.

func volatileFS(string) (name string, volatile bool, err error) { return "", false, nil }

func ownedByUs(fs.FileInfo) bool { return true }

func lockFile(*os.File) (bool, error) { return true, nil }

func unlockFile(f *os.File) { _ = f.Close() }

func allocate(f *os.File, size int64) error { return writeZeros(f, size) }

func diskFull(err error) bool { return errors.Is(err, syscall.ENOSPC) }
