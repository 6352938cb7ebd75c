package robot

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

const (
	testKey    = "01234567-89ab-cdef-0123-456789abcdef"
	testSecret = "SEC0123456789abcdef"
)

var testTime = time.UnixMilli(1_700_000_000_000)

// received is what a receiver got.
type received struct {
	path   string
	query  map[string][]string
	header http.Header
	body   []byte
}

// receiver answers with status and body, and keeps what it got.
func receiver(t *testing.T, status int, body string) (url string, got *[]received) {
	t.Helper()
	got = &[]received{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		content, err := io.ReadAll(r.Body)
		if err != nil || r.Method != http.MethodPost {
			t.Errorf("%s: %v", r.Method, err)
		}
		*got = append(*got, received{r.URL.Path, r.URL.Query(), r.Header, content})
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}))
	t.Cleanup(server.Close)
	return server.URL, got
}

// local may call this machine alone.
func local(change ...func(*Options)) *Sender {
	o := Options{
		Hosts: []string{"127.0.0.1"}, Networks: []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}, Now: func() time.Time { return testTime }, Within: 2 * time.Second,
	}
	for _, f := range change {
		f(&o)
	}
	return New(o)
}

func testMessage() Message {
	since := testTime.Add(-time.Hour)
	return Message{
		ID: "e1-al_1-1", Account: "wx0123456789abcdef", Name: "江城政务", Condition: "at_risk", State: "firing", Title: "【问政告警】江城政务：诉求快超时",
		Text: "快到 2 小时时限的 3 件\n请尽快答复", Count: 3, Since: &since, At: testTime, Link: "https://wz.example.gov.cn/figures/waits?account=wx0123456789abcdef",
	}
}

func channelAt(kind Kind, base string) Channel {
	switch kind {
	case WeCom:
		return Channel{Kind: WeCom, Address: base + "/cgi-bin/webhook/send?key=" + testKey}
	case DingTalk:
		return Channel{Kind: DingTalk, Address: base + "/robot/send?access_token=" + testKey, Secret: testSecret}
	case JSON:
	}
	return Channel{Kind: JSON, Address: base + "/alarms/" + testKey, Secret: testSecret}
}

// TestSend_WeCom: the form of https://developer.work.weixin.qq.com/document/path/91770; a name is no
// markup and no mention.
func TestSend_WeCom(t *testing.T) {
	url, got := receiver(t, 200, `{"errcode":0,"errmsg":"ok"}`)
	m := testMessage()
	m.Title = "【问政告警】<@all>[江城](http://evil)：诉求快超时"
	if err := local().Send(t.Context(), channelAt(WeCom, url), m); err != nil {
		t.Fatal(err)
	}
	var body struct {
		Type     string `json:"msgtype"`
		Markdown struct {
			Content string `json:"content"`
		} `json:"markdown"`
	}
	r := (*got)[0]
	if err := json.Unmarshal(r.body, &body); err != nil {
		t.Fatal(err)
	}
	want := "**【问政告警】＜＠all＞［江城］(http://evil)：诉求快超时**\n\n快到 2 小时时限的 3 件\n\n请尽快答复\n\n[打开管理后台](" + m.Link + ")"
	if body.Type != "markdown" || body.Markdown.Content != want || r.path != "/cgi-bin/webhook/send" || r.query["key"][0] != testKey || len(r.query) != 1 {
		t.Errorf("%+v, path %s %v", body, r.path, r.query)
	}
	if kind := r.header.Get("Content-Type"); kind != "application/json; charset=utf-8" {
		t.Error(kind)
	}
}

// TestSend_DingTalkSigned: the signature of this time and secret was computed by openssl.
func TestSend_DingTalkSigned(t *testing.T) {
	url, got := receiver(t, 200, `{"errcode":0,"errmsg":"ok"}`)
	c := channelAt(DingTalk, url)
	if err := local().Send(t.Context(), c, testMessage()); err != nil {
		t.Fatal(err)
	}
	want := map[string][]string{"access_token": {testKey}, "timestamp": {"1700000000000"}, "sign": {"TSZbRFUuvaSQaRKUpF970OPCb2/LcQAP3wOvwZIzBZk="}}
	if d := cmp.Diff(want, (*got)[0].query); d != "" {
		t.Error(d)
	}
	var body map[string]any
	if err := json.Unmarshal((*got)[0].body, &body); err != nil || body["msgtype"] != "markdown" {
		t.Fatalf("%v, %v", body, err)
	}
	markdown, _ := body["markdown"].(map[string]any)
	if title, _ := markdown["title"].(string); title != testMessage().Title {
		t.Error(title)
	}
	c.Secret = "" // with a keyword instead
	if err := local().Send(t.Context(), c, testMessage()); err != nil || len((*got)[1].query) != 1 {
		t.Errorf("%v, %v", err, (*got)[1].query)
	}
	if text, _ := markdown["text"].(string); !strings.Contains(text, "告警") {
		t.Errorf("the keyword is not in %q", text)
	}
}

// TestSend_JSONSigned computes the signature from what arrived, as the manual tells receivers to.
func TestSend_JSONSigned(t *testing.T) {
	url, got := receiver(t, 204, "")
	if err := local().Send(t.Context(), channelAt(JSON, url), testMessage()); err != nil {
		t.Fatal(err)
	}
	r := (*got)[0]
	h := hmac.New(sha256.New, []byte(testSecret))
	h.Write([]byte(r.header.Get("X-Wenzheng-Timestamp") + "." + string(r.body)))
	if want := "sha256=" + hex.EncodeToString(h.Sum(nil)); r.header.Get("X-Wenzheng-Signature") != want {
		t.Errorf("%q, want %q", r.header.Get("X-Wenzheng-Signature"), want)
	}
	if r.header.Get("X-Wenzheng-Timestamp") != "1700000000" {
		t.Error(r.header.Get("X-Wenzheng-Timestamp"))
	}
	var back Message
	if err := json.Unmarshal(r.body, &back); err != nil || back.ID != "e1-al_1-1" || back.Count != 3 || !back.Since.Equal(testTime.Add(-time.Hour)) {
		t.Errorf("%+v, %v", back, err)
	}
}

// TestMarkdown_CutAtACharacter: what WeCom takes is bounded in bytes; the link stays.
func TestMarkdown_CutAtACharacter(t *testing.T) {
	m := testMessage()
	m.Text = strings.Repeat("长", 3000)
	text := markdown(m)
	if len(text) > 4096 || !utf8.ValidString(text) || !strings.HasSuffix(text, "("+m.Link+")") {
		t.Errorf("%d bytes, valid %v", len(text), utf8.ValidString(text))
	}
	m.Again = true
	m.Text = ""
	if !strings.Contains(markdown(m), "可能已经发过一次") {
		t.Error("a message that may have arrived before does not say so")
	}
}

// TestSend_WhatAnswersMean: what to do, whether to wait, and nothing of the address or the secret.
func TestSend_WhatAnswersMean(t *testing.T) {
	for name, c := range map[string]struct {
		kind   Kind
		status int
		body   string
		says   string // "" = it arrived
		wait   time.Duration
	}{
		"wecom ok":             {WeCom, 200, `{"errcode":0}`, "", 0},
		"wecom too often":      {WeCom, 200, `{"errcode":45009}`, "太多", time.Minute},
		"wecom robot gone":     {WeCom, 200, `{"errcode":93000,"errmsg":"invalid webhook url"}`, "重新添加", 30 * time.Minute},
		"wecom busy":           {WeCom, 200, `{"errcode":-1}`, "繁忙", 0},
		"wecom other":          {WeCom, 200, `{"errcode":40058}`, "40058", 30 * time.Minute},
		"wecom a page":         {WeCom, 200, `<html>login</html>`, "回答的不是企业微信", 30 * time.Minute},
		"wecom no code":        {WeCom, 200, `{}`, "回答的不是企业微信", 30 * time.Minute},
		"dingtalk too often":   {DingTalk, 200, `{"errcode":130101}`, "限流十分钟", 10 * time.Minute},
		"dingtalk sign":        {DingTalk, 200, `{"errcode":310000}`, "加签", 30 * time.Minute},
		"dingtalk token":       {DingTalk, 200, `{"errcode":300001}`, "重新添加", 30 * time.Minute},
		"dingtalk other":       {DingTalk, 200, `{"errcode":430101}`, "430101", 30 * time.Minute},
		"json 200":             {JSON, 200, "anything", "", 0},
		"json 500":             {JSON, 500, "", "HTTP 500", 0},
		"json 503":             {JSON, 503, "", "HTTP 503", 0},
		"json 429":             {JSON, 429, "", "太频繁", time.Minute},
		"json 401":             {JSON, 401, "", "密钥", 30 * time.Minute},
		"json 404":             {JSON, 404, "", "网址", 30 * time.Minute},
		"json an endless page": {JSON, 200, strings.Repeat("x", 10<<20), "", 0},
		"dingtalk 500":         {DingTalk, 500, `{"errcode":0}`, "HTTP 500", 0},
	} {
		url, got := receiver(t, c.status, c.body)
		err := local().Send(t.Context(), channelAt(c.kind, url), testMessage())
		if len(*got) != 1 {
			t.Errorf("%s: %d requests", name, len(*got))
		}
		checkFault(t, name, err, c.says, c.wait)
	}
}

func checkFault(t *testing.T, what string, err error, says string, wait time.Duration) {
	t.Helper()
	if says == "" {
		if err != nil {
			t.Errorf("%s: %v", what, err)
		}
		return
	}
	fault, ok := err.(*Fault) //nolint:errorlint // Send says that it is one
	if !ok || !strings.Contains(fault.Text, says) || fault.Wait != wait {
		t.Errorf("%s: %#v", what, err)
		return
	}
	if strings.Contains(fault.Text, testKey) || strings.Contains(fault.Text, testSecret) {
		t.Errorf("%s: a secret is told: %s", what, fault.Text)
	}
}

// TestTake_TwentyInAMinute: so many go to one address, whichever channels lead there, those of before
// the program began among them.
func TestTake_TwentyInAMinute(t *testing.T) {
	now := testTime
	s := local(func(o *Options) { o.Now = func() time.Time { return now } })
	c := channelAt(WeCom, "https://127.0.0.1")
	for range 5 {
		s.Sent(c, now.Add(-30*time.Second))
	}
	for i := range 15 {
		if !s.Take(c) {
			t.Fatalf("the %dth is refused", i+6)
		}
	}
	if s.Take(c) {
		t.Error("21 in a minute")
	}
	if !s.Take(channelAt(DingTalk, "https://127.0.0.1")) {
		t.Error("another robot has to wait")
	}
	now = now.Add(31 * time.Second)
	taken := 0
	for s.Take(c) {
		taken++
	}
	if taken != 5 {
		t.Errorf("%d places are free after half a minute", taken)
	}
}
