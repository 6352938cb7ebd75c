package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"

	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/simulator"
)

type demoCmd struct {
	Addr          string `help:"服务地址" default:"127.0.0.1:8080"`
	SimulatorAddr string `help:"模拟微信的地址" default:"127.0.0.1:8090"`
	Data          string `help:"数据放在哪个文件夹；已有的数据会保留" default:"demo-data" type:"path"`
	Empty         bool   `help:"不生成九十天的演示数据"`
}

// Help implements kong's detailed help.
func (demoCmd) Help() string {
	return "例：wenzheng demo\n内容均为虚构的“澜江市”：三个账号和九十天的往来，启动后在后台写入，中断了下次接着写。\n按 Ctrl-C 停止，再次运行数据仍在；删除数据文件夹即可重来。"
}

// Run serves the demo until a signal.
func (c *demoCmd) Run(ctx context.Context, p *program) error {
	path, err := c.prepare()
	if err != nil {
		return err
	}
	p.config = path
	s, err := p.settings(nil)
	if err != nil {
		return err
	}
	sealer, err := p.sealer(s)
	if err != nil {
		return err
	}
	if err := seedDemo(ctx, p); err != nil {
		return err
	}
	listeners, err := c.listen(ctx, s)
	if err != nil {
		return err
	}
	chat, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.SimulatorAddr)
	if err != nil {
		return errors.Join(fmt.Errorf("不能监听 %s，端口可能已被占用，请换一个（--simulator-addr）：%w", c.SimulatorAddr, err), closeAll(listeners))
	}
	v, err := newService(ctx, p, s, sealer, true)
	if err != nil {
		return errors.Join(err, closeAll(append(listeners, chat)))
	}
	return c.both(ctx, p, v, listeners, chat, path)
}

// both runs the service and, beside it, the platform it thinks it is talking to; when one
// ends the other does. The months before today are written behind the two.
func (c *demoCmd) both(ctx context.Context, p *program, v *service, listeners []net.Listener, chat net.Listener, path string) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	platform, err := simulator.NewServer(simulator.ServerOptions{
		Accounts: v.accounts.all(), Targets: []string{"http://" + v.settings.Addr}, Now: p.now,
		Chats: filepath.Join(c.Data, "chats.jsonl"),
		Explain: func(_ context.Context, m *models.Message) (models.Match, error) {
			_, match := v.brain.Explain(m)
			return match, nil
		},
	})
	if err != nil {
		return err
	}
	for _, a := range demoAccounts() {
		platform.Platform().SetMenu(a.AppID, a.menu)
	}
	if err := c.welcome(p, path); err != nil {
		platform.Close()
		return errors.Join(err, chat.Close(), v.stop(context.WithoutCancel(ctx), nil), closeAll(listeners))
	}
	simulated, told := make(chan error, 1), make(chan error, 1)
	go func() {
		defer stop()
		simulated <- serveSimulator(ctx, p, platform, chat)
	}()
	go func() { told <- c.months(ctx, p) }()
	err = v.serve(ctx, listeners...)
	stop()
	return errors.Join(err, <-simulated, <-told)
}

// prepare makes the data folder, its key and its settings file, unless they are there.
func (c *demoCmd) prepare() (string, error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return "", fmt.Errorf("不能建立数据文件夹 %s，请换一个（--data）：%w", c.Data, err)
	}
	key, err := seal.NewKey()
	if err != nil {
		return "", err
	}
	if err := writeNew(filepath.Join(c.Data, keyFile), key+"\n"); err != nil {
		return "", err
	}
	path := filepath.Join(c.Data, config.DefaultPath)
	settings := "# 由 wenzheng demo 每次启动时写成；其他命令加 --config 即可使用同一份数据\n" +
		"addr: " + c.Addr + "\ndata_dir: \"" + filepath.ToSlash(c.Data) + "\"\nlog:\n  format: text\n  level: error\n" +
		"wechat:\n  api_base: http://" + c.SimulatorAddr + "\nsimulator:\n  enabled: true\n"
	if err := os.WriteFile(path, []byte(settings), 0o600); err != nil {
		return "", fmt.Errorf("不能写 %s：%w", path, err)
	}
	return path, nil
}

// writeNew writes a private file unless it exists.
func writeNew(path, content string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600) //nolint:gosec // in the folder the operator named
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	_, err = f.WriteString(content)
	return errors.Join(err, f.Sync(), f.Close())
}

// listen takes the public address; the metrics of a demo are not worth failing for.
func (c *demoCmd) listen(ctx context.Context, s *config.Settings) ([]net.Listener, error) {
	var from net.ListenConfig
	l, err := from.Listen(ctx, "tcp", s.Addr)
	if err != nil {
		return nil, fmt.Errorf("不能监听 %s，端口可能已被占用，请换一个（--addr）：%w", s.Addr, err)
	}
	out := []net.Listener{l}
	if s.MetricsAddr == "" {
		return out, nil
	}
	if m, err := from.Listen(ctx, "tcp", s.MetricsAddr); err == nil {
		out = append(out, m)
	}
	return out, nil
}

// demoExample is what the greeting asks the third account.
const demoExample = "社保卡丢了怎么补办"

func (c *demoCmd) welcome(p *program, path string) error {
	_, err := fmt.Fprintf(p.stdout, `
问政已启动（演示数据，全部虚构）

  以市民身份聊天    http://%s
  服务              http://%s
  运行状况          http://%s/readyz

也可另开一个终端发一句话：

  bin/wenzheng simulate send --config %s --account %s %s

按 Ctrl-C 停止；再次运行，数据仍在。
`, c.SimulatorAddr, c.Addr, c.Addr, path, demoAccounts()[2].AppID, demoExample)
	return err
}
