package main

import (
	"context"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet/textgrid"
)

type tokenCmd struct {
	Add    tokenAddCmd    `cmd:"" help:"给一个程序发访问令牌，只显示这一次"`
	List   tokenListCmd   `cmd:"" help:"列出令牌：权限、账号、期限"`
	Revoke tokenRevokeCmd `cmd:"" help:"吊销令牌，立即失效"`
}

type tokenAddCmd struct {
	Name    string   `arg:"" help:"名称，例：大屏" placeholder:"名称"`
	Scope   []string `help:"权限，可写多个，用逗号分开：indices:read（指标）、waits:read（待答复的诉求）、live:read（实时事件）" sep:"," required:"" placeholder:"权限"`
	Account []string `help:"只能看这些账号的 AppID，用逗号分开；不写为全部" sep:"," placeholder:"wx…"`
	Until   string   `help:"有效期至这一天（含）；不写则到吊销为止" placeholder:"日期"`
	jsonFlag
}

// Run makes a token and prints it once.
func (c *tokenAddCmd) Run(ctx context.Context, p *program) error {
	q := auth.TokenRequest{Name: c.Name, Accounts: names(c.Account)}
	for _, s := range names(c.Scope) {
		q.Scopes = append(q.Scopes, auth.Permission(s))
	}
	if c.Until != "" {
		day, err := time.ParseInLocation(time.DateOnly, c.Until, models.Shanghai())
		if err != nil {
			return models.NewError(models.CodeInvalid, "--until 应写作 2027-12-31")
		}
		q.Until = day.AddDate(0, 0, 1)
	}
	st, err := p.use(ctx)
	if err != nil {
		return err
	}
	made, err := st.auth.AddToken(ctx, operator(), q)
	if err != nil {
		return err
	}
	return c.print(p, made, fmt.Sprintf("令牌 %s（只显示这一次）\n%s\n用法：Authorization: Bearer 令牌\n", made.Name, made.Secret))
}

type tokenListCmd struct{ jsonFlag }

// Run lists the tokens, never what they are.
func (c *tokenListCmd) Run(ctx context.Context, p *program, st *installation) error {
	list, err := st.auth.Tokens(ctx)
	if err != nil {
		return err
	}
	return c.print(p, list, textgrid.Columns(auth.TokenRows(list), p.width()))
}

type tokenRevokeCmd struct {
	Name string `arg:"" help:"名称" placeholder:"名称"`
}

// Run ends a token.
func (c *tokenRevokeCmd) Run(ctx context.Context, p *program, st *installation) error {
	if err := st.auth.RevokeToken(ctx, operator(), c.Name); err != nil {
		return err
	}
	_, err := fmt.Fprintf(p.stdout, "已吊销 %s\n", c.Name)
	return err
}
