package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	JSON      bool   `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (simulateHistoryCmd) Help() string {
	return "例：wenzheng --config demo-data/wenzheng.yaml simulate --account wx00000000000d0001 history --days 90 --seed 1\n" +
		"消息以模拟的时钟走真实的回调、规则和日志，坐席答复按时写入；不写 --account 则写全部账号。\n" +
		"中断后再次运行会接着写完；已写完的不会再写。写入的都是虚构数据，审计里记为 " + demo.ActionHistoryBegin + "，请勿用于真实账号。"
}

// Run writes the months that are not there yet.
func (c *simulateHistoryCmd) Run(ctx context.Context, p *program, parent *simulateCmd) error {
	if len(parent.URL) > 0 || parent.Token != "" || parent.Journal != "" {
		return models.NewError(models.CodeInvalid, "simulate history 自己运行一个服务，不用 --url、--token 和 --journal")
	}
	if c.Days < 1 || c.Days > demo.MaxHistoryDays {
		return models.NewError(models.CodeInvalid, "--days 应为 1 至 "+strconv.Itoa(demo.MaxHistoryDays))
	}
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	if !st.settings.Simulator.Enabled {
		return models.NewError(models.CodeForbidden, "虚构的数据写进真实台账后无法删除，因此只在 simulator.enabled 为 true 时运行："+
			"请在试用的设置里写上，或设置 WENZHENG_SIMULATOR_ENABLED=true")
	}
	bar := p.progress("历史", c.Days)
	results, err := demo.New(st.Store, st.waits, p.cityOptions(st)).WriteHistory(ctx, operator(), demo.HistoryRequest{
		AppID: parent.Account, Days: c.Days, Seed: c.Seed,
		Character: map[string]simulator.Character{"fast": simulator.Fast, "slow": simulator.Slow, "posts": simulator.PostsOnly}[c.Character],
	}, bar.set)
	bar.end()
	if err != nil {
		return err
	}
	return c.print(p, results)
}

func (c *simulateHistoryCmd) print(p *program, results []demo.HistoryResult) error {
	if c.JSON {
		return json.NewEncoder(p.stdout).Encode(results)
	}
	for i := range results {
		if err := printHistory(p.screen(), &results[i]); err != nil {
			return err
		}
	}
	return nil
}

func printHistory(w io.Writer, r *demo.HistoryResult) (err error) {
	from, until := r.From.Format(time.DateOnly), r.Until.Format(time.DateOnly)
	if r.Existed {
		_, err = fmt.Fprintf(w, "%s：%s 至 %s 的演示数据已在，没有再写\n", r.Name, from, until)
		return err
	}
	kept := ""
	if r.Kept > 0 {
		kept = fmt.Sprintf("（另有上次已写的 %d 条）", r.Kept)
	}
	_, err = fmt.Fprintf(w, "%s：%s 至 %s，市民的消息与事件 %d 条%s，坐席答复 %d 条，重复投递 %d 次；逐条核对，每条恰在日志中一次\n",
		r.Name, from, until, r.Events, kept, r.Answers, r.Repeats)
	return err
}

// historyFolder in the data folder holds the spool of the service that takes the history.
const historyFolder = "journal-history"

// cityOptions are those of the fictional city in the installation.
func (p *program) cityOptions(i *installation) demo.Options {
	return demo.Options{
		Rulebook: i.rulebook, Calendar: i.calendar, Now: p.now,
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
