//go:build linux

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// openTerminal makes a pseudo terminal: ours is what a person types and sees, theirs is the
// terminal of a program.
func openTerminal(t *testing.T) (ours, theirs *os.File) {
	t.Helper()
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { ours.Close() })
	var unlock, number int32
	for _, call := range []struct {
		request uintptr
		value   *int32
	}{{syscall.TIOCSPTLCK, &unlock}, {syscall.TIOCGPTN, &number}} {
		if _, _, fault := syscall.Syscall(syscall.SYS_IOCTL, ours.Fd(), call.request, uintptr(unsafe.Pointer(call.value))); fault != 0 {
			t.Fatal(fault)
		}
	}
	theirs, err = os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|syscall.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { theirs.Close() })
	return ours, theirs
}

// atTerminal starts the real program at a terminal of its own; screen is what is seen there.
func (o *office) atTerminal(t *testing.T, args ...string) (cmd *exec.Cmd, keyboard io.Writer, screen *output) {
	t.Helper()
	ours, theirs := openTerminal(t)
	cmd = exec.Command(binary(t), args...)
	cmd.Env, cmd.Dir = o.environ(), o.dir
	cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs, theirs, theirs
	cmd.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	screen = &output{}
	go io.Copy(screen, ours)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = cmd.Process.Kill() })
	return cmd, ours, screen
}

func (w *output) await(t *testing.T, text string) {
	t.Helper()
	eventually(t, 20*time.Second, "the terminal shows "+text, func() bool { return strings.Contains(w.String(), text) })
}

// echoes reports whether the terminal of a program shows what is typed.
func echoes(t *testing.T, cmd *exec.Cmd) bool {
	t.Helper()
	var state syscall.Termios
	terminal, ok := cmd.Stdin.(*os.File)
	if !ok {
		t.Fatal("no terminal")
	}
	_, _, fault := syscall.Syscall(syscall.SYS_IOCTL, terminal.Fd(), syscall.TCGETS, uintptr(unsafe.Pointer(&state)))
	if fault != 0 {
		t.Fatal(fault)
	}
	return state.Lflag&syscall.ECHO != 0
}

func newAccount(o *office) []string {
	return []string{
		"account", "add", "--app-id", o.account.AppID, "--name", o.account.Name, "--kind", "service",
		"--token", o.account.Token, "--aes-key", "-", "--secret", "-", "--previous-aes-key", "-",
	}
}

func TestAccountAdd_TerminalAsksAndHidesSecrets(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	cmd, keyboard, screen := o.atTerminal(t, newAccount(o)...)
	previous := strings.Repeat("OlderKey1", 5)[:43]
	for _, step := range []struct{ asked, typed string }{
		{"请输入 EncodingAESKey", o.account.AESKey}, {"请输入 AppSecret", o.account.Secret}, {"请输入 旧的 EncodingAESKey", previous},
	} {
		screen.await(t, step.asked)
		eventually(t, 20*time.Second, "nothing typed is shown", func() bool { return !echoes(t, cmd) })
		if _, err := io.WriteString(keyboard, step.typed+"\r"); err != nil {
			t.Fatal(err)
		}
	}
	if err := cmd.Wait(); err != nil {
		t.Fatalf("%v: %s", err, screen.String())
	}
	for _, secret := range []string{o.account.AESKey, o.account.Secret, previous} {
		if strings.Contains(screen.String(), secret) {
			t.Errorf("a secret is shown:\n%s", screen.String())
		}
	}
	o.withStore(func(st *installation) error {
		a, err := st.Account(t.Context(), o.account.AppID)
		if err == nil && (a.AESKey != o.account.AESKey || a.Secret != o.account.Secret || a.PreviousAESKey != previous) {
			t.Error("the secrets saved are not those typed")
		}
		return err
	})
}

// TestAccountAdd_CtrlCAtThePromptEnds presses it once; the terminal shows typing again.
func TestAccountAdd_CtrlCAtThePromptEnds(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	cmd, keyboard, screen := o.atTerminal(t, newAccount(o)...)
	screen.await(t, "请输入 EncodingAESKey")
	if _, err := keyboard.Write([]byte{3}); err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 || time.Since(began) > 5*time.Second {
		t.Errorf("exit %d after %v: %s", code, time.Since(began), screen.String())
	}
	if !echoes(t, cmd) {
		t.Error("the terminal stays silent")
	}
	o.mustHaveNoAccount(t)
}

// TestAccountAdd_BlankLineKeepsTheSecret: what an empty variable in a script gives.
func TestAccountAdd_BlankLineKeepsTheSecret(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	for _, blank := range []string{"", "\n", "\r\n", " \t\n", "\ufeff\n"} {
		got := o.runWith(blank, "account", "add", "--app-id", o.account.AppID, "--secret", "-")
		if got.code == 0 || !strings.Contains(got.stderr, "没有 AppSecret") {
			t.Errorf("%q: exit %d, %s", blank, got.code, got.stderr)
		}
	}
	o.withStore(func(st *installation) error {
		a, err := st.Account(t.Context(), o.account.AppID)
		if err == nil && a.Secret != o.account.Secret {
			t.Errorf("the secret is %q", a.Secret)
		}
		return err
	})
}

// firstRow is the log's first row, if there is one.
func (o *office) firstRow() (rows []models.Interaction) {
	o.t.Helper()
	o.withStore(func(st *installation) error {
		return st.Interactions(o.t.Context(), store.Filter{Limit: 1}, func(i models.Interaction) error {
			rows = append(rows, i)
			return nil
		})
	})
	return rows
}

func (o *office) mustHaveNoAccount(t *testing.T) {
	t.Helper()
	if got := o.must("account", "list"); !strings.Contains(got, "还没有账号") {
		t.Errorf("there is an account: %s", got)
	}
}

// TestAccountAdd_SignalEndsTheWaitForAPipe: nobody writes and nobody closes.
func TestAccountAdd_SignalEndsTheWaitForAPipe(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	for sig, code := range map[syscall.Signal]int{syscall.SIGINT: 130, syscall.SIGTERM: 143} {
		r, w, err := os.Pipe()
		if err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command(binary(t), newAccount(o)...)
		cmd.Env, cmd.Dir, cmd.Stdin = o.environ(), o.dir, r
		checkSignal(t, "account add", cmd, sig, code)
		r.Close()
		w.Close()
	}
	o.mustHaveNoAccount(t)
}

// TestLogImport_SignalEndsALongImport stops it in the middle; a second import completes it.
func TestLogImport_SignalEndsALongImport(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	const rows = 20_000
	var b bytes.Buffer
	b.WriteString("account,openid,at,channel,dir,actor,kind,content\n")
	for n := range rows {
		fmt.Fprintf(&b, "%s,citizen%d,%s,chat,in,citizen,text,问题 %d\n", o.account.AppID, n, time.Unix(1767225600+int64(n), 0).UTC().Format(time.RFC3339), n)
	}
	file := o.write("long.csv", b.String())
	var fault output
	cmd := exec.Command(binary(t), "log", "import", file)
	cmd.Env, cmd.Dir, cmd.Stderr = o.environ(), o.dir, &fault
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	eventually(t, 60*time.Second, "rows are stored", func() bool { return len(o.firstRow()) > 0 })
	began := time.Now()
	if err := cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait()
	if code := cmd.ProcessState.ExitCode(); code != 130 || time.Since(began) > 10*time.Second || !strings.Contains(fault.String(), "导入中断") {
		t.Fatalf("exit %d after %v: %s", code, time.Since(began), fault.String())
	}
	if got := o.must("log", "import", file); !strings.Contains(got, fmt.Sprintf("已导入 %d 行", rows)) {
		t.Errorf("the second import says %s", got)
	}
}
