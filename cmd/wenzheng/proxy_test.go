package main

import (
	"encoding/base64"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/config"
	"github.com/wenzheng/wenzheng/wechat"
)

// TestCallsGoThroughTheProxy: every call takes the proxy of the settings, with its name and
// password, and an error of the proxy tells neither.
func TestCallsGoThroughTheProxy(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	api := o.officialAPI()
	const login = "squid:hunter2"
	var passed atomic.Int32
	proxy := httptest.NewServer(&httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) {
		want := "Basic " + base64.StdEncoding.EncodeToString([]byte(login))
		if r.In.URL.Host == "" || r.In.Header.Get("Proxy-Authorization") != want {
			t.Error("not a request to a proxy, or without its password")
		}
		passed.Add(1)
	}})
	t.Cleanup(proxy.Close)
	s, err := config.Load(config.Options{Environ: []string{
		"WENZHENG_WECHAT_API_BASE=" + api.url, "WENZHENG_DATA_DIR=" + t.TempDir(),
		"WENZHENG_WECHAT_PROXY=" + strings.Replace(proxy.URL, "http://", "http://"+login+"@", 1),
	}})
	if err != nil {
		t.Fatal(err)
	}
	client := wechat.NewClient(o.account, platformOptions(s, time.Now))
	t.Cleanup(client.CloseIdle)
	if _, err := client.CallbackIPs(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := passed.Load(); n != 2 {
		t.Errorf("%d calls through the proxy, want the token and the question", n)
	}
	client.CloseIdle()
	proxy.Close()
	_, err = client.CallbackIPs(t.Context())
	if err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(adviseAPI(s, err), "hunter2") {
		t.Errorf("without the proxy: %v", err)
	}
}

// TestUnlistedAddressNamesTheProxy: behind a proxy it is the proxy's address that WeChat sees.
func TestUnlistedAddressNamesTheProxy(t *testing.T) {
	t.Parallel()
	e := &wechat.APIError{Code: 40164, Msg: "invalid ip 203.0.113.9 ipv6 ::ffff:203.0.113.9, not in whitelist", Class: wechat.ClassConfig}
	direct, behind := &config.Settings{}, &config.Settings{}
	behind.WeChat.Proxy = &url.URL{Scheme: "http", User: url.UserPassword("squid", "hunter2"), Host: "10.0.0.8:3128"}
	if got := adviseAPI(direct, e); !strings.Contains(got, "本机出口 IP 203.0.113.9 不在白名单") {
		t.Error(got)
	}
	got := adviseAPI(behind, e)
	if !strings.Contains(got, "代理 10.0.0.8:3128") || !strings.Contains(got, "203.0.113.9") || strings.Contains(got, "hunter2") {
		t.Error(got)
	}
}
