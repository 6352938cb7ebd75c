package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/wenzheng/wenzheng/journal"
)

type migrateCmd struct {
	Status migrateStatusCmd `cmd:"" help:"列出每一步结构升级是否已执行"`
	Up     migrateUpCmd     `cmd:"" help:"执行尚未执行的结构升级"`
	Copy   migrateCopyCmd   `cmd:"" help:"从 SQLite 换到 MySQL：复制全部数据"`
}

type migrateStatusCmd struct{ jsonFlag }

// Run lists the migrations.
func (c *migrateStatusCmd) Run(ctx context.Context, p *program) error {
	st, err := p.useUnready(ctx)
	if err != nil {
		return err
	}
	list, err := st.MigrationStatus(ctx)
	if err != nil {
		return st.explained(ctx, err)
	}
	text := ""
	for _, m := range list {
		state := "未执行"
		if m.Applied {
			state = "已执行"
		}
		text += fmt.Sprintf("%04d  %-32s  %s\n", m.Version, m.Name, state)
	}
	return c.print(p, list, text)
}

// useUnready opens a database whose schema may not be there yet.
func (p *program) useUnready(ctx context.Context) (*installation, error) {
	s, err := p.settings(nil)
	if err != nil {
		return nil, err
	}
	i, err := p.openWith(ctx, s)
	if err == nil {
		p.used = append(p.used, i)
	}
	return i, err
}

// explained says what to do about a database that refuses, where that is known.
func (i *installation) explained(ctx context.Context, err error) error {
	if why := i.Ready(ctx); why != nil && !strings.Contains(why.Error(), "migrate up") {
		return why
	}
	return err
}

type migrateUpCmd struct{}

// Run applies what is missing.
func (c *migrateUpCmd) Run(ctx context.Context, p *program) error {
	st, err := p.useUnready(ctx)
	if err != nil {
		return err
	}
	if err := st.Migrate(ctx); err != nil {
		return st.explained(ctx, err)
	}
	_, err = fmt.Fprintln(p.stdout, "表结构已是最新")
	return err
}

type migrateCopyCmd struct {
	From string `arg:"" help:"原来的 SQLite 文件" type:"existingfile"`
}

// Run brings the target's schema up to date and copies. The lock of the journal tells
// whether the service still writes.
func (c *migrateCopyCmd) Run(ctx context.Context, p *program) error {
	to, err := p.useUnready(ctx)
	if err != nil {
		return err
	}
	if _, _, err := journal.Inspect(to.settings.JournalDir()); err != nil {
		return err
	}
	if err := to.Migrate(ctx); err != nil {
		return to.explained(ctx, err)
	}
	old := *to.settings
	old.Database = "sqlite:" + c.From
	from, err := p.openWith(ctx, &old)
	if err != nil {
		return err
	}
	defer p.close(from)
	bar := p.progress("复制", 0)
	n, err := to.CopyFrom(ctx, from.Store, func(done int64) { bar.Set(int(done)) })
	bar.End()
	return confirm(p.stdout, err, "已复制 %d 行，现在可以启动服务；用 wenzheng log verify 与 wenzheng audit verify 核对\n", n)
}
