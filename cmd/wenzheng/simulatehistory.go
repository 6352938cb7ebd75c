package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"path/filepath"
	"strconv"
	"time"

	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/demo"
	"github.com/wenzheng/wenzheng/journal"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

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
		Rulebook: i.rulebook, Auth: i.auth, Calendar: i.calendar, Now: p.now,
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
