package main

import (
	"encoding/csv"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
)

type topicsCmd struct {
	Learn    topicsLearnCmd    `cmd:"" help:"从已分类的文本学习每个主题的关键词"`
	Classify topicsClassifyCmd `cmd:"" help:"按关键词给文本分类，并说明依据"`
}

type topicsLearnCmd struct {
	File string `arg:"" help:"CSV，含 topic 列，以及 text 或 detail 列" type:"existingfile"`
	Out  string `help:"写到哪个 YAML 文件" required:"" placeholder:"TOPICS.yaml"`
}

// Help implements kong's detailed help.
func (topicsLearnCmd) Help() string {
	return "例：wenzheng topics learn 已分类.csv --out 主题.yaml\n结果是可读、可改的加权关键词，权重大的在前。"
}

// Run learns keywords from labelled texts.
func (c *topicsLearnCmd) Run(p *program) error {
	if otherEnding(c.Out, ".yaml", ".yml") {
		return models.NewError(models.CodeInvalid, "主题文件是 YAML，--out 请写 .yaml 结尾的文件名，例 主题.yaml")
	}
	f, err := os.Open(c.File)
	if err != nil {
		return fmt.Errorf("打不开 %s：%w", c.File, err)
	}
	defer f.Close() //nolint:errcheck // read only
	rows, err := sheet.ReadLabelled(filepath.Base(c.File), f)
	if err != nil {
		return err
	}
	labelled := make([]bot.Labelled, len(rows))
	for i, r := range rows {
		labelled[i] = bot.Labelled(r)
	}
	learned, err := bot.LearnTopics(labelled)
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

type topicsClassifyCmd struct {
	File   string `arg:"" help:"CSV，含 text 或 detail 列" type:"existingfile"`
	Topics string `help:"主题文件" required:"" type:"existingfile" placeholder:"TOPICS.yaml"`
	Column string `help:"正文所在的列；不写则为 text 或 detail"`
}

// Help implements kong's detailed help.
func (topicsClassifyCmd) Help() string {
	return "例：wenzheng topics classify --topics 主题.yaml 留言.csv > 结果.csv\n结果的列：row（从 1 起）、topic、score、keywords（判断依据）。"
}

// Run classifies every row.
func (c *topicsClassifyCmd) Run(p *program) error {
	f, err := os.Open(c.Topics)
	if err != nil {
		return fmt.Errorf("打不开 %s：%w", c.Topics, err)
	}
	defer f.Close() //nolint:errcheck // read only
	read, err := sheet.ReadTopics(filepath.Base(c.Topics), f)
	if err != nil {
		return err
	}
	topics := bot.Topics{Saturation: read.Saturation}
	for _, t := range read.Topics {
		topics.Topics = append(topics.Topics, bot.Topic(t))
	}
	classifier, err := topics.Classifier()
	if err != nil {
		return err
	}
	texts, err := readTexts(c.File, c.Column)
	if err != nil {
		return err
	}
	w := csv.NewWriter(p.stdout)
	if err := w.Write([]string{"row", "topic", "score", "keywords"}); err != nil {
		return err
	}
	for i, text := range texts {
		topic, score, keywords := classifier.Classify(text)
		row := []string{strconv.Itoa(i + 1), topic, strconv.FormatFloat(score, 'f', 4, 64), strings.Join(keywords, "|")}
		if err := w.Write(row); err != nil {
			return err
		}
	}
	w.Flush()
	return w.Error()
}
