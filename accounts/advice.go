package accounts

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"os"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat"
)

// Advise says what to do about a fault of the platform's API; it never holds a secret.
func (a *Accounts) Advise(err error) string {
	var e *wechat.APIError
	if !errors.As(err, &e) {
		return models.PlainText(err)
	}
	if e.Code == 40001 && e.Class != wechat.ClassConfig { // of a call made with a token: its secret was right
		return adviseClass(e)
	}
	switch e.Code {
	case 40164:
		return a.exit() + "出口 IP " + e.SeenIP() + " 不在白名单：请在公众平台 → 设置与开发 → 开发接口管理 → IP 白名单 添加，等几分钟再查"
	case 40125, 40001:
		return "AppSecret 不对：请在公众平台重置后运行 wenzheng account add … --secret -"
	case 40013:
		return "AppID 不对：请从公众平台原样复制"
	case 40243:
		return "AppSecret 已被冻结（错误码 40243）：请在公众平台解冻后再查"
	case 50002, 50004, 50007:
		return fmt.Sprintf("账号被限制或冻结（错误码 %d）：请登录公众平台查看通知", e.Code)
	case 89501, 89503:
		return fmt.Sprintf("%s出口 IP 的调用要管理员在微信里确认（错误码 %d）：请管理员确认后再查", a.exit(), e.Code)
	case 89506, 89507:
		return fmt.Sprintf("管理员拒绝了%s出口 IP 的调用（错误码 %d）：请过一天请管理员确认后再查", a.exit(), e.Code)
	}
	return adviseClass(e)
}

// exit names whose address WeChat sees: this machine's, or that of the proxy.
func (a *Accounts) exit() string {
	if a.options.API.Proxy == nil {
		return "本机"
	}
	return "代理 " + a.options.API.Proxy.Host + "（wechat.proxy）的"
}

// adviseClass says what to do where the code itself tells nothing more than its class.
func adviseClass(e *wechat.APIError) string {
	cause := e.Unwrap()
	switch {
	case e.Class == wechat.ClassConfig && e.Code == 0:
		return "设置不许访问这个主机：请核对 wechat.api_base 与 wechat.egress"
	case errors.Is(cause, context.DeadlineExceeded) || os.IsTimeout(cause):
		return "微信接口没有按时回答：请检查本机到微信的网络、代理与防火墙"
	case cause != nil:
		return "连不上微信接口：" + models.PlainText(cause)
	case e.Code == 0:
		return "微信接口的回答看不懂：请核对 wechat.api_base，本机与微信之间的代理也可能改了回答"
	case e.Code >= 300 && e.Code < 500:
		return adviseProxy(e.Code)
	case e.Class == wechat.ClassTransient:
		return fmt.Sprintf("微信接口暂时出错（%d），请稍后再试", e.Code)
	case e.Class == wechat.ClassToken:
		return fmt.Sprintf("微信不认刚给出的接口凭证（错误码 %d），请稍后再试；若一直如此，请查是否有别的程序也在强制刷新凭证", e.Code)
	case e.Class == wechat.ClassRight:
		return fmt.Sprintf("账号没有这个接口的权限（错误码 %d），认证后的账号才有", e.Code)
	case e.Code == 45011:
		return "接口调用太频繁，超过每分钟的限额（错误码 45011），请等一分钟再试"
	case e.Class == wechat.ClassQuota:
		return fmt.Sprintf("接口今天的调用次数已用完（错误码 %d），请次日再试", e.Code)
	}
	return fmt.Sprintf("微信返回错误码 %d（%s）；含义见微信开放文档的“全局返回码”", e.Code, cmp.Or(e.Msg, "没有说明"))
}

// adviseProxy says what an HTTP status means that WeChat's API never sends: something in
// between answers.
func adviseProxy(status int64) string {
	what := "请检查本机与微信之间的代理、网关和防火墙，以及 wechat.api_base"
	switch status {
	case 407:
		what = "代理要求用户名和密码，请写进 wechat.proxy（http://用户:密码@主机:端口）"
	case 403:
		what = "中间的代理或网关不许访问，请网络管理员放行 api.weixin.qq.com"
	case 429:
		what = "中间的代理或网关限制了次数，请等几分钟再试，或请网络管理员放宽"
	}
	if status < 400 {
		what = "请求被转到别处，多半是上网认证页面，请先通过认证，或请网络管理员放行 api.weixin.qq.com"
	}
	return fmt.Sprintf("回答的不是微信接口（HTTP %d）：%s", status, what)
}
