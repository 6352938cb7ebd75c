package robot

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/wenzheng/wenzheng/models"
)

// Message is what a channel is told. It holds nothing of a citizen.
type Message struct {
	ID        string     `json:"id"`        // the same when a message has to be sent again
	Account   string     `json:"account"`   // AppID, "" = of the whole service
	Name      string     `json:"name"`      // of the account
	Condition string     `json:"condition"` // at_risk and so on, test
	State     string     `json:"state"`     // firing, repeat, resolved or test
	Title     string     `json:"title"`
	Text      string     `json:"text"` // what is the case and what to do, lines parted by \n
	Count     int64      `json:"count"`
	Since     *time.Time `json:"since"` // when it began; null in a test
	At        time.Time  `json:"at"`
	Link      string     `json:"link"`  // a page of the console, "" where its address is not set
	Again     bool       `json:"again"` // it may have arrived before: nobody knows
}

const (
	// WeCom takes 4,096 bytes of markdown
	// (https://developer.work.weixin.qq.com/document/path/91770). DingTalk takes more; one text is for both.
	maxMarkdown = 4000
	// signHeader and timeHeader are those of JSON: the signature is over "TIME.BODY".
	signHeader = "X-Wenzheng-Signature"
	timeHeader = "X-Wenzheng-Timestamp"
)

// request is what is sent: where, with which headers, and the body.
type request struct {
	address string
	header  map[string]string
	body    []byte
}

// write puts a message into the form of the channel's kind.
func write(c Channel, m Message, now time.Time) (request, error) {
	r := request{address: c.Address, header: map[string]string{"Content-Type": "application/json; charset=utf-8"}}
	var content any = m
	switch c.Kind {
	case WeCom:
		content = map[string]any{"msgtype": "markdown", "markdown": map[string]string{"content": markdown(m)}}
	case DingTalk:
		content = map[string]any{"msgtype": "markdown", "markdown": map[string]string{"title": m.Title, "text": markdown(m)}}
		r.address = signed(c, now)
	case JSON:
	}
	var err error
	if r.body, err = json.Marshal(content); err != nil {
		return r, err
	}
	if c.Kind == JSON {
		at := strconv.FormatInt(now.Unix(), 10)
		r.header[timeHeader] = at
		r.header[signHeader] = "sha256=" + hex.EncodeToString(mac(c.Secret, at+"."+string(r.body)))
	}
	return r, nil
}

// signed is DingTalk's address with the time in milliseconds and the signature over it
// (https://open.dingtalk.com/document/robots/customize-robot-security-settings); without a secret the
// address as it is.
func signed(c Channel, now time.Time) string {
	u, err := url.Parse(c.Address)
	if err != nil || c.Secret == "" {
		return c.Address
	}
	at := strconv.FormatInt(now.UnixMilli(), 10)
	q := u.Query()
	q.Set("timestamp", at)
	q.Set("sign", base64.StdEncoding.EncodeToString(mac(c.Secret, at+"\n"+c.Secret)))
	u.RawQuery = q.Encode()
	return u.String()
}

func mac(secret, text string) []byte {
	h := hmac.New(sha256.New, []byte(secret))
	_, _ = h.Write([]byte(text)) // never fails
	return h.Sum(nil)
}

// markdown is the message as both chats show it: paragraphs, one bold line, one link.
func markdown(m Message) string {
	parts := []string{"**" + unmarked(m.Title) + "**"}
	if m.Text != "" {
		for line := range strings.SplitSeq(m.Text, "\n") {
			parts = append(parts, unmarked(line))
		}
	}
	text := strings.Join(parts, "\n\n")
	if m.Again {
		text += "\n\n（这一条可能已经发过一次）"
	}
	link := ""
	if m.Link != "" {
		link = "\n\n[打开管理后台](" + m.Link + ")"
	}
	for len(text)+len(link) > maxMarkdown {
		_, size := utf8.DecodeLastRuneInString(text)
		text = text[:len(text)-size]
	}
	return text + link
}

// unmarked takes away what would be read as markup: a name of an account is no mention and no link.
func unmarked(text string) string {
	text = models.OneLine(text, maxMarkdown)
	return strings.NewReplacer("<", "＜", ">", "＞", "[", "［", "]", "］", "*", "＊", "`", "'", "@", "＠", "_", "＿", "#", "＃").Replace(text)
}
