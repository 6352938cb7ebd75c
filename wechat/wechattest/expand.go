package wechattest

import (
	"encoding/hex"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// marks are the places in the table's texts where something else comes.
var marks = regexp.MustCompile(`(?s)\{(repeat|hex):([^{}]*?)(?::(\d+))?\}|\{(app_id|APP_ID|openid|msg_id|nonce|now_head|now_tail|now)([+-]\d+)?\}`)

// builder makes the requests of one case. The first fault of the table ends it.
type builder struct {
	recipe

	number  int
	account models.Account
	now     int64
	err     error
}

func newBuilder(c *Case, account models.Account, now time.Time) *builder {
	return &builder{recipe: c.r, number: c.number, account: account, now: now.Unix()}
}

func (b *builder) fault(format string, args ...any) {
	if b.err == nil {
		b.err = fmt.Errorf("wechattest: case %s/%s: "+format, append([]any{b.Group, b.Name}, args...)...)
	}
}

// expand fills in the marks of a text of the table.
func (b *builder) expand(s string) string {
	return marks.ReplaceAllStringFunc(s, func(mark string) string {
		part := marks.FindStringSubmatch(mark)
		switch part[1] {
		case "hex":
			raw, err := hex.DecodeString(part[2])
			if err != nil {
				b.fault("%s: %w", mark, err)
			}
			return string(raw)
		case "repeat":
			n, err := strconv.Atoi(part[3])
			if err != nil {
				b.fault("%s: %w", mark, err)
			}
			return strings.Repeat(part[2], n)
		}
		return b.value(part[4], part[5])
	})
}

// value is what a mark without an argument stands for.
func (b *builder) value(name, offset string) string {
	now := strconv.FormatInt(b.now, 10)
	switch name {
	case "app_id":
		return b.account.AppID
	case "APP_ID":
		return strings.ToUpper(b.account.AppID)
	case "openid":
		return fmt.Sprintf("oMgHVjngRipVsoxg6TuX3%07d", b.number)
	case "nonce":
		return fmt.Sprintf("nonce%05d", b.number)
	case "msg_id":
		return strconv.Itoa(23456789012345678 + b.number)
	case "now_head":
		return now[:len(now)-1]
	case "now_tail":
		return now[len(now)-1:]
	}
	if offset == "" {
		return now
	}
	seconds, err := strconv.ParseInt(offset, 10, 64)
	if err != nil {
		b.fault("now%s: %w", offset, err)
	}
	return strconv.FormatInt(b.now+seconds, 10)
}
