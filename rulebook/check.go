package rulebook

import (
	"context"
	"slices"

	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/models"
)

// Check looks for faults in the rules of a selection, taken together. It returns how many
// rules it looked at and what it found, errors first.
func (b *Book) Check(ctx context.Context, account models.Account, s Selection) (rules int, findings []models.Finding, err error) {
	list, _, err := b.Rules(ctx, account.AppID, s)
	if err != nil {
		return 0, nil, err
	}
	return len(list), b.findings(account, list), nil
}

func (b *Book) findings(account models.Account, rules []models.Rule) []models.Finding {
	o := b.options
	found := bot.Check(account, rules, bot.CheckOptions{Now: o.Now(), Calendar: o.Calendar, Limits: o.Limits})
	return b.withSettings(found, account, rules)
}

// checkPublishing refuses a set of rules that holds an error: broken examples, unreachable rules
// and the like. Every way of publishing goes through it, before anything is written. findings
// are all that was found, doubts as well.
func (b *Book) checkPublishing(account models.Account, rules []models.Rule) (findings []models.Finding, err error) {
	findings = b.findings(account, rules)
	if bot.Refused(findings) {
		return findings, refusal(findings)
	}
	_, err = bot.Compile(account, 0, rules, bot.CompileOptions{Calendar: b.options.Calendar, Limits: b.options.Limits})
	return findings, err
}

// checkEnding refuses to end rules where what is left has an error that it did not have
// before: an old fault elsewhere is no reason to go on answering.
func (b *Book) checkEnding(account models.Account, before, after []models.Rule) error {
	known := make(map[models.Finding]bool)
	for _, f := range b.findings(account, before) {
		known[f] = true
	}
	added := slices.DeleteFunc(b.findings(account, after), func(f models.Finding) bool { return known[f] })
	if bot.Refused(added) {
		return refusal(added)
	}
	return nil
}

// maxFaults is how many faults a refusal lists.
const maxFaults = 20

func refusal(findings []models.Finding) error {
	e := models.NewError(models.CodeInvalid, "规则未通过检查，已发布的规则不变")
	for _, f := range findings {
		if f.Severity == models.SeverityError && len(e.Fields) < maxFaults {
			e.Fields = append(e.Fields, models.FieldError{Field: f.Rule, Message: f.Message})
		}
	}
	return e
}
