package terminal

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"reflect"
	"time"

	"golang.org/x/term"

	"github.com/wenzheng/wenzheng/models"
)

// SecretReader reads secrets from standard input, a line each: from a pipe as they come, at
// a terminal one after the other, asked for and not shown.
type SecretReader struct {
	in       *bufio.Reader
	terminal *os.File // nil: a pipe or a file
	prompt   io.Writer
}

// NewSecretReader reads from in and prompts where a person types.
func NewSecretReader(in io.Reader, prompt io.Writer) *SecretReader {
	r := &SecretReader{in: bufio.NewReader(in), prompt: prompt}
	if f, ok := in.(*os.File); ok && term.IsTerminal(int(f.Fd())) {
		r.terminal = f
	}
	return r
}

// ReplaceDash puts a line that is read in the place of a dash.
func (r *SecretReader) ReplaceDash(ctx context.Context, what string, value *string) (err error) {
	if value != nil && *value == "-" {
		*value, err = r.line(ctx, what)
	}
	return err
}

// line reads one secret as it was written; a blank line is none, for it would erase the one
// that is kept. A signal ends the wait at once.
func (r *SecretReader) line(ctx context.Context, what string) (string, error) {
	type answer struct {
		line string
		err  error
	}
	read, ask, restore := r.fromPipe, func() {}, func() {}
	if r.terminal != nil {
		fd := int(r.terminal.Fd())
		before, err := term.GetState(fd)
		if err != nil {
			return "", fmt.Errorf("terminal: %w", err)
		}
		ask = func() {
			awaitHidden(fd, before)
			fmt.Fprintf(r.prompt, "请输入 %s（不显示，回车结束）：", what) //nolint:errcheck // a prompt
		}
		read = func() (string, error) {
			b, err := term.ReadPassword(fd)
			return string(b), err
		}
		restore = func() {
			_ = term.Restore(fd, before)
			fmt.Fprintln(r.prompt) //nolint:errcheck // a prompt
		}
	}
	got := make(chan answer, 1)
	go func() { // a read can not be called off; after a signal the process ends
		line, err := read()
		got <- answer{line, err}
	}()
	defer restore()
	ask()
	select {
	case <-ctx.Done():
		return "", ctx.Err()
	case a := <-got:
		if models.CleanKey(a.line) == "" && (a.err == nil || errors.Is(a.err, io.EOF)) {
			return "", r.missing(what)
		}
		return a.line, a.err
	}
}

// awaitHidden waits, a second at most, until the reading has hidden what is typed: who is asked before that would see
// the first of it, and after a signal the terminal would be hidden once it had been restored.
func awaitHidden(fd int, before *term.State) {
	for range 1000 {
		if now, err := term.GetState(fd); err != nil || !reflect.DeepEqual(now, before) {
			return
		}
		time.Sleep(time.Millisecond)
	}
}

func (r *SecretReader) fromPipe() (string, error) {
	line, err := r.in.ReadString('\n')
	if line != "" {
		err = nil
	}
	return line, err
}

func (r *SecretReader) missing(what string) error {
	if r.terminal != nil {
		return models.NewError(models.CodeInvalid, "没有输入 "+what+"，什么也没有改")
	}
	return models.NewError(models.CodeInvalid, "标准输入里没有 "+what+"：参数写了 -，请把密钥从管道送进来，一行一个，或在终端里运行")
}
