package wechat

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/models"
)

// TestToken_LittleIsLeftOfItsLife: WeChat gives out a living token with what is left of its
// life. It is used, and not fetched again at every call.
func TestToken_LittleIsLeftOfItsLife(t *testing.T) {
	for life, fetchedAgain := range map[string]time.Duration{"60": time.Minute, "345": 2 * time.Minute, "599.0": 6 * time.Minute, `"7200"`: 2 * time.Hour} {
		now := testNow()
		p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Path == renewAPI {
				_, _ = fmt.Fprintf(w, `{"access_token":"TOKENVALUE1","expires_in":%s}`, life)
				return
			}
			_, _ = io.WriteString(w, `{"ip_list":["203.0.113.1"]}`)
		})
		c := p.client(t, ClientOptions{Now: func() time.Time { return now }})
		for range 60 {
			if _, err := addresses(t.Context(), c); err != nil {
				t.Fatalf("%s: %v", life, err)
			}
			now = now.Add(time.Second)
		}
		if p.count(renewAPI) != 1 {
			t.Errorf("%s: %d token calls in a minute", life, p.count(renewAPI))
		}
		now = testNow().Add(fetchedAgain)
		if _, err := c.Token(t.Context()); err != nil || p.count(renewAPI) != 2 {
			t.Errorf("%s: %d token calls after %v, %v", life, p.count(renewAPI), fetchedAgain, err)
		}
	}
}

// TestAnswer_RawControlCharacters: what WeChat sends within a text costs no answer and hides
// no error code.
func TestAnswer_RawControlCharacters(t *testing.T) {
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
		if goodToken(w, r) {
			return
		}
		_, _ = io.WriteString(w, "{\"is_autoreply_open\":1,\"add_friend_autoreply_info\":{\"type\":\"text\",\"content\":\"a\x01b\tc\nd\"}}")
	})
	replies, err := p.client(t, ClientOptions{}).AutoReplies(t.Context())
	if err != nil || replies.OnFollow.Content != "a b c d" {
		t.Errorf("%+v, %v", replies.OnFollow, err)
	}
}

func TestReadAutoReplies_FilesAsTheyAreSaved(t *testing.T) {
	const head = `{"is_add_friend_reply_open":1,"is_autoreply_open":"1","message_default_autoreply_info":{"type":"text","content":"`
	for name, body := range map[string]string{
		"mark of the byte order": "\ufeff" + head + `默认"}}`,
		"GBK":                    head + "\xc4\xac\xc8\xcf" + `"}}`,
		"number as a float":      strings.Replace(head, `"1"`, "1.0", 1) + `默认"}}`,
		"true":                   strings.Replace(head, `"1"`, "true", 1) + `默认"}}`,
		"UTF-16 of Windows":      wide("\ufeff"+head+`默认"}}`, binary.LittleEndian),
		"UTF-16, big end first":  wide("\ufeff"+head+`默认"}}`, binary.BigEndian),
		"UTF-16 without a mark":  wide(head+`默认"}}`, binary.LittleEndian),
	} {
		got, err := ReadAutoReplies([]byte(body))
		if err != nil || got.On != 1 || got.OnMessage.Content != "默认" {
			t.Errorf("%s: %+v, %v", name, got.OnMessage, err)
		}
	}
	var e *APIError
	if _, err := ReadAutoReplies([]byte(`{"errcode":40001,"errmsg":"invalid credential"}`)); !errors.As(err, &e) || e.Code != 40001 {
		t.Errorf("a kept error: %v", err)
	}
	for _, body := range []string{"", "<html>", `[1]`, `{}`, `null`, `{"rules":[]}`, `{"is_autoreply_open":"yes"}`} {
		if _, err := ReadAutoReplies([]byte(body)); err == nil {
			t.Errorf("%q is taken for an answer", body)
		}
	}
}

// wide is s, which has no character beyond U+FFFF, in UTF-16.
func wide(s string, order binary.AppendByteOrder) string {
	var b []byte
	for _, r := range s {
		b = order.AppendUint16(b, uint16(r))
	}
	return string(b)
}

// TestRights_OneAPIRefusesTheToken: only that one is in doubt, with its code.
func TestRights_OneAPIRefusesTheToken(t *testing.T) {
	var n atomic.Int64
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
		switch r.URL.Path {
		case renewAPI:
			_, _ = fmt.Fprintf(w, `{"access_token":"TOKENVALUE%d","expires_in":7200}`, n.Add(1))
		case "/cgi-bin/menu/get":
			_, _ = io.WriteString(w, `{"errcode":40001,"errmsg":"invalid credential, access_token is invalid or not latest rid: 1-2-3"}`)
		case "/cgi-bin/message/custom/send":
			_, _ = io.WriteString(w, `{"errcode":40003,"errmsg":"invalid openid"}`)
		default:
			_, _ = io.WriteString(w, `{}`)
		}
	})
	c := p.client(t, ClientOptions{Now: testNow})
	rights, err := c.Rights(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range rights {
		want, code := models.RightYes, int64(0)
		if r.Name == "menu" {
			want, code = models.RightUnknown, 40001
		}
		if r.Name == "customer_service" {
			code = 40003
		}
		if r.State != want || r.ErrCode != code {
			t.Errorf("%s: %s, code %d; want %s, %d", r.Name, r.State, r.ErrCode, want, code)
		}
	}
	if p.count(renewAPI) > 2 || p.count("/cgi-bin/menu/get") != 2 {
		t.Errorf("%d token calls, %d of the menu", p.count(renewAPI), p.count("/cgi-bin/menu/get"))
	}
}

// TestBodies_AreNotEscapedForHTML: WeChat takes the escapes for what was meant.
func TestBodies_AreNotEscapedForHTML(t *testing.T) {
	got, err := marshal(map[string]string{"url": "https://www.example.gov.cn/?a=1&b=<2>"})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(`{"url":"https://www.example.gov.cn/?a=1&b=<2>"}`, string(got)); diff != "" {
		t.Error(diff)
	}
	var sent string
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
		if goodToken(w, r) {
			return
		}
		b, _ := io.ReadAll(r.Body)
		sent = string(b)
		_, _ = io.WriteString(w, `{}`)
	})
	c := p.client(t, ClientOptions{})
	if err := c.postJSON(t.Context(), "/cgi-bin/menu/create", map[string]string{"name": "办事&查询"}, nil); err != nil || sent != `{"name":"办事&查询"}` {
		t.Errorf("sent %q, %v", sent, err)
	}
}
