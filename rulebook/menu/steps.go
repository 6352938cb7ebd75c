package menu

import (
	"context"
	"strconv"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/rulebook/review"
	"github.com/wenzheng/wenzheng/store"
)

// kind is what a menu is to its reviewers: published by a step of its own, which WeChat may refuse.
func kind() review.Kind { return review.Kind{Title: "菜单"} }

// StepRequest takes the menu of an account one step on.
type StepRequest struct {
	Account models.Account
	review.Request
}

// Step takes the menu on its way one step on. Publishing tells WeChat first, outside of any
// transaction, and then keeps that it was done: when the second fails the menu stays approved, and to
// publish it again changes nothing at WeChat.
func (b *Book) Step(ctx context.Context, by models.Who, platform Platform, q StepRequest) (Version, error) {
	versions, err := b.versions(ctx, q.Account.AppID)
	if err != nil {
		return Version{}, err
	}
	if len(versions) > 0 && versions[0].State.Open() {
		switch v := &versions[0]; q.Step {
		case review.Submit:
			if faults := v.Menu.Validate(); len(faults) > 0 {
				return Version{}, &models.Error{Code: models.CodeInvalid, Message: "菜单还有错误，不能送审", Fields: faults}
			}
		case review.Publish:
			if q.Edition == "" {
				q.Edition = v.Revision // what WeChat was told is what was published
			}
			tried := v.Stage
			if err := kind().Take(&tried, &q.Request, by); err != nil {
				return Version{}, err
			}
			if err := platform.PutMenu(ctx, q.Account, v.Menu); err != nil {
				return Version{}, err
			}
			// WeChat has the menu by now: that the caller has gone does not keep it from being written down.
			ctx = context.WithoutCancel(ctx)
		}
	}
	return b.move(ctx, by, &q)
}

// move does a step within the database.
func (b *Book) move(ctx context.Context, by models.Who, q *StepRequest) (Version, error) {
	var moved Version
	err := b.store.Transact(ctx, func(t *store.Tx) error {
		last, err := latest(ctx, t, q.Account.AppID)
		if err != nil {
			return err
		}
		if last == nil {
			return kind().Take(nil, &q.Request, by)
		}
		if err := kind().Take(&last.Stage, &q.Request, by); err != nil {
			return err
		}
		after := ""
		if moved = *last; q.Step == review.Publish {
			err := t.Exec(ctx, "UPDATE menu_versions SET state = 'replaced' WHERE app_id = ? AND state = 'published'", q.Account.AppID)
			if err != nil {
				return err
			}
			moved.PublishedAt, after = new(t.Now().In(models.Shanghai())), models.JSON(moved.Menu)
		}
		if err := moved.save(ctx, t, q.Account.AppID); err != nil {
			return err
		}
		return audit(ctx, t, by, "menu."+string(q.Step), q.Account.AppID, &moved, "", after, q.Reason)
	})
	return moved, models.Wrap("menu: step", err)
}

func audit(ctx context.Context, t *store.Tx, by models.Who, action, appID string, v *Version, before, after, reason string) error {
	return t.Audit(ctx, models.AuditEntry{
		Who: by, Action: action, ObjectType: "menu", ObjectID: strconv.FormatInt(v.Version, 10), AppID: appID, Before: before, After: after, Reason: reason,
	})
}
