package config

import (
	"errors"
	"testing"
)

func TestMachineMemory_LessOfMachineAndContainer(t *testing.T) {
	const meminfo, cgroup, old = "/proc/meminfo", "/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"
	for _, c := range []struct {
		files map[string]string
		want  int64
	}{
		{nil, 0},
		{map[string]string{meminfo: "MemTotal:        8388608 kB\nMemFree: 1 kB\n"}, 8 << 30},
		{map[string]string{meminfo: "MemTotal:        8388608 kB\n", cgroup: "max\n"}, 8 << 30},
		{map[string]string{meminfo: "MemTotal:        8388608 kB\n", cgroup: "1073741824\n"}, 1 << 30},
		{map[string]string{meminfo: "MemTotal:        8388608 kB\n", old: "9223372036854771712\n"}, 8 << 30},
		{map[string]string{meminfo: "nonsense", old: "536870912"}, 512 << 20},
	} {
		got := machineMemory(func(path string) ([]byte, error) {
			if text, there := c.files[path]; there {
				return []byte(text), nil
			}
			return nil, errors.New("not there")
		})
		if got != c.want {
			t.Errorf("%v: %d bytes, want %d", c.files, got, c.want)
		}
	}
	if got := (&Settings{Memory: 3 << 30}).MemoryLimit(); got != 3<<30 {
		t.Errorf("a limit that is set: %d", got)
	}
	if got := (&Settings{}).MemoryLimit(); got < leastMemory {
		t.Errorf("the usual limit: %d", got)
	}
}
