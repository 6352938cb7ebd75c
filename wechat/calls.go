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
