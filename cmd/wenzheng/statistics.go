package main

import (
	"context"
	"io"

	"github.com/wenzheng/wenzheng/analytics"
)

type articlesCmd struct {
	Import articlesImportCmd `cmd:"" help:"导入文章统计（传播指数用）"`
}

type followersCmd struct {
	Import followersImportCmd `cmd:"" help:"导入关注人数"`
}

type ratingsCmd struct {
	Import ratingsImportCmd `cmd:"" help:"导入满意度评价"`
}

// fileArg is a table of records.
type fileArg struct {
	File string `arg:"" help:"CSV 或 xlsx 文件"`
}

type articlesImportCmd struct{ fileArg }

// Run imports all articles of the file, or none.
func (c *articlesImportCmd) Run(ctx context.Context, p *program, st *installation) error {
	return p.imported(st.analytics.ImportArticles(ctx, c.File))
}

type followersImportCmd struct{ fileArg }

// Run imports all counts of the file, or none.
func (c *followersImportCmd) Run(ctx context.Context, p *program, st *installation) error {
	return p.imported(st.analytics.ImportFollowers(ctx, c.File))
}

type ratingsImportCmd struct{ fileArg }

// Run imports all ratings of the file, or none.
func (c *ratingsImportCmd) Run(ctx context.Context, p *program, st *installation) error {
	return p.imported(st.analytics.ImportRatings(ctx, c.File))
}

// imported says what became of an import, and on standard error what of it needs attention.
func (p *program) imported(done analytics.RecordsImported, err error) error {
	if err != nil {
		return err
	}
	if _, err := io.WriteString(p.stdout, done.Text); err != nil {
		return err
	}
	_, err = io.WriteString(p.stderr, done.Notices)
	return err
}
