//go:build linux || darwin || freebsd

package main

import (
	"os"
	"syscall"
	"unsafe"
)

// terminalColumns asks the terminal how wide it is.
func terminalColumns(f *os.File) int {
	var size [4]uint16                                                                                            // rows, columns, pixels
	_, _, fault := syscall.Syscall(syscall.SYS_IOCTL, f.Fd(), syscall.TIOCGWINSZ, uintptr(unsafe.Pointer(&size))) //nolint:gosec // the call has no safe form
	if fault != 0 || size[1] == 0 {
		return usualColumns
	}
	return int(size[1])
}
