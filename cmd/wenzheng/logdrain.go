package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/wenzheng/wenzheng/journal"
	"github.com/wenzheng/wenzheng/models"
)

type logDrainCmd struct {
	Dir string `required:"" help:"停用的实例的数据目录，或其中的 journal 目录" placeholder:"目录"`
}

// Help implements kong's detailed help.
func (logDrainCmd) Help() string {
	return "例：wenzheng log drain --dir /mnt/old/data\n" +
		"那个实例须已停止，密钥须与它的相同。可重复运行，已入库的消息不会重复。"
}

// Run stores what is left there and says how much.
func (c *logDrainCmd) Run(ctx context.Context, p *program) error {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	done, err := drainSpool(ctx, p, st, c.Dir)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "已入库 %d 条，还剩 %d 条，隔离区 %d 条\n", done.stored, done.left.Events, done.left.Quarantined)
	if err == nil && done.left.Missing > 0 {
		_, err = fmt.Fprintf(p.stdout, "缓冲文件已损坏，约 %d 条已答复的消息没能恢复\n", done.left.Missing)
	}
	if err == nil && done.left.Events > 0 {
		err = models.NewError(models.CodeUnavailable, "还有消息没有入库，请稍后再运行一次")
	}
	return err
}

// drained is what became of a spool.
type drained struct {
	stored int64
	left   journal.Stats
}

// drainSpool brings the spool of a stopped instance into the database of st. It returns when
// everything is stored or ctx ends; the rest stays where it is.
func drainSpool(ctx context.Context, p *program, st *installation, dir string) (drained, error) {
	if sub := filepath.Join(dir, filepath.Base(journalDir(st.settings))); isFolder(sub) {
		dir = sub
	}
	before, _, err := journal.Inspect(dir)
	if err != nil {
		return drained{}, err
	}
	if _, err := os.Stat(filepath.Join(dir, "journal.db")); errors.Is(err, fs.ErrNotExist) {
		return drained{}, models.NewError(models.CodeNotFound, dir+" 里没有日志缓冲 journal.db，请写停用实例的数据目录")
	}
	o := journalOptions(st.settings, st.sealer, st.waits, p.now)
	o.Dir, o.PreallocateBytes, o.ReserveBytes, o.AllowVolatile = dir, -1, -1, true
	j, err := journal.Open(o) //nolint:contextcheck // the drain lives until Close
	if err != nil {
		return drained{}, err
	}
	closed := j.Close(ctx)
	left := j.Backlog()
	if errors.Is(closed, context.Canceled) || errors.Is(closed, context.DeadlineExceeded) {
		closed = nil // what is left is told
	}
	return drained{stored: before.Events - left.Events, left: left}, closed
}

func isFolder(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
