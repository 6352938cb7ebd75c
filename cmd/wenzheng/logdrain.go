package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"

	"github.com/wenzheng/wenzheng/journal"
	"github.com/wenzheng/wenzheng/models"
)

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
