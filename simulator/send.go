package simulator

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"slices"
	"strconv"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// OpenID is the OpenID of a citizen towards an account: 28 characters as WeChat's,
// always the same for the same account, seed and number.
func OpenID(appID string, seed uint64, citizen int) string {
	sum := sha256.Sum256([]byte(appID + "/" + strconv.FormatUint(seed, 10) + "/" + strconv.Itoa(citizen)))
	return "o" + base64.RawURLEncoding.EncodeToString(sum[:])[:27]
}

// OriginalID is the made-up original id of an account that has none.
func OriginalID(appID string) string { return "gh_" + appID[max(0, len(appID)-12):] }

// Send delivers one text of the citizen and returns what came of it.
func (c *Client) Send(ctx context.Context, openID, text string) (*Trace, error) {
	return c.Deliver(ctx, c.Text(openID, text, ""))
}

// FileOptions change given callback bodies before delivery. The zero value changes
// nothing.
type FileOptions struct {
	To   string // replaces ToUserName
	From string // replaces FromUserName
}

// File delivers the callback bodies of the given files, XML or JSON, one after the other,
// byte for byte but for what the options replace. It stops at the first file that cannot
// be read from disk; a body that cannot be parsed is delivered all the same.
func (c *Client) File(ctx context.Context, paths []string, o FileOptions) ([]*Trace, error) {
	traces := make([]*Trace, 0, len(paths))
	for _, path := range paths {
		body, err := os.ReadFile(path) //nolint:gosec // the caller names the file
		if err != nil {
			return traces, fmt.Errorf("simulator: callback body: %w", err)
		}
		trace, _ := c.Deliver(ctx, o.apply(body)) // the trace says that it could not be read
		traces = append(traces, trace)
		if ctx.Err() != nil {
			return traces, ctx.Err()
		}
	}
	return traces, nil
}

func (o FileOptions) apply(body []byte) []byte {
	values := map[string]string{}
	if o.To != "" {
		values["ToUserName"] = o.To
	}
	if o.From != "" {
		values["FromUserName"] = o.From
	}
	for _, name := range slices.Sorted(maps.Keys(values)) {
		body = replaceField(body, name, values[name])
	}
	return body
}

// replaceField puts a value into the first element, or the first member, of this name
// and leaves every other byte as it is.
func replaceField(body []byte, name, value string) []byte {
	text := bytes.TrimSpace(bytes.TrimPrefix(body, byteOrderMark))
	if bytes.HasPrefix(text, []byte("{")) {
		return replaceMember(body, name, value)
	}
	from := bytes.Index(body, []byte("<"+name+">"))
	to := bytes.Index(body, []byte("</"+name+">"))
	if from < 0 || to < from {
		return body
	}
	out := bytes.Clone(body[:from+len(name)+2])
	out = appendCDATA(out, value)
	return append(out, body[to:]...)
}

func replaceMember(body []byte, name, value string) []byte {
	at := bytes.Index(body, []byte(`"`+name+`"`))
	if at < 0 {
		return body
	}
	start := at + len(name) + 2
	for start < len(body) && (body[start] == ' ' || body[start] == ':' || body[start] == '\t' || body[start] == '\n' || body[start] == '\r') {
		start++
	}
	d := json.NewDecoder(bytes.NewReader(body[start:]))
	var old json.RawMessage
	if d.Decode(&old) != nil {
		return body
	}
	out := append(bytes.Clone(body[:start]), quote(value)...)
	return append(out, body[start+int(d.InputOffset()):]...)
}

// textEvent is a text message with its key computed from the fields it was built of: the
// same key as reading it back gives, at a tenth of the cost.
func (c *Client) textEvent(p Post, content string) Event {
	ev := Event{
		Body: p.Text(content), To: p.To, From: p.From, OpenID: p.From, MsgID: p.MsgID,
		MsgType: models.MsgTypeText, CreateTime: p.At.Unix(), ContentSHA256: contentSum(asRead(content)),
	}
	ev.Key = models.EventKey(&models.Message{
		AppID: c.account.AppID, OpenID: p.From, CreateTime: ev.CreateTime, MsgType: ev.MsgType, MsgID: p.MsgID,
	})
	return ev
}

// asRead is a text as an XML reader gives it back: line ends unified, trimmed.
func asRead(content string) string {
	content = strings.ReplaceAll(content, "\r\n", "\n")
	return strings.TrimSpace(strings.ReplaceAll(content, "\r", "\n"))
}

// read is ReadEvent for a body the simulator built itself.
func (c *Client) read(body []byte) Event {
	ev, _ := ReadEvent(c.account.AppID, body) // built here, always readable
	return ev
}
