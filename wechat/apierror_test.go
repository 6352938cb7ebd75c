package wechat

import (
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// TestAnswerForms: an error is read in every form that the platform and what stands before
// it give it, and what is no error is not taken for one.
func TestAnswerForms(t *testing.T) {
	const rid = "65f0a1b2-1c2d3e4f-5a6b7c8d"
	good := []string{"203.0.113.1"}
	for _, tt := range []struct {
		name, body string
		ips        []string
		want       APIError
	}{
		{"no errcode", `{"ip_list":["203.0.113.1"]}`, good, APIError{}},
		{"errcode 0", `{"errcode":0,"errmsg":"ok","ip_list":["203.0.113.1"]}`, good, APIError{}},
		{"errcode 0 as a string", `{"errcode":"0","errmsg":"ok","ip_list":["203.0.113.1"]}`, good, APIError{}},
		{"errcode empty", `{"errcode":"","errmsg":null,"ip_list":["203.0.113.1"]}`, good, APIError{}},
		{"errcode null", `{"errcode":null,"ip_list":["203.0.113.1"]}`, good, APIError{}},
		{"byte order mark", "\ufeff" + `{"ip_list":["203.0.113.1"]}` + "\n", good, APIError{}},
		{"number", `{"errcode":48001,"errmsg":"api unauthorized rid: ` + rid + `"}`, nil, APIError{Code: 48001, Msg: "api unauthorized rid: " + rid, Rid: rid, Class: ClassRight}},
		{"string", `{"errcode":"48001","errmsg":"api unauthorized, rid:` + rid + `"}`, nil, APIError{Code: 48001, Msg: "api unauthorized, rid:" + rid, Rid: rid, Class: ClassRight}},
		{"negative string", `{"errcode":"-1","errmsg":"system error"}`, nil, APIError{Code: -1, Msg: "system error", Class: ClassTransient}},
		{"no errmsg", `{"errcode":45009}`, nil, APIError{Code: 45009, Class: ClassQuota}},
		{"errmsg null", `{"errcode":45009,"errmsg":null}`, nil, APIError{Code: 45009, Class: ClassQuota}},
		{"errmsg no string", `{"errcode":45009,"errmsg":{"zh":"x"}}`, nil, APIError{Code: 45009, Msg: `{"zh":"x"}`, Class: ClassQuota}},
		{"upper case", `{"ErrCode":45009,"ErrMsg":"limit"}`, nil, APIError{Code: 45009, Msg: "limit", Class: ClassQuota}},
		{"errcode no number", `{"errcode":"limit","errmsg":"x"}`, nil, APIError{Msg: "the answer is not JSON", Class: ClassTransient}},
		{"HTML", `<html><body>502 Bad Gateway</body></html>`, nil, APIError{Msg: "the answer is not JSON", Class: ClassTransient}},
		{"nothing", ``, nil, APIError{Msg: "the answer is not JSON", Class: ClassTransient}},
		{"an array", `[]`, nil, APIError{Msg: "the answer is not JSON", Class: ClassTransient}},
		{"cut", `{"ip_list":["203.0.113.1"`, nil, APIError{Msg: "the answer is not JSON", Class: ClassTransient}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
				if !goodToken(w, r) {
					_, _ = io.WriteString(w, tt.body)
				}
			})
			ips, err := addresses(t.Context(), p.client(t, ClientOptions{}))
			if diff := cmp.Diff(tt.ips, ips); diff != "" {
				t.Error(diff)
			}
			var e *APIError
			if !errors.As(err, &e) {
				if tt.ips == nil || err != nil {
					t.Fatalf("error %v", err)
				}
				return
			}
			if e.Code != tt.want.Code || e.Msg != tt.want.Msg || e.Rid != tt.want.Rid || e.Class != tt.want.Class {
				t.Errorf("%+v, want %+v", *e, tt.want)
			}
		})
	}
}

// TestNumbersAsStrings: what the documents call a number counts as a string too.
func TestNumbersAsStrings(t *testing.T) {
	p := newPlatform(t, func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == renewAPI {
			_, _ = io.WriteString(w, `{"access_token":"TOKENVALUE1","expires_in":"7200"}`)
			return
		}
		_, _ = io.WriteString(w, `{"is_add_friend_reply_open":"1","is_autoreply_open":"0","keyword_autoreply_info":{"list":[{"rule_name":"社保","create_time":"1423028166"}]}}`)
	})
	replies, err := p.client(t, ClientOptions{}).AutoReplies(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if rules := replies.Keywords.Rules; replies.FollowOn != 1 || replies.On != 0 || len(rules) != 1 || rules[0].CreatedAt != 1423028166 {
		t.Errorf("%+v", replies)
	}
}

// TestSecretAsString: a wrong secret stops the calls whatever form its code has.
func TestSecretAsString(t *testing.T) {
	p := newPlatform(t, func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `{"errcode":"40125","errmsg":"invalid appsecret `+testSecret+`"}`)
	})
	c := p.client(t, ClientOptions{})
	for range 3 {
		_, err := addresses(t.Context(), c)
		var e *APIError
		if !errors.As(err, &e) || e.Class != ClassConfig || strings.Contains(e.Msg, testSecret) {
			t.Fatalf("error %v", err)
		}
	}
	if p.count(renewAPI) != 1 {
		t.Errorf("%d token calls, want 1", p.count(renewAPI))
	}
}
