//go:build !linux && !darwin && !freebsd

package main

import "os"

// terminalColumns takes the terminal for one of 80 columns.
func terminalColumns(*os.File) int { return 80 }
