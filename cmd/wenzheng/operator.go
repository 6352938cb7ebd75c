package main

import (
	"context"
	"fmt"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
)

type operatorCmd struct {
	Add     operatorAddCmd     `cmd:"" help:"添加一位能登录管理后台的人，打印一次性链接"`
	List    operatorListCmd    `cmd:"" help:"列出人员：角色、账号、状态"`
	Reset   operatorResetCmd   `cmd:"" help:"密码、验证器都丢了：重新给一次性链接"`
	Disable operatorDisableCmd `cmd:"" help:"停用：立即退出，不能再登录"`
	Enable  operatorEnableCmd  `cmd:"" help:"重新启用"`
	Unlock  operatorUnlockCmd  `cmd:"" help:"解除登录失败太多的锁定"`
}

type operatorAddCmd struct {
	Name    string   `arg:"" help:"登录名" placeholder:"登录名"`
	Role    string   `help:"case_handler（坐席）、account_manager（账号主管）、content_admin（内容管理员），或三员之一：sysadmin、secadmin、auditor" enum:"case_handler,account_manager,content_admin,sysadmin,secadmin,auditor" required:""`
	Account []string `help:"管哪些账号的 AppID，可写多个，用逗号分开；三员不写" sep:"," placeholder:"wx…"`
	Display string   `help:"姓名，显示用；不写则同登录名" placeholder:"姓名"`
	jsonFlag
}

// Run makes an operator.
func (c *operatorAddCmd) Run(ctx context.Context, p *program, st *installation) error {
	i, err := st.auth.Add(ctx, operator(), auth.AddRequest{
		Name: c.Name, DisplayName: c.Display, Role: auth.Role(c.Role), Accounts: names(c.Account),
	})
	if err != nil {
		return err
	}
	return c.print(p, i, "已添加 "+auth.OperatorText(i.Operator)+"\n"+auth.LinkText(i))
}

type operatorListCmd struct{ jsonFlag }

// Run lists the operators.
func (c *operatorListCmd) Run(ctx context.Context, p *program, st *installation) error {
	return listed(p, c.jsonFlag, auth.OperatorRows)(st.auth.Operators(ctx))
}

// operatorName is for commands about one operator.
type operatorName struct {
	Name string `arg:"" help:"登录名" placeholder:"登录名"`
}

// change does something to the operator and says what.
func (c *operatorName) change(ctx context.Context, p *program, st *installation, said string, do func(context.Context, models.Who, string) error) error {
	id, err := st.auth.Named(ctx, c.Name)
	if err == nil {
		err = do(ctx, operator(), id)
	}
	if err == nil {
		_, err = fmt.Fprintf(p.stdout, "%s %s\n", said, c.Name)
	}
	return err
}

type operatorResetCmd struct {
	operatorName
	jsonFlag
}

// Run lets an operator begin anew.
func (c *operatorResetCmd) Run(ctx context.Context, p *program, st *installation) error {
	id, err := st.auth.Named(ctx, c.Name)
	if err != nil {
		return err
	}
	i, err := st.auth.Reset(ctx, operator(), id)
	if err != nil {
		return err
	}
	text := "已重置 " + c.Name + "\n" + auth.LinkText(i)
	if i.Operator.Asleep {
		text += "账号权限暂停，待安全管理员在“授权”页确认后恢复\n"
	}
	return c.print(p, i, text)
}

type operatorDisableCmd struct{ operatorName }

// Run lets nobody in by the name.
func (c *operatorDisableCmd) Run(ctx context.Context, p *program, st *installation) error {
	return c.change(ctx, p, st, "已停用", st.auth.Disable)
}

type operatorEnableCmd struct{ operatorName }

// Run takes disable back.
func (c *operatorEnableCmd) Run(ctx context.Context, p *program, st *installation) error {
	return c.change(ctx, p, st, "已启用", st.auth.Enable)
}

type operatorUnlockCmd struct{ operatorName }

// Run ends a lock.
func (c *operatorUnlockCmd) Run(ctx context.Context, p *program, st *installation) error {
	return c.change(ctx, p, st, "已解锁", st.auth.Unlock)
}

type adminCmd struct {
	Recover adminRecoverCmd `cmd:"" help:"三员之一进不去了：解锁、启用，重新给一次性链接"`
}

type adminRecoverCmd struct {
	operatorName
	jsonFlag
}

// Run lets one of the three administrators begin anew.
func (c *adminRecoverCmd) Run(ctx context.Context, p *program, st *installation) error {
	id, err := st.auth.Named(ctx, c.Name)
	if err != nil {
		return err
	}
	i, err := st.auth.Recover(ctx, operator(), id)
	if err != nil {
		return err
	}
	return c.print(p, i, "已恢复 "+c.Name+"，已记入审计\n"+auth.LinkText(i))
}

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
		var err error
		if _, q.Until, err = models.ParseDays("", c.Until); err != nil {
			return err
		}
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
	return listed(p, c.jsonFlag, auth.TokenRows)(st.auth.Tokens(ctx))
}

type tokenRevokeCmd struct {
	Name string `arg:"" help:"名称" placeholder:"名称"`
}

// Run ends a token.
func (c *tokenRevokeCmd) Run(ctx context.Context, p *program, st *installation) error {
	return confirm(p.stdout, st.auth.RevokeToken(ctx, operator(), c.Name), "已吊销 %s\n", c.Name)
}
