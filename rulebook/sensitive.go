package rulebook

import (
	"slices"

	"github.com/wenzheng/wenzheng/models"
)

// CheckSensitive is the code of a finding: an answer holds a word that the account lets stand in nothing
// that goes out.
const CheckSensitive = "sensitive"

// sensitive finds such answers. One that is given already hinders no publishing of others.
func sensitive(account models.Account, rules []models.Rule) (found []models.Finding) {
	words := models.SensitiveOf(account.Settings)
	if words.None() {
		return nil
	}
	for i := range rules {
		r := &rules[i]
		word := words.In(answersOf(r)...)
		if word == "" || r.State == models.RuleArchived {
			continue
		}
		f := models.Finding{Code: CheckSensitive, Severity: models.SeverityError, Rule: r.Name, RuleID: r.ID, Example: word, Message: "回复里有敏感词“" + word + "”，请改写"}
		if r.LiveVersion != 0 && r.Version == r.LiveVersion {
			f.Severity = models.SeverityWarning
		}
		found = append(found, f)
	}
	return found
}

// withSettings adds what the settings of an account find in its rules to findings, errors first.
func (b *Book) withSettings(findings []models.Finding, account models.Account, rules []models.Rule) []models.Finding {
	for _, f := range slices.Concat(sensitive(account, rules), nobody(account, rules, b.options.Now())) {
		at := len(findings)
		if f.Severity == models.SeverityError {
			at = max(slices.IndexFunc(findings, func(o models.Finding) bool { return o.Severity != models.SeverityError }), 0)
		}
		findings = slices.Insert(findings, at, f)
	}
	return findings
}
