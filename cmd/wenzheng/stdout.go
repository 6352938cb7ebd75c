package main

import (
	"cmp"
	"io"

	"github.com/wenzheng/wenzheng/cmd/wenzheng/terminal"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/sheet/outfile"
)

// usualColumns is the width of the figures that are written to a file or a pipe.
const usualColumns = 100

// columns is how wide the figures may be.
func (p *program) columns() int { return cmp.Or(p.width(), usualColumns) }

// width is how wide the screen of a person is; 0 when nobody reads on one.
func (p *program) width() int { return terminal.Width(p.stdout, p.environ) }

// screen is standard output for what people read: lines are folded where it is a terminal. Every
// write is of whole lines.
func (p *program) screen() io.Writer { return terminal.Folded(p.stdout, p.width()) }

// progress begins to show how far work has come; total 0 means that the end is not known.
func (p *program) progress(what string, total int) *terminal.Bar {
	return terminal.NewBar(p.stderr, what, total, p.now)
}

// refuseBinary refuses to fill a terminal with an xlsx; better shows how to call the command.
func (p *program) refuseBinary(path, better string) error {
	shown := path == "" || path == "-" || outfile.IsStdout(p.stdout, path)
	if !shown || !terminal.Is(p.stdout) {
		return nil
	}
	return models.NewError(models.CodeInvalid, "xlsx 不能显示在屏幕上，请写明文件名（"+better+"），或用 > 写到文件")
}

func writtenTo(path string) string { return "已写入 " + path + "\n" }

// output writes what a command was asked for to a file and says so, or to standard output
// when the path is "" or "-".
func (p *program) output(path, said string, write func(w io.Writer) error) error {
	if path == "" || path == "-" {
		return write(p.stdout)
	}
	if err := p.writeFile(path, write); err != nil || outfile.IsStdout(p.stdout, path) {
		return err
	}
	_, err := io.WriteString(p.stdout, said)
	return err
}

// content is all of a file that the operator named.
func content(path string) ([]byte, error) {
	return sheet.ReadFile(path, func(_ string, r io.Reader) ([]byte, error) { return io.ReadAll(r) })
}

// writeFile writes a file that the operator named.
func (p *program) writeFile(path string, write func(w io.Writer) error) error {
	return p.files.Write(p.stdout, path, write)
}

func (p *program) writeText(path, text string) error {
	return p.writeFile(path, func(w io.Writer) error {
		_, err := io.WriteString(w, text)
		return err
	})
}
