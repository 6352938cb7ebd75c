package main

import (
	"encoding/base64"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/wenzheng/wenzheng/accounts"
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
	client := wechat.NewClient(o.account, platformOptions(s))
	t.Cleanup(client.CloseIdle)
	if _, err := client.AutoReplies(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := passed.Load(); n != 2 {
		t.Errorf("%d calls through the proxy, want the token and the question", n)
	}
	client.CloseIdle()
	proxy.Close()
	_, err = client.AutoReplies(t.Context())
	if err == nil || strings.Contains(err.Error(), "hunter2") || strings.Contains(accounts.New(nil, accounts.Options{API: platformOptions(s)}).Advise(err), "hunter2") {
		t.Errorf("without the proxy: %v", err)
	}
}
