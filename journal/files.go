package journal

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/wenzheng/wenzheng/models"
)

// The files of a spool, all below Options.Dir.
const (
	spoolFile     = "journal.db"
	instanceFile  = "instance"
	reserveFile   = "reserve"
	quarantineDir = "quarantine"

	dirMode  fs.FileMode = 0o700
	fileMode fs.FileMode = 0o600
)

// Codes of the errors of Open.
const (
	codeLocked   = "journal_locked"
	codeUnsafe   = "journal_unsafe"
	codeKey      = "journal_key"
	codeVolatile = "journal_volatile"
)

// prepareDir makes the folder and refuses one that others may read or that is volatile.
func prepareDir(dir string, allowVolatile bool) error {
	if dir == "" {
		return models.NewError(models.CodeInvalid, "未设置日志目录（journal.dir）")
	}
	for _, d := range []string{dir, filepath.Join(dir, quarantineDir)} {
		if err := os.MkdirAll(d, dirMode); err != nil {
			return fmt.Errorf("journal: make folder: %w", err)
		}
		info, err := os.Stat(d)
		if err != nil {
			return fmt.Errorf("journal: look at folder: %w", err)
		}
		if !info.IsDir() {
			return models.NewError(codeUnsafe, "日志目录 "+d+" 不是文件夹")
		}
		if err := private(d, info); err != nil {
			return err
		}
	}
	if allowVolatile {
		return nil
	}
	name, volatile, err := volatileFS(dir)
	if err != nil {
		return fmt.Errorf("journal: look at file system: %w", err)
	}
	if volatile {
		return models.NewError(codeVolatile, "日志目录 "+dir+" 在 "+name+
			" 上，断电或重建容器后会丢失：请换到本地磁盘，仅供试用时可设 journal.allow_volatile")
	}
	return nil
}

// private refuses what another user owns, reads or writes.
func private(path string, info fs.FileInfo) error {
	if !ownedByUs(info) {
		return models.NewError(codeUnsafe, path+" 属于别的用户：请用它的属主运行本程序，或执行 chown")
	}
	if info.Mode().Perm()&0o077 != 0 {
		return models.NewError(codeUnsafe, path+" 可被其他用户访问，请执行 chmod go-rwx")
	}
	return nil
}

// openLocked opens the spool file, makes it where there is none, and takes its lock. The
// lock belongs to the open file, so bbolt gets this very file and never opens its own.
func openLocked(path string) (*os.File, error) {
	for range 3 {
		f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, fileMode) //nolint:gosec // the operator's own folder
		if err != nil {
			return nil, fmt.Errorf("journal: open spool: %w", err)
		}
		same, err := lockedSame(f, path)
		if err == nil && same {
			return f, nil
		}
		_ = f.Close()
		if err != nil {
			return nil, err
		}
	}
	return nil, lockedError(filepath.Dir(path))
}

// lockedSame locks f and reports whether path still leads to it: another process may have
// put a salvaged file in its place meanwhile.
func lockedSame(f *os.File, path string) (bool, error) {
	held, err := lockFile(f)
	if err != nil {
		return false, fmt.Errorf("journal: lock spool: %w", err)
	}
	if !held {
		return false, lockedError(filepath.Dir(path))
	}
	ours, err := f.Stat()
	if err != nil {
		return false, fmt.Errorf("journal: look at spool: %w", err)
	}
	if err := private(path, ours); err != nil {
		return false, err
	}
	there, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("journal: look at spool: %w", err)
	}
	return os.SameFile(ours, there), nil
}

func lockedError(dir string) error {
	return models.NewError(codeLocked, "日志目录 "+dir+" 正被另一个问政进程使用：请先停止它，或为本进程另设数据目录")
}

// writeFile writes a file whole or not at all, and returns when it is on the disk.
func writeFile(path string, data []byte) error {
	tmp := path + ".tmp"
	f, err := os.OpenFile(tmp, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, fileMode) //nolint:gosec // the operator's own folder
	if err != nil {
		return fmt.Errorf("journal: write file: %w", err)
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(tmp, path)
	}
	if err != nil {
		_ = os.Remove(tmp)
		return fmt.Errorf("journal: write file: %w", err)
	}
	return syncDir(filepath.Dir(path))
}

// syncDir makes a rename or a new file durable.
func syncDir(dir string) error {
	d, err := os.Open(dir) //nolint:gosec // the operator's own folder
	if err != nil {
		return fmt.Errorf("journal: sync folder: %w", err)
	}
	err = d.Sync()
	if closeErr := d.Close(); err == nil {
		err = closeErr
	}
	if err != nil {
		return fmt.Errorf("journal: sync folder: %w", err)
	}
	return nil
}
