package wechat

import (
	"regexp"
	"strings"
)

const redacted = "***"

// secretValue finds name=value, "name":"value" and the like. errcode is none of them.
var secretValue = regexp.MustCompile(`(?i)\b(secret|appsecret|access_token|component_access_token|refresh_token|ticket|jsapi_ticket|js_code|code)\b((?:"|'|%22)?\s*(?:=|:|%3D)\s*(?:"|'|%22)?)[^&"'\s,;}%]+`)

// Redact cuts the values of secret, access_token, refresh_token, ticket and code out of
// a text that may hold URLs or JSON. It is for logs and errors about WeChat's API.
func Redact(s string) string {
	return secretValue.ReplaceAllString(s, "${1}${2}"+redacted)
}

// clean redacts s and removes the secrets of this client wherever they stand.
func (c *Client) clean(s string) string {
	for _, secret := range []string{c.account.Secret, c.tokens.current()} {
		if secret != "" {
			s = strings.ReplaceAll(s, secret, redacted)
		}
	}
	return Redact(s)
}
