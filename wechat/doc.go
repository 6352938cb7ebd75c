// Package wechat is the wire between WeChat and this program: a Codec verifies, decrypts
// and parses the callbacks of one official account and renders and encrypts passive
// replies; a Client calls the WeChat API. It is the only importer of
// github.com/silenceper/wechat/v2. It decides nothing: which reply a citizen gets, what
// is kept and which HTTP status a refusal has is settled elsewhere.
package wechat
