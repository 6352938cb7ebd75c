package texts

import (
	"context"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/bot/page"
	"github.com/wenzheng/wenzheng/bot/reading"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook/review"
	"github.com/wenzheng/wenzheng/store"
)

// Book holds the texts of all accounts of an installation. It is safe for concurrent use.
type Book struct{ store *store.Store }

// New returns the texts that s stores.
func New(s *store.Store) *Book { return &Book{s} }

// Text is a text or a list of words: what holds, and what is on its way.
type Text struct {
	Key      Key        `json:"key"`
	Title    string     `json:"title"`
	Purpose  string     `json:"purpose"`
	HeldBy   Holder     `json:"held_by"`
	Text     string     `json:"text"`    // what citizens are told; of rules the first that answers
	Default  string     `json:"default"` // built in
	Set      bool       `json:"set"`     // not what is built in
	Since    *time.Time `json:"since"`
	By       string     `json:"by"` // its author, "" = built in
	Version  int64      `json:"version,string"`
	Bytes    int        `json:"bytes"`
	Pages    int        `json:"pages"`
	MaxBytes int        `json:"max_bytes"` // of an own text
	Rules    []RuleText `json:"rules"`     // those that answer first
	Words    []string   `json:"words"`     // of its own
	BuiltIn  []string   `json:"built_in"`  // words that nobody can take away
	Draft    *Draft     `json:"draft"`     // on its way, null = none
	Findings []Finding  `json:"findings"`
}

// RuleText is a rule that says a text.
type RuleText struct {
	ID        int64     `json:"id,string"`
	Name      string    `json:"name"`
	State     string    `json:"state"` // of its newest version, as in a table of rules
	Live      bool      `json:"live"`  // it answers
	Text      string    `json:"text"`  // of what answers, else of the newest version
	Bytes     int       `json:"bytes"`
	Pages     int       `json:"pages"`
	Author    string    `json:"author"`
	UpdatedAt time.Time `json:"updated_at"`
}

// Draft is a version on its way.
type Draft struct {
	Version   int64        `json:"version,string"`
	Edition   string       `json:"edition"` // another one after each change
	State     review.State `json:"state"`   // draft or review
	Text      string       `json:"text"`
	Words     []string     `json:"words"`
	Bytes     int          `json:"bytes"`
	Author    string       `json:"author"`
	Reason    string       `json:"reason"` // why it was returned
	ChangedAt time.Time    `json:"changed_at"`
	Added     []string     `json:"added"`   // words beside those that hold
	Removed   []string     `json:"removed"` // words that hold
}

// Finding is what is doubtful about a text.
type Finding struct {
	Level string `json:"level"` // warning
	Text  string `json:"text"`
}

// List returns the texts of an account.
func (b *Book) List(ctx context.Context, account models.Account) ([]Text, error) {
	all := kinds()
	list := make([]Text, len(all))
	err := b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		known, err := standing(ctx, t, account.AppID)
		if err != nil {
			return err
		}
		rules, err := ruleTexts(ctx, t, account.AppID)
		if err != nil {
			return err
		}
		sensitive := models.SensitiveOf(account.Settings)
		for i, k := range all {
			list[i] = k.shown(known[k.key], rules[k.key])
			list[i].lint(sensitive)
		}
		return nil
	})
	return list, models.Wrap("texts: list", err)
}

// Show returns one of them.
func (b *Book) Show(ctx context.Context, account models.Account, key Key) (Text, error) {
	list, err := b.List(ctx, account)
	for i := range list {
		if list[i].Key == key {
			return list[i], err
		}
	}
	if err == nil {
		_, err = ownKind(key)
	}
	return Text{}, err
}

func (k *kind) shown(known holding, rules []RuleText) Text {
	out := Text{
		Key: k.key, Title: k.title, Purpose: k.purpose, HeldBy: k.held, Text: k.builtIn, Default: k.builtIn, MaxBytes: k.max,
		Rules: append([]RuleText{}, rules...), Words: []string{}, BuiltIn: []string{}, Findings: []Finding{},
	}
	if k.key == CrisisWords {
		out.BuiltIn = reading.BuiltInCalls()
	}
	if live := known.live; live != nil {
		out.Since, out.By, out.Version = &live.ChangedAt, live.Author, live.Version
		out.Set = live.Body != ""
		if k.held == ByWords {
			out.Words = wordsOf(live.Body)
		} else if out.Set {
			out.Text = live.Body
		}
	}
	if len(rules) > 0 && rules[0].Live {
		r := &rules[0]
		out.Text, out.Set, out.Since, out.By = r.Text, true, &r.UpdatedAt, r.Author
	}
	out.Bytes, out.Pages = measure(out.Text)
	if d := known.open; d != nil {
		out.Draft = d.draft(k, out.Words)
	}
	return out
}

func (v *Version) draft(k *kind, live []string) *Draft {
	d := &Draft{
		Version: v.Version, Edition: v.Edition(), State: v.State, Words: []string{}, Author: v.Author, Reason: v.Reason, ChangedAt: v.ChangedAt,
		Added: []string{}, Removed: []string{},
	}
	if k.held == ByWords {
		d.Words = wordsOf(v.Body)
		d.Added, d.Removed = append(d.Added, without(d.Words, live)...), append(d.Removed, without(live, d.Words)...)
		return d
	}
	d.Text, d.Bytes = v.Body, len(v.Body)
	return d
}

// measure is how long a text is as WeChat gets it.
func measure(text string) (bytes, pages int) {
	if text == "" {
		return 0, 0
	}
	return len(text), len(page.Cut(text, nil, models.MaxTextBytes))
}

func wordsOf(body string) []string {
	return append([]string{}, strings.FieldsFunc(body, func(r rune) bool { return r == '\n' })...)
}
