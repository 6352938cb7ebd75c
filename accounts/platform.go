package accounts

import (
	"cmp"
	"context"
	"fmt"
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat"
)

// checkPlatform asks the platform: the token, whether it reaches the callback address, and
// which rights the account has. What an account may not do is shown, and is no fault.
func (a *Accounts) checkPlatform(ctx context.Context, account models.Account) []CheckResult {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	if account.Secret == "" {
		return []CheckResult{pass("api", models.Say("api_skipped", "未填 AppSecret，跳过；自动回复不需要它，菜单、客服消息和数据接口需要"))}
	}
	// The token is not the shared one: a saved one says nothing of the AppSecret. WeChat gives
	// out the same until its end, so that nobody is disturbed.
	client := wechat.NewClient(account, a.options.API)
	defer client.CloseIdle()
	if _, err := client.Token(ctx); err != nil {
		return []CheckResult{fail("token", a.advice(err))}
	}
	out := []CheckResult{pass("token", models.Say("token_given", "stable_token 获取成功")), a.checkReach(ctx, client)}
	return append(out, a.checkRights(ctx, account.AppID, client)...)
}

// checkRights finds out the rights and keeps what it found.
func (a *Accounts) checkRights(ctx context.Context, appID string, client *wechat.Client) []CheckResult {
	found := a.findRights(ctx, appID, client)
	var out []CheckResult
	if found.unanswered != nil {
		out = append(out, fail("rights", a.advice(found.unanswered)))
	}
	if found.unsaved != nil {
		out = append(out, fail("rights_kept", models.Say("rights_unsaved", models.PlainText(found.unsaved))))
	}
	if found.unanswered != nil {
		return out
	}
	for _, r := range found.rights {
		out = append(out, rightFinding(r, slices.Contains(found.lost, r.Name)))
	}
	return out
}

func rightFinding(r models.Right, gone bool) CheckResult {
	const item = "right"
	switch {
	case gone:
		return fail(item, models.Say("right_lost", "上次检查时还有，现在没有了：请到公众平台核对认证是否到期、接口是否被封禁", item, r.Name))
	case r.State == models.RightYes:
		return pass(item, models.Say("right_granted", "有", item, r.Name))
	case r.State == models.RightNo:
		return pass(item, models.Say("right_not_granted", "没有（认证后的账号才有，不影响自动回复）", item, r.Name))
	}
	if r.ErrCode == 0 {
		return unknown(item, models.Say("right_unanswered", "微信没有回答，请稍后再查", item, r.Name))
	}
	return unknown(item, models.Say("right_unclear", "微信没有明确回答（错误码 {code}），请稍后再查", item, r.Name, "code", strconv.FormatInt(r.ErrCode, 10)))
}

func (a *Accounts) checkReach(ctx context.Context, client *wechat.Client) CheckResult {
	reach, err := client.CheckCallback(ctx)
	if err != nil {
		return fail("network", a.advice(err))
	}
	return judgeReach(reach)
}

// judgeReach says what WeChat found when it looked for the callback's host.
func judgeReach(reach wechat.CallbackCheck) CheckResult {
	const item = "network"
	var parts, addresses, pings []string
	inner, hidden := "", false
	for _, d := range reach.DNS {
		parts = append(parts, "解析到 "+cmp.Or(d.IP, "（空）"))
		addresses = append(addresses, cmp.Or(d.IP, "–"))
		if ip, err := netip.ParseAddr(strings.TrimSpace(d.IP)); err != nil || !public(ip.Unmap()) {
			inner, hidden = cmp.Or(d.IP, "它"), true
		}
	}
	known, silent := 0, 0
	for _, ping := range reach.Ping {
		took := ""
		if ping.Time != "" {
			took = " 耗时 " + ping.Time
		}
		parts = append(parts, fmt.Sprintf("从%s到 %s 丢包 %s%s", cmp.Or(ping.Operator, "微信"), ping.IP, cmp.Or(ping.Loss, "未知"), took))
		pings = append(pings, strings.Join(strings.Fields(ping.Operator+" "+ping.Loss+" "+ping.Time), " "))
		if loss, err := strconv.ParseFloat(strings.TrimSpace(strings.TrimSuffix(strings.TrimSpace(ping.Loss), "%")), 64); err == nil {
			known++
			if loss >= 100 {
				silent++
			}
		}
	}
	found := strings.Join(parts, "；")
	told := func(code, text string) models.Said {
		return models.Say(code, text, "found", found, "inner", inner, "addresses", strings.Join(addresses, ", "), "pings", strings.Join(pings, "; "))
	}
	switch {
	case len(reach.DNS) == 0 && len(reach.Ping) == 0:
		return fail(item, models.Say("network_no_address", "微信没有查到地址：请核对公众平台的服务器地址(URL)已提交，域名能在公网解析"))
	case hidden:
		return fail(item, told("network_private", "{found}。{inner} 不是公网地址，微信到不了：请把域名解析到公网 IP"))
	case known == 0:
		return unknown(item, told("network_untold", "{found}。微信没有给出连通的结果，请稍后再查"))
	case silent == known:
		return fail(item, told("network_all_lost", "{found}。全部丢包：请检查服务器是否开机、防火墙与安全组是否放行 80 和 443 端口（只禁 ping 时可不理会，用自己的微信发一句话试试）"))
	case silent > 0:
		return fail(item, told("network_some_lost", "{found}。有的运营商全部丢包：请检查防火墙、安全组与线路"))
	}
	return pass(item, told("network_well", "{found}"))
}

// public reports whether WeChat can reach an address through the Internet.
func public(ip netip.Addr) bool {
	shared := netip.MustParsePrefix("100.64.0.0/10") // https://www.rfc-editor.org/rfc/rfc6598
	return ip.IsGlobalUnicast() && !ip.IsPrivate() && !shared.Contains(ip)
}
