package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
)

// folderMark is a file that init and demo put into a data folder. Nothing else creates one:
// an unmounted disk or another working directory would look like a new installation.
const folderMark = "installation"

const markText = "问政的数据目录。没有这个文件，程序认为数据盘没有挂载，拒绝启动。\n"

// makeDataFolder creates the data folder, its mark and an empty file for the embedded database,
// and the master key unless it is set elsewhere. What is there is kept.
func makeDataFolder(s *config.Settings) error {
	key := filepath.Join(s.DataDir, keyFile)
	used, keyed := holdsData(s), s.SecretKey != nil || exists(key)
	if used && !keyed {
		return models.NewError(models.CodeInvalid, "数据目录 "+absolute(s.DataDir)+" 里已有数据，却没有它的主密钥："+
			"请把原来的密钥放回 "+absolute(key)+"，或用 WENZHENG_SECRET_KEY_FILE 指明")
	}
	if err := os.MkdirAll(s.DataDir, 0o700); err != nil {
		return fmt.Errorf("不能建立数据目录 %s，请换一个：%w", s.DataDir, err)
	}
	if !keyed {
		fresh, err := seal.NewKey()
		if err != nil {
			return err
		}
		if err := writeNew(key, fresh+"\n"); err != nil {
			return err
		}
	}
	if path, ok := databaseFile(s); ok {
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return fmt.Errorf("不能建立数据库的文件夹，请换一个：%w", err)
		}
		if err := writeNew(path, ""); err != nil {
			return err
		}
	}
	return writeNew(filepath.Join(s.DataDir, folderMark), markText)
}

// checkDataFolder refuses to work where no installation is, and says where it looked.
func (p *program) checkDataFolder(s *config.Settings) error {
	info, err := os.Stat(s.DataDir)
	var missing string
	file, embedded := databaseFile(s)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		missing = "数据目录 " + absolute(s.DataDir) + " 不存在"
	case err != nil:
		return fmt.Errorf("data_dir: %w", err)
	case !info.IsDir():
		return models.NewError(models.CodeInvalid, "data_dir 应是文件夹的路径，"+absolute(s.DataDir)+" 是文件")
	case !exists(filepath.Join(s.DataDir, folderMark)) && !holdsData(s):
		missing = "数据目录 " + absolute(s.DataDir) + " 里没有问政的数据"
	case embedded && !exists(file):
		missing = "数据库文件 " + absolute(file) + " 不存在"
	default:
		return nil
	}
	return models.NewError(models.CodeNotFound, missing+"（"+p.whence(s)+"）。第一次使用请先运行 wenzheng init；"+
		"已有数据，请用 --config 指明它的 wenzheng.yaml，或检查数据盘是否已挂载")
}

// whence says where the settings were looked for and which place decided on the data folder.
func (p *program) whence(s *config.Settings) string {
	origin := "data_dir 来自" + s.Origin("data_dir")
	if s.File == "" {
		return "当前文件夹没有 " + config.DefaultPath + "，" + origin
	}
	return "设置文件 " + absolute(s.File) + "，" + origin
}

// holdsData reports whether something was stored: a journal, or a database that is not empty.
func holdsData(s *config.Settings) bool {
	if exists(journalDir(s)) || exists(filepath.Join(s.DataDir, "snapshot")) {
		return true
	}
	path, ok := databaseFile(s)
	info, err := os.Stat(path)
	return ok && err == nil && info.Size() > 0
}

// databaseFile is the file of the embedded database.
func databaseFile(s *config.Settings) (string, bool) { return strings.CutPrefix(s.Database, "sqlite:") }

func exists(path string) bool {
	_, err := os.Stat(path)
	return !errors.Is(err, fs.ErrNotExist)
}

// absolute is a path as it is understood from any folder.
func absolute(path string) string {
	if full, err := filepath.Abs(path); err == nil {
		return full
	}
	return path
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
