package accounts

import (
	"cmp"
	"context"
	"errors"
	"os"
	"strconv"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat"
)

// Advise says what to do about a fault of the platform's API; it never holds a secret.
func (a *Accounts) Advise(err error) string { return a.advice(err).Text }

func (a *Accounts) advice(err error) models.Said {
	var e *wechat.APIError
	if !errors.As(err, &e) {
		return models.Say("", models.PlainText(err))
	}
	if e.Code == 40001 && e.Class != wechat.ClassConfig { // of a call made with a token: its secret was right
		return adviseClass(e)
	}
	code := strconv.FormatInt(e.Code, 10)
	switch e.Code {
	case 40164:
		return models.Say("ip_not_listed", a.exit()+"出口 IP {ip} 不在白名单：请在公众平台 → 设置与开发 → 开发接口管理 → IP 白名单 添加，等几分钟再查", "ip", e.SeenIP())
	case 40125, 40001:
		return models.Say("secret_wrong", "AppSecret 不对：请在公众平台重置后运行 wenzheng account add … --secret -")
	case 40013:
		return models.Say("app_id_wrong", "AppID 不对：请从公众平台原样复制")
	case 40243:
		return models.Say("secret_frozen", "AppSecret 已被冻结（错误码 40243）：请在公众平台解冻后再查")
	case 50002, 50004, 50007:
		return models.Say("account_frozen", "账号被限制或冻结（错误码 {code}）：请登录公众平台查看通知", "code", code)
	case 89501, 89503:
		return models.Say("call_to_confirm", a.exit()+"出口 IP 的调用要管理员在微信里确认（错误码 {code}）：请管理员确认后再查", "code", code)
	case 89506, 89507:
		return models.Say("call_denied", "管理员拒绝了"+a.exit()+"出口 IP 的调用（错误码 {code}）：请过一天请管理员确认后再查", "code", code)
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
func adviseClass(e *wechat.APIError) models.Said {
	cause := e.Unwrap()
	code := strconv.FormatInt(e.Code, 10)
	switch {
	case e.Class == wechat.ClassConfig && e.Code == 0:
		return models.Say("host_not_allowed", "设置不许访问这个主机：请核对 wechat.api_base 与 wechat.egress")
	case errors.Is(cause, context.DeadlineExceeded) || os.IsTimeout(cause):
		return models.Say("wechat_slow", "微信接口没有按时回答：请检查本机到微信的网络、代理与防火墙")
	case cause != nil:
		return models.Say("wechat_unreached", "连不上微信接口：{cause}", "cause", models.PlainText(cause))
	case e.Code == 0:
		return models.Say("answer_unreadable", "微信接口的回答看不懂：请核对 wechat.api_base，本机与微信之间的代理也可能改了回答")
	case e.Code >= 300 && e.Code < 500:
		return adviseProxy(e.Code)
	case e.Class == wechat.ClassTransient:
		return models.Say("wechat_fails", "微信接口暂时出错（{code}），请稍后再试", "code", code)
	case e.Class == wechat.ClassToken:
		return models.Say("token_refused", "微信不认刚给出的接口凭证（错误码 {code}），请稍后再试；若一直如此，请查是否有别的程序也在强制刷新凭证", "code", code)
	case e.Class == wechat.ClassRight:
		return models.Say("right_missing", "账号没有这个接口的权限（错误码 {code}），认证后的账号才有", "code", code)
	case e.Code == 45011:
		return models.Say("calls_too_fast", "接口调用太频繁，超过每分钟的限额（错误码 45011），请等一分钟再试")
	case e.Class == wechat.ClassQuota:
		return models.Say("calls_used_up", "接口今天的调用次数已用完（错误码 {code}），请次日再试", "code", code)
	}
	return models.Say("wechat_code", "微信返回错误码 {code}（{message}）；含义见微信开放文档的“全局返回码”", "code", code, "message", cmp.Or(e.Msg, "没有说明"))
}

// adviseProxy says what an HTTP status means that WeChat's API never sends: something in
// between answers.
func adviseProxy(status int64) models.Said {
	tell := func(code, what string) models.Said {
		return models.Say(code, "回答的不是微信接口（HTTP {status}）："+what, "status", strconv.FormatInt(status, 10))
	}
	switch {
	case status < 400:
		return tell("proxy_moves", "请求被转到别处，多半是上网认证页面，请先通过认证，或请网络管理员放行 api.weixin.qq.com")
	case status == 407:
		return tell("proxy_password", "代理要求用户名和密码，请写进 wechat.proxy（http://用户:密码@主机:端口）")
	case status == 403:
		return tell("proxy_forbids", "中间的代理或网关不许访问，请网络管理员放行 api.weixin.qq.com")
	case status == 429:
		return tell("proxy_limits", "中间的代理或网关限制了次数，请等几分钟再试，或请网络管理员放宽")
	}
	return tell("proxy_answers", "请检查本机与微信之间的代理、网关和防火墙，以及 wechat.api_base")
}
