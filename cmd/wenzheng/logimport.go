package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
)

type logImportCmd struct {
	File    string `arg:"" help:"互动日志 CSV 或 xlsx，列见下；表头必有，次序不限"`
	SkipBad string `help:"跳过有误的行，收集到这个 CSV 文件，改好后可再导入" name:"skip-bad" placeholder:"文件"`
}

// Help implements kong's detailed help.
func (logImportCmd) Help() string {
	return "例：wenzheng log import 三月.csv\n" +
		"列：" + strings.Join(sheet.LogColumns(), ",") + "\n" +
		"表头和取值也可写中文（账号、市民、时间、方向、角色、内容……；收、发；市民、人工），“备注”列不导入。\n" +
		"时间写 2026-03-01 09:00:00 或 2026/3/1 9:00（北京时间）或 RFC 3339；msg_key 可空，由该行内容得出，重复导入不会重复计数。\n" +
		"文件有任何一行有误时一行也不导入，并指出行、列；--skip-bad 则跳过这些行。"
}

// importBatch is how many rows are handed to the store at a time.
const importBatch = 2000

// Run imports the whole file, or nothing of it, unless bad rows may be passed over.
func (c *logImportCmd) Run(ctx context.Context, p *program) error {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	o := sheet.LogOptions{Now: p.now(), Judge: func(rows []models.Interaction) (map[int]string, error) { return st.ForeignKeys(ctx, rows) }}
	if c.SkipBad == "" {
		if _, err := c.read(o, func(int, models.Interaction) error { return ctx.Err() }); err != nil {
			return err
		}
		o.Judge = nil
	}
	n := &importing{to: st, bar: p.progress("导入", 0), accounts: map[string]bool{}}
	var count sheet.LogCount
	if c.SkipBad == "" {
		count, err = c.read(o, n.row(ctx))
	} else {
		count, err = c.aside(ctx, p, o, n)
	}
	if err == nil {
		err = n.flush(ctx)
	}
	n.bar.end()
	if err != nil {
		return fmt.Errorf("导入中断，已入库 %d 行；排除故障后再导入一次即可，不会重复：%w", n.added, err)
	}
	if _, err = fmt.Fprintf(p.stdout, "已导入 %d 行：新增 %d，已有 %d\n", count.Rows, n.added, count.Rows-n.added); err != nil {
		return err
	}
	if err := st.settle(ctx, p); err != nil {
		return err
	}
	if count.Bad > 0 {
		fmt.Fprintf(p.stderr, "跳过 %d 行，见 %s\n", count.Bad, c.SkipBad) //nolint:errcheck // a remark
	}
	if err := st.warnUnknown(ctx, p, n.accounts); err != nil {
		return err
	}
	return st.warnUnattached(ctx, p)
}

// settle brings into the sums what the clock has decided of rows that are old already, which the
// service does at leisure: until then every report would do it.
func (i *installation) settle(ctx context.Context, p *program) error {
	bar := p.progress("汇总", 0)
	defer bar.end()
	const atOnce = 1000
	for done := 0; ; {
		n, err := i.waits.Sweep(ctx, p.now(), atOnce)
		if err != nil || n < atOnce {
			return err
		}
		done += n
		bar.set(done)
	}
}

// aside imports the good rows and keeps the bad ones in a file of their own, if there are any.
func (c *logImportCmd) aside(ctx context.Context, p *program, o sheet.LogOptions, n *importing) (count sheet.LogCount, err error) {
	if sameFile(c.SkipBad, c.File) {
		return count, models.NewError(models.CodeInvalid, "--skip-bad 不能与要导入的是同一个文件，请换一个名称")
	}
	err = p.writeFile(c.SkipBad, func(w io.Writer) error {
		o.SkipBad = w
		var err error
		if count, err = c.read(o, n.row(ctx)); err == nil && count.Bad == 0 {
			return errNothing // an empty file would only puzzle
		}
		return err
	})
	return count, err
}

func (c *logImportCmd) read(o sheet.LogOptions, fn func(int, models.Interaction) error) (sheet.LogCount, error) {
	f, err := os.Open(c.File)
	if err != nil {
		return sheet.LogCount{}, fmt.Errorf("打不开日志文件：%w", err)
	}
	defer f.Close() //nolint:errcheck // read only
	return sheet.ReadLog(filepath.Base(c.File), f, o, fn)
}

// importing hands rows to the store in batches.
type importing struct {
	to       *installation
	bar      *bar
	batch    []models.Interaction
	seen     int
	added    int
	accounts map[string]bool
}

// row takes one row, and hands over what has come together when it is enough.
func (n *importing) row(ctx context.Context) func(int, models.Interaction) error {
	return func(_ int, i models.Interaction) error {
		n.accounts[i.AppID] = true
		n.batch = append(n.batch, i)
		if len(n.batch) < importBatch {
			return nil
		}
		return n.flush(ctx)
	}
}

func (n *importing) flush(ctx context.Context) error {
	added, err := n.to.waits.ImportInteractions(ctx, n.batch)
	n.added += added
	n.seen += len(n.batch)
	n.batch = n.batch[:0]
	n.bar.set(n.seen)
	return err
}

// warnUnknown says which accounts of a file are not set up, so that nobody looks in vain
// for their figures.
func (i *installation) warnUnknown(ctx context.Context, p *program, accounts map[string]bool) error {
	known, err := i.Accounts(ctx)
	if err != nil {
		return err
	}
	var missing []string
	for name := range accounts {
		if !slices.ContainsFunc(known, func(a models.Account) bool { return a.AppID == name }) {
			missing = append(missing, name)
		}
	}
	if len(missing) == 0 {
		return nil
	}
	slices.Sort(missing)
	_, err = fmt.Fprintf(p.stderr, "注意：账号 %s 尚未添加，其数据已保存，添加（wenzheng account add）后才能查看指标\n", strings.Join(missing, "、"))
	return err
}

// namedUnattached is how many answers without a question are named.
const namedUnattached = 10

// warnUnattached says which answers of comments and forms belong to no question, so that nobody
// wonders why a question stays open.
func (i *installation) warnUnattached(ctx context.Context, p *program) error {
	n, keys, err := i.waits.Unattached(ctx, namedUnattached)
	if err != nil || n == 0 {
		return err
	}
	more := ""
	if n > len(keys) {
		more = " 等"
	}
	_, err = fmt.Fprintf(p.stderr, "注意：留言和表单里有 %d 条答复找不到所答的问题，不会结束任何诉求：%s%s。导入时请在 reply_to 列写明所答那一行的 msg_key，或在 thread 列写上与问题相同的办件号\n",
		n, strings.Join(keys, "、"), more)
	return err
}

type logVerifyCmd struct {
	JSON bool `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (logVerifyCmd) Help() string {
	return "例：wenzheng log verify\n从原始行重建每一轮诉求、每张汇总表和直方图，与库中逐格比较；全部相同时退出码为 0，否则为 1 并列出差异。"
}

// Run compares everything that was counted with a count from the rows.
func (c *logVerifyCmd) Run(ctx context.Context, p *program) error {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	bar := p.progress("核对", 0)
	differences, err := st.waits.VerifyRollups(ctx, func(done, _ int) { bar.set(done) })
	bar.end()
	if err != nil {
		return err
	}
	if err := c.print(p, differences); err != nil {
		return err
	}
	if err := st.warnUnattached(ctx, p); err != nil {
		return err
	}
	if err := st.warnRemeasuring(ctx, p); err != nil {
		return err
	}
	if len(differences) > 0 {
		return exitCode(1)
	}
	return nil
}

// warnRemeasuring says that differences are to be expected until the service has counted anew.
func (i *installation) warnRemeasuring(ctx context.Context, p *program) error {
	pending, err := i.waits.Remeasuring(ctx)
	if err != nil || len(pending) == 0 {
		return err
	}
	_, err = fmt.Fprintln(p.stderr, "注意：公式版本、办公时间或工作日历改变之后，历史数字还在重算，由运行中的服务（wenzheng serve）或 wenzheng log remeasure 完成；完成之前的差异不是错误，请稍后再核对")
	return err
}

func (c *logVerifyCmd) print(p *program, differences []string) error {
	if c.JSON {
		if differences == nil {
			differences = []string{}
		}
		return json.NewEncoder(p.stdout).Encode(map[string]any{"differences": differences})
	}
	for _, d := range differences {
		if _, err := fmt.Fprintln(p.screen(), d); err != nil {
			return err
		}
	}
	_, err := fmt.Fprintf(p.stdout, "%d differences\n", len(differences))
	return err
}

type logRemeasureCmd struct{}

// Help implements kong's detailed help.
func (logRemeasureCmd) Help() string {
	return "例：wenzheng log remeasure\n公式版本、办公时间或工作日历改变之后，历史数字要重算一遍。运行中的服务会自动完成；没有运行服务时用这条命令。中断了再运行，接着算。"
}

// Run counts anew what is still to be counted anew.
func (logRemeasureCmd) Run(ctx context.Context, p *program) error {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	pending, err := st.waits.Remeasuring(ctx)
	if err != nil {
		return err
	}
	if len(pending) == 0 {
		_, err = fmt.Fprintln(p.stdout, "没有要重算的，数字都是最新的")
		return err
	}
	bar := p.progress("重算", 0)
	err = st.waits.RemeasurePending(ctx, bar.of)
	bar.end()
	if err != nil {
		return fmt.Errorf("重算中断，再运行一次即接着算：%w", err)
	}
	_, err = fmt.Fprintln(p.stdout, "历史数字已按现在的公式、办公时间和日历重算")
	return err
}
