package accounts

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/wechat"
)

func TestJudgeReach_WhatWeChatFound(t *testing.T) {
	type dns = struct {
		IP       string `json:"ip"`
		Operator string `json:"real_operator"`
	}
	type ping = struct {
		IP       string `json:"ip"`
		Operator string `json:"from_operator"`
		Loss     string `json:"package_loss"`
		Time     string `json:"time"`
	}
	const ip = "203.0.113.9"
	good := ping{ip, "UNICOM", "0%", "21ms"}
	for name, c := range map[string]struct {
		dns   []dns
		ping  []ping
		state CheckState
		says  string
	}{
		"sound":          {[]dns{{ip, "UNICOM"}}, []ping{good}, CheckPass, "丢包 0%"},
		"some loss":      {[]dns{{ip, "UNICOM"}}, []ping{{ip, "CAP", "20%", "21ms"}}, CheckPass, "丢包 20%"},
		"all is lost":    {[]dns{{ip, "UNICOM"}}, []ping{{ip, "UNICOM", "100%", ""}}, CheckFail, "全部丢包"},
		"100.0 %":        {[]dns{{ip, "UNICOM"}}, []ping{{ip, "UNICOM", "100.0 %", ""}}, CheckFail, "全部丢包"},
		"one operator":   {[]dns{{ip, "UNICOM"}}, []ping{good, {ip, "CHINANET", "100%", ""}}, CheckFail, "有的运营商"},
		"nothing":        {nil, nil, CheckFail, "没有查到地址"},
		"no ping":        {[]dns{{ip, "UNICOM"}}, nil, CheckUnknown, "没有给出连通的结果"},
		"loss not told":  {[]dns{{ip, "UNICOM"}}, []ping{{ip, "UNICOM", "", ""}}, CheckUnknown, "没有给出连通的结果"},
		"loopback":       {[]dns{{"127.0.0.1", "UNICOM"}}, []ping{{"127.0.0.1", "UNICOM", "0%", "0.1ms"}}, CheckFail, "不是公网地址"},
		"private":        {[]dns{{"192.168.1.8", "UNICOM"}}, []ping{good}, CheckFail, "不是公网地址"},
		"carrier's own":  {[]dns{{"100.64.3.2", "UNICOM"}}, []ping{good}, CheckFail, "不是公网地址"},
		"IPv6 loopback":  {[]dns{{"::1", "UNICOM"}}, []ping{good}, CheckFail, "不是公网地址"},
		"IPv6 private":   {[]dns{{"fd12::1", "UNICOM"}}, []ping{good}, CheckFail, "不是公网地址"},
		"IPv4 over IPv6": {[]dns{{"::ffff:10.0.0.1", "UNICOM"}}, []ping{good}, CheckFail, "不是公网地址"},
		"no address":     {[]dns{{"", "UNICOM"}}, []ping{good}, CheckFail, "不是公网地址"},
	} {
		var reach wechat.CallbackCheck
		reach.DNS = append(reach.DNS, c.dns...)
		reach.Ping = append(reach.Ping, c.ping...)
		got := judgeReach(reach)
		if got.State != c.state || got.OK != (c.state == CheckPass) || !strings.Contains(got.Detail, c.says) {
			t.Errorf("%s: %+v", name, got)
		}
	}
	if !public(netip.MustParseAddr("2400:3200::1")) {
		t.Error("a public address of IPv6 is called private")
	}
}

func TestAdviseClass_CodesOfTheirOwn(t *testing.T) {
	for code, c := range map[int64]struct {
		class wechat.ErrorClass
		says  string
	}{
		45011: {wechat.ClassQuota, "等一分钟"}, 45009: {wechat.ClassQuota, "次日再试"},
		302: {wechat.ClassTransient, "认证页面"}, 403: {wechat.ClassTransient, "放行"},
		407: {wechat.ClassTransient, "用户名和密码"}, 429: {wechat.ClassTransient, "限制了次数"},
		502: {wechat.ClassTransient, "稍后再试"},
	} {
		if got := adviseClass(&wechat.APIError{Code: code, Class: c.class}).Text; !strings.Contains(got, c.says) {
			t.Errorf("%d: %s", code, got)
		}
	}
}

// TestAdvise_InvalidCredential: of a call made with a token it says nothing of the AppSecret,
// which the token was given for.
func TestAdvise_InvalidCredential(t *testing.T) {
	a := New(nil, Options{})
	if got := a.Advise(&wechat.APIError{API: "/cgi-bin/callback/check", Code: 40001, Class: wechat.ClassToken}); !strings.Contains(got, "错误码 40001") || strings.Contains(got, "AppSecret") {
		t.Error(got)
	}
	if got := a.Advise(&wechat.APIError{API: "/cgi-bin/stable_token", Code: 40001, Class: wechat.ClassConfig}); !strings.Contains(got, "AppSecret 不对") {
		t.Error(got)
	}
}

// TestAdvise_CodesOfTheToken: each says who has to do what.
func TestAdvise_CodesOfTheToken(t *testing.T) {
	for code, says := range map[int64]string{40243: "解冻", 50002: "登录公众平台", 50007: "登录公众平台", 89503: "请管理员确认", 89507: "管理员拒绝", 61024: "没有说明"} {
		if got := New(nil, Options{}).Advise(&wechat.APIError{Code: code, Class: wechat.ClassConfig}); !strings.Contains(got, says) {
			t.Errorf("%d: %s", code, got)
		}
	}
}

// TestAdvise_UnlistedAddress: behind a proxy it is the proxy's address that WeChat sees.
func TestAdvise_UnlistedAddress(t *testing.T) {
	e := &wechat.APIError{Code: 40164, Msg: "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist", Class: wechat.ClassConfig}
	if got := New(nil, Options{}).Advise(e); !strings.Contains(got, "本机出口 IP 203.0.113.9 不在白名单") {
		t.Error(got)
	}
	proxy := &url.URL{Scheme: "http", User: url.UserPassword("squid", "hunter2"), Host: "10.0.0.8:3128"}
	got := New(nil, Options{API: wechat.ClientOptions{Proxy: proxy}}).Advise(e)
	if !strings.Contains(got, "代理 10.0.0.8:3128") || !strings.Contains(got, "203.0.113.9") || strings.Contains(got, "hunter2") {
		t.Error(got)
	}
}
