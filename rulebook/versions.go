package rulebook

import (
	"context"
	"slices"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet"
)

// Version is one version of a rule and how it differs from the one before it.
type Version struct {
	Rule    models.Rule
	Changes []sheet.FieldChange // none in the first version
}

// Versions returns every version of the rule of this name, the newest first.
func (b *Book) Versions(ctx context.Context, appID, name string) ([]Version, error) {
	rule, err := b.named(ctx, appID, name)
	if err != nil {
		return nil, err
	}
	rules, err := b.store.RuleVersions(ctx, rule.ID)
	if err != nil {
		return nil, err
	}
	list := make([]Version, len(rules))
	for i, r := range rules {
		list[i].Rule = r
		if i+1 == len(rules) {
			break
		}
		if list[i].Changes, err = sheet.CompareRules(rules[i+1], r); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// RollbackRequest takes a rule back to an older version.
type RollbackRequest struct {
	Account models.Account
	Name    string
	Version int64
}

// Rollback publishes a version that answered before once more, if the whole set passes the
// check with it, and returns the rule as it was until then.
func (b *Book) Rollback(ctx context.Context, by models.Who, q RollbackRequest) (models.Rule, error) {
	rule, err := b.named(ctx, q.Account.AppID, q.Name)
	if err != nil {
		return models.Rule{}, err
	}
	published, base, err := b.store.PublishedRules(ctx, q.Account.AppID)
	if err != nil {
		return models.Rule{}, err
	}
	versions, err := b.store.RuleVersions(ctx, rule.ID)
	if err != nil {
		return models.Rule{}, err
	}
	next := published
	if i := slices.IndexFunc(versions, func(v models.Rule) bool { return v.Version == q.Version }); i >= 0 {
		next = mergeRules(published, versions[i:i+1])
	}
	if _, err := b.checkPublishing(q.Account, next); err != nil {
		return models.Rule{}, err
	}
	_, err = b.store.RollbackRule(ctx, q.Account.AppID, base, rule.ID, q.Version, by)
	return rule, err
}
