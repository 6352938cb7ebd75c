package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/topics"
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

// Help implements kong's detailed help.
func (topicsLearnCmd) Help() string {
	return "例：wenzheng topics learn 已分类.csv 更正.csv --tree 主题树.csv --out 主题.yaml\n" +
		"结果是可读、可改的加权关键词，权重大的在前。人工更正过的分类写成一个文件放在后面，重新学习即生效；主题为“未定”的行不学。"
}

// Run learns keywords from labelled texts.
func (c *topicsLearnCmd) Run(p *program) error {
	if otherEnding(c.Out, ".yaml", ".yml") {
		return models.NewError(models.CodeInvalid, "主题文件是 YAML，--out 请写 .yaml 结尾的文件名，例 主题.yaml")
	}
	var rows, tree []topics.Labelled
	for _, file := range c.File {
		more, err := readLabelled(file, sheet.ReadLabelled)
		if err != nil {
			return err
		}
		rows = append(rows, more...)
	}
	if c.Tree != "" {
		var err error
		if tree, err = readLabelled(c.Tree, sheet.ReadTopicTree); err != nil {
			return err
		}
	}
	learned, err := topics.Learn(rows, tree)
	if err != nil {
		return err
	}
	out := sheet.Topics{Saturation: learned.Saturation}
	words := 0
	for _, t := range learned.Topics {
		out.Topics = append(out.Topics, sheet.Topic(t))
		words += len(t.Words)
	}
	if err := p.writeFile(c.Out, func(w io.Writer) error { return sheet.WriteTopics(w, out) }); err != nil || p.isStdout(c.Out) {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "从 %d 条文本学到 %d 个主题、%d 个加权关键词，已写入 %s\n", len(rows), len(out.Topics), words, c.Out)
	return err
}

// readLabelled reads texts with their topics from a file.
func readLabelled(path string, read func(name string, r io.Reader) ([]sheet.Labelled, error)) ([]topics.Labelled, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("打不开 %s：%w", path, err)
	}
	defer f.Close() //nolint:errcheck // read only
	rows, err := read(filepath.Base(path), f)
	if err != nil {
		return nil, err
	}
	labelled := make([]topics.Labelled, len(rows))
	for i, r := range rows {
		labelled[i] = topics.Labelled(r)
	}
	return labelled, nil
}

type topicsClassifyCmd struct {
	File     string  `arg:"" help:"CSV，含 text 或 detail 列" type:"existingfile"`
	Topics   string  `help:"主题文件" required:"" type:"existingfile" placeholder:"主题.yaml"`
	Column   string  `help:"正文所在的列；不写则为 text 或 detail"`
	Sure     float64 `help:"把握不到这个数（0 到 1）的记作“未定”，留给人判断；0 为全部判定" default:"0.5"`
	WithText bool    `help:"结果多一列 text：改正 topic 后可直接交给 topics learn"`
}

// Help implements kong's detailed help.
func (topicsClassifyCmd) Help() string {
	return "例：wenzheng topics classify --topics 主题.yaml 留言.csv > 结果.csv\n结果的列：row（从 1 起）、topic、score（把握）、keywords（判断依据）。\n" +
		"没有把握的 topic 为“未定”。改正的行（加 --with-text 可带上正文）交给 topics learn，下次就学会了。"
}

// Run classifies every row.
func (c *topicsClassifyCmd) Run(p *program) error {
	if !(c.Sure >= 0 && c.Sure <= 1) {
		return models.NewError(models.CodeInvalid, "--sure 应为 0 到 1 之间的数，例 0.5")
	}
	classifier, err := readClassifier(c.Topics)
	if err != nil {
		return err
	}
	texts, err := readTexts(c.File, c.Column)
	if err != nil {
		return err
	}
	w := csv.NewWriter(p.stdout)
	head := []string{"row", "topic", "score", "keywords"}
	if c.WithText {
		head = append(head, "text")
	}
	if err := w.Write(head); err != nil {
		return err
	}
	for i, text := range texts {
		topic, score, keywords := classifier.Classify(text)
		if topic == "" || score < c.Sure {
			topic = topics.Undecided
		}
		row := []string{strconv.Itoa(i + 1), topic, strconv.FormatFloat(score, 'f', 4, 64), strings.Join(keywords, "|")}
		if c.WithText {
			row = append(row, text)
		}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}

// readClassifier reads a file of topics.
func readClassifier(path string) (*topics.Classifier, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, fmt.Errorf("打不开 %s：%w", path, err)
	}
	defer f.Close() //nolint:errcheck // read only
	read, err := sheet.ReadTopics(filepath.Base(path), f)
	if err != nil {
		return nil, err
	}
	model := topics.Model{Saturation: read.Saturation}
	for _, t := range read.Topics {
		model.Topics = append(model.Topics, topics.Topic(t))
	}
	return model.Classifier()
}
