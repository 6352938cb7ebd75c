package config

import (
	"bufio"
	"bytes"
	"os"
	"strconv"
	"strings"
)

const (
	// machineShare is the part of the machine's memory that the program takes where it is not told.
	machineShare = 4
	leastMemory  = 256 << 20
	// usualMemory is the limit on a machine that does not say how much it has.
	usualMemory = 1 << 30
)

// MemoryLimit is what the garbage collector is to keep to, in bytes: the setting, else a share of the
// machine or the container.
func (s *Settings) MemoryLimit() int64 {
	if s.Memory > 0 {
		return s.Memory
	}
	total := machineMemory(os.ReadFile)
	if total == 0 {
		return usualMemory
	}
	return max(leastMemory, total/machineShare)
}

// machineMemory is the memory of the machine, or of the container if that is less, in bytes; 0 =
// not known. It is what Linux says of itself.
func machineMemory(read func(string) ([]byte, error)) int64 {
	total := int64(0)
	least := func(n int64) {
		if n > 0 && (total == 0 || n < total) {
			total = n
		}
	}
	if info, err := read("/proc/meminfo"); err == nil {
		for lines := bufio.NewScanner(bytes.NewReader(info)); lines.Scan(); {
			if rest, found := strings.CutPrefix(lines.Text(), "MemTotal:"); found {
				n, _ := strconv.ParseInt(strings.TrimSuffix(strings.TrimSpace(rest), " kB"), 10, 64)
				least(n << 10)
			}
		}
	}
	for _, path := range []string{"/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"} {
		if text, err := read(path); err == nil {
			n, _ := strconv.ParseInt(strings.TrimSpace(string(text)), 10, 64) // "max" = 0
			least(n)
		}
	}
	return total
}
