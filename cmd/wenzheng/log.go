package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/journal"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/sheet/outfile"
	"github.com/wenzheng/wenzheng/store"
)

type logCmd struct {
	Export    logExportCmd    `cmd:"" help:"导出互动日志（CSV 或 JSON 行）"`
	Import    logImportCmd    `cmd:"" help:"导入互动日志（CSV 或 xlsx），可重复"`
	Verify    logVerifyCmd    `cmd:"" help:"从原始行重算全部诉求与汇总，与库中核对"`
	Remeasure logRemeasureCmd `cmd:"" help:"把尚未重算完的历史数字算完，不必等服务"`
	Backlog   logBacklogCmd   `cmd:"" help:"尚未入库的消息与隔离区"`
	Drain     logDrainCmd     `cmd:"" help:"把不再启动的实例留下的消息入库"`
}

type logExportCmd struct {
	Account    []string `help:"账号的 AppID，可写多个；不写为全部" sep:","`
	From       string   `help:"起始日期（含），例 2026-03-01；不写为最早" placeholder:"日期"`
	To         string   `help:"截止日期（含），例 2026-03-31；不写为今天" placeholder:"日期"`
	JSONL      bool     `help:"每行一个 JSON 对象" name:"jsonl"`
	WithOpenID string   `help:"导出真实 openid 而非化名，须写明理由（记入审计）" name:"with-openid" placeholder:"理由"`
}

// Run writes the rows to standard output.
func (c *logExportCmd) Run(ctx context.Context, p *program) error {
	q := analytics.LogExport{Format: sheet.CSV, Filter: store.Filter{AppIDs: c.Account, WithOpenID: c.WithOpenID != "", By: operator(), Reason: c.WithOpenID}}
	if c.JSONL {
		q.Format = sheet.JSONL
	}
	var err error
	if q.Filter.From, q.Filter.To, err = models.ParseDays(c.From, c.To); err != nil {
		return err
	}
	st, err := p.use(ctx)
	if err != nil {
		return err
	}
	bar := p.progress("导出", 0)
	defer bar.End()
	if bar.Seen() { // nobody else sees the total
		q.Progress = bar.Of
	}
	return st.analytics.ExportLog(ctx, p.stdout, q)
}

type logBacklogCmd struct {
	Compact bool `help:"压缩缓冲文件（须先停止服务）"`
	Retry   bool `help:"把隔离区里的记录再送入数据库一次（须先停止服务）"`
	jsonFlag
}

// Run shows what waits on this machine's disk.
func (c *logBacklogCmd) Run(ctx context.Context, p *program) error {
	s, err := p.settings(nil)
	if err != nil {
		return err
	}
	if err := s.CheckFolder(); err != nil {
		return err
	}
	dir := s.JournalDir()
	if c.Compact {
		before, after, err := journal.Compact(dir)
		if err != nil {
			return c.explain(err, s.MetricsAddr)
		}
		fmt.Fprintf(p.stderr, "缓冲文件 %d 字节 → %d 字节\n", before, after) //nolint:errcheck // a remark
	}
	stats, quarantined, err := journal.Inspect(dir)
	if err != nil {
		return c.explain(err, s.MetricsAddr)
	}
	if c.Retry && stats.Quarantined > 0 {
		if err := c.retry(ctx, p); err != nil {
			return err
		}
		if stats, quarantined, err = journal.Inspect(dir); err != nil {
			return err
		}
	}
	text := fmt.Sprintf("待入库 %d 条，缓冲文件 %d 字节，隔离区 %d 条，损坏 %d 处\n", stats.Events, stats.Bytes, stats.Quarantined, stats.Damaged)
	if stats.Missing > 0 {
		text += fmt.Sprintf("约 %d 条已答复的消息不在缓冲文件里：它已损坏或被清空，下次启动时会尽量抢救\n", stats.Missing)
	}
	return c.print(p, map[string]any{"spool": stats, "quarantine": append([]journal.Quarantined{}, quarantined...)}, text)
}

// retry brings what is in quarantine to the database once more.
func (c *logBacklogCmd) retry(ctx context.Context, p *program) error {
	st, err := p.use(ctx)
	if err != nil {
		return err
	}
	stored, remaining, err := journal.RetryFolder(ctx, journalOptions(st.settings, st.sealer, st.waits, p.now))
	if err != nil {
		return err
	}
	fmt.Fprintf(p.stderr, "隔离区：%d 件已入库，%d 件仍放不进去\n", stored, remaining) //nolint:errcheck // a remark
	return nil
}

// explain points to the running service where the spool is in use.
func (c *logBacklogCmd) explain(err error, metrics string) error {
	if models.ErrorCode(err) == "journal_locked" && metrics != "" {
		return models.NewError(models.CodeConflict, "服务正在运行：积压见 http://"+metrics+"/metrics 的 wenzheng_journal_backlog；停止服务后可再运行本命令")
	}
	return err
}

type logImportCmd struct {
	File    string `arg:"" help:"互动日志 CSV 或 xlsx，列见下；表头必有，次序不限"`
	SkipBad string `help:"跳过有误的行，收集到这个 CSV 文件，改好后可再导入" name:"skip-bad" placeholder:"文件"`
}

// Run imports the whole file, or nothing of it, unless bad rows may be passed over.
func (c *logImportCmd) Run(ctx context.Context, p *program, st *installation) error {
	done, err := c.read(ctx, p, st)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(p.stdout, done.Text()); err != nil {
		return err
	}
	bar := p.progress("汇总", 0)
	err = st.analytics.Settle(ctx, bar.Set)
	bar.End()
	if err != nil {
		return err
	}
	if done.Bad > 0 {
		fmt.Fprintf(p.stderr, "跳过 %d 行，见 %s\n", done.Bad, c.SkipBad) //nolint:errcheck // a remark
	}
	notices, err := st.analytics.Notices(ctx, &done)
	return confirm(p.stderr, err, "%s", notices)
}

// read imports the file; where bad rows may be skipped they are kept in a file of their own, if
// there are any.
func (c *logImportCmd) read(ctx context.Context, p *program, st *installation) (done analytics.LogImported, err error) {
	bar := p.progress("导入", 0)
	defer bar.End()
	q := analytics.LogImport{File: c.File, Progress: bar.Set}
	if c.SkipBad == "" {
		return st.analytics.ImportLog(ctx, q)
	}
	if outfile.Same(c.SkipBad, c.File) {
		return done, models.NewError(models.CodeInvalid, "--skip-bad 不能与要导入的是同一个文件，请换一个名称")
	}
	err = p.writeFile(c.SkipBad, func(w io.Writer) (err error) {
		q.SkipBad = w
		if done, err = st.analytics.ImportLog(ctx, q); err == nil && done.Bad == 0 {
			return outfile.ErrNothing // an empty file would only puzzle
		}
		return err
	})
	return done, err
}

type logVerifyCmd struct{ jsonFlag }

// Run compares everything that was counted with a count from the rows.
func (c *logVerifyCmd) Run(ctx context.Context, p *program, st *installation) error {
	bar := p.progress("核对", 0)
	differences, notices, err := st.analytics.Verify(ctx, func(done, _ int) { bar.Set(done) })
	bar.End()
	if err != nil {
		return err
	}
	hits, err := st.rulebook.VerifyHits(ctx)
	if err != nil {
		return err
	}
	differences = append(differences, hits...)
	text := strings.Join(append(differences[:len(differences):len(differences)], fmt.Sprintf("%d differences\n", len(differences))), "\n")
	if err := c.print(p, map[string]any{"differences": append([]string{}, differences...)}, text); err != nil {
		return err
	}
	if _, err := io.WriteString(p.stderr, notices); err != nil {
		return err
	}
	if len(differences) > 0 {
		return exitCode(1)
	}
	return nil
}

type logRemeasureCmd struct{}

// Run counts anew what is still to be counted anew.
func (logRemeasureCmd) Run(ctx context.Context, p *program, st *installation) error {
	bar := p.progress("重算", 0)
	text, err := st.analytics.RemeasureAll(ctx, bar.Of)
	bar.End()
	return confirm(p.stdout, err, "%s", text)
}

type logDrainCmd struct {
	Dir string `required:"" help:"停用的实例的数据目录，或其中的 journal 目录" placeholder:"目录"`
}

// Run stores what is left there and says how much.
func (c *logDrainCmd) Run(ctx context.Context, p *program, st *installation) error {
	o := journalOptions(st.settings, st.sealer, st.waits, p.now)
	sub := filepath.Join(c.Dir, filepath.Base(o.Dir))
	if o.Dir = c.Dir; isFolder(sub) {
		o.Dir = sub
	}
	done, err := journal.DrainFolder(ctx, o)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "已入库 %d 条，还剩 %d 条，隔离区 %d 条\n", done.Stored, done.Left.Events, done.Left.Quarantined)
	if err == nil && done.Left.Missing > 0 {
		_, err = fmt.Fprintf(p.stdout, "缓冲文件已损坏，约 %d 条已答复的消息没能恢复\n", done.Left.Missing)
	}
	if err == nil && done.Left.Events > 0 {
		err = models.NewError(models.CodeUnavailable, "还有消息没有入库，请稍后再运行一次")
	}
	return err
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
