package config

import (
	"encoding/base64"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// folderMark is a file that MakeFolder puts into a data folder. Nothing else creates one:
// an unmounted disk or another working directory would look like a new installation.
const folderMark = "installation"

const markText = "问政的数据目录。没有这个文件，程序认为数据盘没有挂载，拒绝启动。\n"

// ownerFile is the mode of what is made in the data folder.
const ownerFile = 0o600

// KeyFile holds the master key that MakeFolder makes where no secret_key is set.
func (s *Settings) KeyFile() string { return filepath.Join(s.DataDir, "secret.key") }

// JournalDir is the folder of the journal.
func (s *Settings) JournalDir() string { return filepath.Join(s.DataDir, "journal") }

// SnapshotFile holds what is needed to answer while the database is away.
func (s *Settings) SnapshotFile() string { return filepath.Join(s.DataDir, "snapshot") }

// DatabaseFile is the file of the embedded database; false: the database is none.
func (s *Settings) DatabaseFile() (string, bool) { return strings.CutPrefix(s.Database, "sqlite:") }

// Embedded reports whether the database is a file of this program alone.
func (s *Settings) Embedded() bool {
	_, ok := s.DatabaseFile()
	return ok
}

// MasterKey is secret_key, or else what the key file holds.
func (s *Settings) MasterKey() ([]byte, error) {
	if s.SecretKey != nil {
		return s.SecretKey, nil
	}
	path := s.KeyFile()
	b, err := os.ReadFile(path) //nolint:gosec // a file of our own data folder
	if errors.Is(err, fs.ErrNotExist) {
		return nil, errors.New("缺少 secret_key：设置文件和环境变量里都没有，" + Absolute(path) + " 也不存在。" +
			"还没有数据的请运行 wenzheng init 生成；已有数据的，服务启动时设了 WENZHENG_SECRET_KEY_FILE，这个终端里也要设，或把原来的密钥放回这个文件")
	}
	if err != nil {
		return nil, fmt.Errorf("secret key: %w", err)
	}
	key, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(key) != 32 {
		return nil, errors.New(path + " 应为 32 字节的 base64（44 个字符），请用 openssl rand -base64 32 生成")
	}
	return key, nil
}

// MakeFolder creates the data folder, its mark and an empty file for the embedded database,
// and the master key unless it is set elsewhere. What is there is kept.
func (s *Settings) MakeFolder(newKey func() (string, error)) error {
	key := s.KeyFile()
	keyed := s.SecretKey != nil || exists(key)
	if !keyed && s.holdsData() {
		return errors.New("数据目录 " + Absolute(s.DataDir) + " 里已有数据，却没有它的主密钥：" +
			"请把原来的密钥放回 " + Absolute(key) + "，或用 WENZHENG_SECRET_KEY_FILE 指明")
	}
	if err := os.MkdirAll(s.DataDir, 0o700); err != nil {
		return fmt.Errorf("不能建立数据目录 %s，请换一个：%w", s.DataDir, err)
	}
	if !keyed {
		fresh, err := newKey()
		if err != nil {
			return err
		}
		if err := writeNew(key, fresh+"\n"); err != nil {
			return err
		}
	}
	if path, ok := s.DatabaseFile(); ok {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return fmt.Errorf("不能建立数据库的文件夹，请换一个：%w", err)
		}
		if err := writeNew(path, ""); err != nil {
			return err
		}
	}
	return writeNew(filepath.Join(s.DataDir, folderMark), markText)
}

// CheckFolder refuses to work where no installation is, and says where it looked.
func (s *Settings) CheckFolder() error {
	info, err := os.Stat(s.DataDir)
	var missing string
	file, embedded := s.DatabaseFile()
	switch {
	case errors.Is(err, fs.ErrNotExist):
		missing = "数据目录 " + Absolute(s.DataDir) + " 不存在"
	case err != nil:
		return fmt.Errorf("data_dir: %w", err)
	case !info.IsDir():
		return errors.New("data_dir 应是文件夹的路径，" + Absolute(s.DataDir) + " 是文件")
	case !exists(filepath.Join(s.DataDir, folderMark)) && !s.holdsData():
		missing = "数据目录 " + Absolute(s.DataDir) + " 里没有问政的数据"
	case embedded && !exists(file):
		missing = "数据库文件 " + Absolute(file) + " 不存在"
	default:
		return nil
	}
	return errors.New(missing + "（" + s.whence() + "）。第一次使用请先运行 wenzheng init；" +
		"已有数据，请用 --config 指明它的 wenzheng.yaml，或检查数据盘是否已挂载")
}

// whence says where the settings were looked for and which place decided on the data folder.
func (s *Settings) whence() string {
	origin := "data_dir 来自" + s.Origin("data_dir")
	if s.File == "" {
		return "当前文件夹没有 " + DefaultPath + "，" + origin
	}
	return "设置文件 " + Absolute(s.File) + "，" + origin
}

// holdsData reports whether something was stored: a journal, or a database that is not empty.
func (s *Settings) holdsData() bool {
	if exists(s.JournalDir()) || exists(s.SnapshotFile()) {
		return true
	}
	path, ok := s.DatabaseFile()
	info, err := os.Stat(path)
	return ok && err == nil && info.Size() > 0
}

// NewFile is the text of a settings file for a new installation in a folder, which is absolute.
func NewFile(dir string) string {
	return "# 由 wenzheng init 写成。只写与默认值不同的行，全部设置见 docs/operations.md；在别的文件夹里请加 --config " + filepath.Join(dir, DefaultPath) + "\n" +
		"#addr: 127.0.0.1:8080\n" +
		"data_dir: " + strconv.Quote(filepath.ToSlash(filepath.Join(dir, "data"))) + "\n" +
		"# 用 MySQL 或 MariaDB 时，把 mysql:用户:密码@tcp(主机:3306)/库名 写进只有本人可读的文件，用 WENZHENG_DATABASE_FILE 指向它。\n"
}

// Absolute is a path as it is understood from any folder.
func Absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// writeNew writes a private file unless it exists.
func writeNew(path, content string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, ownerFile) //nolint:gosec // in the folder the operator named
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.WriteString(content)
	if err = errors.Join(err, f.Sync(), f.Close()); err != nil {
		return errors.Join(err, os.Remove(path)) // half a key is none
	}
	return nil
}
