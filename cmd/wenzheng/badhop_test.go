package main

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/simulator"
)

// badPost is a good callback in the making, in safe mode; a test changes what it likes.
type badPost struct {
	method, path, proto string
	query               string
	head                []string
	body                string
	message             string
}

// badPosts numbers the messages, so that each is an event of its own.
type badPosts struct {
	account models.Account
	cipher  *simulator.Cipher
	n       int
}

func (p *badPosts) next() *badPost {
	p.n++
	message := fmt.Sprintf("<xml><ToUserName>gh_0123456789ab</ToUserName><FromUserName>oCanaryOpenID%015d</FromUserName>"+
		"<CreateTime>1750000000</CreateTime><MsgType>text</MsgType><Content>金丝雀</Content><MsgId>%d</MsgId></xml>", p.n, 7_000_000+p.n)
	sealed := p.cipher.Seal([16]byte{byte(p.n)}, []byte(message))
	now, nonce := fmt.Sprint(time.Now().Unix()), fmt.Sprintf("hop%d", p.n)
	return &badPost{
		method: http.MethodPost, path: "/wechat/callback/" + p.account.AppID, proto: "HTTP/1.1", message: message,
		query: "signature=" + simulator.Signature(p.account.Token, now, nonce) + "&timestamp=" + now + "&nonce=" + nonce +
			"&encrypt_type=aes&msg_signature=" + simulator.Signature(p.account.Token, now, nonce, sealed),
		head: []string{"Host: wechat.example", "Content-Type: text/xml"},
		body: "<xml><Encrypt>" + sealed + "</Encrypt></xml>",
	}
}

// String is the request as it is sent; a Content-Length of its own replaces the true one.
func (b *badPost) String() string {
	head := slices.Clone(b.head)
	if !slices.ContainsFunc(head, func(h string) bool {
		return strings.HasPrefix(h, "Content-Length:") || strings.HasPrefix(h, "Transfer-Encoding:")
	}) {
		head = append(head, fmt.Sprintf("Content-Length: %d", len(b.body)))
	}
	return b.method + " " + b.path + "?" + b.query + " " + b.proto + "\r\n" + strings.Join(head, "\r\n") + "\r\n\r\n" + b.body
}

func (b *badPost) with(head ...string) *badPost {
	b.head = append(b.head, head...)
	return b
}

func (b *badPost) chunked() string { return fmt.Sprintf("%x\r\n%s\r\n0\r\n\r\n", len(b.body), b.body) }

// badHop is a request that only HTTP can get wrong. kept: it is a callback all the same.
type badHop struct {
	name        string
	change      func(b *badPost)
	status      int
	kept        bool
	foreignBody bool // net/http refuses by itself and says so
}

func badHops(appID string) []badHop {
	add := func(head ...string) func(*badPost) { return func(b *badPost) { b.with(head...) } }
	method := func(m string) func(*badPost) { return func(b *badPost) { b.method = m } }
	path := func(p string) func(*badPost) { return func(b *badPost) { b.path = p } }
	both := func(fs ...func(*badPost)) func(*badPost) {
		return func(b *badPost) {
			for _, f := range fs {
				f(b)
			}
		}
	}
	const callback = "/wechat/callback/"
	return []badHop{
		{name: "as it should be", change: add(), status: 200, kept: true},
		{name: "header of 32 KiB", change: add("X-Long: " + strings.Repeat("x", 32<<10)), status: 431, foreignBody: true},
		{name: "2,000 headers", change: add(slices.Repeat([]string{"X-Many: 1234567890"}, 2000)...), status: 431, foreignBody: true},
		{name: "path of 32 KiB", change: path(callback + strings.Repeat("x", 32<<10)), status: 431, foreignBody: true},
		{name: "no Host", change: func(b *badPost) { b.head = b.head[1:] }, status: 400, foreignBody: true},
		{name: "two Hosts", change: add("Host: other.example"), status: 400, foreignBody: true},
		{name: "Host with a blank", change: func(b *badPost) { b.head[0] = "Host: a b" }, status: 400, foreignBody: true},
		{name: "HTTP/1.0", change: func(b *badPost) { b.proto = "HTTP/1.0" }, status: 200, kept: true},
		{name: "HTTP/3.0", change: func(b *badPost) { b.proto = "HTTP/3.0" }, status: 505, foreignBody: true},
		{name: "no HTTP", change: func(b *badPost) { b.proto = "SMTP" }, status: 400, foreignBody: true},
		{name: "NUL in a header", change: add("X-Nul: a\x00b"), status: 400, foreignBody: true},
		{name: "header without colon", change: add("nonsense"), status: 400, foreignBody: true},
		{name: "blank before the colon", change: add("Content-Length : 3"), status: 400, foreignBody: true},
		{name: "two Content-Lengths", change: func(b *badPost) { b.with(fmt.Sprintf("Content-Length: %d", len(b.body)), "Content-Length: 3") }, status: 400, foreignBody: true},
		{name: "one Content-Length twice", change: func(b *badPost) {
			length := fmt.Sprintf("Content-Length: %d", len(b.body))
			b.with(length, length)
		}, status: 200, kept: true},
		{name: "Content-Length negative", change: add("Content-Length: -1"), status: 400, foreignBody: true},
		{name: "Content-Length no number", change: add("Content-Length: ten"), status: 400, foreignBody: true},
		{name: "Content-Length of 8 GiB", change: add("Content-Length: 8589934592"), status: 413},
		{name: "Content-Length too short", change: add("Content-Length: 40"), status: 400},
		{name: "Content-Length 0", change: add("Content-Length: 0"), status: 400},
		{name: "chunked", change: func(b *badPost) { b.with("Transfer-Encoding: chunked").body = b.chunked() }, status: 200, kept: true},
		{name: "chunked and Content-Length", change: func(b *badPost) { b.with("Transfer-Encoding: chunked", "Content-Length: 5").body = b.chunked() }, status: 200, kept: true},
		{name: "chunked twice", change: func(b *badPost) {
			b.with("Transfer-Encoding: chunked", "Transfer-Encoding: chunked").body = b.chunked()
		}, status: 501, foreignBody: true},
		{name: "another transfer encoding", change: add("Transfer-Encoding: gzip"), status: 501, foreignBody: true},
		{name: "chunk size no number", change: func(b *badPost) { b.with("Transfer-Encoding: chunked").body = "zz\r\nabc\r\n0\r\n\r\n" }, status: 400},
		{name: "chunk size beyond 64 bits", change: func(b *badPost) { b.with("Transfer-Encoding: chunked").body = "fffffffffffffffff\r\nabc\r\n" }, status: 400},
		{name: "Expect something else", change: add("Expect: miracles"), status: 417},
		{name: "gzip", change: add("Content-Encoding: gzip"), status: 415},
		{name: "XML announced as JSON", change: func(b *badPost) { b.head[1] = "Content-Type: application/json" }, status: 200, kept: true},
		{name: "octets", change: func(b *badPost) { b.head[1] = "Content-Type: application/octet-stream" }, status: 200, kept: true},
		{name: "HEAD", change: method("HEAD"), status: 405},
		{name: "PUT", change: method("PUT"), status: 405},
		{name: "PATCH", change: method("PATCH"), status: 405},
		{name: "DELETE", change: method("DELETE"), status: 405},
		{name: "OPTIONS", change: method("OPTIONS"), status: 405},
		{name: "TRACE", change: method("TRACE"), status: 405},
		{name: "a method nobody knows", change: method("BREW"), status: 405},
		{name: "post in lower case", change: method("post"), status: 405},
		{name: "GET without echostr", change: method("GET"), status: 403},
		{name: "GET that wants to be POST", change: both(method("GET"), add("X-HTTP-Method-Override: POST", "X-Method-Override: POST")), status: 403},
		{name: "GET that wants to be POST in its query", change: both(method("GET"), func(b *badPost) { b.query += "&_method=POST" }), status: 403},
		{name: "POST that wants to be GET", change: add("X-HTTP-Method-Override: GET"), status: 200, kept: true},
		{name: "PUT that wants to be POST", change: both(method("PUT"), add("X-HTTP-Method-Override: POST")), status: 405},
		{name: "above the root", change: path(callback + "../../../etc/passwd"), status: 404},
		{name: "above the root, encoded", change: path(callback + "%2e%2e%2f%2e%2e%2fetc%2fpasswd"), status: 404},
		{name: "above the root, GET", change: both(method("GET"), path(callback+"../../../../wechat/etc/passwd")), status: 404},
		{name: "above the root, backslashes", change: path(callback + `..\..\etc\passwd`), status: 404},
		{name: "through a folder", change: path("/x/.." + callback + appID), status: 404},
		{name: "NUL in the path", change: path(callback + appID + "%00"), status: 404},
		{name: "two slashes first", change: path("/" + callback + appID), status: 404},
		{name: "two slashes inside", change: path("/wechat//callback/" + appID), status: 404},
		{name: "slash at the end", change: path(callback + appID + "/"), status: 404},
		{name: "more behind the app id", change: path(callback + appID + "/x"), status: 404},
		{name: "path in capitals", change: path(strings.ToUpper(callback) + appID), status: 404},
		{name: "app id in capitals", change: path(callback + strings.ToUpper(appID)), status: 404},
		{name: "app id nobody has", change: path(callback + "wxffffffffffffffff"), status: 404},
		{name: "app id missing", change: path(callback), status: 404},
		{name: "app id percent-encoded", change: path(callback + "%77%78" + appID[2:]), status: 200, kept: true},
		{name: "broken percent escape", change: path(callback + "%zz"), status: 400, foreignBody: true},
		{name: "whole URL", change: path("http://wechat.example" + callback + appID), status: 200, kept: true},
		{name: "console without session", change: path("/api/accounts"), status: 404, foreignBody: true},
	}
}

// TestHopFaultsOverTheWire sends what only HTTP can get wrong, byte by byte.
func TestHopFaultsOverTheWire(t *testing.T) {
	o := newBadOffice(t, nil, nil)
	cipher, err := simulator.NewCipher(o.account.AppID, o.account.AESKey)
	if err != nil {
		t.Fatal(err)
	}
	o.hop = &badPosts{account: o.account, cipher: cipher}
	before := badCalm(t)
	l := &badLine{addr: o.addr}
	for _, h := range badHops(o.account.AppID) {
		t.Run(h.name, func(t *testing.T) { o.hopOnce(t, l, &h) })
	}
	t.Run("pipelined", func(t *testing.T) { o.pipelined(t, l) })
	t.Run("smuggled", func(t *testing.T) { o.smuggled(t, l) })
	t.Run("continue", func(t *testing.T) { o.continued(t, l) })
	t.Run("slow", func(t *testing.T) { o.slow(t) })
	o.checkLog(t)
	o.checkCalm(t, before)
	o.end(t)
}

func (o *badOffice) keep(b *badPost) {
	o.kept[badKey(o.account.AppID, []byte(b.message))] = models.ParseOK
}

func (o *badOffice) hopOnce(t *testing.T, l *badLine, h *badHop) {
	b := o.hop.next()
	h.change(b)
	got, err := l.raw(b.String(), b.method)
	if err != nil {
		t.Fatal(err)
	}
	switch {
	case h.kept:
		o.keep(b)
		badAnswered(t, h.name, models.ParseOK, got[0])
	case h.foreignBody:
		if got[0].status != h.status || badDigest.MatchString(got[0].body) {
			t.Errorf("%d %.200q, want %d and no digest", got[0].status, got[0].body, h.status)
		}
	default:
		badRefused(t, h.name, h.status, got[0])
	}
}

// pipelined: three requests in one packet are answered in order, the forged one too.
func (o *badOffice) pipelined(t *testing.T, l *badLine) {
	first, forged, third := o.hop.next(), o.hop.next(), o.hop.next()
	forged.query = strings.Replace(forged.query, "signature=", "signature=0", 1)
	got, err := l.raw(first.String()+forged.String()+third.String(), "POST", "POST", "POST")
	if err != nil {
		t.Fatal(err)
	}
	badAnswered(t, "first", models.ParseOK, got[0])
	badRefused(t, "forged", 403, got[1])
	badAnswered(t, "third", models.ParseOK, got[2])
	o.keep(first)
	o.keep(third)
}

// smuggled: what stands behind a body that was announced too short is no request.
func (o *badOffice) smuggled(t *testing.T, l *badLine) {
	inner := o.hop.next()
	for name, head := range map[string]string{"short": "Content-Length: 10", "chunk": "Transfer-Encoding: chunked"} {
		outer := o.hop.next().with(head)
		outer.body = strings.Repeat("x", 5) + "\r\n" + inner.String()
		got, err := l.raw(outer.String(), "POST")
		if err != nil {
			t.Fatal(err)
		}
		badRefused(t, name, 400, got[0])
	}
}

// continued: whoever asks before sending is told to send only where it is worth it.
func (o *badOffice) continued(t *testing.T, l *badLine) {
	good := o.hop.next().with("Expect: 100-continue")
	got, err := l.raw(good.String(), "POST")
	if err != nil || got[0].header.Get("Continued") != "yes" {
		t.Fatalf("%v %v, want to be told to continue", err, got)
	}
	badAnswered(t, "good", models.ParseOK, got[0])
	o.keep(good)
	forged := o.hop.next().with("Expect: 100-continue")
	forged.query = strings.Replace(forged.query, "signature=", "signature=0", 1)
	forged.with(fmt.Sprintf("Content-Length: %d", len(forged.body))).body = ""
	if got, err = l.raw(forged.String(), "POST"); err != nil || got[0].header.Get("Continued") != "" {
		t.Fatalf("%v %v, want a refusal at once", err, got)
	}
	badRefused(t, "forged", 403, got[0])
}

// slow: nobody holds a connection by sending little or nothing.
func (o *badOffice) slow(t *testing.T) {
	const tick = 250 * time.Millisecond
	good, forged, unknown := o.hop.next(), o.hop.next(), o.hop.next()
	forged.query = strings.Replace(forged.query, "signature=", "signature=0", 1)
	unknown.path = "/wechat/callback/wxffffffffffffffff"
	for _, tc := range []struct {
		name   string
		b      *badPost
		cut    int // bytes of the end that drip
		status int // 0: the connection ends, with or without a word of net/http
		within time.Duration
	}{
		{"body", good, len(good.body), 408, 3 * time.Second},
		{"body of a forger", forged, len(forged.body), 403, 3 * time.Second},
		{"body for nobody", unknown, len(unknown.body), 404, 7 * time.Second},
		{"header", o.hop.next(), len(good.body) + 40, 0, 5 * time.Second},
		{"first line", o.hop.next(), len(good.body) + 200, 0, 5 * time.Second},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			text := tc.b.String()
			l := &badLine{addr: o.addr}
			got, err := l.drip(text[:len(text)-tc.cut], text[len(text)-tc.cut:], tick)
			if tc.status == 0 && got.status == http.StatusBadRequest {
				got.status, got.body = 0, ""
			}
			if err != nil || got.status != tc.status || got.body != "" || got.took > tc.within {
				t.Errorf("%v: %d %q after %v, want %d within %v", err, got.status, got.body, got.took, tc.status, tc.within)
			}
		})
	}
}
