package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat"
)

// checkPlatform asks the platform: the token, whether it reaches the callback address, and
// which rights the account has. What an account may not do is shown, and is no fault.
func checkPlatform(ctx context.Context, p *program, st *installation, a models.Account) []finding {
	s := st.settings
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if a.Secret == "" {
		return []finding{pass("微信接口", "未填 AppSecret，跳过；自动回复不需要它，菜单、客服消息和数据接口需要")}
	}
	// The token is not the shared one: a saved one says nothing of the AppSecret. WeChat gives
	// out the same until its end, so that nobody is disturbed.
	client := wechat.NewClient(a, platformOptions(s, p.now))
	defer client.CloseIdle()
	if _, err := client.Token(ctx); err != nil {
		return []finding{fail("接口凭证", adviseAPI(s, err))}
	}
	out := []finding{pass("接口凭证", "stable_token 获取成功"), checkReach(ctx, s, client)}
	return append(out, checkRights(ctx, p, st, a, client)...)
}

// checkRights finds out the rights and keeps what it found.
func checkRights(ctx context.Context, p *program, st *installation, a models.Account, client *wechat.Client) []finding {
	rights, err := client.Rights(ctx)
	var out []finding
	if err != nil {
		out = append(out, fail("接口权限", adviseAPI(st.settings, err)))
		rights = wechat.UnknownRights(p.now(), err)
	}
	lost, fault := st.SaveRights(ctx, a.AppID, rights)
	if fault != nil {
		out = append(out, fail("记录接口权限", plainly(fault)))
	}
	if err != nil {
		return out
	}
	for _, r := range rights {
		out = append(out, rightFinding(r, slices.Contains(lost, r.Name)))
	}
	return out
}

func rightFinding(r models.Right, gone bool) finding {
	item := "接口权限 " + rightLabel(r.Name)
	switch {
	case gone:
		return fail(item, "上次检查时还有，现在没有了：请到公众平台核对认证是否到期、接口是否被封禁")
	case r.State == models.RightYes:
		return pass(item, "有")
	case r.State == models.RightNo:
		return pass(item, "没有（认证后的账号才有，不影响自动回复）")
	}
	if r.ErrCode == 0 {
		return unknown(item, "微信没有回答，请稍后再查")
	}
	return unknown(item, fmt.Sprintf("微信没有明确回答（错误码 %d），请稍后再查", r.ErrCode))
}

func checkReach(ctx context.Context, s *config.Settings, client *wechat.Client) finding {
	reach, err := client.CheckCallback(ctx)
	if err != nil {
		return fail("微信到服务器的网络", adviseAPI(s, err))
	}
	return judgeReach(reach)
}

// judgeReach says what WeChat found when it looked for the callback's host.
func judgeReach(reach wechat.CallbackCheck) finding {
	const item = "微信到服务器的网络"
	var parts []string
	inner, hidden := "", false
	for _, d := range reach.DNS {
		parts = append(parts, "解析到 "+d.IP)
		if ip, err := netip.ParseAddr(strings.TrimSpace(d.IP)); err != nil || !public(ip.Unmap()) {
			inner, hidden = cmp.Or(d.IP, "空"), true
		}
	}
	silent := 0
	for _, ping := range reach.Ping {
		took := ""
		if ping.Time != "" {
			took = " 耗时 " + ping.Time
		}
		parts = append(parts, fmt.Sprintf("从%s到 %s 丢包 %s%s", cmp.Or(ping.Operator, "微信"), ping.IP, cmp.Or(ping.Loss, "未知"), took))
		if loss, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(ping.Loss), "%")), 64); err == nil && loss >= 100 {
			silent++
		}
	}
	found := strings.Join(parts, "；")
	switch {
	case len(reach.DNS) == 0 && len(reach.Ping) == 0:
		return fail(item, "微信没有查到地址：请核对公众平台的服务器地址(URL)已提交，域名能在公网解析")
	case hidden:
		return fail(item, found+"。"+inner+" 不是公网地址，微信到不了：请把域名解析到公网 IP")
	case len(reach.Ping) == 0:
		return unknown(item, found+"。微信没有给出连通的结果，请稍后再查")
	case silent == len(reach.Ping):
		return fail(item, found+"。全部丢包：请检查服务器是否开机、防火墙与安全组是否放行 80 和 443 端口（只禁 ping 时可不理会，用自己的微信发一句话试试）")
	case silent > 0:
		return fail(item, found+"。有的运营商全部丢包：请检查防火墙、安全组与线路")
	}
	return pass(item, found)
}

// public reports whether WeChat can reach an address through the Internet.
func public(ip netip.Addr) bool {
	shared := netip.MustParsePrefix("100.64.0.0/10") // https://www.rfc-editor.org/rfc/rfc6598
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !shared.Contains(ip)
}

// adviseAPI says what to do about a fault of the platform's API; it never holds a secret.
func adviseAPI(s *config.Settings, err error) string {
	var e *wechat.APIError
	if !errors.As(err, &e) {
		return plainly(err)
	}
	switch e.Code {
	case 40164:
		return exit(s) + "出口 IP " + e.SeenIP() + " 不在白名单：公众平台 → 设置与开发 → 开发接口管理 → IP 白名单，添加后等几分钟再查"
	case 40125, 40001:
		return "AppSecret 不对：请在公众平台重置后运行 wenzheng account add … --secret -"
	case 40013:
		return "AppID 不对：请从公众平台原样复制"
	}
	return adviseClass(e)
}

// exit names whose address WeChat sees: this machine's, or that of the proxy.
func exit(s *config.Settings) string {
	if s.WeChat.Proxy == nil {
		return "本机"
	}
	return "代理 " + s.WeChat.Proxy.Host + "（wechat.proxy）的"
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
		return "连不上微信接口：" + plainly(cause)
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
	return fmt.Sprintf("微信返回错误码 %d：%s；含义见微信开放文档的“全局返回码”", e.Code, e.Msg)
}

// adviseProxy says what an HTTP status means that WeChat's API never sends: something in
// between answers.
func adviseProxy(status int64) string {
	what := "请检查本机与微信之间的代理、网关和防火墙，以及 wechat.api_base"
	switch status {
	case 407:
		what = "代理要求用户名和口令，请写进 wechat.proxy（http://用户:口令@主机:端口）"
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
