package wechat

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/wechat/wechattest"
)

const testSecret = "0123456789abcdef0123456789abcdef"

// platform is WeChat's API as a test wants it. It counts calls by path.
type platform struct {
	*httptest.Server
	mu    sync.Mutex
	calls map[string]int
	at    []time.Time // of token calls
}

func newPlatform(t *testing.T, answer http.HandlerFunc) *platform {
	p := &platform{calls: map[string]int{}}
	p.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		p.mu.Lock()
		p.calls[r.URL.Path]++
		if r.URL.Path == renewAPI {
			p.at = append(p.at, time.Now())
		}
		p.mu.Unlock()
		answer(w, r)
	}))
	t.Cleanup(p.Close)
	return p
}

func (p *platform) count(path string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.calls[path]
}

// addresses asks where WeChat calls from: a question with a short answer.
func addresses(ctx context.Context, c *Client) ([]string, error) {
	var out struct {
		IPs []string `json:"ip_list"`
	}
	err := c.get(ctx, "/cgi-bin/getcallbackip", &out)
	return out.IPs, err
}

func (p *platform) client(t *testing.T, o ClientOptions) *Client {
	a := testAccount(models.ModeSafe)
	a.Secret = testSecret
	o.Base = p.URL
	if o.TokenInterval == 0 {
		o.TokenInterval = time.Millisecond
	}
	if o.RetryDelay == 0 {
		o.RetryDelay = time.Millisecond
	}
	c := NewClient(a, o)
	t.Cleanup(c.CloseIdle)
	return c
}

// goodToken answers the token call.
func goodToken(w http.ResponseWriter, r *http.Request) bool {
	if r.URL.Path != renewAPI {
		return false
	}
	_, _ = io.WriteString(w, `{"access_token":"TOKENVALUE1","expires_in":7200}`)
	return true
}

// answering serves the samples of the API; a path without a file is a right that the account has not.
func answering(t *testing.T, files []string, token string) http.HandlerFunc {
	bodies := map[string][]byte{}
	for _, file := range files {
		bodies[strings.TrimSuffix(filepath.Base(file), ".json")] = readFile(t, file)
	}
	return func(w http.ResponseWriter, r *http.Request) {
		name := strings.ReplaceAll(strings.Trim(strings.TrimPrefix(r.URL.Path, "/cgi-bin"), "/"), "/", "_")
		if name == "stable_token" {
			name = "token"
		} else if r.URL.Query().Get("access_token") != token {
			t.Errorf("%s called with token %q", r.URL.Path, r.URL.Query().Get("access_token"))
		}
		body, there := bodies[name]
		if !there {
			body = []byte(`{"errcode":48001,"errmsg":"api unauthorized rid: 6578-abc"}`)
		}
		_, _ = w.Write(body)
	}
}

// The tokens that the samples of the API hand out.
const ownToken, othersToken = "lanjiang-token-1", "1234567890"

func TestCallsDecodeOwnSamples(t *testing.T) {
	own, _ := wechattest.Samples(t, "api")
	if len(own) != 69 {
		t.Fatalf("%d samples, want 69", len(own))
	}
	p := newPlatform(t, answering(t, own, ownToken))
	c := p.client(t, ClientOptions{})
	ctx := t.Context()
	if token, err := c.Token(ctx); err != nil || token != ownToken {
		t.Errorf("token %q, %v", token, err)
	}
	check, err := c.CheckCallback(ctx)
	if err != nil || len(check.DNS) != 2 || check.DNS[0].Operator != "CHINANET" || check.Ping[1].Time != "31.250ms" || check.Ping[1].Loss != "20%" {
		t.Errorf("callback check %+v, %v", check, err)
	}
	ips, err := addresses(ctx, c)
	if err != nil || !cmp.Equal(ips, []string{"203.0.113.20", "203.0.113.21"}) {
		t.Errorf("callback addresses %v, %v", ips, err)
	}
	replies, err := c.AutoReplies(ctx)
	if err != nil {
		t.Fatal(err)
	}
	rules := replies.Keywords.Rules
	if replies.On != 1 || replies.FollowOn != 1 || replies.OnFollow.Content != "欢迎关注澜江市政务服务" || replies.OnMessage.Type != "text" || len(rules) != 4 {
		t.Fatalf("auto replies %+v", replies)
	}
	if r := rules[0]; r.Name != "居住证" || r.ReplyMode != "reply_all" || r.Keywords[0].Match != "contain" ||
		len(r.Replies) != 2 || len(r.Replies[1].News.Articles) != 2 || r.Replies[0].News.Articles[0].Author != "澜江发布" {
		t.Errorf("first rule %+v", r)
	}
	if p.count(renewAPI) != 1 {
		t.Errorf("%d token calls, want 1", p.count(renewAPI))
	}
}

func TestCallsDecodeSamplesOfOthers(t *testing.T) {
	_, others := wechattest.Samples(t, "api")
	if len(others) == 0 {
		return // only where the folder lies beside the repository
	}
	if len(others) != 52 {
		t.Fatalf("%d samples, want 52", len(others))
	}
	p := newPlatform(t, answering(t, others, othersToken))
	c := p.client(t, ClientOptions{})
	ctx := t.Context()
	if token, err := c.Token(ctx); err != nil || token != othersToken {
		t.Errorf("token %q, %v", token, err)
	}
	check, err := c.CheckCallback(ctx)
	if err != nil || len(check.DNS) != 2 || check.DNS[0].Operator != "UNICOM" || check.Ping[1].Time != "21.434ms" || check.Ping[0].Loss != "0%" {
		t.Errorf("callback check %+v, %v", check, err)
	}
	ips, err := addresses(ctx, c)
	if err != nil || !cmp.Equal(ips, []string{"127.0.0.1"}) {
		t.Errorf("callback addresses %v, %v", ips, err)
	}
	replies, err := c.AutoReplies(ctx)
	if err != nil {
		t.Fatal(err)
	}
	rules := replies.Keywords.Rules
	if replies.On != 1 || replies.FollowOn != 1 || replies.OnFollow.Content != "Thanks for your attention!" || replies.OnMessage.Type != "text" || len(rules) < 2 {
		t.Fatalf("auto replies %+v", replies)
	}
	if r := rules[0]; r.Name != "autoreply-news" || r.ReplyMode != "reply_all" || r.Keywords[0].Match != "contain" ||
		len(r.Replies) != 2 || len(r.Replies[1].News.Articles) != 2 || r.Replies[0].News.Articles[0].Author != "jim" {
		t.Errorf("first rule %+v", r)
	}
	if p.count(renewAPI) != 1 {
		t.Errorf("%d token calls, want 1", p.count(renewAPI))
	}
}

func TestRights(t *testing.T) {
	own, others := wechattest.Samples(t, "api")
	lacking := []string{"tags_get.json", "template_get_all_private_template.json", "wxaapi_newtmpl_getcategory.json"}
	own = slices.DeleteFunc(own, func(file string) bool { return slices.Contains(lacking, filepath.Base(file)) })
	checkRights(t, answering(t, own, ownToken))
	if len(others) > 0 {
		checkRights(t, answering(t, others, othersToken))
	}
}

func checkRights(t *testing.T, answers http.HandlerFunc) {
	t.Helper()
	p := newPlatform(t, answers)
	denied := map[string]models.Right{}
	c := p.client(t, ClientOptions{Now: testNow, Denied: func(r models.Right) { denied[r.Name] = r }})
	rights, err := c.Rights(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	want := map[string]models.RightState{
		"menu": models.RightYes, "customer_service": models.RightYes, "tags": models.RightNo, "users": models.RightYes, "material": models.RightYes,
		"template": models.RightNo, "subscription": models.RightNo, "sessions": models.RightYes, "records": models.RightYes, "datacube": models.RightYes,
	}
	got := map[string]models.RightState{}
	for _, r := range rights {
		got[r.Name] = r.State
		if told, ok := denied[r.Name]; ok != (r.State == models.RightNo) || ok && told != r {
			t.Errorf("denied %+v, found %+v", told, r)
		}
		if (r.State == models.RightNo) != (r.ErrCode == 48001) || !r.CheckedAt.Equal(testNow()) {
			t.Errorf("%+v", r)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestRightCodes reads the codes that are neither 0 nor 48001.
func TestRightCodes(t *testing.T) {
	codes := map[string]string{
		"/cgi-bin/menu/get": "46003", "/cgi-bin/message/custom/send": "40003",
		"/cgi-bin/customservice/getkflist": "65400", "/cgi-bin/tags/get": "45009",
	}
	var asked struct {
		Begin string `json:"begin_date"`
	}
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
		if goodToken(w, r) {
			return
		}
		if r.URL.Path == "/datacube/getupstreammsg" {
			if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
				t.Error(err)
			}
		}
		code, ok := codes[r.URL.Path]
		if !ok {
			code = "0"
		}
		_, _ = io.WriteString(w, `{"errcode":`+code+`,"errmsg":"x"}`)
	})
	rights, err := p.client(t, ClientOptions{Now: testNow}).Rights(t.Context())
	if err != nil || len(rights) != 10 {
		t.Fatalf("%v, %v", rights, err)
	}
	want := map[string]models.RightState{"menu": models.RightYes, "customer_service": models.RightYes, "sessions": models.RightNo, "tags": models.RightUnknown, "datacube": models.RightYes}
	for _, r := range rights {
		if w, ok := want[r.Name]; ok && w != r.State {
			t.Errorf("%s is %s, want %s", r.Name, r.State, w)
		}
	}
	// testNow is 2025-06-15 23:06 in Shanghai.
	if asked.Begin != "2025-06-13" {
		t.Errorf("asked for %q", asked.Begin)
	}
}

func TestClasses(t *testing.T) {
	const api = "/cgi-bin/menu/get"
	for class, codes := range map[ErrorClass][]int64{
		ClassToken: {40001, 40014, 42001}, ClassConfig: {40164, 40125, 40013, 50002}, ClassRight: {48001, 48004},
		ClassQuota: {45009, 45011, 45028, 45047}, ClassWindow: {45015}, ClassConsent: {43004, 43101}, ClassRecipient: {40003},
		ClassContent: {45002, 45008, 40037, 47003, 87014}, ClassTransient: {-1}, ClassOther: {99999},
	} {
		for _, code := range codes {
			if got := classOf(api, code); got != class {
				t.Errorf("%d is %s, want %s", code, got, class)
			}
		}
	}
	if classOf(renewAPI, 40001) != ClassConfig {
		t.Error("40001 at the token call is a wrong secret")
	}
}

// TestNoForeignHosts: only listed hosts are called, nothing follows a redirect.
func TestNoForeignHosts(t *testing.T) {
	stranger := newPlatform(t, func(http.ResponseWriter, *http.Request) {})
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
		if !goodToken(w, r) {
			http.Redirect(w, r, stranger.URL+"/steal?"+r.URL.RawQuery, http.StatusFound)
		}
	})
	c := p.client(t, ClientOptions{})
	_, err := addresses(t.Context(), c)
	var e *APIError
	if !errors.As(err, &e) || e.Code != http.StatusFound || stranger.count("/steal") != 0 {
		t.Errorf("redirect: %v, followed %d times", err, stranger.count("/steal"))
	}
	for _, target := range []string{stranger.URL, "http://api.weixin.qq.com/", "https://example.com/", "https://api.weixin.qq.com.evil.example/"} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, target, nil)
		if err != nil {
			t.Fatal(err)
		}
		response, err := c.http.Do(r)
		if !errors.Is(err, errEgress) {
			t.Errorf("%s: %v", target, err)
		}
		if err == nil {
			_ = response.Body.Close()
		}
	}
	bad := NewClient(c.account, ClientOptions{Base: "::no url"})
	if _, err := bad.Token(context.Background()); !errors.As(err, &e) || e.Class != ClassConfig {
		t.Errorf("a base that is no URL: %v", err)
	}
}

func TestRedact(t *testing.T) {
	for in, want := range map[string]string{
		"https://x/?appid=wx1&secret=S3&grant=1":              "https://x/?appid=wx1&secret=***&grant=1",
		`{"access_token":"T1","expires_in":7200}`:             `{"access_token":"***","expires_in":7200}`,
		"refresh_token=R1 ticket = t1 code=c1&x":              "refresh_token=*** ticket = *** code=***&x",
		"Error , errcode=40001 , errmsg=invalid credential":   "Error , errcode=40001 , errmsg=invalid credential",
		`Get "https://x/a?ACCESS_TOKEN=abc": EOF`:             `Get "https://x/a?ACCESS_TOKEN=***": EOF`,
		"appsecret: 'abc', js_code=J":                         "appsecret: '***', js_code=***",
		"nothing secret here, a barcode=12 and postcode=4100": "nothing secret here, a barcode=12 and postcode=4100",
	} {
		if got := Redact(in); got != want {
			t.Errorf("%q became %q, want %q", in, got, want)
		}
	}
}

// TestSDKParts: the SDK's root package logs decrypted messages; neither it nor its logger
// may be linked.
func TestSDKParts(t *testing.T) {
	out, err := exec.CommandContext(t.Context(), "go", "list", "-deps", "-tags", "nomsgpack", ".").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	var used bool
	for _, dep := range strings.Fields(string(out)) {
		switch dep {
		case "github.com/sirupsen/logrus", "github.com/silenceper/wechat/v2", "github.com/silenceper/wechat/v2/officialaccount/server":
			t.Errorf("%s is linked", dep)
		case "github.com/silenceper/wechat/v2/util":
			used = true
		}
	}
	if !used {
		t.Error("the SDK is not used")
	}
}
