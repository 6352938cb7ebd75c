//go:build !unix

package outfile

import "io/fs"

// keepOwner has nothing to keep where files have no numbered owner.
func keepOwner(string, fs.FileInfo) {}
