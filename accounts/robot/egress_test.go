package robot

import (
	"context"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// TestPermits_Addresses: what lies on the link is never called; what is not public only where the
// operator says so; plain http only there.
func TestPermits_Addresses(t *testing.T) {
	inside := New(Options{Networks: []netip.Prefix{netip.MustParsePrefix("10.1.0.0/16"), netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("169.254.0.0/16"), netip.MustParsePrefix("::/0")}})
	outside := New(Options{})
	for ip, want := range map[string]struct{ public, listed bool }{
		"101.226.129.166": {true, true}, "2402:4e00:40:40::2:3ed": {true, true},
		"10.1.2.3": {false, true}, "::ffff:10.1.2.3": {false, true}, "10.2.0.1": {false, false}, "172.16.0.1": {false, false}, "192.168.1.1": {false, false},
		"127.0.0.1": {false, true}, "127.8.8.8": {false, true}, "::1": {false, true}, "0.0.0.0": {false, false}, "::": {false, false},
		"169.254.169.254": {false, false}, "fe80::1": {false, false}, "::ffff:169.254.169.254": {false, false}, "224.0.0.1": {false, false}, "255.255.255.255": {false, false},
		"100.100.100.200": {false, false}, "198.18.0.1": {false, false}, "192.0.2.7": {false, false}, "fd00:ec2::254": {false, true},
		"64:ff9b::7f00:1": {false, true}, "2002:7f00:1::": {false, true},
	} {
		addr := netip.MustParseAddr(ip)
		if got := outside.permits(addr, "https"); got != want.public {
			t.Errorf("%s: %v", ip, got)
		}
		if outside.permits(addr, "http") {
			t.Errorf("%s is called by http", ip)
		}
		if got := inside.permits(addr, "https"); got != want.listed {
			t.Errorf("%s with networks: %v", ip, got)
		}
	}
}

// TestCheck_Channels: each fault stands at its field and repeats no secret.
func TestCheck_Channels(t *testing.T) {
	s := New(Options{Hosts: []string{"qyapi.weixin.qq.com", "oapi.dingtalk.com", "127.0.0.1", "169.254.169.254", "hook.example.gov.cn"}})
	for name, c := range map[string]struct {
		channel Channel
		field   string // "" = it is sound
	}{
		"wecom":               {Channel{WeCom, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + testKey, ""}, ""},
		"dingtalk":            {Channel{DingTalk, "https://oapi.dingtalk.com/robot/send?access_token=" + testKey, testSecret}, ""},
		"dingtalk keyword":    {Channel{DingTalk, "https://oapi.dingtalk.com/robot/send?access_token=" + testKey, ""}, ""},
		"json":                {Channel{JSON, "https://hook.example.gov.cn/a", testSecret}, ""},
		"no kind":             {Channel{"", "https://qyapi.weixin.qq.com/x", ""}, "kind"},
		"foreign host":        {Channel{JSON, "https://evil.example/a", testSecret}, "address"},
		"host as a user":      {Channel{JSON, "https://hook.example.gov.cn@evil.example/a", testSecret}, "address"},
		"host with a dot":     {Channel{JSON, "https://hook.example.gov.cn./a", testSecret}, "address"},
		"user":                {Channel{JSON, "https://a:b@hook.example.gov.cn/a", testSecret}, "address"},
		"http":                {Channel{JSON, "http://hook.example.gov.cn/a", testSecret}, "address"},
		"file":                {Channel{JSON, "file:///etc/passwd", testSecret}, "address"},
		"loopback":            {Channel{JSON, "https://127.0.0.1/a", testSecret}, "address"},
		"metadata":            {Channel{JSON, "https://169.254.169.254/a", testSecret}, "address"},
		"nothing":             {Channel{JSON, "", testSecret}, "address"},
		"line break":          {Channel{JSON, "https://hook.example.gov.cn/a\nX: y", testSecret}, "address"},
		"too long":            {Channel{JSON, "https://hook.example.gov.cn/" + strings.Repeat("a", 2000), testSecret}, "address"},
		"wecom without key":   {Channel{WeCom, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send", ""}, "address"},
		"wecom with a secret": {Channel{WeCom, "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + testKey, testSecret}, "secret"},
		"dingtalk no token":   {Channel{DingTalk, "https://oapi.dingtalk.com/robot/send", testSecret}, "address"},
		"dingtalk secret":     {Channel{DingTalk, "https://oapi.dingtalk.com/robot/send?access_token=" + testKey, "0123456789abcdef"}, "secret"},
		"json short secret":   {Channel{JSON, "https://hook.example.gov.cn/a", "short"}, "secret"},
		"secret of two lines": {Channel{JSON, "https://hook.example.gov.cn/a", "0123456789\nabcdef"}, "secret"},
	} {
		faults := s.Check(c.channel)
		switch {
		case c.field == "" && len(faults) > 0, c.field != "" && (len(faults) != 1 || faults[0].Field != c.field):
			t.Errorf("%s: %+v", name, faults)
		case len(faults) > 0 && strings.Contains(models.JSON(faults), testKey):
			t.Errorf("%s: a secret is told: %+v", name, faults)
		}
	}
}

// TestSend_RedirectNotFollowed: the second host never hears of it.
func TestSend_RedirectNotFollowed(t *testing.T) {
	var reached atomic.Int32
	target := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached.Add(1) }))
	defer target.Close()
	for _, status := range []int{301, 302, 307, 308} {
		door := httptest.NewServer(http.RedirectHandler(target.URL+"/inner", status))
		err := local().Send(t.Context(), channelAt(JSON, door.URL), testMessage())
		door.Close()
		checkFault(t, "redirect", err, "不跟随", 30*time.Minute)
	}
	if reached.Load() != 0 {
		t.Errorf("%d requests were led on", reached.Load())
	}
}

// TestSend_EnvironmentProxyIgnored: a proxy of the environment would see the address.
func TestSend_EnvironmentProxyIgnored(t *testing.T) {
	var asked atomic.Int32
	proxy := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { asked.Add(1) }))
	defer proxy.Close()
	for _, name := range []string{"HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"} {
		t.Setenv(name, proxy.URL)
	}
	url, got := receiver(t, 200, "")
	if err := local().Send(t.Context(), channelAt(JSON, url), testMessage()); err != nil || len(*got) != 1 || asked.Load() != 0 {
		t.Errorf("%v, %d arrived, the proxy was asked %d times", err, len(*got), asked.Load())
	}
}

// TestSend_OperatorsProxy: https goes through it, to allowed hosts alone.
func TestSend_OperatorsProxy(t *testing.T) {
	asked := make(chan string, 1)
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked <- r.Method + " " + r.Host
		w.WriteHeader(http.StatusForbidden)
	}))
	defer proxy.Close()
	through, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	s := New(Options{Hosts: []string{"oapi.dingtalk.com"}, Proxy: through})
	if err := s.Send(t.Context(), channelAt(DingTalk, "https://oapi.dingtalk.com"), testMessage()); err == nil {
		t.Error("it arrived")
	}
	if got := <-asked; got != "CONNECT oapi.dingtalk.com:443" {
		t.Error(got)
	}
}

// nameServer answers every question for an address of IPv4 with ip.
func nameServer(t *testing.T, ip string) *net.Resolver {
	t.Helper()
	listener, err := (&net.ListenConfig{}).ListenPacket(t.Context(), "udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	go func() {
		buffer := make([]byte, 512)
		for {
			n, from, err := listener.ReadFrom(buffer)
			if err != nil {
				return
			}
			_, _ = listener.WriteTo(nameAnswer(buffer[:n], netip.MustParseAddr(ip)), from)
		}
	}()
	return &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, "udp", listener.LocalAddr().String())
	}}
}

// nameAnswer answers a question of DNS (RFC 1035): one address for type A, none for others.
func nameAnswer(question []byte, ip netip.Addr) []byte {
	end := 12
	for question[end] != 0 {
		end += int(question[end]) + 1
	}
	end += 5
	answer := append([]byte{}, question[:2]...)
	isA := question[end-4] == 0 && question[end-3] == 1
	answer = append(answer, 0x81, 0x80, 0, 1, 0, 0, 0, 0, 0, 0)
	answer = append(answer, question[12:end]...)
	if isA {
		answer[7] = 1
		address := ip.As4()
		answer = append(answer, 0xc0, 0x0c, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4)
		answer = append(answer, address[:]...)
	}
	return answer
}

// TestSend_NameOfAPrivateAddress: an allowed name that leads to this machine, the office's network or
// a cloud's metadata is not called, by whatever scheme.
func TestSend_NameOfAPrivateAddress(t *testing.T) {
	const name = "hook.example.gov.cn"
	server, got := receiver(t, 200, "")
	at, err := url.Parse(server)
	if err != nil {
		t.Fatal(err)
	}
	for _, ip := range []string{"127.0.0.1", "10.0.0.8", "192.168.1.1", "169.254.169.254", "0.0.0.0"} {
		networks := []netip.Prefix{netip.MustParsePrefix("172.20.0.0/16")} // so that http is not refused for being http
		s := New(Options{Hosts: []string{name}, Networks: networks, Resolver: nameServer(t, ip), Within: 2 * time.Second})
		for _, scheme := range []string{"http", "https"} {
			err := s.Send(t.Context(), channelAt(JSON, scheme+"://"+name+":"+at.Port()), testMessage())
			checkFault(t, scheme+" "+ip, err, "不许访问的地址", 30*time.Minute)
		}
	}
	if len(*got) != 0 {
		t.Fatalf("%d requests reached this machine", len(*got))
	}
	s := New(Options{Hosts: []string{name}, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.1/32")}, Resolver: nameServer(t, "127.0.0.1")})
	if err := s.Send(t.Context(), channelAt(JSON, "http://"+name+":"+at.Port()), testMessage()); err != nil || len(*got) != 1 {
		t.Errorf("where the operator allows it: %v", err)
	}
}

// TestSend_NobodyAnswers: a robot that takes the request and says nothing may have taken the message;
// one that is not there has not.
func TestSend_NobodyAnswers(t *testing.T) {
	release := make(chan struct{})
	silent := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-release }))
	defer silent.Close()
	defer close(release)
	begun := time.Now()
	err := local(func(o *Options) { o.Within = 100 * time.Millisecond }).Send(t.Context(), channelAt(JSON, silent.URL), testMessage())
	checkFault(t, "silent", err, "没有按时回答", 0)
	if fault, ok := err.(*Fault); !ok || !fault.Maybe || time.Since(begun) > 2*time.Second { //nolint:errorlint // Send says that it is one
		t.Errorf("%#v after %s", err, time.Since(begun))
	}
	gone := httptest.NewServer(http.NotFoundHandler())
	gone.Close()
	err = local().Send(t.Context(), channelAt(JSON, gone.URL), testMessage())
	checkFault(t, "gone", err, "连不上", 0)
	if fault, ok := err.(*Fault); !ok || fault.Maybe { //nolint:errorlint // Send says that it is one
		t.Errorf("%#v", err)
	}
}
