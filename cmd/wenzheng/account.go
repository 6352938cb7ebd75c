package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/wenzheng/wenzheng/models"
)

type accountCmd struct {
	Add   accountAddCmd   `cmd:"" help:"添加或更新一个公众号"`
	List  accountListCmd  `cmd:"" help:"列出公众号"`
	Check accountCheckCmd `cmd:"" help:"体检：密钥长度、回调自测、接口权限、时钟、凭证"`
}

type accountAddCmd struct {
	AppID          string `help:"AppID，公众平台“开发接口管理”页可复制" required:"" placeholder:"wx…"`
	Name           string `help:"名称，例：江城政务" required:""`
	Kind           string `help:"subscription（公众号）或 service（服务号）" required:"" enum:"subscription,service"`
	Verified       bool   `help:"已认证"`
	Token          string `help:"服务器配置里的 Token（3 至 32 位字母数字）" required:""`
	AESKey         string `help:"EncodingAESKey（43 个字符）；写 - 从标准输入读一行" name:"aes-key"`
	Secret         string `help:"AppSecret；写 - 从标准输入读一行（在 AES key 之后）"`
	Mode           string `help:"消息加解密方式" default:"safe" enum:"safe,compat,plain"`
	OriginalID     string `help:"原始 ID，gh_ 开头；用来识别投错的消息" name:"original-id"`
	PreviousAESKey string `help:"更换密钥期间仍接受的旧 EncodingAESKey" name:"previous-aes-key"`
	PreviousToken  string `help:"更换 Token 期间仍接受的旧 Token" name:"previous-token"`
	OfficeHours    string `help:"办公时间，例：09:00-12:00,13:30-17:30" name:"office-hours"`
}

// Help implements kong's detailed help.
func (accountAddCmd) Help() string {
	return "例：wenzheng account add --app-id wx0123456789abcdef --name 江城政务 --kind service --verified \\\n" +
		"      --token jiangcheng2026 --aes-key - --secret - --original-id gh_0123456789ab\n" +
		"已有的账号会被更新；运行中的服务三秒内生效。"
}

// Run adds or updates the account.
func (c *accountAddCmd) Run(ctx context.Context, p *program) error {
	in := bufio.NewReader(p.stdin)
	var err error
	for _, secret := range []*string{&c.AESKey, &c.Secret} {
		if *secret, err = readSecret(in, *secret); err != nil {
			return err
		}
	}
	a := models.Account{
		AppID: c.AppID, Name: c.Name, Kind: models.AccountKind(c.Kind), Verified: c.Verified, OriginalID: c.OriginalID,
		Mode: models.Mode(c.Mode), Token: c.Token, PreviousToken: c.PreviousToken, AESKey: c.AESKey,
		PreviousAESKey: c.PreviousAESKey, Secret: c.Secret, OfficeHours: c.OfficeHours,
	}
	if err := a.Validate(); err != nil {
		return err
	}
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	known, err := st.Account(ctx, a.AppID)
	switch {
	case models.ErrorCode(err) == models.CodeNotFound:
		err = st.CreateAccount(ctx, a, operator())
	case err == nil:
		a.CreatedAt = known.CreatedAt
		err = st.UpdateAccount(ctx, a, operator())
	}
	if err != nil {
		return err
	}
	_, err = fmt.Fprintf(p.stdout, "已保存 %s（%s）\n服务器地址(URL) 填：https://你的域名/wechat/callback/%s\n", a.Name, a.AppID, a.AppID)
	return err
}

func readSecret(in *bufio.Reader, value string) (string, error) {
	if value != "-" {
		return value, nil
	}
	line, err := in.ReadString('\n')
	if err != nil && line == "" {
		return "", models.NewError(models.CodeInvalid, "标准输入是空的：参数写了 -，请把密钥从管道送进来，一行一个")
	}
	return strings.TrimSpace(line), nil
}

type accountListCmd struct {
	JSON bool `help:"输出 JSON"`
}

// Help implements kong's detailed help.
func (accountListCmd) Help() string { return "例：wenzheng account list" }

// Run lists the accounts, without any secret.
func (c *accountListCmd) Run(ctx context.Context, p *program) error {
	st, err := p.open(ctx)
	if err != nil {
		return err
	}
	defer p.close(st)
	list, err := st.Accounts(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		if list == nil {
			list = []models.Account{}
		}
		return json.NewEncoder(p.stdout).Encode(list)
	}
	if len(list) == 0 {
		_, err := fmt.Fprintln(p.stdout, "还没有账号，用 wenzheng account add 添加（wenzheng account add --help 有例子）")
		return err
	}
	w := tabwriter.NewWriter(p.stdout, 2, 8, 2, ' ', 0)
	for _, a := range list {
		verified := "未认证"
		if a.Verified {
			verified = "已认证"
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\n", a.AppID, a.Kind, verified, a.Mode, a.Name) //nolint:errcheck // flushed below
	}
	return w.Flush()
}
