//go:build linux

package main

import (
	"context"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// leftovers are the files of a folder that no command should leave.
func leftovers(t *testing.T, dir string) []string {
	t.Helper()
	list, err := filepath.Glob(filepath.Join(dir, ".*.part"))
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// writers are the commands that write a file of a name the operator gives, and how the file begins.
func writers(o *office) map[string]func(path string) []string {
	samples := o.write("样本.csv", "topic,text\n"+strings.Repeat("公积金,公积金怎么提取\n公积金,住房公积金提取条件\n社保,社保卡怎么补办\n社保,社保卡丢失补办\n", 5))
	return map[string]func(path string) []string{
		"indices":      func(path string) []string { return []string{"indices", "--format", "json", "--out", path} },
		"report":       func(path string) []string { return []string{"report", "--quarter", "2026Q1", "--out", path} },
		"rules export": func(path string) []string { return []string{"rules", "export", path, "--format", "csv"} },
		"topics learn": func(path string) []string { return []string{"topics", "learn", samples, "--out", path} },
	}
}

func TestOutput_LinksAreFollowedAndModesKept(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	for name, args := range writers(o) {
		dir := t.TempDir()
		file, link, dangling := filepath.Join(dir, "file"), filepath.Join(dir, "link"), filepath.Join(dir, "dangling")
		if err := os.WriteFile(file, []byte("old"), 0o640); err != nil {
			t.Fatal(err)
		}
		for from, to := range map[string]string{link: "file", dangling: "later"} {
			if err := os.Symlink(to, from); err != nil {
				t.Fatal(err)
			}
		}
		o.must(args(link)...)
		o.must(args(dangling)...)
		for _, path := range []string{file, filepath.Join(dir, "later")} {
			if b, err := os.ReadFile(path); err != nil || len(b) < 10 {
				t.Errorf("%s: %s holds %q: %v", name, path, b, err)
			}
		}
		for path, mode := range map[string]os.FileMode{file: 0o640, link: os.ModeSymlink, dangling: os.ModeSymlink} {
			if info, err := os.Lstat(path); err != nil || info.Mode()&(os.ModeSymlink|0o777) != mode && info.Mode()&os.ModeSymlink == 0 {
				t.Errorf("%s: %s has become %v: %v", name, path, info.Mode(), err)
			}
		}
		if left := leftovers(t, dir); len(left) > 0 {
			t.Errorf("%s leaves %v", name, left)
		}
	}
}

func TestOutput_ReadOnlyFileIsRefusedAndKept(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	for name, args := range writers(o) {
		file := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(file, []byte("old"), 0o444); err != nil {
			t.Fatal(err)
		}
		r := o.run(args(file)...)
		if b, err := os.ReadFile(file); r.code != 1 || !strings.Contains(r.stderr, "只读") || string(b) != "old" {
			t.Errorf("%s: exit %d %s, the file holds %q: %v", name, r.code, r.stderr, b, err)
		}
	}
}

// TestOutput_FullDiskIsToldAndLeavesNothing writes to a device that is always full.
func TestOutput_FullDiskIsToldAndLeavesNothing(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	for name, args := range writers(o) {
		r := o.run(args("/dev/full")...)
		info, err := os.Lstat("/dev/full")
		if r.code != 1 || !strings.Contains(r.stderr, "磁盘已满") || err != nil || info.Mode()&os.ModeCharDevice == 0 {
			t.Errorf("%s: exit %d %s%s, /dev/full is %v: %v", name, r.code, r.stdout, r.stderr, info.Mode(), err)
		}
	}
}

func TestOutput_PipeIsWrittenThrough(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	for name, args := range writers(o) {
		pipe := filepath.Join(t.TempDir(), "pipe")
		if err := syscall.Mkfifo(pipe, 0o600); err != nil {
			t.Fatal(err)
		}
		got := make(chan string, 1)
		go func() {
			b, _ := os.ReadFile(pipe)
			got <- string(b)
		}()
		o.must(args(pipe)...)
		if text := <-got; len(text) < 10 {
			t.Errorf("%s: the reader got %q", name, text)
		}
		if info, err := os.Lstat(pipe); err != nil || info.Mode()&os.ModeNamedPipe == 0 {
			t.Errorf("%s: the pipe has become %v: %v", name, info.Mode(), err)
		}
	}
}

// TestOutput_StandardOutputByNameKeepsWhatIsThere appends as the shell's >> asks for.
func TestOutput_StandardOutputByNameKeepsWhatIsThere(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	file := o.write("all.csv", "first line\n")
	f, err := os.OpenFile(file, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for _, path := range []string{"/dev/stdout", "-", file, "/dev/fd/1"} {
		cmd := exec.Command(binary(t), "rules", "export", path, "--format", "csv")
		cmd.Env, cmd.Dir, cmd.Stdout, cmd.Stderr = o.environ(), o.dir, f, os.Stderr
		if err := cmd.Run(); err != nil {
			t.Fatalf("%s: %v", path, err)
		}
	}
	b, err := os.ReadFile(file)
	if err != nil || !strings.HasPrefix(string(b), "first line\n") || strings.Count(string(b), `"name","match",`) != 4 || strings.Contains(string(b), "已导出") {
		t.Errorf("%v, the file holds\n%s", err, b)
	}
}

// TestWriteFile_FaultLeavesTheOldFile holds that a file is replaced by a whole one only.
func TestWriteFile_FaultLeavesTheOldFile(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	if err := os.WriteFile(file, []byte("old"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := &program{stdout: io.Discard}
	err := p.writeFile(file, func(w io.Writer) error {
		_, _ = io.WriteString(w, "half")
		return &os.PathError{Op: "write", Path: filepath.Join(dir, ".file.123.part"), Err: syscall.ENOSPC}
	})
	b, _ := os.ReadFile(file)
	if err == nil || plainly(err) != file+" 写不进去，磁盘已满，请清出空间" || string(b) != "old" || len(leftovers(t, dir)) > 0 {
		t.Errorf("%v, the file holds %q, beside it %v", err, b, leftovers(t, dir))
	}
}

// TestExportIntoAPipeNobodyReadsEndsBySignal: neither opening nor writing may outlive the signal.
func TestExportIntoAPipeNobodyReadsEndsBySignal(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	pipe := filepath.Join(o.dir, "pipe")
	if err := syscall.Mkfifo(pipe, 0o600); err != nil {
		t.Fatal(err)
	}
	silent, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer silent.Close()
	defer w.Close()
	if err := w.SetWriteDeadline(time.Now().Add(50 * time.Millisecond)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, 1<<20)); err == nil {
		t.Fatal("the pipe takes a megabyte")
	}
	for _, tc := range []struct {
		name   string
		args   []string
		stdout *os.File
		signal syscall.Signal
		code   int
	}{
		{"open", []string{"rules", "export", pipe, "--format", "csv"}, nil, syscall.SIGTERM, 143},
		{"open interrupted", []string{"indices", "--out", pipe}, nil, syscall.SIGINT, 130},
		{"write", []string{"log", "export"}, w, syscall.SIGTERM, 143},
	} {
		cmd := exec.Command(binary(t), tc.args...)
		cmd.Env, cmd.Dir = o.environ(), o.dir
		if tc.stdout != nil {
			cmd.Stdout = tc.stdout
		}
		checkSignal(t, tc.name, cmd, tc.signal, tc.code)
	}
}

// checkSignal starts a command that waits for somebody and holds that a signal ends it.
func checkSignal(t *testing.T, name string, cmd *exec.Cmd, sig syscall.Signal, code int) {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { defer close(ended); _ = cmd.Wait() }()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	defer cmd.Process.Kill()
	eventually(t, 10*time.Second, name+" waits", func() bool { return blocked(cmd.Process.Pid) })
	began := time.Now()
	if err := cmd.Process.Signal(sig); err != nil {
		t.Fatal(err)
	}
	select {
	case <-ended:
	case <-ctx.Done():
		t.Fatalf("%s: the command ignores %v", name, sig)
	}
	if got := cmd.ProcessState.ExitCode(); got != code || time.Since(began) > abandonAfter+4*time.Second {
		t.Errorf("%s: exit %d after %v, want %d", name, got, time.Since(began), code)
	}
}

// blocked reports whether a thread of a process is blocked in opening, reading or writing a pipe or a
// terminal.
func blocked(pid int) bool {
	tasks, _ := filepath.Glob("/proc/" + strconv.Itoa(pid) + "/task/*/wchan")
	for _, path := range tasks {
		b, _ := os.ReadFile(path)
		if text := string(b); strings.Contains(text, "pipe") || strings.Contains(text, "fifo") || strings.Contains(text, "tty") || strings.Contains(text, "wait_for_partner") {
			return true
		}
	}
	return false
}

func TestOut_RefusesTheEndingOfAnotherKind(t *testing.T) {
	t.Parallel()
	o := toy(t, "")
	file := o.write("主题.csv", "topic,text\n社保,社保卡丢了怎么补办\n交通,公交车几点停运\n")
	for _, args := range [][]string{
		{"report", "--quarter", "2026Q1", "--out", "三季度.xlsx"},
		{"report", "--quarter", "2026Q1", "--out", "三季度.html", "--xlsx", "三季度.csv"},
		{"topics", "learn", file, "--out", "主题.xlsx"},
		{"indices", "--out", "指标.pdf"},
	} {
		if r := o.run(args...); r.code == 0 || !strings.Contains(r.stderr, "结尾") || strings.Count(r.stderr, "\n") != 1 {
			t.Errorf("%v: exit %d, %s", args, r.code, r.stderr)
		}
	}
}
