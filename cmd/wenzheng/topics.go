package main

import (
	"io"

	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/sheet/outfile"
)

type topicsCmd struct {
	Learn    topicsLearnCmd    `cmd:"" help:"从已分类的文本学习每个主题的关键词"`
	Classify topicsClassifyCmd `cmd:"" help:"按关键词给文本分类，并说明依据"`
}

type topicsLearnCmd struct {
	File []string `arg:"" help:"CSV，含 topic 列，以及 text 或 detail 列；可写几个，同一条文本以后面的为准" type:"existingfile"`
	Tree string   `help:"主题树 CSV（level1、level2、level3 列）：下级主题的名称也当作样例" type:"existingfile" placeholder:"主题树.csv"`
	Out  string   `help:"写到哪个 YAML 文件" required:"" placeholder:"主题.yaml"`
}

// Run learns keywords from labelled texts.
func (c *topicsLearnCmd) Run(p *program) error {
	if outfile.OtherEnding(c.Out, ".yaml", ".yml") {
		return models.NewError(models.CodeInvalid, "主题文件是 YAML，--out 请写 .yaml 结尾的文件名，例 主题.yaml")
	}
	learned, err := analytics.LearnTopics(c.File, c.Tree)
	if err != nil {
		return err
	}
	return p.output(c.Out, learned.Text()+"，已写入 "+c.Out+"\n", func(w io.Writer) error { return sheet.WriteTopics(w, learned.Topics) })
}

type topicsClassifyCmd struct {
	File     string  `arg:"" help:"CSV，含 text 或 detail 列" type:"existingfile"`
	Topics   string  `help:"主题文件" required:"" type:"existingfile" placeholder:"主题.yaml"`
	Column   string  `help:"正文所在的列；不写则为 text 或 detail"`
	Sure     float64 `help:"把握不到这个数（0 到 1）的记作“未定”，留给人判断；0 为全部判定" default:"0.5"`
	WithText bool    `help:"结果多一列 text：改正 topic 后可直接交给 topics learn"`
}

// Run classifies every row.
func (c *topicsClassifyCmd) Run(p *program) error {
	if !(c.Sure >= 0 && c.Sure <= 1) {
		return models.NewError(models.CodeInvalid, "--sure 应为 0 到 1 之间的数，例 0.5")
	}
	rows, err := analytics.ClassifyTopics(c.Topics, c.File, c.Column, c.Sure)
	if err != nil {
		return err
	}
	return sheet.WriteClassified(p.stdout, rows, c.WithText)
}
