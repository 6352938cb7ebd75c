package rulebook

import (
	"context"

	"github.com/wenzheng/wenzheng/models"
)

// AutoReplies are the automatic replies of WeChat's back office as rules, and what could not be carried
// over as it was, for people.
type AutoReplies func(ctx context.Context) (rules []models.Rule, notes []string, err error)

// ImportedReplies is what an import of automatic replies changed, or with DryRun would change.
type ImportedReplies struct {
	Imported
	Notes []string       `json:"notes"`
	Rules []ImportedRule `json:"rules"` // all that were read, in short
}

// ImportedRule is a rule as a list shows it.
type ImportedRule struct {
	Name     string           `json:"name"`
	Keywords []string         `json:"keywords"`
	On       []models.Trigger `json:"on"`
	Default  bool             `json:"default"` // it answers what no other rule does
	Answer   string           `json:"answer"`
}

// ImportAutoReplies brings the automatic replies that are set in WeChat's back office into an account,
// as Import does; q.Rules are not looked at.
func (b *Book) ImportAutoReplies(ctx context.Context, by models.Who, q ImportRequest, from AutoReplies) (ImportedReplies, error) {
	rules, notes, err := from(ctx)
	if err != nil {
		return ImportedReplies{}, err
	}
	q.Rules = rules
	in, err := b.Import(ctx, by, q)
	if err != nil {
		return ImportedReplies{}, err
	}
	out := ImportedReplies{Imported: in, Notes: append([]string{}, notes...), Rules: make([]ImportedRule, len(rules))}
	for i := range rules {
		r := &rules[i]
		out.Rules[i] = ImportedRule{
			Name: r.Name, Keywords: append([]string{}, r.Keywords...), On: append([]models.Trigger{}, r.On...), Default: r.Match == models.MatchDefault,
		}
		if len(r.Replies) > 0 {
			out.Rules[i].Answer = models.OneLine(r.Replies[0].Summary(), 200)
		}
	}
	return out, nil
}

// Progress keeps how far the setting up of an account has come. accounts.Accounts has it: this room may
// not import that one.
type Progress interface {
	KeepProgress(ctx context.Context, appID, step, detail string) error
}

// FirstTry is what a sentence of somebody who sets an account up would be answered.
type FirstTry struct {
	Text  string `json:"text"`
	Rule  string `json:"rule"`
	Why   string `json:"why"`
	Reply string `json:"reply"`
}

// TryFirst tries a sentence on the rules of an account, drafts included, and keeps that it was tried: the
// sentence is the tester's own.
func (b *Book) TryFirst(ctx context.Context, account models.Account, text string, progress Progress) (FirstTry, error) {
	if text = models.OneLine(text, 200); text == "" {
		return FirstTry{}, models.Faulty("请写一句市民会问的话", models.Fault("text", "question_missing", "请写一句市民会问的话"))
	}
	trial, err := b.Try(ctx, TryRequest{Account: account, Rules: Selection{Drafts: true}, Text: text})
	if err != nil {
		return FirstTry{}, err
	}
	out := FirstTry{Text: text, Rule: trial.Match.RuleName, Why: trial.Match.Reason, Reply: trial.Reply.Summary()}
	if trial.Reply.Silent() {
		out.Reply = ""
	}
	kept := "“" + text + "”没有规则回复"
	if out.Rule != "" {
		kept = "“" + text + "”由规则“" + out.Rule + "”回复"
	}
	if err := progress.KeepProgress(ctx, account.AppID, models.ProgressTry, kept); err != nil {
		return FirstTry{}, err
	}
	return out, nil
}
