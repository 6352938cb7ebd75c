package rulebook

import (
	"cmp"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// RuleRow is a rule in a table.
type RuleRow struct {
	ID          int64            `json:"id,string"`
	Name        string           `json:"name"`
	Title       string           `json:"title"`
	Match       models.MatchKind `json:"match"`
	Keywords    []string         `json:"keywords"` // the first ones
	KeywordsN   int              `json:"keywords_n"`
	Answer      string           `json:"answer"` // its beginning, on one line
	Kinds       []string         `json:"kinds"`  // of its answers: text, news, menu …
	On          []models.Trigger `json:"on"`
	Priority    int              `json:"priority"`
	Topic       string           `json:"topic"`
	State       string           `json:"state"`
	Version     int64            `json:"version,string"`
	LiveVersion int64            `json:"live_version,string"` // 0 = none answers
	Edition     string           `json:"edition"`
	Author      string           `json:"author"`
	Reviewer    string           `json:"reviewer"`
	UpdatedAt   time.Time        `json:"updated_at"`
	ValidUntil  string           `json:"valid_until"` // the last day, "" = without end
	Hits30D     *int             `json:"hits_30d"`    // null: not counted yet
	LastHitAt   *time.Time       `json:"last_hit_at"`
	PublishAt   *time.Time       `json:"publish_at"` // planned, null = it is not
	Findings    []Finding        `json:"findings"`
}

// Finding is what a check found about a rule.
type Finding struct {
	Level string `json:"level"` // error, warning
	Code  string `json:"code"`
	Text  string `json:"text"`
}

const (
	rowKeywords = 8   // shown of a rule
	rowAnswer   = 120 // characters shown
)

func (v *view) row(e *entry) RuleRow {
	r := &e.last
	row := RuleRow{
		ID: e.id, Name: r.Name, Title: r.Title, Match: cmp.Or(r.Match, models.MatchContains), Keywords: []string{}, KeywordsN: len(r.Keywords),
		Kinds: kindsOf(r), On: r.On, Priority: r.Priority, Topic: r.Topic, State: e.state(), Version: e.lastVersion, LiveVersion: e.liveVersion,
		Edition: edition(r), Author: r.Author, Reviewer: r.Reviewer, UpdatedAt: r.UpdatedAt, ValidUntil: validUntil(r),
		Findings: findingsOf(v.found[r.Name]),
	}
	row.Keywords = append(row.Keywords, r.Keywords[:min(len(r.Keywords), rowKeywords)]...)
	if len(row.On) == 0 {
		row.On = []models.Trigger{models.OnText}
	}
	for _, text := range answersOf(r) {
		if row.Answer = models.OneLine(text, rowAnswer); row.Answer != "" {
			break
		}
	}
	row.Hits30D, row.LastHitAt = v.hits.shown(e.id)
	row.PublishAt = v.planned[e.id]
	return row
}

func findingsOf(list []models.Finding) []Finding {
	out := make([]Finding, len(list))
	for i, f := range list {
		out[i] = Finding{Level: string(f.Severity), Code: f.Code, Text: f.Message}
	}
	return out
}

// kindsOf are the kinds of what a rule may answer, each once.
func kindsOf(r *models.Rule) []string {
	kinds := []string{}
	add := func(kind string) {
		if kind != "" && !slices.Contains(kinds, kind) {
			kinds = append(kinds, kind)
		}
	}
	if r.Menu != nil {
		add("menu")
	}
	for i := range r.Replies {
		add(string(r.Replies[i].Kind))
	}
	return kinds
}

// answersOf are the texts that a rule may answer with.
func answersOf(r *models.Rule) []string {
	var list []string
	for i := range r.Replies {
		list = append(list, r.Replies[i].Summary(), r.Replies[i].Description)
		for _, a := range r.Replies[i].Articles {
			list = append(list, a.Title, a.Description, a.URL)
		}
	}
	return append(list, menuTexts(r.Menu)...)
}

func menuTexts(m *models.Menu) []string {
	if m == nil {
		return nil
	}
	list := []string{m.Intro, m.Outro}
	for i := range m.Items {
		list = append(list, m.Items[i].Title)
		if m.Items[i].Reply != nil {
			list = append(list, m.Items[i].Reply.Summary())
		}
		list = append(list, menuTexts(m.Items[i].Menu)...)
	}
	return list
}
