package store

import (
	"context"
	"errors"
	"strconv"

	"gorm.io/gorm"

	"github.com/wenzheng/wenzheng/models"
)

// A rule lives as a sequence of versions: SaveDraft adds or changes one, SubmitRule hands
// it to a second person, ReviewRule takes or returns it, PublishRule lets it answer.
// While a new version is on its way the published one goes on answering. Every step is
// audited in its own transaction.

// SaveDraft stores a draft and returns it with its id and version. Without r.ID the rule
// is new, and its name must be free in the account. A draft that is open is replaced; a
// rule in review must be returned first. r.Version, when set, must be the latest: else
// somebody was quicker, and the error is a conflict. A published rule keeps its name.
func (s *Store) SaveDraft(ctx context.Context, r models.Rule, by models.Who) (models.Rule, error) {
	if err := checkNames([]models.Rule{r}); err != nil {
		return models.Rule{}, err
	}
	if !models.ValidAppID(r.AppID) {
		return models.Rule{}, errNoAccount()
	}
	var saved models.Rule
	err := s.change(ctx, func(t *txn) error {
		h, before, err := t.openDraft(ctx, r)
		if err != nil {
			return err
		}
		if h, err = t.writeDraft(ctx, h, r, by); err != nil {
			return err
		}
		if saved, err = t.version(ctx, h.id, h.last); err != nil {
			return err
		}
		return t.auditRule(ctx, "rule.draft", h, by, before, jsonOf(saved), "")
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) || isDuplicate(err) {
		err = errNameTaken()
	}
	return saved, asPeople("store: save draft", err)
}

// SaveDrafts stores rules of an account as drafts, all or none; a rule of the same name
// is replaced as a draft, what is published goes on answering.
func (s *Store) SaveDrafts(ctx context.Context, appID string, rules []models.Rule, by models.Who) error {
	if err := checkNames(rules); err != nil {
		return err
	}
	if !models.ValidAppID(appID) {
		return errNoAccount()
	}
	err := s.change(ctx, func(t *txn) error {
		for _, r := range rules {
			h, err := t.named(ctx, appID, r.Name)
			if err == nil && h.id == 0 {
				h, err = t.createRule(ctx, appID, r.Name)
			}
			if err == nil && h.state == models.RuleReview {
				err = models.NewError(models.CodeConflict, "规则“"+r.Name+"”正在审核，请先退回再导入")
			}
			if err == nil {
				_, err = t.writeDraft(ctx, h, r, by)
			}
			if err != nil {
				return err
			}
		}
		return t.audit(ctx, models.AuditEntry{
			Who: by, Action: "rules.draft", ObjectType: "rules", ObjectID: appID, AppID: appID, After: jsonOf(names(rules)),
			Reason: strconv.Itoa(len(rules)) + " rules",
		})
	})
	return asPeople("store: save drafts", err)
}

// openDraft finds the rule, or makes it, and returns its latest version as JSON.
func (t *txn) openDraft(ctx context.Context, r models.Rule) (h ruleHead, before string, err error) {
	if r.ID == 0 {
		if h, err = t.named(ctx, r.AppID, r.Name); err == nil && h.id != 0 {
			err = errNameTaken()
		}
		if err != nil {
			return h, "", err
		}
		h, err = t.createRule(ctx, r.AppID, r.Name)
		return h, "", err
	}
	if h, err = t.head(ctx, r.ID, t.s.dialect.forUpdate); err != nil {
		return h, "", err
	}
	switch {
	case h.appID != r.AppID:
		return h, "", errNoRule()
	case r.Version != 0 && r.Version != h.last:
		return h, "", models.NewError(models.CodeConflict, "这条规则已被别人改过，请刷新后再改")
	case h.state == models.RuleReview:
		return h, "", models.NewError(models.CodeConflict, "这条规则正在审核，请先退回再修改")
	case r.Name != h.name && h.live != 0:
		return h, "", models.NewError(models.CodeConflict, "已发布的规则不能改名：请新建一条并归档这一条")
	}
	old, err := t.version(ctx, h.id, h.last)
	if err != nil || r.Name == h.name {
		return h, jsonOf(old), err
	}
	h.name = r.Name
	return h, jsonOf(old), t.exec(ctx, "UPDATE rules SET name = ?, name_key = ? WHERE id = ?", r.Name, nameKey(r.Name), h.id)
}

func (t *txn) writeDraft(ctx context.Context, h ruleHead, r models.Rule, by models.Who) (ruleHead, error) {
	spec, err := specOf(r)
	if err != nil {
		return h, err
	}
	if h.last == 0 || h.state != models.RuleDraft {
		return t.addVersion(ctx, h, spec, models.RuleDraft, by.Name, "")
	}
	var c cutter
	return h, t.exec(ctx, "UPDATE rule_versions SET spec = ?, author = ?, changed_at = ? WHERE rule_id = ? AND version = ?",
		spec, c.chars(by.Name, nameChars), micros(t.s.opt.Now()), h.id, h.last)
}

// SubmitRule hands the draft of a rule to review.
func (s *Store) SubmitRule(ctx context.Context, id int64, by models.Who) error {
	err := s.change(ctx, func(t *txn) error {
		h, err := t.inState(ctx, id, models.RuleDraft, "只有草稿可以提交审核")
		if err != nil {
			return err
		}
		if err := t.moveLatest(ctx, h, models.RuleReview, ""); err != nil {
			return err
		}
		return t.auditRule(ctx, "rule.submit", h, by, "", "", "")
	})
	return asPeople("store: submit rule", err)
}

// ReviewRule approves a rule in review or returns it as a draft. The reviewer must not be
// its author: otherwise the error is forbidden.
func (s *Store) ReviewRule(ctx context.Context, id int64, approve bool, reason string, by models.Who) error {
	err := s.change(ctx, func(t *txn) error {
		h, err := t.inState(ctx, id, models.RuleReview, "这条规则不在审核中")
		if err != nil {
			return err
		}
		latest, err := t.version(ctx, h.id, h.last)
		if err != nil {
			return err
		}
		if by.Name == "" || latest.Author == by.Name {
			return models.NewError(models.CodeForbidden, "不能审核自己写的规则，请由另一人审核")
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
	return asPeople("store: review rule", err)
}

// PublishRule lets the approved version of a rule answer, as PublishRules does, and
// returns the account's new rules version.
func (s *Store) PublishRule(ctx context.Context, id int64, by models.Who, check func([]models.Rule) error) (int64, error) {
	return s.changeRule(ctx, id, check, func(t *txn) error {
		h, err := t.inState(ctx, id, models.RuleReview, "只有审核通过的规则可以发布")
		if err != nil {
			return err
		}
		latest, err := t.version(ctx, h.id, h.last)
		if err != nil {
			return err
		}
		if latest.Reviewer == "" {
			return models.NewError(models.CodeConflict, "这条规则还没有审核通过，不能发布")
		}
		if err := t.makeLive(ctx, h, h.last); err != nil {
			return err
		}
		return t.auditRule(ctx, "rule.publish", h, by, "", jsonOf(latest), "")
	})
}

// ArchiveRule ends a rule: it answers no more. Its versions stay.
func (s *Store) ArchiveRule(ctx context.Context, id int64, by models.Who, check func([]models.Rule) error) (int64, error) {
	return s.changeRule(ctx, id, check, func(t *txn) error {
		h, err := t.head(ctx, id, t.s.dialect.forUpdate)
		if err != nil {
			return err
		}
		if h.state == models.RuleArchived {
			return models.NewError(models.CodeConflict, "这条规则已经归档")
		}
		if h.live != 0 {
			if err := t.setState(ctx, h.id, h.live, models.RuleArchived); err != nil {
				return err
			}
		}
		h.live, h.state = 0, models.RuleArchived
		if err := t.saveHead(ctx, h); err != nil {
			return err
		}
		return t.auditRule(ctx, "rule.archive", h, by, "", "", "")
	})
}

// RollbackRule publishes a version that answered before once more, as a new version; it
// has been reviewed already.
func (s *Store) RollbackRule(ctx context.Context, id, version int64, by models.Who, check func([]models.Rule) error) (int64, error) {
	return s.changeRule(ctx, id, check, func(t *txn) error {
		h, err := t.head(ctx, id, t.s.dialect.forUpdate)
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
		if h, err = t.addVersion(ctx, h, spec, models.RuleReview, by.Name, old.Reviewer); err != nil {
			return err
		}
		if err := t.makeLive(ctx, h, h.last); err != nil {
			return err
		}
		return t.auditRule(ctx, "rule.rollback", h, by, "", jsonOf(old), "to version "+strconv.FormatInt(version, 10))
	})
}

func (s *Store) changeRule(ctx context.Context, id int64, check func([]models.Rule) error, change func(*txn) error) (version int64, err error) {
	h, err := (&txn{s: s, db: s.reader}).head(ctx, id, "")
	if err == nil {
		err = s.changeRules(ctx, h.appID, check, &version, change)
	}
	if err != nil {
		return 0, asPeople("store: change rule", err)
	}
	return version, nil
}

func (t *txn) inState(ctx context.Context, id int64, want models.RuleState, otherwise string) (ruleHead, error) {
	h, err := t.head(ctx, id, t.s.dialect.forUpdate)
	if err == nil && h.state != want {
		err = models.NewError(models.CodeConflict, otherwise)
	}
	return h, err
}

func (t *txn) moveLatest(ctx context.Context, h ruleHead, state models.RuleState, reviewer string) error {
	var c cutter
	err := t.exec(ctx, "UPDATE rule_versions SET state = ?, reviewer = ?, changed_at = ? WHERE rule_id = ? AND version = ?",
		string(state), c.chars(reviewer, nameChars), micros(t.s.opt.Now()), h.id, h.last)
	if err != nil {
		return err
	}
	h.state = state
	return t.saveHead(ctx, h)
}

func (t *txn) auditRule(ctx context.Context, action string, h ruleHead, by models.Who, before, after, reason string) error {
	return t.audit(ctx, models.AuditEntry{
		Who: by, Action: action, ObjectType: "rule", ObjectID: strconv.FormatInt(h.id, 10), AppID: h.appID,
		Before: before, After: after, Reason: reason,
	})
}

func isDuplicate(err error) bool {
	_, ok := duplicateKey(err)
	return ok
}

func errNameTaken() error {
	return models.NewError(models.CodeConflict, "账号里已有同名规则，请换一个名称或修改原规则")
}
