package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
)

// marshal writes JSON as WeChat wants it: it takes < for six characters, so that menus
// are refused as too long (40033) and links do not lead where they should.
func marshal(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, fmt.Errorf("wechat: marshal: %w", err)
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// CallbackCheck is what WeChat finds when it looks for our URL.
type CallbackCheck struct {
	DNS []struct {
		IP       string `json:"ip"`
		Operator string `json:"real_operator"`
	} `json:"dns"`
	Ping []struct {
		IP       string `json:"ip"`
		Operator string `json:"from_operator"`
		Loss     string `json:"package_loss"` // for example "0%"
		Time     string `json:"time"`         // for example "23.079ms"
	} `json:"ping"`
}

// CheckCallback asks WeChat to resolve and ping the callback's host
// (developers.weixin.qq.com, callback/check).
func (c *Client) CheckCallback(ctx context.Context) (CallbackCheck, error) {
	var out CallbackCheck
	err := c.postJSON(ctx, "/cgi-bin/callback/check", map[string]string{"action": "all", "check_operator": "DEFAULT"}, &out)
	return out, err
}

// CallbackIPs returns the addresses and networks that WeChat calls from, never an empty
// list without an error.
func (c *Client) CallbackIPs(ctx context.Context) ([]string, error) {
	const api = "/cgi-bin/getcallbackip"
	var out struct {
		IPs []string `json:"ip_list"`
	}
	if err := c.get(ctx, api, nil, &out); err != nil {
		return nil, err
	}
	if len(out.IPs) == 0 {
		return nil, &APIError{API: api, Msg: "the answer holds no address", Class: ClassTransient}
	}
	return out.IPs, nil
}

// AutoReplies are the rules of the account's back office, which WeChat stops using once
// our URL is switched on (developers.weixin.qq.com, get_current_autoreply_info).
type AutoReplies struct {
	FollowOn  Number     `json:"is_add_friend_reply_open"` // 1 = on
	On        Number     `json:"is_autoreply_open"`        // 1 = on
	OnFollow  *AutoReply `json:"add_friend_autoreply_info"`
	OnMessage *AutoReply `json:"message_default_autoreply_info"`
	Keywords  struct {
		Rules []AutoRule `json:"list"`
	} `json:"keyword_autoreply_info"`
}

// AutoRule is one keyword rule of the back office.
type AutoRule struct {
	Name      string `json:"rule_name"`
	CreatedAt Number `json:"create_time"` // Unix seconds
	ReplyMode string `json:"reply_mode"`  // reply_all or random_one
	Keywords  []struct {
		Type    string `json:"type"`
		Match   string `json:"match_mode"` // contain or equal
		Content string `json:"content"`
	} `json:"keyword_list_info"`
	Replies []AutoReply `json:"reply_list_info"`
}

// AutoReply is one reply of the back office. Content is the text, or the media id of
// image, voice and video, which is good for three days.
type AutoReply struct {
	Type    string `json:"type"`
	Content string `json:"content"`
	News    struct {
		Articles []AutoArticle `json:"list"`
	} `json:"news_info"`
}

// AutoArticle is one card of a news reply of the back office.
type AutoArticle struct {
	Title      string `json:"title"`
	Author     string `json:"author"`
	Digest     string `json:"digest"`
	ShowCover  Number `json:"show_cover"`
	CoverURL   string `json:"cover_url"`
	ContentURL string `json:"content_url"`
	SourceURL  string `json:"source_url"`
}

// ReadAutoReplies reads an answer of get_current_autoreply_info that was kept in a file. It is
// as lenient as with WeChat's own answers; an answer that is an error is an *APIError.
func ReadAutoReplies(content []byte) (AutoReplies, error) {
	var out AutoReplies
	content, head, ok := readHead(content)
	if !ok {
		return out, &APIError{API: autoReplyAPI, Msg: "the file is not JSON", Class: ClassContent}
	}
	if head.Code != 0 {
		return out, head.fault(autoReplyAPI)
	}
	if err := json.Unmarshal(content, &out); err != nil {
		return out, &APIError{API: autoReplyAPI, Msg: "the file has another form: " + err.Error(), Class: ClassContent}
	}
	return out, nil
}

const autoReplyAPI = "/cgi-bin/get_current_autoreply_info"

// AutoReplies reads the rules of the back office; every kind of account may.
func (c *Client) AutoReplies(ctx context.Context) (AutoReplies, error) {
	var out AutoReplies
	err := c.get(ctx, autoReplyAPI, nil, &out)
	return out, err
}
