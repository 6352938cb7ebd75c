package store

import (
	"cmp"
	"context"
	"database/sql"
	"strconv"

	"github.com/wenzheng/wenzheng/models"
)

// A rule lives as a sequence of versions: SaveDraft adds or changes one, SubmitRules hands
// it to a second person, ReviewRules takes or returns it, PublishReviewed lets it answer,
// DiscardDrafts gives it up. While a new version is on its way the published one goes on
// answering. Every step takes several rules in the transaction of its caller, with their audit entries.

// SubmitRules hands the drafts of rules to review.
func (t *Tx) SubmitRules(ctx context.Context, ids []int64, by models.Who) error {
	return t.eachRule(ids, func(id int64) error {
		h, err := t.inState(ctx, id, models.RuleDraft, "不是草稿，不能提交审核")
		if err != nil {
			return err
		}
		if err := t.moveLatest(ctx, h, models.RuleReview, ""); err != nil {
			return err
		}
		return t.auditRule(ctx, "rule.submit", h, by, "", "", "")
	})
}

// ReviewRules approves rules in review or returns them as drafts. Who approves must not be the author
// of any of them: otherwise the error is same_person.
func (t *Tx) ReviewRules(ctx context.Context, ids []int64, approve bool, reason string, by models.Who) error {
	return t.eachRule(ids, func(id int64) error {
		h, err := t.inState(ctx, id, models.RuleReview, "不在审核中")
		if err != nil {
			return err
		}
		latest, err := t.version(ctx, h.id, h.last)
		if err != nil {
			return err
		}
		if approve && (by.Name == "" || latest.Author == by.Name) {
			return models.NewError(models.CodeSamePerson, "规则“"+h.name+"”是自己写的，不能自己审核，请由另一人审核")
		}
		action, state, reviewer := "rule.approve", models.RuleReview, by.Name
		if !approve {
			action, state, reviewer = "rule.return", models.RuleDraft, ""
		}
		if err := t.moveLatest(ctx, h, state, reviewer); err != nil {
			return err
		}
		return t.auditRule(ctx, action, h, by, "", "", reason)
	})
}

// DiscardDrafts gives up the drafts of rules, in review or not: what was there before is the
// latest again, and what is published goes on answering.
func (t *Tx) DiscardDrafts(ctx context.Context, ids []int64, by models.Who) error {
	return t.eachRule(ids, func(id int64) error {
		h, err := t.head(ctx, id, t.s.dialect.ForUpdate)
		if err != nil {
			return err
		}
		if h.state != models.RuleDraft && h.state != models.RuleReview {
			return models.NewError(models.CodeConflict, "规则“"+h.name+"”没有草稿可以丢弃")
		}
		draft, err := t.version(ctx, h.id, h.last)
		if err != nil {
			return err
		}
		if h, err = t.discardLatest(ctx, h); err != nil {
			return err
		}
		if err := t.saveHead(ctx, h); err != nil {
			return err
		}
		return t.auditRule(ctx, "rule.discard", h, by, models.JSON(draft), "", "")
	})
}

// discardLatest discards the latest version of a rule: the one before it that was not
// discarded is the latest then. The caller saves the head.
func (t *Tx) discardLatest(ctx context.Context, h ruleHead) (ruleHead, error) {
	if err := t.setState(ctx, h.id, h.last, models.RuleDiscarded); err != nil {
		return h, err
	}
	h.state = models.RuleDiscarded
	err := t.Query(ctx, func(rows *sql.Rows) error { return rows.Scan(&h.last, &h.state) },
		"SELECT version, state FROM rule_versions WHERE rule_id = ? AND state <> 'discarded' ORDER BY version DESC LIMIT 1", h.id)
	return h, err
}

// eachRule does a step for every rule.
func (t *Tx) eachRule(ids []int64, step func(int64) error) error {
	for _, id := range ids {
		if err := step(id); err != nil {
			return err
		}
	}
	return nil
}

// PublishReviewed lets the approved versions of rules answer, in a transaction of ChangeRules. rules
// are those versions as the caller has checked them: when one of them was changed since, the error
// is a conflict.
func (t *Tx) PublishReviewed(ctx context.Context, appID string, rules []models.Rule, by models.Who) error {
	for i := range rules {
		if err := t.publishReviewed(ctx, appID, &rules[i], by); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) publishReviewed(ctx context.Context, appID string, checked *models.Rule, by models.Who) error {
	h, err := t.inState(ctx, checked.ID, models.RuleReview, "还没有审核通过，不能发布")
	if err != nil {
		return err
	}
	if h.appID != appID {
		return errNoRule()
	}
	latest, err := t.version(ctx, h.id, h.last)
	if err != nil {
		return err
	}
	if latest.Reviewer == "" {
		return models.NewError(models.CodeConflict, "规则“"+h.name+"”还没有审核通过，不能发布")
	}
	was, err := specOf(*checked)
	if err != nil {
		return err
	}
	if is, err := specOf(latest); err != nil || is != was {
		return cmp.Or(err, error(models.NewError(models.CodeConflict, "规则“"+h.name+"”刚刚被改过，请重新审核")))
	}
	if err := t.makeLive(ctx, h, h.last); err != nil {
		return err
	}
	return t.auditRule(ctx, "rule.publish", h, by, "", models.JSON(latest), "")
}

// ArchiveRules ends rules, in a transaction of ChangeRules: they answer no more, and drafts of them
// are discarded. Their versions stay.
func (t *Tx) ArchiveRules(ctx context.Context, appID string, ids []int64, by models.Who) error {
	for _, id := range ids {
		if err := t.archive(ctx, appID, id, by); err != nil {
			return err
		}
	}
	return nil
}

func (t *Tx) archive(ctx context.Context, appID string, id int64, by models.Who) error {
	h, err := t.ofAccount(ctx, appID, id)
	if err != nil {
		return err
	}
	if h.state == models.RuleArchived || h.state == models.RuleDiscarded {
		return models.NewError(models.CodeConflict, "规则“"+h.name+"”已经停用")
	}
	if h.last != h.live {
		if h, err = t.discardLatest(ctx, h); err != nil {
			return err
		}
	}
	if h.live != 0 {
		if err := t.setState(ctx, h.id, h.live, models.RuleArchived); err != nil {
			return err
		}
		h.last, h.live, h.state = h.live, 0, models.RuleArchived
	}
	if err := t.saveHead(ctx, h); err != nil {
		return err
	}
	return t.auditRule(ctx, "rule.archive", h, by, "", "", "")
}

// RollbackRule publishes a version that answered before once more, as a new version, in a transaction
// of ChangeRules; it has been reviewed already. A draft that was on its way is discarded.
func (t *Tx) RollbackRule(ctx context.Context, appID string, id, version int64, by models.Who) error {
	h, err := t.ofAccount(ctx, appID, id)
	if err != nil {
		return err
	}
	old, err := t.version(ctx, id, version)
	if err != nil {
		return err
	}
	if old.State != models.RuleArchived || version == h.live {
		return models.NewError(models.CodeConflict, "只能回退到曾经发布过的旧版本")
	}
	spec, err := specOf(old)
	if err != nil {
		return err
	}
	if h.state == models.RuleDraft || h.state == models.RuleReview {
		if err := t.setState(ctx, h.id, h.last, models.RuleDiscarded); err != nil {
			return err
		}
	}
	if h, err = t.addVersion(ctx, h, spec, models.RuleReview, by.Name, old.Reviewer); err != nil {
		return err
	}
	if err := t.makeLive(ctx, h, h.last); err != nil {
		return err
	}
	return t.auditRule(ctx, "rule.rollback", h, by, "", models.JSON(old), "to version "+strconv.FormatInt(version, 10))
}

// ofAccount locks a rule that must be of the account.
func (t *Tx) ofAccount(ctx context.Context, appID string, id int64) (ruleHead, error) {
	h, err := t.head(ctx, id, t.s.dialect.ForUpdate)
	if err == nil && h.appID != appID {
		err = errNoRule()
	}
	return h, err
}

func (t *Tx) inState(ctx context.Context, id int64, want models.RuleState, otherwise string) (ruleHead, error) {
	h, err := t.head(ctx, id, t.s.dialect.ForUpdate)
	if err == nil && h.state != want {
		err = models.NewError(models.CodeConflict, "规则“"+h.name+"”"+otherwise)
	}
	return h, err
}

func (t *Tx) moveLatest(ctx context.Context, h ruleHead, state models.RuleState, reviewer string) error {
	var c cutter
	err := t.Exec(ctx, "UPDATE rule_versions SET state = ?, reviewer = ?, changed_at = ? WHERE rule_id = ? AND version = ?",
		string(state), c.chars(reviewer, nameChars), Micros(t.s.opt.Now()), h.id, h.last)
	if err != nil {
		return err
	}
	h.state = state
	return t.saveHead(ctx, h)
}

func (t *Tx) auditRule(ctx context.Context, action string, h ruleHead, by models.Who, before, after, reason string) error {
	return t.Audit(ctx, models.AuditEntry{
		Who: by, Action: action, ObjectType: "rule", ObjectID: strconv.FormatInt(h.id, 10), AppID: h.appID,
		Before: before, After: after, Reason: reason,
	})
}
