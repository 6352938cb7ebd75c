package analytics

import (
	"fmt"
	"io"

	"github.com/wenzheng/wenzheng/sheet"
	"github.com/wenzheng/wenzheng/topics"
)

// LearnedTopics is what was learned from texts that people gave a topic.
type LearnedTopics struct {
	Topics sheet.Topics
	Texts  int // learned from
}

// Text says how much was learned.
func (l *LearnedTopics) Text() string {
	words := 0
	for _, t := range l.Topics.Topics {
		words += len(t.Words)
	}
	return fmt.Sprintf("从 %d 条文本学到 %d 个主题、%d 个加权关键词", l.Texts, len(l.Topics.Topics), words)
}

// LearnTopics learns keywords from files of texts with their topics, the later file deciding about a
// text in several, and from the names in a tree of topics, "" = none.
func LearnTopics(files []string, tree string) (LearnedTopics, error) {
	var rows, names []topics.Labelled
	for _, file := range files {
		more, err := readLabelled(file, sheet.ReadLabelled)
		if err != nil {
			return LearnedTopics{}, err
		}
		rows = append(rows, more...)
	}
	if tree != "" {
		var err error
		if names, err = readLabelled(tree, sheet.ReadTopicTree); err != nil {
			return LearnedTopics{}, err
		}
	}
	model, err := topics.Learn(rows, names)
	if err != nil {
		return LearnedTopics{}, err
	}
	learned := LearnedTopics{Topics: sheet.Topics{Saturation: model.Saturation}, Texts: len(rows)}
	for _, t := range model.Topics {
		learned.Topics.Topics = append(learned.Topics.Topics, sheet.Topic(t))
	}
	return learned, nil
}

func readLabelled(file string, read func(name string, r io.Reader) ([]sheet.Labelled, error)) ([]topics.Labelled, error) {
	rows, err := sheet.ReadFile(file, read)
	labelled := make([]topics.Labelled, len(rows))
	for i, r := range rows {
		labelled[i] = topics.Labelled(r)
	}
	return labelled, err
}

// ClassifyTopics gives every text in a column of a file its topic by the keywords of a file that
// LearnTopics made; topics.Undecided below the certainty sure (0 to 1).
func ClassifyTopics(learned, file, column string, sure float64) ([]sheet.Classified, error) {
	read, err := sheet.ReadFile(learned, sheet.ReadTopics)
	if err != nil {
		return nil, err
	}
	model := topics.Model{Saturation: read.Saturation}
	for _, t := range read.Topics {
		model.Topics = append(model.Topics, topics.Topic(t))
	}
	classifier, err := model.Classifier()
	if err != nil {
		return nil, err
	}
	texts, err := sheet.ReadTextsFile(file, column)
	rows := make([]sheet.Classified, len(texts))
	for i, text := range texts {
		topic, score, keywords := classifier.Classify(text)
		if topic == "" || score < sure {
			topic = topics.Undecided
		}
		rows[i] = sheet.Classified{Topic: topic, Score: score, Keywords: keywords, Text: text}
	}
	return rows, err
}
