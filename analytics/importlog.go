package analytics

import (
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
)

// importBatch is how many rows are handed to the store at a time.
const importBatch = 2000

// LogImport asks for the rows of a file to be brought into the log.
type LogImport struct {
	File     string
	SkipBad  io.Writer      // takes the bad rows; nil: with one bad row nothing is imported
	Progress func(rows int) // how many are stored
}

// LogImported is what an import brought.
type LogImported struct {
	Rows  int // good ones
	Added int // that were not in the log
	Bad   int
	known map[string]bool // the accounts of the rows
}

// Text says what was brought.
func (d *LogImported) Text() string {
	return fmt.Sprintf("已导入 %d 行：新增 %d，已有 %d\n", d.Rows, d.Added, d.Rows-d.Added)
}

// ImportLog imports a whole file, or nothing of it, unless bad rows may be skipped. A file can be
// imported again: what is there is not stored twice.
func (m *Analytics) ImportLog(ctx context.Context, q LogImport) (LogImported, error) {
	o := sheet.LogOptions{Now: m.now(), SkipBad: q.SkipBad, Judge: func(rows []models.Interaction) (map[int]string, error) {
		return m.store.ForeignKeys(ctx, rows)
	}}
	if q.SkipBad == nil {
		if _, err := readLog(q.File, o, func(int, models.Interaction) error { return ctx.Err() }); err != nil {
			return LogImported{}, err
		}
		o.Judge = nil
	}
	done := LogImported{known: map[string]bool{}}
	var batch []models.Interaction
	flush := func() error {
		added, err := m.waits.ImportInteractions(ctx, batch)
		done.Added += added
		done.Rows += len(batch)
		batch = batch[:0]
		q.Progress(done.Rows)
		return err
	}
	count, err := readLog(q.File, o, func(_ int, i models.Interaction) error {
		done.known[i.AppID] = true
		batch = append(batch, i)
		if len(batch) < importBatch {
			return nil
		}
		return flush()
	})
	if err == nil {
		err = flush()
	}
	if err != nil {
		return done, fmt.Errorf("导入中断，已入库 %d 行；排除故障后再导入一次即可，不会重复：%w", done.Added, err)
	}
	done.Rows, done.Bad = count.Rows, count.Bad
	return done, nil
}

func readLog(file string, o sheet.LogOptions, fn func(int, models.Interaction) error) (sheet.LogCount, error) {
	return sheet.ReadFile(file, func(name string, r io.Reader) (sheet.LogCount, error) { return sheet.ReadLog(name, r, o, fn) })
}

// Settle brings into the sums what the clock has decided of rows that are old already, which the
// service does at leisure: until then every report would do it.
func (m *Analytics) Settle(ctx context.Context, progress func(waits int)) error {
	const atOnce = 1000
	for done := 0; ; {
		n, err := m.waits.Sweep(ctx, m.now(), atOnce)
		if err != nil || n < atOnce {
			return err
		}
		done += n
		progress(done)
	}
}

// remeasureWithin is how long a change waits for waits to be remeasured; a service finishes it.
const remeasureWithin = 30 * time.Second

// Remeasure counts anew what a change of calendar or settings concerns and says so; "" where it
// concerns nothing of the past. What it does not finish a running service does.
func (m *Analytics) Remeasure(ctx context.Context) string {
	pending, err := m.waits.Remeasuring(ctx)
	if err != nil || len(pending) == 0 {
		return ""
	}
	ctx, cancel := context.WithTimeout(ctx, remeasureWithin)
	defer cancel()
	if _, err := m.waits.Sweep(ctx, m.now(), 0); err != nil {
		return "；涉及的诉求尚未重算完，由运行中的服务在后台完成，没有服务时请运行 wenzheng log remeasure"
	}
	return "；涉及的诉求已重算"
}

// RemeasureAll counts anew all that is still to be counted anew, however long it takes, and says so.
// It may be interrupted and called again.
func (m *Analytics) RemeasureAll(ctx context.Context, progress func(done, total int)) (string, error) {
	pending, err := m.waits.Remeasuring(ctx)
	if err != nil {
		return "", err
	}
	if len(pending) == 0 {
		return "没有要重算的，数字都是最新的\n", nil
	}
	if err := m.waits.RemeasurePending(ctx, progress); err != nil {
		return "", fmt.Errorf("重算中断，再运行一次即接着算：%w", err)
	}
	return "历史数字已按现在的公式、办公时间和日历重算\n", nil
}

// Notices says what of the import needs attention: accounts that are not set up, so that nobody
// looks in vain for their figures, and answers without a question.
func (m *Analytics) Notices(ctx context.Context, d *LogImported) (string, error) {
	text, err := m.unknownNotice(ctx, d.known)
	if err != nil {
		return "", err
	}
	unattached, err := m.unattachedNotice(ctx)
	return text + unattached, err
}

func (m *Analytics) unknownNotice(ctx context.Context, accounts map[string]bool) (string, error) {
	known, err := m.store.Accounts(ctx)
	if err != nil {
		return "", err
	}
	var missing []string
	for name := range accounts {
		if !slices.ContainsFunc(known, func(a models.Account) bool { return a.AppID == name }) {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return "", nil
	}
	slices.Sort(missing)
	return "注意：账号 " + strings.Join(missing, "、") + " 尚未添加，其数据已保存，添加（wenzheng account add）后才能查看指标\n", nil
}

// namedUnattached is how many answers without a question are named.
const namedUnattached = 10

// unattachedNotice says which answers of comments and forms belong to no question, so that nobody
// wonders why a question stays open.
func (m *Analytics) unattachedNotice(ctx context.Context) (string, error) {
	n, keys, err := m.waits.Unattached(ctx, namedUnattached)
	if err != nil || n == 0 {
		return "", err
	}
	more := ""
	if n > len(keys) {
		more = " 等"
	}
	return fmt.Sprintf("注意：留言和表单里有 %d 条答复找不到所答的问题，不会结束任何诉求：%s%s。导入时请在 reply_to 列写明所答那一行的 msg_key，或在 thread 列写上与问题相同的办件号\n",
		n, strings.Join(keys, "、"), more), nil
}

// Verify compares everything that was counted with a count from the rows and returns the
// differences, and what is to be known about them.
func (m *Analytics) Verify(ctx context.Context, progress func(done, total int)) (differences []string, notices string, err error) {
	if differences, err = m.waits.VerifyRollups(ctx, progress); err != nil {
		return nil, "", err
	}
	if notices, err = m.unattachedNotice(ctx); err != nil {
		return nil, "", err
	}
	pending, err := m.waits.Remeasuring(ctx)
	if len(pending) > 0 {
		notices += "注意：公式版本、办公时间或工作日历改变之后，历史数字还在重算，由运行中的服务（wenzheng serve）或 wenzheng log remeasure 完成；完成之前的差异不是错误，请稍后再核对\n"
	}
	return differences, notices, err
}
