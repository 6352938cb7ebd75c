package rulebook

import (
	"context"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// MenuStep is what is done with the menu on its way.
type MenuStep string

// The steps. Return is a reviewer's and takes a reason; whoever writes may take the menu back.
const (
	SubmitMenu   MenuStep = "submit"
	TakeBackMenu MenuStep = "take_back"
	ApproveMenu  MenuStep = "approve"
	ReturnMenu   MenuStep = "return"
	DiscardMenu  MenuStep = "discard"
	PublishMenu  MenuStep = "publish"
)

// MenuStepRequest takes the menu of an account one step on.
type MenuStepRequest struct {
	Account models.Account
	Step    MenuStep
	// Revision is that of the version one has looked at: a conflict when it was changed since. "" is
	// whatever there is.
	Revision string
	Reason   string
}

// StepMenu takes the menu on its way one step on. Publishing tells WeChat first, outside of any
// transaction, and then keeps that it was done: when the second fails the menu stays approved, and to
// publish it again changes nothing at WeChat.
func (b *Book) StepMenu(ctx context.Context, by models.Who, platform MenuPlatform, q MenuStepRequest) (MenuVersion, error) {
	q.Reason = strings.TrimSpace(q.Reason)
	if q.Step == PublishMenu {
		return b.publishMenu(ctx, by, platform, q)
	}
	if q.Step == SubmitMenu {
		if err := b.checkMenu(ctx, &q); err != nil {
			return MenuVersion{}, err
		}
	}
	return b.moveMenu(ctx, by, &q)
}

func (b *Book) publishMenu(ctx context.Context, by models.Who, platform MenuPlatform, q MenuStepRequest) (MenuVersion, error) {
	versions, err := b.menuVersions(ctx, q.Account.AppID)
	if err != nil {
		return MenuVersion{}, err
	}
	if len(versions) == 0 || versions[0].State != MenuApproved {
		return MenuVersion{}, models.NewError(models.CodeConflict, "菜单还没有由第二人审核通过，不能发布")
	}
	if q.Revision == "" {
		q.Revision = versions[0].Revision
	}
	if q.Revision != versions[0].Revision {
		return MenuVersion{}, errMenuChanged()
	}
	if err := platform.PutMenu(ctx, q.Account, versions[0].Menu); err != nil {
		return MenuVersion{}, err
	}
	// WeChat has the menu by now: that the caller has gone does not keep it from being written down.
	return b.moveMenu(context.WithoutCancel(ctx), by, &q)
}

// checkMenu refuses to submit a menu that WeChat would refuse.
func (b *Book) checkMenu(ctx context.Context, q *MenuStepRequest) error {
	versions, err := b.menuVersions(ctx, q.Account.AppID)
	if err != nil || len(versions) == 0 {
		return err
	}
	if faults := versions[0].Menu.Validate(); len(faults) > 0 {
		return &models.Error{Code: models.CodeInvalid, Message: "菜单还有错误，不能送审", Fields: faults}
	}
	return nil
}

// moveMenu does a step within the database.
func (b *Book) moveMenu(ctx context.Context, by models.Who, q *MenuStepRequest) (MenuVersion, error) {
	var moved MenuVersion
	err := b.store.Transact(ctx, func(t *store.Tx) error {
		latest, err := latestMenu(ctx, t, q.Account.AppID)
		switch {
		case err != nil:
			return err
		case latest == nil || !latest.State.open():
			return models.NewError(models.CodeConflict, "没有在改的菜单，请先新建或导入一份")
		case q.Revision != "" && q.Revision != latest.Revision:
			return errMenuChanged()
		}
		moved = *latest
		if err := moved.take(q, by); err != nil {
			return err
		}
		if q.Step == PublishMenu {
			err := t.Exec(ctx, "UPDATE menu_versions SET state = 'replaced' WHERE app_id = ? AND state = 'published'", q.Account.AppID)
			if err != nil {
				return err
			}
			moved.PublishedAt = new(t.Now())
		}
		if err := saveMenu(ctx, t, q.Account.AppID, &moved); err != nil {
			return err
		}
		after := ""
		if q.Step == PublishMenu {
			after = models.JSON(moved.Menu)
		}
		return auditMenu(ctx, t, by, "menu."+string(q.Step), q.Account.AppID, moved.Version, "", after, q.Reason)
	})
	return moved, models.Wrap("rulebook: menu step", err)
}

// take changes the state of a version by a step, or says why it may not be taken.
func (v *MenuVersion) take(q *MenuStepRequest, by models.Who) error {
	switch q.Step {
	case SubmitMenu:
		if v.State != MenuDraft {
			return models.NewError(models.CodeConflict, "菜单已经送审")
		}
		v.State, v.Reason = MenuReview, ""
	case ApproveMenu:
		if v.State != MenuReview {
			return models.NewError(models.CodeConflict, "菜单不在审核中")
		}
		if by.Name == "" || v.Author == by.Name {
			return models.NewError(models.CodeSamePerson, "菜单是自己写的，不能自己审核，请由另一人审核")
		}
		v.State, v.Reviewer = MenuApproved, by.Name
	case ReturnMenu, TakeBackMenu:
		if v.State != MenuReview && v.State != MenuApproved {
			return models.NewError(models.CodeConflict, "菜单不在审核中，也没有等待发布")
		}
		if q.Step == ReturnMenu && q.Reason == "" {
			return &models.Error{Code: models.CodeInvalid, Message: "请写退回的理由", Fields: []models.FieldError{{Field: "reason", Message: "请写退回的理由"}}}
		}
		v.State, v.Reviewer, v.Reason = MenuDraft, "", q.Reason
	case DiscardMenu:
		v.State = MenuDiscarded
	case PublishMenu:
		if v.State != MenuApproved {
			return models.NewError(models.CodeConflict, "菜单还没有由第二人审核通过，不能发布")
		}
		v.State = MenuPublished
	default:
		return models.NewError(models.CodeInvalid, "step 应为 submit、take_back、approve、return、discard、publish 之一")
	}
	return nil
}

func errMenuChanged() error {
	return models.NewError(models.CodeConflict, "菜单刚被别人改过，请看过再操作")
}

func auditMenu(ctx context.Context, t *store.Tx, by models.Who, action, appID string, version int64, before, after, reason string) error {
	return t.Audit(ctx, models.AuditEntry{
		Who: by, Action: action, ObjectType: "menu", ObjectID: strconv.FormatInt(version, 10), AppID: appID, Before: before, After: after, Reason: reason,
	})
}
