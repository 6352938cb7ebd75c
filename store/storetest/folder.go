package storetest

import (
	"os"
	"syscall"
	"testing"
)

// memory is a file system in memory, on Linux.
const memory = "/dev/shm"

// Folder returns an empty folder that is removed when the test ends. It lies in memory where the
// machine has a gigabyte to spare there: the databases and spools in it wait for the disk after
// every write, and what a test kills or closes is read back from memory just the same.
func Folder(t testing.TB) string {
	t.Helper()
	dir, err := newFolder("wenzheng-test-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := os.RemoveAll(dir); err != nil {
			t.Errorf("remove the test's folder: %v", err)
		}
	})
	return dir
}

func newFolder(pattern string) (string, error) {
	const gigabyte = 1 << 18 // pages
	var free syscall.Statfs_t
	if syscall.Statfs(memory, &free) == nil && free.Bavail >= gigabyte {
		if dir, err := os.MkdirTemp(memory, pattern); err == nil {
			return dir, nil
		}
	}
	return os.MkdirTemp("", pattern)
}
