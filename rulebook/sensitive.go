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

// withSensitive adds what is found of them to findings, errors first.
func withSensitive(findings []models.Finding, account models.Account, rules []models.Rule) []models.Finding {
	for _, f := range sensitive(account, rules) {
		at := len(findings)
		if f.Severity == models.SeverityError {
			at = max(slices.IndexFunc(findings, func(o models.Finding) bool { return o.Severity != models.SeverityError }), 0)
		}
		findings = slices.Insert(findings, at, f)
	}
	return findings
}
