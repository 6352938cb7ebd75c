package sheet

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"

	"go.yaml.in/yaml/v3"

	"github.com/wenzheng/wenzheng/models"
)

// ruleFile is the shape of a rules file.
type ruleFile struct {
	Rules []models.Rule `json:"rules" yaml:"rules"`
}

// bare returns the rules without what the store and the review add.
func bare(rules []models.Rule) ruleFile {
	f := ruleFile{Rules: make([]models.Rule, len(rules))}
	for i, r := range rules {
		f.Rules[i] = models.Rule{
			Name: r.Name, Title: r.Title, Match: r.Match, Keywords: r.Keywords, Groups: r.Groups, Exclude: r.Exclude,
			MinLength: r.MinLength, MaxLength: r.MaxLength, Priority: r.Priority, On: r.On, Keys: r.Keys, Say: r.Say,
			When: r.When, Replies: r.Replies, Pick: r.Pick, Menu: r.Menu, Action: r.Action, Topic: r.Topic, Examples: r.Examples,
			CounterExamples: r.CounterExamples, Source: r.Source,
		}
	}
	return f
}

func writeYAML(w io.Writer, rules []models.Rule) error {
	var b bytes.Buffer
	e := yaml.NewEncoder(&b)
	e.SetIndent(2)
	if err := e.Encode(bare(rules)); err != nil {
		return fmt.Errorf("sheet: write yaml: %w", err)
	}
	if err := e.Close(); err != nil {
		return fmt.Errorf("sheet: write yaml: %w", err)
	}
	return flush(w, &b)
}

func writeJSON(w io.Writer, rules []models.Rule) error {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(bare(rules)); err != nil {
		return fmt.Errorf("sheet: write json: %w", err)
	}
	return flush(w, &b)
}

func flush(w io.Writer, b *bytes.Buffer) error {
	if _, err := b.WriteTo(w); err != nil {
		return fmt.Errorf("sheet: write rules: %w", err)
	}
	return nil
}
