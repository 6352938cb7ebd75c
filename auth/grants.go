package auth

import (
	"context"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// GrantRequest says all that an operator of the staff may do; what is not in it ends.
type GrantRequest struct {
	OperatorID string  `json:"operator_id"`
	Grants     []Grant `json:"grants"`
}

// Grant replaces the grants of an operator and confirms them after a reset. Sessions keep on: what
// they may do is read at every request.
func (a *Auth) Grant(ctx context.Context, who models.Who, q GrantRequest) error {
	if err := a.checkGrants(ctx, q.Grants); err != nil {
		return err
	}
	err := a.store.Transact(ctx, func(t *store.Tx) error {
		op, err := lock(ctx, t, "id", q.OperatorID)
		if err != nil {
			return err
		}
		if op == nil {
			return errNoOperator()
		}
		if op.administers() {
			return models.NewError(models.CodeForbidden, "三员不能再有别的角色")
		}
		before, err := readGrants(ctx, t, op.ID)
		if err == nil {
			err = a.replaceGrants(ctx, t, op.ID, q.Grants)
		}
		if err == nil {
			err = t.Exec(ctx, "UPDATE operators SET asleep = 0 WHERE id = ?", op.ID)
		}
		if err != nil {
			return err
		}
		state := func(grants []Grant, asleep bool) string {
			return models.JSON(map[string]any{"name": op.Name, "grants": grantTexts(grants), "grants_asleep": asleep})
		}
		return t.Audit(ctx, models.AuditEntry{
			Who: who, Action: "grant.change", ObjectType: "operator", ObjectID: op.ID, Before: state(before, op.asleep), After: state(q.Grants, false),
		})
	})
	return models.Wrap("auth: grant", err)
}

// replaceGrants writes the grants of an operator. Tables refuse them to administrators.
func (a *Auth) replaceGrants(ctx context.Context, t *store.Tx, id string, grants []Grant) error {
	if err := t.Exec(ctx, "DELETE FROM roles WHERE operator_id = ?", id); err != nil {
		return err
	}
	values := make([]any, 0, 4*len(grants))
	for _, g := range grants {
		values = append(values, id, staff, string(g.Role), g.AppID)
	}
	return t.Upsert(ctx, "roles", "operator_id, post, role, app_id", 4, values, t.Dialect().OnConflict("operator_id, role, app_id"))
}

// checkGrants refuses roles and accounts that there are not.
func (a *Auth) checkGrants(ctx context.Context, grants []Grant) error {
	accounts, err := a.store.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, g := range grants {
		if !slices.Contains(StaffRoles(), g.Role) {
			return models.NewError(models.CodeInvalid, "没有角色 "+models.OneLine(string(g.Role), 32)+"，可用的有 case_handler（坐席）、account_manager（账号主管）、content_admin（内容管理员）")
		}
		if !slices.ContainsFunc(accounts, func(account models.Account) bool { return account.AppID == g.AppID }) {
			return models.NewError(models.CodeNotFound, "没有账号 "+models.OneLine(g.AppID, 32)+"，请用 wenzheng account list 核对")
		}
	}
	return nil
}

// grantTexts are grants as the audit log holds them: by account and role.
func grantTexts(grants []Grant) string {
	list := make([]string, len(grants))
	for i, g := range grants {
		list[i] = string(g.Role) + "@" + g.AppID
	}
	slices.Sort(list)
	return strings.Join(list, " ")
}

// GrantList is who may do what, and the accounts that can be granted.
type GrantList struct {
	Operators []Operator       `json:"operators"`
	Accounts  []GrantedAccount `json:"accounts"`
}

// GrantedAccount is an account by its name, and nothing else of it.
type GrantedAccount struct {
	AppID string `json:"app_id"`
	Name  string `json:"name"`
}

// Grants lists the staff with their grants, and the accounts.
func (a *Auth) Grants(ctx context.Context) (GrantList, error) {
	operators, err := a.Operators(ctx)
	if err != nil {
		return GrantList{}, err
	}
	list := GrantList{Operators: []Operator{}, Accounts: []GrantedAccount{}}
	for i := range operators {
		if len(operators[i].Roles) == 0 || operators[i].Roles[0].HoldsAccounts() {
			list.Operators = append(list.Operators, operators[i])
		}
	}
	accounts, err := a.store.Accounts(ctx)
	for i := range accounts {
		list.Accounts = append(list.Accounts, GrantedAccount{accounts[i].AppID, accounts[i].Name})
	}
	return list, models.Wrap("auth: grants", err)
}
