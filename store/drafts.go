package store

import (
	"context"
	"errors"
	"strconv"

	"gorm.io/gorm"

	"github.com/wenzheng/wenzheng/models"
)

// SaveDraft stores a draft and returns it with its id and version. Without r.ID the rule
// is new, and its name must be free in the account. A draft that is open is replaced; a
// rule in review must be returned first. r.Version and r.UpdatedAt, when set, must be those of the
// latest: else somebody was quicker, and the error is a conflict. A published rule keeps its name.
func (s *Store) SaveDraft(ctx context.Context, r models.Rule, by models.Who) (models.Rule, error) {
	if err := checkNames([]models.Rule{r}); err != nil {
		return models.Rule{}, err
	}
	if !models.ValidAppID(r.AppID) {
		return models.Rule{}, errNoAccount()
	}
	var saved models.Rule
	err := s.Transact(ctx, func(t *Tx) error {
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
		return t.auditRule(ctx, "rule.draft", h, by, before, models.JSON(saved), "")
	})
	if errors.Is(err, gorm.ErrDuplicatedKey) || isDuplicate(err) {
		err = errNameTaken()
	}
	return saved, models.Wrap("store: save draft", err)
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
	err := s.Transact(ctx, func(t *Tx) error {
		for _, r := range rules {
			h, err := t.named(ctx, appID, r.Name)
			if err == nil && h.id == 0 {
				h, err = t.createRule(ctx, appID, r.Name, 0)
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
		return t.Audit(ctx, models.AuditEntry{
			Who: by, Action: "rules.draft", ObjectType: "rules", ObjectID: appID, AppID: appID, After: models.JSON(names(rules)),
			Reason: "规则 " + strconv.Itoa(len(rules)) + " 条",
		})
	})
	return models.Wrap("store: save drafts", err)
}

// openDraft finds the rule, or makes it, and returns its latest version as JSON.
func (t *Tx) openDraft(ctx context.Context, r models.Rule) (h ruleHead, before string, err error) {
	if r.ID == 0 {
		h, err = t.named(ctx, r.AppID, r.Name)
		switch {
		case err != nil || h.state == models.RuleDiscarded:
			return h, "", err
		case h.id != 0:
			return h, "", errNameTaken()
		}
		h, err = t.createRule(ctx, r.AppID, r.Name, 0)
		return h, "", err
	}
	if h, err = t.head(ctx, r.ID, t.s.dialect.ForUpdate); err != nil {
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
	if err == nil && !r.UpdatedAt.IsZero() && !r.UpdatedAt.Equal(old.UpdatedAt) {
		err = models.NewError(models.CodeConflict, "这条规则已被别人改过，请刷新后再改")
	}
	if err != nil || r.Name == h.name {
		return h, models.JSON(old), err
	}
	h.name = r.Name
	return h, models.JSON(old), t.Exec(ctx, "UPDATE rules SET name = ?, name_key = ? WHERE id = ?", r.Name, NameKey(r.Name), h.id)
}

func (t *Tx) writeDraft(ctx context.Context, h ruleHead, r models.Rule, by models.Who) (ruleHead, error) {
	spec, err := specOf(r)
	if err != nil {
		return h, err
	}
	if h.last == 0 || h.state != models.RuleDraft {
		return t.addVersion(ctx, h, spec, models.RuleDraft, by.Name, "")
	}
	var c cutter
	now := Micros(t.s.opt.Now())
	err = t.Exec(ctx, "UPDATE rule_versions SET spec = ?, author = ?, created_at = CASE WHEN created_at < ? THEN ? ELSE created_at + 1 END, "+
		"changed_at = ? WHERE rule_id = ? AND version = ?", spec, c.chars(by.Name, nameChars), now, now, now, h.id, h.last)
	if err != nil {
		return h, err
	}
	return h, t.saveHead(ctx, h)
}

func isDuplicate(err error) bool {
	_, ok := duplicateKey(err)
	return ok
}

func errNameTaken() error {
	return models.NewError(models.CodeConflict, "账号里已有同名规则，请换一个名称或修改原规则")
}
