package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
)

type initCmd struct {
	Dir     string `arg:"" optional:"" help:"放在哪个文件夹；不写为当前文件夹" placeholder:"文件夹"`
	Restore bool   `help:"数据库将从备份恢复：不建立三员，他们在备份里"`
}

// Run sets up one installation.
func (c *initCmd) Run(ctx context.Context, p *program) error {
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
	if err := s.MakeFolder(seal.NewKey); err != nil {
		return err
	}
	if err := c.tell(p, s); err != nil || c.Restore {
		return err
	}
	return c.administrators(ctx, p)
}

// administrators makes the three, and prints their links, where the database is there. Where it is
// not, or its tables are to be made first, it says so: the installation is ready all the same.
func (c *initCmd) administrators(ctx context.Context, p *program) error {
	st, err := p.use(ctx)
	if err != nil {
		_, err = fmt.Fprintf(p.stdout, "三员还没有建立（%s）；数据库就绪后再运行一次 wenzheng init\n", plainly(err))
		return err
	}
	made, err := st.auth.Found(ctx, operator())
	if err != nil || len(made) == 0 {
		return err
	}
	var b strings.Builder
	b.WriteString("三员（互相制约，都看不到市民的消息）的一次性链接，72 小时内用一次有效，只显示这一次，请分别交给三个人：\n")
	for _, i := range made {
		fmt.Fprintf(&b, "  %s（%s）  https://你的域名%s\n", i.Operator.DisplayName, i.Operator.Name, i.Link)
	}
	_, err = io.WriteString(p.stdout, b.String())
	return err
}

// writeSettings writes the settings file of a folder unless it is there.
func (c *initCmd) writeSettings(p *program) (string, error) {
	dir := config.Absolute(c.Dir)
	path := filepath.Join(dir, config.DefaultPath)
	if _, err := os.Stat(path); !errors.Is(err, fs.ErrNotExist) {
		return path, nil
	}
	if err := os.MkdirAll(dir, 0o750); err != nil {
		return "", fmt.Errorf("不能建立文件夹 %s，请换一个：%w", dir, err)
	}
	return path, p.writeText(path, config.NewFile(dir))
}

// tell says what there is now and how to go on.
func (c *initCmd) tell(p *program, s *config.Settings) error {
	key, file, option := "主密钥    由 secret_key 设置给出", "（没有，取自环境变量）", ""
	if s.SecretKey == nil {
		key = "主密钥    " + config.Absolute(s.KeyFile()) + "，请另存一份：丢了就再也读不出账号密钥和市民的 OpenID"
	}
	if s.File != "" {
		file = config.Absolute(s.File)
		if file != config.Absolute(config.DefaultPath) {
			option = " --config " + file
		}
	}
	_, err := fmt.Fprintf(p.stdout, "已就绪\n设置文件  %s\n数据目录  %s\n%s\n接着：wenzheng%s serve；添加公众号：wenzheng%s account add --help\n",
		file, config.Absolute(s.DataDir), key, option, option)
	return err
}
