package rulebook

import (
	"context"
	"slices"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Step is a step in the life of rules.
type Step string

// The steps.
const (
	StepSubmit  Step = "submit"  // a draft is handed to a reviewer
	StepApprove Step = "approve" // by another person than the author
	StepReturn  Step = "return"  // back to its author, who may take it back as well
	StepPublish Step = "publish" // what was approved answers
	StepArchive Step = "archive" // it answers no more; its history stays
	StepDiscard Step = "discard" // a draft is given up; what is published goes on answering
)

// Steps are all of them.
func Steps() []Step {
	return []Step{StepSubmit, StepApprove, StepReturn, StepPublish, StepArchive, StepDiscard}
}

// StepRequest says which rules of an account go one step on.
type StepRequest struct {
	Account models.Account
	Names   []string // each must be the name of a rule
	All     bool     // instead of Names: every rule that can take the step
	Reason  string   // why rules are returned; the other steps have none
}

// step finds the rules, those named or all that fit, and has them take the step; all or none.
func (b *Book) step(ctx context.Context, by models.Who, q *StepRequest, step Step, fits func(*models.Rule) bool) ([]models.Rule, error) {
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
	if step == StepSubmit {
		if err := b.ensureReplayed(ctx, by, q.Account, rules); err != nil {
			return nil, err
		}
	}
	_, err = b.take(ctx, by, q.Account, step, rules, q.Reason)
	return rules, err
}

// take has rules, as their newest versions, take a step together, all or none. version is that of the
// published rules where the step changed them, else 0.
func (b *Book) take(ctx context.Context, by models.Who, account models.Account, step Step, rules []models.Rule, reason string) (version int64, err error) {
	switch step {
	case StepPublish:
		return b.publish(ctx, by, account, rules, nil)
	case StepArchive:
		return b.archive(ctx, by, account, rules)
	}
	err = b.store.Transact(ctx, func(t *store.Tx) error {
		switch step {
		case StepSubmit:
			return t.SubmitRules(ctx, ids(rules), by)
		case StepApprove:
			return t.ReviewRules(ctx, ids(rules), true, "", by)
		case StepDiscard:
			return t.DiscardDrafts(ctx, ids(rules), by)
		}
		if err := t.ReviewRules(ctx, ids(rules), false, reason, by); err != nil {
			return err
		}
		return tellAll(ctx, t, account.AppID, by, rules, NoticeReturned, reason)
	})
	return 0, models.Wrap("rulebook: "+string(step), err)
}

// tellAll tells the authors of rules.
func tellAll(ctx context.Context, t *store.Tx, appID string, by models.Who, rules []models.Rule, kind, reason string) error {
	for i := range rules {
		if err := tell(ctx, t, appID, by, &rules[i], kind, reason); err != nil {
			return err
		}
	}
	return nil
}

// publish lets approved rules answer, if the whole set passes the check with them. more is done in
// the same transaction; nil = nothing.
func (b *Book) publish(ctx context.Context, by models.Who, account models.Account, rules []models.Rule, more func(t *store.Tx, version int64) error) (int64, error) {
	published, base, err := b.store.PublishedRules(ctx, account.AppID)
	if err != nil {
		return 0, err
	}
	if _, err := b.checkPublishing(account, mergeRules(published, rules)); err != nil {
		return 0, err
	}
	return b.changeRules(ctx, by, account.AppID, base, "rule.publish", func(t *store.Tx, version int64) error {
		if err := t.PublishReviewed(ctx, account.AppID, rules, by); err != nil {
			return err
		}
		if more != nil {
			if err := more(t, version); err != nil {
				return err
			}
		}
		return tellAll(ctx, t, account.AppID, by, rules, NoticePublished, "")
	})
}

func (b *Book) archive(ctx context.Context, by models.Who, account models.Account, rules []models.Rule) (int64, error) {
	published, base, err := b.store.PublishedRules(ctx, account.AppID)
	if err != nil {
		return 0, err
	}
	ended := byName(rules)
	left := slices.DeleteFunc(slices.Clone(published), func(r models.Rule) bool { return ended[r.Name] != nil })
	if err := b.checkEnding(account, published, left); err != nil {
		return 0, err
	}
	return b.changeRules(ctx, by, account.AppID, base, "rule.archive", func(t *store.Tx, _ int64) error {
		if err := t.ArchiveRules(ctx, account.AppID, ids(rules), by); err != nil {
			return err
		}
		return tellAll(ctx, t, account.AppID, by, rules, NoticeArchived, "")
	})
}

// Submit hands drafts to a reviewer, once they have been replayed. Like every step it returns the rules that took it, none
// when All fits none.
func (b *Book) Submit(ctx context.Context, by models.Who, q StepRequest) ([]models.Rule, error) {
	return b.step(ctx, by, &q, StepSubmit, func(r *models.Rule) bool { return r.State == models.RuleDraft })
}

// Approve approves what another person wrote; All leaves out what the reviewer wrote.
func (b *Book) Approve(ctx context.Context, by models.Who, q StepRequest) ([]models.Rule, error) {
	return b.step(ctx, by, &q, StepApprove, func(r *models.Rule) bool {
		return r.State == models.RuleReview && r.Reviewer == "" && r.Author != by.Name
	})
}

// Return sends rules in review, approved or not, back to their authors as drafts.
func (b *Book) Return(ctx context.Context, by models.Who, q StepRequest) ([]models.Rule, error) {
	return b.step(ctx, by, &q, StepReturn, func(r *models.Rule) bool { return r.State == models.RuleReview && r.Author != by.Name })
}

// Publish lets approved rules answer, if the whole set passes the check with them.
func (b *Book) Publish(ctx context.Context, by models.Who, q StepRequest) ([]models.Rule, error) {
	return b.step(ctx, by, &q, StepPublish, func(r *models.Rule) bool { return r.State == models.RuleReview && r.Reviewer != "" })
}

// Archive takes rules out of use, drafts of them included; their history stays.
func (b *Book) Archive(ctx context.Context, by models.Who, q StepRequest) ([]models.Rule, error) {
	return b.step(ctx, by, &q, StepArchive, func(r *models.Rule) bool { return r.State != models.RuleArchived })
}

// Discard gives drafts up, in review or not; what is published goes on answering.
func (b *Book) Discard(ctx context.Context, by models.Who, q StepRequest) ([]models.Rule, error) {
	return b.step(ctx, by, &q, StepDiscard, func(r *models.Rule) bool { return r.State == models.RuleDraft || r.State == models.RuleReview })
}
