package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/demo"
	"github.com/wenzheng/wenzheng/journal"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/simulator"
	"github.com/wenzheng/wenzheng/simulator/chat"
)

type demoCmd struct {
	Addr          string `help:"服务地址" default:"127.0.0.1:8080"`
	SimulatorAddr string `help:"模拟微信的地址" default:"127.0.0.1:8090"`
	Data          string `help:"数据放在哪个文件夹；已有的数据会保留" default:"demo-data" type:"path"`
	Empty         bool   `help:"不生成九十天的演示数据"`
	Public        bool   `help:"允许监听本机以外的地址；演示一键登录，没有密码，请只在可信的网络里用"`
}

// Run serves the demo until a signal.
func (c *demoCmd) Run(ctx context.Context, p *program) error {
	p.serves.Store(true)
	p.demo = true
	if err := c.checkAddresses(); err != nil {
		return err
	}
	p.environ = slices.DeleteFunc(slices.Clone(p.environ), demo.Owns)
	listeners, err := listen(ctx, address{c.Addr, "--addr"}, address{c.SimulatorAddr, "--simulator-addr"})
	if err != nil {
		return err
	}
	v, err := c.begin(ctx, p)
	if err != nil {
		return errors.Join(err, closeAll(listeners))
	}
	chat := listeners[1]
	listeners = listeners[:1]
	// The metrics of a demo are not worth failing for.
	if metrics, err := listen(ctx, address{v.settings.MetricsAddr, "metrics_addr"}); err == nil {
		listeners = append(listeners, metrics...)
	}
	return c.both(ctx, p, v, listeners, chat)
}

// checkAddresses keeps a demo, which asks for no password, on this machine unless told otherwise.
func (c *demoCmd) checkAddresses() error {
	for _, addr := range []string{c.Addr, c.SimulatorAddr} {
		host, _, err := net.SplitHostPort(addr)
		ip := net.ParseIP(host)
		if err == nil && !c.Public && host != "localhost" && !ip.IsLoopback() {
			return models.NewError(models.CodeInvalid, "演示一键登录，没有密码，不监听本机以外的地址 "+addr+"；确要给别的机器看，请加 --public")
		}
	}
	return nil
}

// begin brings the data folder to where the service can start. It holds the addresses by then and
// looks whether somebody uses the folder: a demo that can not start changes nothing of another.
func (c *demoCmd) begin(ctx context.Context, p *program) (*service, error) {
	if _, _, err := journal.Inspect(filepath.Join(c.Data, "journal")); err != nil {
		return nil, err
	}
	s, err := c.prepare(p)
	if err != nil {
		return nil, err
	}
	sealer, err := p.sealer(s)
	if err != nil {
		return nil, err
	}
	if err := c.seed(ctx, p); err != nil {
		return nil, err
	}
	return newService(ctx, p, s, sealer, true)
}

// both runs the service and, beside it, the platform it thinks it is talking to; when one
// ends the other does. The months before today are written behind the two.
func (c *demoCmd) both(ctx context.Context, p *program, v *service, listeners []net.Listener, page net.Listener) error {
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
	// An account that somebody adds in the console is one that the stand-in for WeChat has.
	v.onAccounts.Store(new(func(list []models.Account) {
		if err := platform.Know(list); err != nil {
			v.logger.Warn("the simulator does not take an account", "error", err)
		}
	}))
	if _, err := io.WriteString(p.stdout, demo.Welcome(c.Addr, c.SimulatorAddr, p.config)); err != nil {
		platform.Close()
		return errors.Join(err, page.Close(), v.stop(context.WithoutCancel(ctx), nil), closeAll(listeners))
	}
	simulated, told := make(chan error, 1), make(chan error, 1)
	go func() {
		defer stop()
		simulated <- platform.Serve(ctx, page)
	}()
	v.past.Store(!c.Empty)
	go func() {
		defer v.past.Store(false)
		told <- c.months(ctx, p)
	}()
	err = v.serve(ctx, listeners...)
	stop()
	return errors.Join(err, <-simulated, <-told)
}

// prepare writes the settings file and makes the data folder and its key, unless they are there.
func (c *demoCmd) prepare(p *program) (*config.Settings, error) {
	if err := os.MkdirAll(c.Data, 0o700); err != nil {
		return nil, fmt.Errorf("不能建立数据文件夹 %s，请换一个（--data）：%w", c.Data, err)
	}
	p.config = filepath.Join(c.Data, config.DefaultPath)
	if err := p.writeText(p.config, demo.SettingsText(c.Addr, c.SimulatorAddr, c.Data)); err != nil {
		return nil, err
	}
	s, err := p.settings(nil)
	if err != nil {
		return nil, err
	}
	err = s.MakeFolder(seal.NewKey)
	return s, err
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
	_, err = io.WriteString(p.stdout, demo.PastText(results, p.config))
	return err
}

type simulateHistoryCmd struct {
	Days      int    `help:"写多少天，到此刻为止" default:"90"`
	Seed      uint64 `help:"随机种子；同一账号的同一种子只写一次" default:"1"`
	Character string `help:"单位的样子：fast 答得快，slow 答得慢，posts 只发文章不答复" enum:"fast,slow,posts" default:"fast"`
	jsonFlag
}

// Run writes the months that are not there yet.
func (c *simulateHistoryCmd) Run(ctx context.Context, p *program, parent *simulateCmd) error {
	if len(parent.URL) > 0 || parent.Token != "" || parent.Journal != "" {
		return models.NewError(models.CodeInvalid, "simulate history 自己运行一个服务，不用 --url、--token 和 --journal")
	}
	if c.Days < 1 || c.Days > demo.MaxHistoryDays {
		return models.NewError(models.CodeInvalid, "--days 应为 1 至 "+strconv.Itoa(demo.MaxHistoryDays))
	}
	st, err := p.use(ctx)
	if err != nil {
		return err
	}
	if !st.settings.Simulator.Enabled {
		return models.NewError(models.CodeForbidden, "虚构的数据写进真实台账后无法删除，因此只在 simulator.enabled 为 true 时运行："+
			"请在试用的设置里写上，或设置 WENZHENG_SIMULATOR_ENABLED=true")
	}
	bar := p.progress("历史", c.Days)
	results, err := demo.New(st.Store, st.waits, p.cityOptions(st)).WriteHistory(ctx, operator(), demo.HistoryRequest{
		AppID: parent.Account, Days: c.Days, Seed: c.Seed,
		Character: map[string]simulator.Character{"fast": simulator.Fast, "slow": simulator.Slow, "posts": simulator.PostsOnly}[c.Character],
	}, bar.Set)
	bar.End()
	if err != nil {
		return err
	}
	return c.print(p, results, demo.HistoryText(results))
}

// historyFolder in the data folder holds the spool of the service that takes the history.
const historyFolder = "journal-history"

// cityOptions are those of the fictional city in the installation.
func (p *program) cityOptions(i *installation) demo.Options {
	return demo.Options{
		Rulebook: i.rulebook, Auth: i.auth, Calendar: i.calendar.Current(), Now: p.now,
		SpoolDir: filepath.Join(i.settings.DataDir, historyFolder),
		Serve: func(ctx context.Context, spoolDir string, now func() time.Time, ready func(string, *journal.Journal)) error {
			return p.serveHistory(ctx, i, spoolDir, now, ready)
		},
	}
}

// serveHistory implements demo.Serve on a loopback address.
func (p *program) serveHistory(ctx context.Context, i *installation, spoolDir string, now func() time.Time, ready func(string, *journal.Journal)) error {
	s := *i.settings
	s.DataDir, s.MetricsAddr, s.Addr = spoolDir, "", "127.0.0.1:0"
	s.Callback.MaxSkew = 0 // the clock of the months is not the machine's
	s.Log.Level, s.Log.Format = slog.LevelError, config.LogText
	s.Warnings = nil
	old := &program{stdin: p.stdin, stdout: p.stdout, stderr: p.stderr, environ: p.environ, config: p.config, now: now}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", s.Addr)
	if err != nil {
		return fmt.Errorf("history: listen: %w", err)
	}
	v, err := newService(ctx, old, &s, i.sealer, false)
	if err != nil {
		return errors.Join(err, l.Close())
	}
	ready("http://"+l.Addr().String(), v.journal)
	return v.serve(ctx, l)
}
