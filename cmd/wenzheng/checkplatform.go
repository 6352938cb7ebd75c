package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"slices"
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
		return []finding{{"微信接口", true, "未填 AppSecret，跳过；自动回复不需要它，菜单、客服消息和数据接口需要"}}
	}
	// The token is not the shared one: a saved one says nothing of the AppSecret. WeChat gives
	// out the same until its end, so that nobody is disturbed.
	client := wechat.NewClient(a, platformOptions(s, p.now))
	defer client.CloseIdle()
	if _, err := client.Token(ctx); err != nil {
		return []finding{{"接口凭证", false, adviseAPI(s, err)}}
	}
	out := []finding{{"接口凭证", true, "stable_token 获取成功"}, checkReach(ctx, s, client)}
	return append(out, checkRights(ctx, p, st, a, client)...)
}

// checkRights finds out the rights and keeps what it found.
func checkRights(ctx context.Context, p *program, st *installation, a models.Account, client *wechat.Client) []finding {
	rights, err := client.Rights(ctx)
	var out []finding
	if err != nil {
		out = append(out, finding{"接口权限", false, adviseAPI(st.settings, err)})
		rights = wechat.UnknownRights(p.now(), err)
	}
	lost, fault := st.SaveRights(ctx, a.AppID, rights)
	if fault != nil {
		out = append(out, finding{"记录接口权限", false, plainly(fault)})
	}
	if err != nil {
		return out
	}
	for _, r := range rights {
		text := map[models.RightState]string{
			models.RightYes: "有", models.RightNo: "没有（认证后的账号才有，不影响自动回复）", models.RightUnknown: "微信没有明确回答",
		}[r.State]
		gone := slices.Contains(lost, r.Name)
		if gone {
			text = "上次检查时还有，现在没有了：请到公众平台核对认证是否到期、接口是否被封禁"
		}
		out = append(out, finding{"接口权限 " + rightLabel(r.Name), !gone, text})
	}
	return out
}

func checkReach(ctx context.Context, s *config.Settings, client *wechat.Client) finding {
	reach, err := client.CheckCallback(ctx)
	if err != nil {
		return finding{"微信到服务器的网络", false, adviseAPI(s, err)}
	}
	var parts []string
	for _, d := range reach.DNS {
		parts = append(parts, "解析到 "+d.IP)
	}
	for _, ping := range reach.Ping {
		parts = append(parts, fmt.Sprintf("%s 丢包 %s 耗时 %s", ping.IP, ping.Loss, ping.Time))
	}
	return finding{"微信到服务器的网络", true, strings.Join(parts, "；")}
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
	case e.Class == wechat.ClassTransient:
		return fmt.Sprintf("微信接口暂时出错（%d），请稍后再试", e.Code)
	case e.Class == wechat.ClassToken:
		return fmt.Sprintf("微信不认刚给出的接口凭证（错误码 %d），请稍后再试；若一直如此，请查是否有别的程序也在强制刷新凭证", e.Code)
	case e.Class == wechat.ClassRight:
		return fmt.Sprintf("账号没有这个接口的权限（错误码 %d），认证后的账号才有", e.Code)
	case e.Class == wechat.ClassQuota:
		return fmt.Sprintf("接口今天的调用次数已用完（错误码 %d），请次日再试", e.Code)
	}
	return fmt.Sprintf("微信返回错误码 %d：%s；含义见微信开放文档的“全局返回码”", e.Code, e.Msg)
}
