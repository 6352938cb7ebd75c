package demo

import (
	"context"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
)

// person is somebody of the city's office whom a click signs in as.
type person struct {
	name, shown string
	role        auth.Role
}

// people are the office: two of them may review, so that a rule can be published.
func people() []person {
	return []person{
		{"xiaoli", "坐席小李", auth.CaseHandler},
		{"laozhou", "主管老周", auth.AccountManager},
		{"xiaochen", "编辑小陈", auth.ContentAdmin},
		{"wangjie", "审核王姐", auth.ContentAdmin},
		{"ligong", "系统李工", auth.SysAdmin},
		{"zhaojie", "安全赵姐", auth.SecAdmin},
		{"qianshi", "审计钱老师", auth.Auditor},
	}
}

// seedPeople makes those that are not there. Their links are told to nobody: here a click signs in.
func (c *City) seedPeople(ctx context.Context, who models.Who) error {
	var accounts []string
	for _, a := range Accounts() {
		accounts = append(accounts, a.AppID)
	}
	for _, p := range people() {
		_, err := c.options.Auth.Named(ctx, p.name)
		if models.ErrorCode(err) == models.CodeNotFound {
			q := auth.AddRequest{Name: p.name, DisplayName: p.shown, Role: p.role, Accounts: accounts}
			if !p.role.HoldsAccounts() {
				q.Accounts = nil
			}
			_, err = c.options.Auth.Add(ctx, who, q)
		}
		if err != nil {
			return err
		}
	}
	return nil
}
