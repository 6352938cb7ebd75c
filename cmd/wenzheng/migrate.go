package main

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/wenzheng/wenzheng/journal"
)

type migrateCmd struct {
	Status migrateStatusCmd `cmd:"" help:"列出每一步结构升级是否已执行"`
	Up     migrateUpCmd     `cmd:"" help:"执行尚未执行的结构升级"`
	Copy   migrateCopyCmd   `cmd:"" help:"从 SQLite 换到 MySQL：复制全部数据"`
}

type migrateStatusCmd struct {
	JSON bool `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (migrateStatusCmd) Help() string { return "例：wenzheng migrate status" }

// Run lists the migrations.
func (c *migrateStatusCmd) Run(ctx context.Context, p *program) error {
	st, err := p.openUnready(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	list, err := st.MigrationStatus(ctx)
	if err != nil {
		return st.explained(ctx, err)
	}
	if c.JSON {
		out := make([]migration, len(list))
		for i, m := range list {
			out[i] = migration(m)
		}
		return json.NewEncoder(p.stdout).Encode(out)
	}
	for _, m := range list {
		state := "未执行"
		if m.Applied {
			state = "已执行"
		}
		fmt.Fprintf(p.screen(), "%04d  %-32s  %s\n", m.Version, m.Name, state) //nolint:errcheck // standard output
	}
	return nil
}

// migration is one step as scripts read it.
type migration struct {
	Version int64  `json:"version"`
	Name    string `json:"name"`
	Applied bool   `json:"applied"`
}

// openUnready opens a database whose schema may not be there yet.
func (p *program) openUnready(ctx context.Context) (*installation, error) {
	s, err := p.settings(nil)
	if err != nil {
		return nil, err
	}
	return p.openWith(ctx, s)
}

// explained says what to do about a database that refuses, where that is known.
func (i *installation) explained(ctx context.Context, err error) error {
	if why := i.Ready(ctx); why != nil && !strings.Contains(why.Error(), "migrate up") {
		return why
	}
	return err
}

type migrateUpCmd struct{}

// Help implements kong's detailed help.
func (migrateUpCmd) Help() string {
	return "例：wenzheng migrate up\n服务运行中也可执行：不会让回调等待超过一秒。"
}

// Run applies what is missing.
func (c *migrateUpCmd) Run(ctx context.Context, p *program) error {
	st, err := p.openUnready(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	if err := st.Migrate(ctx); err != nil {
		return st.explained(ctx, err)
	}
	_, err = fmt.Fprintln(p.stdout, "表结构已是最新")
	return err
}

type migrateCopyCmd struct {
	From string `arg:"" help:"原来的 SQLite 文件" type:"existingfile"`
}

// Help implements kong's detailed help.
func (migrateCopyCmd) Help() string {
	return "例：wenzheng migrate copy data/wenzheng.db\n" +
		"先停止服务，把 database 设为新的 MySQL 或 MariaDB 空库，secret_key 与 data_dir 不变。要么全部复制，要么一条不写；原文件不变。"
}

// Run brings the target's schema up to date and copies. The lock of the journal tells
// whether the service still writes.
func (c *migrateCopyCmd) Run(ctx context.Context, p *program) error {
	to, err := p.openUnready(ctx)
	if err != nil {
		return err
	}
	defer p.close(to)
	if _, _, err := journal.Inspect(journalDir(to.settings)); err != nil {
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
	n, err := to.CopyFrom(ctx, from.Store, func(done int64) { bar.set(int(done)) })
	bar.end()
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "已复制 %d 行，现在可以启动服务；用 wenzheng log verify 与 wenzheng audit verify 核对\n", n)
	return err
}
