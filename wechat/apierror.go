package wechat

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// ErrorClass says how to react to a failed API call.
type ErrorClass string

// The classes and the reactions to them.
const (
	ClassToken     ErrorClass = "token"     // the token is not valid: fetch another, once
	ClassConfig    ErrorClass = "config"    // a setting is wrong: stop until it is changed
	ClassRight     ErrorClass = "right"     // the account may not: take another channel, never retry
	ClassQuota     ErrorClass = "quota"     // used up: stop until the reset
	ClassWindow    ErrorClass = "window"    // the citizen's time window is closed or full
	ClassConsent   ErrorClass = "consent"   // the citizen does not follow or has refused
	ClassRecipient ErrorClass = "recipient" // no such citizen: no retry
	ClassContent   ErrorClass = "content"   // the author must change the content: no retry
	ClassTransient ErrorClass = "transient" // try again later
	ClassOther     ErrorClass = "other"     // not known to us
)

// APIError is a failed call of the WeChat API. It never holds a secret or a token. Code
// is WeChat's errcode, or the HTTP status of an answer that was none, or 0 where there
// was no answer at all.
type APIError struct {
	API   string // path of the call, without its query
	Code  int64
	Msg   string
	Rid   string // WeChat's request id, for its support
	Class ErrorClass

	cause  error
	unsent bool // no connection came about
}

func (e *APIError) Error() string {
	return fmt.Sprintf("wechat: %s: %s error %d: %s", e.API, e.Class, e.Code, e.Msg)
}

// Unwrap returns what the network or the context said, without the URL.
func (e *APIError) Unwrap() error { return e.cause }

var (
	ridPattern = regexp.MustCompile(`\brid: ?([0-9A-Za-z-]+)`)
	ipPattern  = regexp.MustCompile(`invalid ip ([0-9a-fA-F.:]+[0-9a-fA-F])`)
)

// answerHead is what every answer of the API may hold.
type answerHead struct {
	Code Number          `json:"errcode"`
	Msg  json.RawMessage `json:"errmsg"` // a string, where it is sent at all
}

// readHead reads what every answer may hold, and returns the answer as JSON that can be
// decoded: without a mark of the byte order, in UTF-8, and with blanks in the place of raw
// control characters, which WeChat may send within a text.
func readHead(content []byte) (clean []byte, head answerHead, ok bool) {
	if utf16(content) || hasPrefix(content, "{\x00") || hasPrefix(content, "\x00{") { // a file that Windows wrote
		content = fromUTF16(content)
	}
	content = bytes.TrimPrefix(content, byteOrderMark)
	if !utf8.Valid(content) {
		content = fromGBK(content)
	}
	if json.Unmarshal(content, &head) == nil {
		return content, head, true
	}
	clean = bytes.Clone(content)
	for i, b := range clean {
		if b < ' ' {
			clean[i] = ' '
		}
	}
	return clean, head, json.Unmarshal(clean, &head) == nil
}

// fault is the error that the head tells of; its Msg is still as WeChat sent it.
func (h *answerHead) fault(api string) *APIError {
	e := &APIError{API: api, Code: int64(h.Code), Class: classOf(api, int64(h.Code))}
	if json.Unmarshal(h.Msg, &e.Msg) != nil {
		e.Msg = string(h.Msg)
	}
	if m := ridPattern.FindStringSubmatch(e.Msg); m != nil {
		e.Rid = m[1]
	}
	return e
}

// Number is a whole number in an answer of the API, which sends some of them as strings: an
// error code that was not read would be taken for a fault of the line, and tried again.
// Nothing, null, false and "" are 0, true is 1.
type Number int64

// UnmarshalJSON reads a number or a string that holds one.
func (n *Number) UnmarshalJSON(b []byte) error {
	s := strings.TrimSpace(strings.Trim(string(b), `"`))
	switch s {
	case "", "null", "false":
		*n = 0
		return nil
	case "true":
		*n = 1
		return nil
	}
	value, err := strconv.ParseInt(s, 10, 64)
	if f, whole := strconv.ParseFloat(s, 64); err != nil && whole == nil && f == math.Trunc(f) && math.Abs(f) < 1<<53 {
		value, err = int64(f), nil // 7200.0 or 7.2e3
	}
	if err != nil {
		return &json.UnmarshalTypeError{Value: "value that is no whole number", Type: reflect.TypeFor[Number]()}
	}
	*n = Number(value)
	return nil
}

// SeenIP returns the address that WeChat saw and does not find in the account's white
// list (code 40164), or "".
func (e *APIError) SeenIP() string {
	if m := ipPattern.FindStringSubmatch(e.Msg); m != nil {
		return m[1]
	}
	return ""
}

const renewAPI = "/cgi-bin/stable_token"

// classOf is the class of WeChat's code. At the token call an invalid credential means a
// wrong secret, elsewhere a token that is no longer valid.
func classOf(api string, code int64) ErrorClass {
	if code == 40001 && api == renewAPI {
		return ClassConfig
	}
	switch code {
	case 40001, 40014, 42001:
		return ClassToken
	case 40164, 40125, 40013, 50002:
		return ClassConfig
	case 48001, 48004:
		return ClassRight
	case 45009, 45011, 45028, 45047:
		return ClassQuota
	case 45015:
		return ClassWindow
	case 43004, 43101:
		return ClassConsent
	case 40003:
		return ClassRecipient
	case 45002, 45008, 40037, 47003, 87014:
		return ClassContent
	case -1:
		return ClassTransient
	}
	return ClassOther
}
