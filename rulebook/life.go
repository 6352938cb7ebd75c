package rulebook

import (
	"context"
	"slices"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// StepRequest says which rules of an account go one step on.
type StepRequest struct {
	Account models.Account
	Names   []string // each must be the name of a rule
	All     bool     // instead of Names: every rule that can take the step
	Reason  string   // why rules are returned; the other steps have none
}

// step finds the rules, those named or all that fit, and acts on them together; all or none.
func (b *Book) step(ctx context.Context, q *StepRequest, fits func(*models.Rule) bool, act func([]models.Rule) error) ([]models.Rule, error) {
	rules, err := b.store.Rules(ctx, store.RuleFilter{AppID: q.Account.AppID})
	if err != nil {
		return nil, err
	}
	if q.All {
		rules = slices.DeleteFunc(rules, func(r models.Rule) bool { return !fits(&r) })
	} else if rules, err = named(rules, q.Names); err != nil {
		return nil, err
	}
	if len(rules) == 0 {
		return nil, nil
	}
	return rules, act(rules)
}

// Submit hands drafts to a reviewer. Like every step it returns the rules that took it, none
// when All fits none.
func (b *Book) Submit(ctx context.Context, by models.Who, q StepRequest) ([]models.Rule, error) {
	fits := func(r *models.Rule) bool { return r.State == models.RuleDraft }
	return b.step(ctx, &q, fits, func(rules []models.Rule) error {
		return b.store.SubmitRules(ctx, ids(rules), by)
	})
}

// Approve approves what another person wrote; All leaves out what the reviewer wrote.
func (b *Book) Approve(ctx context.Context, by models.Who, q StepRequest) ([]models.Rule, error) {
	fits := func(r *models.Rule) bool {
		return r.State == models.RuleReview && r.Reviewer == "" && r.Author != by.Name
	}
	return b.step(ctx, &q, fits, func(rules []models.Rule) error {
		return b.store.ReviewRules(ctx, ids(rules), true, "", by)
	})
}

// Return sends rules in review, approved or not, back to their authors as drafts.
func (b *Book) Return(ctx context.Context, by models.Who, q StepRequest) ([]models.Rule, error) {
	fits := func(r *models.Rule) bool { return r.State == models.RuleReview && r.Author != by.Name }
	return b.step(ctx, &q, fits, func(rules []models.Rule) error {
		return b.store.ReviewRules(ctx, ids(rules), false, q.Reason, by)
	})
}

// Publish lets approved rules answer, if the whole set passes the check with them.
func (b *Book) Publish(ctx context.Context, by models.Who, q StepRequest) ([]models.Rule, error) {
	fits := func(r *models.Rule) bool { return r.State == models.RuleReview && r.Reviewer != "" }
	return b.step(ctx, &q, fits, func(rules []models.Rule) error {
		published, base, err := b.store.PublishedRules(ctx, q.Account.AppID)
		if err != nil {
			return err
		}
		if _, err := b.checkPublishing(q.Account, mergeRules(published, rules)); err != nil {
			return err
		}
		_, err = b.store.PublishReviewed(ctx, q.Account.AppID, base, rules, by)
		return err
	})
}

// Archive takes rules out of use, drafts of them included; their history stays.
func (b *Book) Archive(ctx context.Context, by models.Who, q StepRequest) ([]models.Rule, error) {
	fits := func(r *models.Rule) bool { return r.State != models.RuleArchived }
	return b.step(ctx, &q, fits, func(rules []models.Rule) error {
		published, base, err := b.store.PublishedRules(ctx, q.Account.AppID)
		if err != nil {
			return err
		}
		ended := byName(rules)
		left := slices.DeleteFunc(slices.Clone(published), func(r models.Rule) bool { return ended[r.Name] != nil })
		if err := b.checkEnding(q.Account, published, left); err != nil {
			return err
		}
		_, err = b.store.ArchiveRules(ctx, q.Account.AppID, base, ids(rules), by)
		return err
	})
}

// Discard gives drafts up, in review or not; what is published goes on answering.
func (b *Book) Discard(ctx context.Context, by models.Who, q StepRequest) ([]models.Rule, error) {
	fits := func(r *models.Rule) bool { return r.State == models.RuleDraft || r.State == models.RuleReview }
	return b.step(ctx, &q, fits, func(rules []models.Rule) error {
		return b.store.DiscardDrafts(ctx, ids(rules), by)
	})
}
