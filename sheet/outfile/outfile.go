// Package outfile writes files that people name: whole or not at all where that can be, and through
// whatever stands there where it can not (a pipe, a terminal, a device). It does not know what is in
// them.
package outfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"syscall"

	"github.com/wenzheng/wenzheng/models"
)

// ErrNothing is returned by a writer that has nothing to keep: no file is made then.
var ErrNothing = errors.New("nothing to write")

// Mode is that of files that are made here: they may hold citizens' words.
const Mode = 0o600

// Writer writes the files of one command. The zero value is ready.
type Writer struct {
	unfinished atomic.Value // string: a file that is to go if the command is cut off
}

// Write is how every file that an operator names is written. Of a regular file the old
// content stays until the new one is complete, and its mode stays; links are followed; what
// is no regular file (a pipe, a terminal, a device) is written through. A file that may not
// be written is refused, also to root. Where path is what stdout goes to already, stdout is used.
func (o *Writer) Write(stdout io.Writer, path string, write func(w io.Writer) error) error {
	if IsStdout(stdout, path) {
		return write(stdout)
	}
	write = keepFault(write)
	to, info, err := destination(path)
	if err != nil {
		return err
	}
	if info != nil && (!info.Mode().IsRegular() || descriptor(to)) {
		err = writeThrough(to, os.O_APPEND, write)
	} else {
		err = o.replaceFile(to, info, write)
	}
	if errors.Is(err, ErrNothing) {
		return nil
	}
	return aboutFile(err, path)
}

// keepFault returns the fault of the file where an encoder has made a text of it.
func keepFault(write func(w io.Writer) error) func(w io.Writer) error {
	return func(w io.Writer) error {
		f := &faultWriter{w: w}
		err := write(f)
		if err != nil && f.err != nil {
			return f.err
		}
		return err
	}
}

type faultWriter struct {
	w   io.Writer
	err error
}

func (f *faultWriter) Write(b []byte) (int, error) {
	n, err := f.w.Write(b)
	if err != nil && f.err == nil {
		f.err = err
	}
	return n, err
}

// OpenThrough opens a file that grows while the command works, by the same rules.
func OpenThrough(path string) (*os.File, error) {
	to, info, err := destination(path)
	if err != nil {
		return nil, err
	}
	mode := os.O_CREATE | os.O_TRUNC
	if info != nil && (!info.Mode().IsRegular() || descriptor(to)) {
		mode = os.O_APPEND
	}
	f, err := os.OpenFile(to, mode|os.O_WRONLY, Mode) //nolint:gosec // the operator names the file
	return f, aboutFile(err, path)
}

// IsStdout reports whether a path is where standard output goes already: replacing that file
// would leave the output of the shell's redirection in a file without a name.
func IsStdout(stdout io.Writer, path string) bool {
	f, ok := stdout.(*os.File)
	if !ok {
		return path == "/dev/stdout"
	}
	out, err := f.Stat()
	if err != nil {
		return false
	}
	info, err := os.Stat(path)
	return err == nil && os.SameFile(info, out) && (info.Mode().IsRegular() || descriptor(path))
}

// descriptor reports whether a path names an open file of this process.
func descriptor(path string) bool {
	path = filepath.Clean(path)
	return path == "/dev/stdout" || path == "/dev/stderr" || strings.HasPrefix(path, "/dev/fd/") || strings.HasPrefix(path, "/proc/self/fd/")
}

// destination follows links, those too whose end is not there yet, and refuses what may not be
// written. The info is nil for a file that is to be made.
func destination(path string) (string, fs.FileInfo, error) {
	to := path
	for range 40 {
		link, err := os.Readlink(to)
		if err != nil || descriptor(to) {
			break
		}
		if !filepath.IsAbs(link) {
			link = filepath.Join(filepath.Dir(to), link)
		}
		to = link
	}
	info, err := os.Stat(to)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return to, nil, nil
	case err != nil:
		return "", nil, aboutFile(err, path)
	case info.IsDir():
		return "", nil, aboutFile(&fs.PathError{Op: "open", Path: path, Err: syscall.EISDIR}, path)
	case info.Mode().IsRegular() && info.Mode().Perm()&0o222 == 0:
		return "", nil, models.NewError(models.CodeInvalid, "不能写 "+path+"：文件是只读的，请换一个名称，或先执行 chmod u+w")
	}
	return to, info, nil
}

func writeThrough(path string, mode int, write func(w io.Writer) error) error {
	f, err := os.OpenFile(path, os.O_WRONLY|mode, 0) //nolint:gosec // the operator names the file
	if err != nil {
		return err
	}
	err = write(f)
	if closed := f.Close(); err == nil {
		err = closed
	}
	return err
}

// replaceFile writes beside the file and then puts the new one in its place.
func (o *Writer) replaceFile(path string, old fs.FileInfo, write func(w io.Writer) error) (err error) {
	if old != nil {
		f, err := os.OpenFile(path, os.O_WRONLY, 0) //nolint:gosec // only whether it may be written
		if err != nil {
			return err
		}
		if err := f.Close(); err != nil {
			return err
		}
	}
	part, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+".*.part") // 0600
	if err != nil && old != nil {
		return writeThrough(path, os.O_TRUNC, write) // a folder in which nothing can be made
	}
	if err != nil {
		return err
	}
	o.unfinished.Store(part.Name())
	defer func() {
		if err != nil {
			_ = os.Remove(part.Name()) // the first fault counts
		}
		o.unfinished.Store("")
	}()
	err = write(part)
	if err == nil && old != nil {
		err = part.Chmod(old.Mode().Perm())
	}
	if err == nil {
		err = part.Sync()
	}
	if closed := part.Close(); err == nil {
		err = closed
	}
	if err != nil {
		return err
	}
	if old != nil {
		keepOwner(part.Name(), old)
	}
	if err = os.Rename(part.Name(), path); errors.Is(err, syscall.EBUSY) && old != nil { // a mount of its own
		err = copyInto(path, part.Name())
	}
	return err
}

// copyInto fills a file that can not be replaced.
func copyInto(path, from string) error {
	f, err := os.Open(from) //nolint:gosec // written just now
	if err != nil {
		return err
	}
	defer f.Close() //nolint:errcheck // read only
	err = writeThrough(path, os.O_TRUNC, func(w io.Writer) error {
		_, err := io.Copy(w, f)
		return err
	})
	return errors.Join(err, os.Remove(from))
}

// aboutFile lets a fault of the system speak of the file that the operator wrote, not of the one
// beside it or behind a link.
func aboutFile(err error, path string) error {
	var file *fs.PathError
	var link *os.LinkError
	switch {
	case errors.As(err, &file):
		return &fs.PathError{Op: "write", Path: path, Err: file.Err}
	case errors.As(err, &link):
		return &fs.PathError{Op: "write", Path: path, Err: link.Err}
	}
	return err
}

// Same reports whether two paths are one file, by whatever names.
func Same(a, b string) bool {
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	return errA == nil && errB == nil && os.SameFile(infoA, infoB)
}

// Abandon removes the half of a file that a command leaves when it is cut off.
func (o *Writer) Abandon() {
	if path, ok := o.unfinished.Load().(string); ok && path != "" {
		_ = os.Remove(path)
	}
}

// OtherEnding reports that a file's name ends as one of another kind does. A name without an ending,
// or with one that says nothing, as of a pipe, is no contradiction.
func OtherEnding(path string, own ...string) bool {
	ending := strings.ToLower(filepath.Ext(path))
	kinds := []string{".csv", ".html", ".htm", ".json", ".jsonl", ".xlsx", ".xls", ".yaml", ".yml", ".pdf", ".doc", ".docx", ".txt", ".png"}
	return slices.Contains(kinds, ending) && !slices.Contains(own, ending)
}
