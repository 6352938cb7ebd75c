package auth

import (
	"cmp"
	"context"
	"slices"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// DemoRole is somebody whom a click signs in as.
type DemoRole struct {
	Name        string `json:"name"`
	DisplayName string `json:"display_name"`
	Role        Role   `json:"role"`
	Label       string `json:"label"`
}

// DemoRoles are the operators of a demo; not found elsewhere.
func (a *Auth) DemoRoles(ctx context.Context) ([]DemoRole, error) {
	if !a.options.Demo {
		return nil, models.NewError(models.CodeNotFound, "只有演示才能一键登录")
	}
	all, err := a.Operators(ctx)
	if err != nil {
		return nil, err
	}
	list := []DemoRole{}
	for _, op := range all {
		if op.State != stateDisabled && len(op.Roles) > 0 {
			list = append(list, DemoRole{op.Name, op.DisplayName, op.Roles[0], op.DisplayName})
		}
	}
	// Those who meet citizens first.
	order := append([]Role{AccountManager, CaseHandler, ContentAdmin}, Administrators()...)
	slices.SortStableFunc(list, func(a, b DemoRole) int { return cmp.Compare(slices.Index(order, a.Role), slices.Index(order, b.Role)) })
	return list, nil
}

// DemoSignIn signs in without a password; not found outside of a demo.
func (a *Auth) DemoSignIn(ctx context.Context, name string, from Origin) (out Step, err error) {
	if !a.options.Demo {
		return out, models.NewError(models.CodeNotFound, "只有演示才能一键登录")
	}
	err = a.store.Transact(ctx, func(t *store.Tx) error {
		op, err := lock(ctx, t, "name", plainName(name))
		if err != nil {
			return err
		}
		if op == nil || op.state != stateActive {
			return models.NewError(models.CodeNotFound, "没有这个演示角色")
		}
		if err := a.endOther(ctx, t, op, true, from.who(op, "")); err != nil {
			return err
		}
		out, err = a.whole(ctx, t, op, from)
		return err
	})
	return out, models.Wrap("auth: demo sign-in", err)
}
