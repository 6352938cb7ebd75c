package menu

import (
	"context"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Step is what is done with the menu on its way.
type Step string

// The steps. Return is a reviewer's and takes a reason; whoever writes may take the menu back.
const (
	Submit   Step = "submit"
	TakeBack Step = "take_back"
	Approve  Step = "approve"
	Return   Step = "return"
	Discard  Step = "discard"
	Publish  Step = "publish"
)

// StepRequest takes the menu of an account one step on.
type StepRequest struct {
	Account models.Account
	Step    Step
	// Revision is that of the version one has looked at: a conflict when it was changed since. "" is
	// whatever there is.
	Revision string
	Reason   string
}

// Step takes the menu on its way one step on. Publishing tells WeChat first, outside of any
// transaction, and then keeps that it was done: when the second fails the menu stays approved, and to
// publish it again changes nothing at WeChat.
func (b *Book) Step(ctx context.Context, by models.Who, platform Platform, q StepRequest) (Version, error) {
	q.Reason = strings.TrimSpace(q.Reason)
	if q.Step == Publish {
		return b.publish(ctx, by, platform, q)
	}
	if q.Step == Submit {
		if err := b.check(ctx, &q); err != nil {
			return Version{}, err
		}
	}
	return b.move(ctx, by, &q)
}

func (b *Book) publish(ctx context.Context, by models.Who, platform Platform, q StepRequest) (Version, error) {
	versions, err := b.versions(ctx, q.Account.AppID)
	if err != nil {
		return Version{}, err
	}
	if len(versions) == 0 || versions[0].State != Approved {
		return Version{}, models.NewError(models.CodeConflict, "菜单还没有由第二人审核通过，不能发布")
	}
	if q.Revision == "" {
		q.Revision = versions[0].Revision
	}
	if q.Revision != versions[0].Revision {
		return Version{}, errChanged()
	}
	if err := platform.PutMenu(ctx, q.Account, versions[0].Menu); err != nil {
		return Version{}, err
	}
	// WeChat has the menu by now: that the caller has gone does not keep it from being written down.
	return b.move(context.WithoutCancel(ctx), by, &q)
}

// check refuses to submit a menu that WeChat would refuse.
func (b *Book) check(ctx context.Context, q *StepRequest) error {
	versions, err := b.versions(ctx, q.Account.AppID)
	if err != nil || len(versions) == 0 {
		return err
	}
	if faults := versions[0].Menu.Validate(); len(faults) > 0 {
		return &models.Error{Code: models.CodeInvalid, Message: "菜单还有错误，不能送审", Fields: faults}
	}
	return nil
}

// move does a step within the database.
func (b *Book) move(ctx context.Context, by models.Who, q *StepRequest) (Version, error) {
	var moved Version
	err := b.store.Transact(ctx, func(t *store.Tx) error {
		latest, err := latestMenu(ctx, t, q.Account.AppID)
		switch {
		case err != nil:
			return err
		case latest == nil || !latest.State.open():
			return models.NewError(models.CodeConflict, "没有在改的菜单，请先新建或导入一份")
		case q.Revision != "" && q.Revision != latest.Revision:
			return errChanged()
		}
		moved = *latest
		if err := moved.take(q, by); err != nil {
			return err
		}
		if q.Step == Publish {
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
		if q.Step == Publish {
			after = models.JSON(moved.Menu)
		}
		return auditMenu(ctx, t, by, "menu."+string(q.Step), q.Account.AppID, moved.Version, "", after, q.Reason)
	})
	return moved, models.Wrap("menu: step", err)
}

// take changes the state of a version by a step, or says why it may not be taken.
func (v *Version) take(q *StepRequest, by models.Who) error {
	switch q.Step {
	case Submit:
		if v.State != Draft {
			return models.NewError(models.CodeConflict, "菜单已经送审")
		}
		v.State, v.Reason = Review, ""
	case Approve:
		if v.State != Review {
			return models.NewError(models.CodeConflict, "菜单不在审核中")
		}
		if by.Name == "" || v.Author == by.Name {
			return models.NewError(models.CodeSamePerson, "菜单是自己写的，不能自己审核，请由另一人审核")
		}
		v.State, v.Reviewer = Approved, by.Name
	case Return, TakeBack:
		if v.State != Review && v.State != Approved {
			return models.NewError(models.CodeConflict, "菜单不在审核中，也没有等待发布")
		}
		if q.Step == Return && q.Reason == "" {
			return models.FieldFault("请写退回的理由", "reason", "请写退回的理由")
		}
		v.State, v.Reviewer, v.Reason = Draft, "", q.Reason
	case Discard:
		v.State = Discarded
	case Publish:
		if v.State != Approved {
			return models.NewError(models.CodeConflict, "菜单还没有由第二人审核通过，不能发布")
		}
		v.State = Published
	default:
		return models.NewError(models.CodeInvalid, "step 应为 submit、take_back、approve、return、discard、publish 之一")
	}
	return nil
}

func errChanged() error {
	return models.NewError(models.CodeConflict, "菜单刚被别人改过，请看过再操作")
}

func auditMenu(ctx context.Context, t *store.Tx, by models.Who, action, appID string, version int64, before, after, reason string) error {
	return t.Audit(ctx, models.AuditEntry{
		Who: by, Action: action, ObjectType: "menu", ObjectID: strconv.FormatInt(version, 10), AppID: appID, Before: before, After: after, Reason: reason,
	})
}
