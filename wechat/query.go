package wechat

import (
	"net/url"
	"strings"
	"unicode/utf8"
)

const (
	maxQuery = 4096
	maxParam = 128
)

// query is what the callback's URL says. Every parameter was there at most once.
type query struct {
	signature    string
	timestamp    string
	nonce        string
	echo         string
	encryptType  string
	msgSignature string
	openID       string
	seconds      int64
}

// scanQuery reads a raw query string. It reports false when it cannot be read, when a
// known parameter occurs twice or is too long, or when signature, timestamp or nonce is
// missing or the latter two have not their form. Unknown parameters are passed over.
func scanQuery(raw string) (q query, ok bool) {
	if len(raw) > maxQuery {
		return q, false
	}
	special := strings.IndexByte(raw, '%') >= 0 || strings.IndexByte(raw, '+') >= 0 || strings.IndexByte(raw, ';') >= 0
	var seen uint
	for raw != "" {
		var pair string
		pair, raw, _ = strings.Cut(raw, "&")
		name, value, _ := strings.Cut(pair, "=")
		if special {
			if name, ok = unescape(name); !ok {
				return q, false
			}
		}
		target, bit := q.param(name)
		if target == nil {
			continue
		}
		if special {
			if value, ok = unescape(value); !ok {
				return q, false
			}
		}
		if seen&bit != 0 || len(value) > maxParam {
			return q, false
		}
		seen |= bit
		*target = value
	}
	q.seconds, ok = seconds(q.timestamp)
	return q, ok && q.signature != "" && alphanumeric(q.nonce, 32)
}

func (q *query) param(name string) (target *string, bit uint) {
	switch name {
	case "signature":
		return &q.signature, 1
	case "timestamp":
		return &q.timestamp, 2
	case "nonce":
		return &q.nonce, 4
	case "echostr":
		return &q.echo, 8
	case "encrypt_type":
		return &q.encryptType, 16
	case "msg_signature":
		return &q.msgSignature, 32
	case "openid":
		return &q.openID, 64
	}
	return nil, 0
}

func unescape(s string) (string, bool) {
	if strings.IndexByte(s, '%') < 0 && strings.IndexByte(s, '+') < 0 {
		return s, strings.IndexByte(s, ';') < 0
	}
	u, err := url.QueryUnescape(s)
	return u, err == nil
}

// seconds reads exactly ten digits: the signed text has no separators, so with free
// lengths digits could wander from the nonce to the timestamp.
func seconds(s string) (n int64, ok bool) {
	if len(s) != 10 {
		return 0, false
	}
	return digits(s)
}

// digits reads 1 to 18 digits, which fit into an int64 whatever they are.
func digits(s string) (n int64, ok bool) {
	if s == "" || len(s) > 18 {
		return 0, false
	}
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return 0, false
		}
		n = n*10 + int64(s[i]-'0')
	}
	return n, true
}

func echoForm(s string) bool { return alphanumeric(s, 64) }

func alphanumeric(s string, longest int) bool {
	if s == "" || len(s) > longest {
		return false
	}
	for i := range len(s) {
		if !wordChar(s[i]) || s[i] == '_' {
			return false
		}
	}
	return true
}

// wordChar reports whether b is a letter, a digit or the underscore. It looks it up in one
// bit for each of ASCII: in the mixture of an OpenID, comparisons are guessed wrong.
func wordChar(b byte) bool {
	const low, high = 0x3ff << '0', 0x3ffffff<<('A'-64) | 1<<('_'-64) | 0x3ffffff<<('a'-64)
	set := uint64(low)
	if b >= 64 {
		set = high
	}
	return b < utf8.RuneSelf && set>>(b%64)&1 != 0
}

// openIDForm reports whether s is [A-Za-z0-9_-]{shortest,64}.
func openIDForm(s string, shortest int) bool {
	if len(s) < shortest || len(s) > 64 {
		return false
	}
	for i := range len(s) {
		if !wordChar(s[i]) && s[i] != '-' {
			return false
		}
	}
	return true
}
