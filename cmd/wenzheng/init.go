package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/models"
)

type initCmd struct {
	Dir string `arg:"" optional:"" help:"放在哪个文件夹；不写为当前文件夹" placeholder:"文件夹"`
}

// Help implements kong's detailed help.
func (initCmd) Help() string {
	return "例：wenzheng init\n    wenzheng init /srv/wenzheng\n" +
		"写出 wenzheng.yaml（绝对路径）、数据目录 data 和其中的主密钥 secret.key。已有的都保留，可重复运行。\n" +
		"写了 --config、WENZHENG_CONFIG 或 WENZHENG_DATA_DIR 时（systemd、容器），只建立设置里的数据目录；已设 secret_key 则不另造。\n" +
		"只有 init 和 demo 会建立数据目录：别的命令找不到数据就停下，并说在哪里找过。"
}

// Run sets up one installation.
func (c *initCmd) Run(p *program) error {
	settled := p.config != "" || slices.ContainsFunc(p.environ, func(v string) bool {
		return strings.HasPrefix(v, "WENZHENG_DATA_DIR=") || strings.HasPrefix(v, "WENZHENG_CONFIG=")
	})
	if settled && c.Dir != "" {
		return models.NewError(models.CodeInvalid, "--config、WENZHENG_CONFIG 或 WENZHENG_DATA_DIR 已指明在哪里，请不要再写文件夹")
	}
	if !settled {
		path, err := c.writeSettings(p)
		if err != nil {
			return err
		}
		p.config = path
	}
	s, err := p.settings(nil)
	if err != nil {
		return err
	}
	if err := makeDataFolder(s); err != nil {
		return err
	}
	return c.tell(p, s)
}

// writeSettings writes the settings file of a folder unless it is there.
func (c *initCmd) writeSettings(p *program) (string, error) {
	dir := absolute(c.Dir)
	path := filepath.Join(dir, config.DefaultPath)
	if exists(path) {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("不能建立文件夹 %s，请换一个：%w", dir, err)
	}
	text := "# 由 wenzheng init 写成。只写与默认值不同的行，全部设置见 docs/operations.md；在别的文件夹里请加 --config " + path + "\n" +
		"#addr: 127.0.0.1:8080\n" +
		"data_dir: " + strconv.Quote(filepath.ToSlash(filepath.Join(dir, "data"))) + "\n" +
		"# 用 MySQL 或 MariaDB 时，把 mysql:用户:口令@tcp(主机:3306)/库名 写进只有本人可读的文件，用 WENZHENG_DATABASE_FILE 指向它。\n"
	return path, p.writeFile(path, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}

// tell says what there is now and how to go on.
func (c *initCmd) tell(p *program, s *config.Settings) error {
	key, file, option := "主密钥    由 secret_key 设置给出", "（没有，取自环境变量）", ""
	if s.SecretKey == nil {
		key = "主密钥    " + absolute(filepath.Join(s.DataDir, keyFile)) + "，请另存一份：丢了就再也读不出账号密钥和市民的 OpenID"
	}
	if s.File != "" {
		file = absolute(s.File)
		if file != absolute(config.DefaultPath) {
			option = " --config " + file
		}
	}
	_, err := fmt.Fprintf(p.stdout, "已就绪\n设置文件  %s\n数据目录  %s\n%s\n接着：wenzheng%s serve；添加公众号：wenzheng%s account add --help\n",
		file, absolute(s.DataDir), key, option, option)
	return err
}
