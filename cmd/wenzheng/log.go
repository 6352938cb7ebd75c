package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/journal"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
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

// Help implements kong's detailed help.
func (logExportCmd) Help() string {
	return "例：wenzheng log export --from 2026-03-01 --to 2026-03-31 > 三月.csv\n" +
		"日期按北京时间；openid 一列默认为化名；手机号、身份证号、银行卡号已打码。\n" +
		"corrected 一列写明把什么笔误当作什么答复（社宝卡→社保卡）。\n" +
		"另有四列只供查看，导入时不读：rule 规则，latency_ms 答复用时（毫秒），deliveries 微信投递次数，wait 该行引起的诉求的状态\n" +
		"（open 待答复，pending 已自动答复、30 分钟内可能再问，human 人工已答，bot 自动已答，expired 已过期，left 已取消关注）。"
}

// Run writes the rows to standard output.
func (c *logExportCmd) Run(ctx context.Context, p *program) error {
	var err error
	filter := store.Filter{AppIDs: c.Account, WithOpenID: c.WithOpenID != "", By: operator(), Reason: c.WithOpenID}
	if filter.From, filter.To, err = days(c.From, c.To); err != nil {
		return err
	}
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	format := sheet.CSV
	if c.JSONL {
		format = sheet.JSONL
	}
	if err := st.checkNamed(ctx, c.Account); err != nil {
		return err
	}
	asOf := p.now().Unix()
	w, err := sheet.NewLogWriter(p.stdout, format, sheet.LogWriterOptions{
		WithOpenID: filter.WithOpenID, State: func(w *models.Wait) string { return waitState(w, asOf) },
	})
	if err != nil {
		return err
	}
	bar := p.progress("导出", 0)
	defer bar.end()
	if bar.on != nil { // nobody else sees the total
		if bar.total, err = st.RowCount(ctx, filter); err != nil {
			return err
		}
	}
	written := 0
	err = st.waits.InteractionsWithWaits(ctx, filter, func(i models.Interaction) error {
		written++
		bar.set(written)
		return w.Write(i)
	})
	if err != nil {
		return err
	}
	return w.Flush()
}

// waitState is what a wait reads as, with the name that figures have for one that a bot has
// answered and whose citizen may still write again.
func waitState(w *models.Wait, asOf int64) string {
	r := indices.StateAt(w, asOf)
	if r.Pending {
		return "pending"
	}
	return string(r.State)
}

// checkNamed refuses an account that is neither set up nor has rows in the log: a slip of
// the pen would look like an account to which nobody writes.
func (i *installation) checkNamed(ctx context.Context, names []string) error {
	known, err := i.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, name := range names {
		if slices.ContainsFunc(known, func(a models.Account) bool { return a.AppID == name }) {
			continue
		}
		found := errors.New("found")
		err := i.Interactions(ctx, store.Filter{AppIDs: []string{name}, Limit: 1}, func(models.Interaction) error { return found })
		if err == nil {
			return models.NewError(models.CodeNotFound, "没有账号 "+name+"，日志里也没有它的记录，请用 wenzheng account list 核对")
		}
		if !errors.Is(err, found) {
			return err
		}
	}
	return nil
}

// days turns two inclusive dates into a half-open interval; an empty date is no bound.
func days(from, to string) (start, end time.Time, err error) {
	if from != "" {
		if start, err = time.ParseInLocation(time.DateOnly, from, indices.Shanghai()); err != nil {
			return start, end, models.NewError(models.CodeInvalid, "起始日期应写作 2026-03-01")
		}
	}
	if to != "" {
		if end, err = time.ParseInLocation(time.DateOnly, to, indices.Shanghai()); err != nil {
			return start, end, models.NewError(models.CodeInvalid, "截止日期应写作 2026-03-31")
		}
		end = end.AddDate(0, 0, 1)
	}
	if from != "" && to != "" && !start.Before(end) {
		return start, end, models.NewError(models.CodeInvalid, "起始日期晚于截止日期，请对调")
	}
	return start, end, nil
}

type logBacklogCmd struct {
	Compact bool `help:"压缩缓冲文件（须先停止服务）"`
	Retry   bool `help:"把隔离区里的记录再送入数据库一次（须先停止服务）"`
	JSON    bool `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (logBacklogCmd) Help() string {
	return "例：wenzheng log backlog\n服务运行时缓冲文件被占用，积压请看 /metrics 的 wenzheng_journal_backlog 与 /readyz。"
}

// Run shows what waits on this machine's disk.
func (c *logBacklogCmd) Run(ctx context.Context, p *program) error {
	s, err := p.settings(nil)
	if err != nil {
		return err
	}
	if err := p.checkDataFolder(s); err != nil {
		return err
	}
	dir := journalDir(s)
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
	if c.JSON {
		if quarantined == nil {
			quarantined = []journal.Quarantined{}
		}
		return json.NewEncoder(p.stdout).Encode(map[string]any{"spool": stats, "quarantine": quarantined})
	}
	_, err = fmt.Fprintf(p.screen(), "待入库 %d 条，缓冲文件 %d 字节，隔离区 %d 条，损坏 %d 处\n", stats.Events, stats.Bytes, stats.Quarantined, stats.Damaged)
	if err == nil && stats.Missing > 0 {
		_, err = fmt.Fprintf(p.screen(), "约 %d 条已答复的消息不在缓冲文件里：它已损坏或被清空，下次启动时会尽量抢救\n", stats.Missing)
	}
	return err
}

// retry brings what is in quarantine to the database once more.
func (c *logBacklogCmd) retry(ctx context.Context, p *program) error {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	j, err := journal.Open(journalOptions(st.settings, st.sealer, st.waits, p.now)) //nolint:contextcheck // the drain lives until Close
	if err != nil {
		return err
	}
	stored, remaining, err := j.Retry(ctx)
	if err := errors.Join(err, j.Close(ctx)); err != nil {
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
