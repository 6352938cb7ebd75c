//go:build unix

package outfile

import (
	"io/fs"
	"os"
	"syscall"
)

// keepOwner leaves a file to whom it belonged, where root writes for somebody else.
func keepOwner(path string, old fs.FileInfo) {
	if s, ok := old.Sys().(*syscall.Stat_t); ok && os.Geteuid() == 0 {
		_ = os.Chown(path, int(s.Uid), int(s.Gid)) // what can not be kept is no reason to fail
	}
}
