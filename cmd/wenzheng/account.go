package main

import (
	"cmp"
	"context"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/cmd/wenzheng/terminal"
	"github.com/wenzheng/wenzheng/handler"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/sheet/textgrid"
	"github.com/wenzheng/wenzheng/simulator"
)

type accountCmd struct {
	Add        accountAddCmd        `cmd:"" help:"添加或更新一个公众号"`
	List       accountListCmd       `cmd:"" help:"列出公众号"`
	Hours      accountHoursCmd      `cmd:"" help:"办公时间：查看，或从某一天起改变"`
	Limits     accountLimitsCmd     `cmd:"" help:"时限：查看，或从某一天起改变"`
	Correction accountCorrectionCmd `cmd:"" help:"错别字纠正：查看，或从某一天起打开、关闭"`
	Human      accountHumanCmd      `cmd:"" help:"人工接待：查看，或从某一天起打开、关闭"`
	Assignment accountAssignmentCmd `cmd:"" help:"接待怎样分给坐席：查看，或从某一天起改变"`
	Notices    accountNoticesCmd    `cmd:"" help:"办件通知：48 小时窗口关了以后用模板消息或订阅通知发"`
	Held       accountHeldCmd       `cmd:"" help:"有人接待时程序答什么：查看，或从某一天起改变"`
	Incident   accountIncidentCmd   `cmd:"" help:"安全事件：查看、登记、解除；未解除的账号单项否决"`
	Materials  accountMaterialsCmd  `cmd:"" help:"公众号里的永久素材，供答复引用（问微信）"`
	Progress   accountProgressCmd   `cmd:"" help:"新账号的六步走到哪里，下一步由谁做"`
	Check      accountCheckCmd      `cmd:"" help:"体检：密钥长度、回调自测、接口权限、时钟、凭证"`
}

// accountAddCmd changes of a known account what is said and leaves the rest.
type accountAddCmd struct {
	AppID          string  `help:"AppID，公众平台“开发接口管理”页可复制" required:"" placeholder:"wx…"`
	Name           *string `help:"名称，例：江城政务" placeholder:"文字"`
	Kind           string  `help:"subscription（公众号）或 service（服务号）" enum:",subscription,service" default:""`
	Verified       *bool   `help:"已认证；未认证写 --no-verified" negatable:""`
	Token          *string `help:"服务器配置里的 Token（3 至 32 位字母数字）" placeholder:"文字"`
	AESKey         *string `help:"EncodingAESKey（43 个字符）；写 - 从标准输入读一行，在终端里则提示输入" name:"aes-key" placeholder:"文字"`
	Secret         *string `help:"AppSecret；写 - 从标准输入读一行（在 AES key 之后）" placeholder:"文字"`
	Mode           string  `help:"消息加解密方式；新账号默认为 safe" enum:",safe,compat,plain" default:""`
	OriginalID     *string `help:"原始 ID，gh_ 开头；用来识别投错的消息" name:"original-id" placeholder:"文字"`
	PreviousAESKey *string `help:"更换密钥期间仍接受的旧 EncodingAESKey；写 - 从标准输入读一行（在 AppSecret 之后）" name:"previous-aes-key" placeholder:"文字"`
	PreviousToken  *string `help:"更换 Token 期间仍接受的旧 Token" name:"previous-token" placeholder:"文字"`
	OfficeHours    *string `help:"办公时间，例：09:00-12:00,13:30-17:30；已有的账号从今天起改变，详见 wenzheng account hours" name:"office-hours" placeholder:"文字"`
}

// Run adds or updates the account.
func (c *accountAddCmd) Run(ctx context.Context, p *program) error {
	in := terminal.NewSecretReader(p.stdin, p.stderr)
	for _, secret := range []struct {
		what  string
		value *string
	}{{"EncodingAESKey", c.AESKey}, {"AppSecret", c.Secret}, {"旧的 EncodingAESKey", c.PreviousAESKey}} {
		if err := in.ReplaceDash(ctx, secret.what, secret.value); err != nil {
			return err
		}
	}
	q := c.request()
	if err := q.Validate(); err != nil {
		return err
	}
	st, err := p.use(ctx)
	if err != nil {
		return err
	}
	saved, err := st.accounts.Save(ctx, operator(), q)
	if err != nil {
		return err
	}
	hours := ""
	if saved.Hours != nil {
		hours = "办公时间已保存，" + accounts.FromText(saved.Hours.ValidFrom) + "有效" + st.analytics.Remeasure(ctx) + "\n"
	}
	for _, remark := range saved.Remarks {
		fmt.Fprintln(p.stderr, "提醒："+remark) //nolint:errcheck // a remark
	}
	a := saved.Account
	_, err = fmt.Fprintf(p.stdout, "%s已保存 %s（%s）\n服务器地址(URL) 填：https://你的域名/wechat/callback/%s\n", hours, a.Name, a.AppID, a.AppID)
	return err
}

func (c *accountAddCmd) request() accounts.SaveRequest {
	return accounts.SaveRequest{
		AppID: c.AppID, Name: c.Name, Kind: models.AccountKind(c.Kind), Verified: c.Verified, Token: c.Token, AESKey: c.AESKey, Secret: c.Secret,
		Mode: models.Mode(c.Mode), OriginalID: c.OriginalID, PreviousAESKey: c.PreviousAESKey, PreviousToken: c.PreviousToken, OfficeHours: c.OfficeHours,
	}
}

type accountListCmd struct{ jsonFlag }

// Run lists the accounts, without any secret.
func (c *accountListCmd) Run(ctx context.Context, p *program, st *installation) error {
	return listed(p, c.jsonFlag, accounts.ListRows)(st.accounts.List(ctx))
}

type accountCheckCmd struct {
	AppID string `arg:"" help:"账号的 AppID"`
	URL   string `help:"运行中的服务地址；不写则取设置里的 addr" placeholder:"http://HOST:PORT"`
	jsonFlag
}

// Run examines one account from its settings to the platform.
func (c *accountCheckCmd) Run(ctx context.Context, p *program, st *installation) error {
	base := cmp.Or(c.URL, "http://"+st.settings.Addr)
	results, err := st.accounts.Check(ctx, c.AppID, accounts.Service{
		Verify: func(ctx context.Context, a models.Account) error { return verifyCallback(ctx, p.now, a, base) },
		Ready: func(ctx context.Context) (accounts.Readiness, error) {
			h, err := handler.AskReady(ctx, base)
			return accounts.Readiness(h), err
		},
	})
	if err != nil {
		return err
	}
	text, failed := accounts.CheckText(results)
	if err := c.print(p, results, text); err != nil || failed == 0 {
		return err
	}
	return fmt.Errorf("%d 项未通过，请按上面的说明处理后再查", failed)
}

type accountProgressCmd struct {
	AppID string `arg:"" optional:"" help:"账号的 AppID；不写则为最新的、还没有走完的"`
	jsonFlag
}

// Run tells how far a new account has come.
func (c *accountProgressCmd) Run(ctx context.Context, p *program, st *installation) error {
	var ids []string
	if c.AppID != "" {
		ids = []string{c.AppID}
	}
	return printed(p, c.jsonFlag, accounts.ProgressText)(st.accounts.Progress(ctx, ids))
}

// verifyCallback plays the platform's verification and a signed message of no consequence against
// the service at base.
func verifyCallback(ctx context.Context, now func() time.Time, a models.Account, base string) error {
	client, err := simulator.NewClient(simulator.ClientOptions{
		URLs: []string{base}, Account: a, Now: now, Policy: simulator.Policy{Attempts: 1},
	})
	if err != nil {
		return err
	}
	defer client.Close()
	if err := client.Handshake(ctx); err != nil {
		return models.NewError(models.CodeUnavailable, "服务没有通过签名验证："+models.PlainText(err)+"。请确认服务已启动（wenzheng serve）且地址是 "+base)
	}
	return nil
}

type accountIncidentCmd struct {
	AppID string `arg:"" help:"账号的 AppID"`
	Note  string `help:"登记一起安全事件，写明情况；不写则列出已登记的" placeholder:"文字"`
	Since string `help:"事件从何时起，例 \"2026-03-04 08:00\"；不写为现在" placeholder:"时间"`
	Clear string `help:"解除这个编号的事件" placeholder:"编号"`
	jsonFlag
}

// Run flags or clears an incident where that is asked for and shows all of the account.
func (c *accountIncidentCmd) Run(ctx context.Context, p *program, st *installation) error {
	var err error
	switch {
	case c.Clear != "":
		err = st.accounts.ClearIncident(ctx, operator(), c.AppID, c.Clear)
	case c.Note != "" || c.Since != "":
		err = st.accounts.FlagIncident(ctx, operator(), accounts.IncidentRequest{AppID: c.AppID, Note: c.Note, Since: c.Since})
	}
	if err != nil {
		return err
	}
	return listed(p, c.jsonFlag, accounts.IncidentRows)(st.accounts.Incidents(ctx, c.AppID))
}

type accountMaterialsCmd struct {
	AppID  string `arg:"" help:"账号的 AppID"`
	Kind   string `help:"image（图片）、news（图文）、voice（语音）或 video（视频）" enum:"image,news,voice,video" default:"image"`
	Offset int    `help:"从第几个起，0 为最新的" default:"0" placeholder:"数字"`
	jsonFlag
}

// Run asks WeChat for the account's permanent material.
func (c *accountMaterialsCmd) Run(ctx context.Context, p *program, st *installation) error {
	account, err := st.accounts.Named(ctx, c.AppID)
	if err != nil {
		return err
	}
	page, err := st.accounts.Materials(ctx, accounts.MaterialRequest{Account: account, Kind: models.ReplyKind(c.Kind), Offset: c.Offset})
	if err != nil {
		return err
	}
	return c.print(p, page, textgrid.Columns(accounts.MaterialRows(&page), p.width()))
}
