package main

import (
	"context"
	"fmt"
	"io"
	"strings"

	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet/outfile"
)

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
	if err != nil {
		return err
	}
	_, err = io.WriteString(p.stderr, notices)
	return err
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
	if err != nil {
		return err
	}
	_, err = io.WriteString(p.stdout, text)
	return err
}
