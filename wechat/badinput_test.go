package wechat

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// badInput is one case of testdata/badinput.json. The request is built in this order:
//
//  1. The message: fields replace elements of the usual text message (null leaves one
//     out, unknown names are added before </xml>, values are raw XML); plain replaces the
//     message, where {plain} stands for the usual one.
//  2. The cipher text: of the message with app_id (default: the account's) and key
//     (default: the account's, "old": the previous one), changed by cipher, or replaced
//     by sealed. cipher is one of: urlsafe, cut_base64, newline, drop_block, flip_last,
//     bytes:N (cut), content:N (N bytes, then sound padding), pad:N (last byte),
//     pad_garbage, length:N, length+N, length-N.
//  3. The body: by mode, or body, where {encrypt} is the cipher text, {encrypt2} one of
//     another message and {plain} the message; pad_to adds white space up to a length;
//     stream sends that many bytes without a length; fault "stall" or "cut" ends the body
//     half-way by a timeout or by a lost connection.
//  4. The query: timestamp and nonce (defaults: now, nonce12345), signatures made with
//     token (default: the account's); then, on the raw query, set, drop, rename, double,
//     upper, swap and query (appended).
//  5. method and headers; original_id, keep_old_key, allow_json and any_skew change the
//     account and the options; replay sends the request that many times; replay_body
//     sends a second body with the query of the first; twin is a second message, of other
//     fields, that must have another key.
//
// {repeat:TEXT:N} and {hex:BYTES} are expanded everywhere. The expectation, of the last
// request: code of the refusal, or parse_status with content and a warning's field.
type badInput struct {
	Name, Group, Mode, Method string
	Fields, Twin              map[string]*string
	Plain, Sealed, Body       *string
	AppID                     *string `json:"app_id"`
	Key, Cipher, Fault        string
	PadTo                     int   `json:"pad_to"`
	Stream                    int64 `json:"stream"`
	Timestamp, Nonce          string
	Token                     *string
	Set, Rename               map[string]string
	Drop, Double, Upper, Swap []string
	Query                     string
	Headers                   map[string]string
	OriginalID                string `json:"original_id"`
	KeepOldKey                bool   `json:"keep_old_key"`
	AllowJSON                 bool   `json:"allow_json"`
	AnySkew                   bool   `json:"any_skew"`
	Replay                    int
	ReplayBody                *string `json:"replay_body"`
	Code                      string
	ParseStatus               string `json:"parse_status"`
	Content                   *string
	Warning                   string
}

var expansion = regexp.MustCompile(`(?s)\{(repeat|hex):([^{}]*?)(?::(\d+))?\}`)

func expand(s string) string {
	return expansion.ReplaceAllStringFunc(s, func(mark string) string {
		part := expansion.FindStringSubmatch(mark)
		if part[1] == "hex" {
			b, err := hex.DecodeString(part[2])
			if err != nil {
				panic(err)
			}
			return string(b)
		}
		n, _ := strconv.Atoi(part[3])
		return strings.Repeat(part[2], n)
	})
}

// usual is the usual text message with some elements replaced.
func usual(fields map[string]*string) string {
	var b strings.Builder
	b.WriteString("<xml>")
	known := []string{
		"ToUserName", "gh_7f083739789a", "FromUserName", "oMgHVjngRipVsoxg6TuX3vz6glDg", "CreateTime", "1750000000",
		"MsgType", "text", "Content", "<![CDATA[社保卡]]>", "MsgId", "23456789012345678",
	}
	rest := maps.Clone(fields)
	write := func(name, value string) { b.WriteString("<" + name + ">" + expand(value) + "</" + name + ">") }
	for i := 0; i < len(known); i += 2 {
		value, replaced := fields[known[i]]
		delete(rest, known[i])
		if !replaced {
			write(known[i], known[i+1])
		} else if value != nil {
			write(known[i], *value)
		}
	}
	for _, name := range slices.Sorted(maps.Keys(rest)) {
		write(name, *rest[name])
	}
	b.WriteString("</xml>")
	return b.String()
}

func (c *badInput) account() models.Account {
	a := testAccount(models.ModeSafe)
	if c.Mode != "" {
		a = testAccount(models.Mode(c.Mode))
	}
	a.OriginalID = c.OriginalID
	if c.KeepOldKey {
		a.PreviousAESKey = oldTestKey
	}
	return a
}

// seal is the cipher text of a message, with the faults of the case.
func (c *badInput) seal(plain string) string {
	if c.Sealed != nil {
		return *c.Sealed
	}
	key, appID := testKey, testAppID
	if c.Key != "" {
		key = map[bool]string{true: oldTestKey, false: c.Key}[c.Key == "old"]
	}
	if c.AppID != nil {
		appID = expand(*c.AppID)
	}
	content := []byte(testRandom)
	content = binary.BigEndian.AppendUint32(content, uint32(len(plain)))
	content = append(append(content, plain...), appID...)
	op, arg, _ := strings.Cut(c.Cipher, ":")
	n, _ := strconv.ParseInt(arg, 10, 64)
	switch op {
	case "content":
		content = content[:n]
	case "length":
		binary.BigEndian.PutUint32(content[16:], uint32(n))
	case "length+1", "length-1", "length+18":
		n, _ = strconv.ParseInt(op[len("length"):], 10, 64)
		binary.BigEndian.PutUint32(content[16:], uint32(int64(len(plain))+n))
	}
	pad := 32 - len(content)%32
	for range pad {
		content = append(content, byte(pad))
	}
	switch op {
	case "pad":
		content[len(content)-1] = byte(n)
	case "pad_garbage":
		content[len(content)-1], content[len(content)-2] = 2, 9
	}
	return finish(op, n, encryptCBC(key, content))
}

// finish applies the faults of the cipher text itself.
func finish(op string, n int64, sealed []byte) string {
	switch op {
	case "bytes":
		sealed = sealed[:n]
	case "drop_block":
		sealed = sealed[:len(sealed)-32]
	case "flip_last":
		sealed[len(sealed)-1] ^= 1
	}
	text := base64.StdEncoding.EncodeToString(sealed)
	switch op {
	case "urlsafe":
		// A sign of the URL-safe alphabet is sure to be there.
		return "-_" + text[2:]
	case "cut_base64":
		return text[:len(text)-1]
	case "newline":
		return text[:76] + "\n" + text[76:]
	}
	return text
}

func (c *badInput) plain() string {
	if c.Plain == nil {
		return usual(c.Fields)
	}
	return strings.ReplaceAll(expand(*c.Plain), "{plain}", usual(nil))
}

func (c *badInput) body(template *string, plain, sealed string) string {
	body := plain
	if mode := c.account().Mode; mode != models.ModePlain {
		body = wrapped(mode, "<xml/>", sealed)
	}
	if template != nil {
		body = strings.NewReplacer("{encrypt}", sealed, "{encrypt2}", c.seal(usual(map[string]*string{"Content": new(string)})), "{plain}", plain).
			Replace(expand(*template))
	}
	return body + strings.Repeat(" ", max(0, c.PadTo-len(body)))
}

func (c *badInput) query(sealed string) string {
	d := delivery{account: c.account(), timestamp: "1750000000", nonce: testNonce}
	if c.Timestamp != "" {
		d.timestamp = c.Timestamp
	}
	if c.Nonce != "" {
		d.nonce = expand(c.Nonce)
	}
	if c.Token != nil {
		d.account.Token = *c.Token
	}
	if d.account.Mode == models.ModePlain {
		sealed = ""
	}
	q := d.query(sealed)
	for name, value := range c.Set {
		q.Set(name, value)
	}
	for _, name := range c.Drop {
		q.Del(name)
	}
	for _, name := range c.Upper {
		q.Set(name, strings.ToUpper(q.Get(name)))
	}
	if len(c.Swap) == 2 {
		one, two := q.Get(c.Swap[0]), q.Get(c.Swap[1])
		q.Set(c.Swap[0], two)
		q.Set(c.Swap[1], one)
	}
	for _, name := range c.Double {
		q.Add(name, q.Get(name))
	}
	raw := q.Encode()
	for from, to := range c.Rename {
		raw = "&" + raw
		raw = strings.Replace(raw, "&"+from+"=", "&"+to+"=", 1)[1:]
	}
	if c.Query != "" {
		raw += "&" + expand(c.Query)
	}
	return raw
}

func (c *badInput) request(query, body string) *http.Request {
	method := c.Method
	if method == "" {
		method = http.MethodPost
	}
	var reader io.Reader = strings.NewReader(body)
	switch {
	case c.Fault == "stall":
		reader = broken{strings.NewReader(body[:len(body)/2]), os.ErrDeadlineExceeded}
	case c.Fault == "cut":
		reader = broken{strings.NewReader(body[:len(body)/2]), io.ErrUnexpectedEOF}
	case c.Stream > 0:
		reader = &endless{}
	}
	r := httptest.NewRequest(method, "/wechat/callback/"+testAppID, reader)
	r.URL = &url.URL{Path: r.URL.Path, RawQuery: query}
	r.Header.Set("Content-Type", "text/xml")
	for name, value := range c.Headers {
		r.Header.Set(name, value)
	}
	return r
}
