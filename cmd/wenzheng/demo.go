package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/demo"
	"github.com/wenzheng/wenzheng/journal"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator/chat"
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
	p.serves.Store(true)
	p.environ = slices.DeleteFunc(slices.Clone(p.environ), ownedByDemo)
	listeners, err := c.listen(ctx)
	if err != nil {
		return err
	}
	v, path, err := c.begin(ctx, p)
	if err != nil {
		return errors.Join(err, closeAll(listeners))
	}
	chat := listeners[1]
	listeners = listeners[:1]
	// The metrics of a demo are not worth failing for.
	if addr := v.settings.MetricsAddr; addr != "" {
		if m, err := (&net.ListenConfig{}).Listen(ctx, "tcp", addr); err == nil {
			listeners = append(listeners, m)
		}
	}
	return c.both(ctx, p, v, listeners, chat, path)
}

// ownedByDemo reports whether a variable would lead a demo to the data of a real installation.
func ownedByDemo(variable string) bool {
	name, _, _ := strings.Cut(variable, "=")
	return slices.Contains([]string{
		"WENZHENG_CONFIG", "WENZHENG_ADDR", "WENZHENG_DATA_DIR", "WENZHENG_DATABASE", "WENZHENG_DATABASE_FILE", "WENZHENG_WECHAT_API_BASE",
	}, name)
}

// begin brings the data folder to where the service can start. It holds the addresses by then and
// looks whether somebody uses the folder: a demo that can not start changes nothing of another.
func (c *demoCmd) begin(ctx context.Context, p *program) (*service, string, error) {
	if _, _, err := journal.Inspect(filepath.Join(c.Data, "journal")); err != nil {
		return nil, "", err
	}
	path, err := c.prepare(p)
	if err != nil {
		return nil, "", err
	}
	s, err := p.settings(nil)
	if err != nil {
		return nil, "", err
	}
	sealer, err := p.sealer(s)
	if err != nil {
		return nil, "", err
	}
	if err := c.seed(ctx, p); err != nil {
		return nil, "", err
	}
	v, err := newService(ctx, p, s, sealer, true)
	return v, path, err
}

// both runs the service and, beside it, the platform it thinks it is talking to; when one
// ends the other does. The months before today are written behind the two.
func (c *demoCmd) both(ctx context.Context, p *program, v *service, listeners []net.Listener, page net.Listener, path string) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	platform, err := chat.NewServer(chat.Options{
		Accounts: v.worker.Accounts(), Targets: []string{"http://" + v.settings.Addr}, Now: p.now,
		Chats: filepath.Join(c.Data, "chats.jsonl"),
		Explain: func(_ context.Context, m *models.Message) (models.Match, error) {
			return v.brain.Explain(m), nil
		},
	})
	if err != nil {
		return err
	}
	for _, a := range demo.Accounts() {
		platform.Platform().SetMenu(a.AppID, a.Menu)
	}
	if err := c.welcome(p, path); err != nil {
		platform.Close()
		return errors.Join(err, page.Close(), v.stop(context.WithoutCancel(ctx), nil), closeAll(listeners))
	}
	simulated, told := make(chan error, 1), make(chan error, 1)
	go func() {
		defer stop()
		simulated <- serveSimulator(ctx, p, platform, page)
	}()
	go func() { told <- c.months(ctx, p) }()
	err = v.serve(ctx, listeners...)
	stop()
	return errors.Join(err, <-simulated, <-told)
}

// prepare writes the settings file and makes the data folder and its key, unless they are there.
func (c *demoCmd) prepare(p *program) (string, error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return "", fmt.Errorf("不能建立数据文件夹 %s，请换一个（--data）：%w", c.Data, err)
	}
	path := filepath.Join(c.Data, config.DefaultPath)
	settings := "# 由 wenzheng demo 每次启动时写成；其他命令加 --config 即可使用同一份数据\n" +
		"addr: " + c.Addr + "\ndata_dir: \"" + filepath.ToSlash(c.Data) + "\"\nlog:\n  format: text\n  level: error\n" +
		"wechat:\n  api_base: http://" + c.SimulatorAddr + "\nsimulator:\n  enabled: true\n"
	err := p.writeFile(path, func(w io.Writer) error {
		_, err := io.WriteString(w, settings)
		return err
	})
	if err != nil {
		return "", err
	}
	p.config = path
	s, err := p.settings(nil)
	if err != nil {
		return "", err
	}
	return path, makeDataFolder(s)
}

// listen takes the address of the service and that of the chat page.
func (c *demoCmd) listen(ctx context.Context) ([]net.Listener, error) {
	var out []net.Listener
	for _, a := range []struct{ addr, flag string }{{c.Addr, "--addr"}, {c.SimulatorAddr, "--simulator-addr"}} {
		l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", a.addr)
		if err != nil {
			return nil, errors.Join(fmt.Errorf("不能监听 %s，端口可能已被占用，请换一个（%s）：%w", a.addr, a.flag, err), closeAll(out))
		}
		out = append(out, l)
	}
	return out, nil
}

// seed makes the accounts and rules of the city, unless they are there.
func (c *demoCmd) seed(ctx context.Context, p *program) error {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	return demo.New(st.Store, st.waits, p.cityOptions(st)).Seed(ctx, operator())
}

// months writes the days before today, unless they are there. What is wrong with them is
// said and does not end the demo: citizens are answered.
func (c *demoCmd) months(ctx context.Context, p *program) error {
	if c.Empty {
		return nil
	}
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	city := demo.New(st.Store, st.waits, p.cityOptions(st))
	complete, err := city.Complete(ctx)
	if err != nil {
		return err
	}
	if complete { // records beside the messages may be missing
		_, err := city.WritePast(ctx, operator())
		return err
	}
	if _, err := io.WriteString(p.stdout, "正在生成九十天演示数据 … "); err != nil {
		return err
	}
	results, err := city.WritePast(ctx, operator())
	if ctx.Err() != nil {
		_, err = io.WriteString(p.stdout, "已停下，下次启动接着生成\n")
		return err
	}
	if err != nil {
		p.fail(err, 0)
		_, err = io.WriteString(p.stdout, "没有完成，下次启动接着生成\n")
		return err
	}
	events, answers := 0, 0
	for i := range results {
		events, answers = events+results[i].Verified, answers+results[i].Answers
	}
	_, err = fmt.Fprintf(p.stdout, "完成（市民的消息与事件 %d 条，坐席答复 %d 条，以及关注人数、文章、评价与办件）\n看指标：bin/wenzheng indices --config %s\n",
		events, answers, p.config)
	return err
}

func (c *demoCmd) welcome(p *program, path string) error {
	_, err := fmt.Fprintf(p.stdout, `
问政已启动（演示数据，全部虚构）

  以市民身份聊天    http://%s
  服务              http://%s
  运行状况          http://%s/readyz

也可另开一个终端发一句话：

  bin/wenzheng simulate send --config %s --account %s %s

按 Ctrl-C 停止；再次运行，数据仍在。
`, c.SimulatorAddr, c.Addr, c.Addr, path, demo.Accounts()[2].AppID, demo.Question)
	return err
}
