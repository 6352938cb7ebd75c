package wechattest

import (
	"crypto/sha1"
	"encoding/hex"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Fault is what goes wrong while a body is sent.
type Fault string

// The faults. Both announce the whole length and send the first half of the body.
const (
	FaultNone  Fault = ""
	FaultStall Fault = "stall" // then nothing is sent, and the connection stays open
	FaultCut   Fault = "cut"   // then the sender closes its side of the connection
)

// Request is one request of a case, as it is sent, and what must become of it.
type Request struct {
	Method string
	Path   string // escaped
	Query  string // as it is sent: it may not be decodable
	Header http.Header
	Body   []byte
	Stream int64 // > 0: so many zero bytes of unannounced length are sent instead of Body
	Fault  Fault

	// Message is what the sender meant to say, in clear. What is kept is kept byte for byte.
	Message []byte

	Code        string             // of the refusal; "" = it is kept and answered
	ParseStatus models.ParseStatus // of a message that is kept
	Content     *string            // of a message that is kept; nil = not looked at
	Warning     string             // the field warned of; "" = not looked at
	// Twin: this is another event than that of the request before.
	Twin bool
}

// Requests are what has to be sent, one after the other, for an account made by Account.
// An error is a fault of the table.
func (c *Case) Requests(account models.Account, now time.Time) ([]Request, error) {
	b := newBuilder(c, account, now)
	plain := b.plain()
	sealed := b.seal(plain)
	query := b.query(sealed, b.Fields)
	last := b.request(query, b.body(b.Body, plain, sealed), plain)
	var all []Request
	for range b.Replay + 1 {
		all = append(all, last)
	}
	if b.ReplayBody != nil {
		all[len(all)-1].Code, all[len(all)-1].ParseStatus = "", models.ParseOK
		all = append(all, b.request(query, b.body(b.ReplayBody, plain, sealed), plain))
	}
	if b.Twin != nil {
		plain = b.usual(b.Twin)
		sealed = b.seal(plain)
		twin := b.request(b.query(sealed, b.Twin), b.body(nil, plain, sealed), plain)
		twin.Twin = true
		all = append(all, twin)
	}
	return all, b.err
}

// body is what is sent: a template of the table, or what the account's mode asks for.
func (b *builder) body(template *string, plain, sealed string) string {
	body := plain
	switch b.account.Mode {
	case models.ModeSafe:
		body = "<xml>\n  <ToUserName><![CDATA[gh_x]]></ToUserName>\n  <Encrypt><![CDATA[" + sealed + "]]></Encrypt>\n</xml>"
	case models.ModeCompat:
		// The twin in clear lies, so that a test sees whether it is looked at.
		body = "<xml><ToUserName>liar</ToUserName><FromUserName>liar</FromUserName><MsgType>text</MsgType><Content><![CDATA[lie\x08]]></Content>" +
			"<Encrypt><![CDATA[" + sealed + "]]></Encrypt></xml>"
	case models.ModePlain:
	}
	if template != nil {
		other := b.seal(b.usual(map[string]*string{"Content": new(string)}))
		body = strings.NewReplacer("{encrypt}", sealed, "{encrypt2}", other, "{plain}", plain).Replace(b.expand(*template))
	}
	return body + strings.Repeat(" ", max(0, b.PadTo-len(body)))
}

// query is the raw query string, with the faults of the case, for a message with some
// elements replaced: it names the sender of the message, where that has one.
func (b *builder) query(sealed string, fields map[string]*string) string {
	q := b.signed(sealed)
	if from := fields["FromUserName"]; from != nil {
		if openID := b.expand(*from); len(openID) <= 64 {
			q.Set("openid", openID)
		}
	}
	for name, value := range b.Set {
		q.Set(name, b.expand(value))
	}
	for _, name := range b.Drop {
		q.Del(name)
	}
	for _, name := range b.Upper {
		q.Set(name, strings.ToUpper(q.Get(name)))
	}
	if len(b.Swap) == 2 {
		one, two := q.Get(b.Swap[0]), q.Get(b.Swap[1])
		q.Set(b.Swap[0], two)
		q.Set(b.Swap[1], one)
	}
	for _, name := range b.Double {
		q.Add(name, q.Get(name))
	}
	raw := "&" + q.Encode()
	for from, to := range b.Rename {
		raw = strings.Replace(raw, "&"+from+"=", "&"+to+"=", 1)
	}
	raw = raw[1:]
	if b.Query != "" {
		raw += "&" + b.expand(b.Query)
	}
	return raw
}

// signed are the parameters as WeChat sends them, but for timestamp, nonce and token of
// the case.
func (b *builder) signed(sealed string) url.Values {
	timestamp, nonce, token := b.expand("{now}"), b.expand("{nonce}"), b.account.Token
	if b.Timestamp != "" {
		timestamp = b.expand(b.Timestamp)
	}
	if b.Nonce != "" {
		nonce = b.expand(b.Nonce)
	}
	if b.Token != nil {
		token = *b.Token
	}
	q := url.Values{"timestamp": {timestamp}, "nonce": {nonce}, "openid": {b.expand("{openid}")}}
	q.Set("signature", signature(token, timestamp, nonce))
	if b.account.Mode != models.ModePlain {
		q.Set("encrypt_type", "aes")
		q.Set("msg_signature", signature(token, timestamp, nonce, sealed))
	}
	return q
}

// signature is WeChat's: sha1 over the sorted parts
// (developers.weixin.qq.com/doc/offiaccount/Basic_Information/Access_Overview.html).
func signature(parts ...string) string {
	slices.Sort(parts)
	sum := sha1.Sum([]byte(strings.Join(parts, "")))
	return hex.EncodeToString(sum[:])
}

func (b *builder) request(query, body, plain string) Request {
	r := Request{
		Method: http.MethodPost, Path: "/wechat/callback/" + b.account.AppID, Query: query, Body: []byte(body),
		Stream: b.Stream, Fault: b.Fault, Header: http.Header{}, Message: []byte(plain),
		Code: b.Code, ParseStatus: b.ParseStatus, Warning: b.Warning,
	}
	if b.Content != nil {
		content := strings.TrimSpace(b.expand(*b.Content))
		r.Content = &content
	}
	if b.Method != "" {
		r.Method = b.Method
	}
	r.Header.Set("Content-Type", "text/xml")
	for name, value := range b.Headers {
		r.Header.Set(name, value)
		if value == "" {
			r.Header.Del(name)
		}
	}
	return r
}
