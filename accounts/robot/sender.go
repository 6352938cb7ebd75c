package robot

import (
	"bytes"
	"context"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Options say what may be called. The zero value may call nothing.
type Options struct {
	Hosts    []string       // the only hosts, lower case
	Networks []netip.Prefix // whose addresses may be called although they are not public, by http too
	Proxy    *url.URL       // for https; nil = directly
	Within   time.Duration  // one message, 0 = 5 s
	Now      func() time.Time
	Resolver *net.Resolver // nil = the system's
}

// Sender sends messages. It is safe for concurrent use.
type Sender struct {
	o           Options
	plain, safe http.RoundTripper

	mu   sync.Mutex
	sent map[string][]time.Time // by address, within the last minute
}

// New returns a sender that has sent nothing.
func New(o Options) *Sender {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Within == 0 {
		o.Within = 5 * time.Second
	}
	s := &Sender{o: o, sent: map[string][]time.Time{}}
	s.plain, s.safe = s.transport("http"), s.transport("https")
	if o.Proxy != nil {
		s.safe = throughProxy(o.Proxy)
	}
	return s
}

// Hosts are those that may be called.
func (s *Sender) Hosts() []string { return slices.Clone(s.o.Hosts) }

const (
	minute = time.Minute
	// perMinute is what the robots of both chats take; DingTalk then refuses for ten minutes
	// (https://developer.work.weixin.qq.com/document/path/91770,
	// https://open.dingtalk.com/document/orgapp/custom-robots-send-group-messages).
	perMinute = 20
)

// Take reports whether the channel may be sent a message now, and counts it: so many in a minute,
// whoever sends. Channels of one address share it.
func (s *Sender) Take(c Channel) bool {
	now := s.o.Now()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.recent(c, now)) >= perMinute {
		return false
	}
	s.sent[c.Address] = append(s.sent[c.Address], now)
	return true
}

// Sent counts a message of before the program began.
func (s *Sender) Sent(c Channel, at time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent[c.Address] = append(s.sent[c.Address], at)
	slices.SortFunc(s.sent[c.Address], time.Time.Compare)
}

func (s *Sender) recent(c Channel, now time.Time) []time.Time {
	list := slices.DeleteFunc(s.sent[c.Address], func(at time.Time) bool { return now.Sub(at) >= minute })
	if s.sent[c.Address] = list; len(list) == 0 {
		delete(s.sent, c.Address)
	}
	return list
}

// Fault is why a message did not arrive, in words for people that hold neither the address nor the
// secret. Wait is how soon it makes sense to try again, 0 where nothing is known. Maybe: it was sent
// and not answered, so that it may have arrived.
type Fault struct {
	Text  string
	Wait  time.Duration
	Maybe bool
}

// Error returns the words.
func (f *Fault) Error() string { return f.Text }

// lasting is how long to wait where only a person can mend it.
const lasting = 30 * time.Minute

// Send sends one message once; the error is a *Fault. It does not ask Take.
func (s *Sender) Send(ctx context.Context, c Channel, m Message) error {
	if faults := s.Check(c); len(faults) > 0 {
		return &Fault{Text: faults[0].Message, Wait: lasting}
	}
	ctx, cancel := context.WithTimeout(ctx, s.o.Within)
	defer cancel()
	r, err := write(c, m, s.o.Now())
	if err != nil {
		return &Fault{Text: "消息不能写成 " + string(c.Kind), Wait: lasting}
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, r.address, bytes.NewReader(r.body))
	if err != nil {
		return &Fault{Text: "不是网址，请重新添加这个机器人", Wait: lasting}
	}
	for name, value := range r.header {
		req.Header.Set(name, value)
	}
	next := s.safe
	if req.URL.Scheme == "http" {
		next = s.plain
	}
	answer, err := next.RoundTrip(req) // alone: follows no redirect, keeps no cookie
	if err != nil {
		return unreached(err)
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer))
	if err := errors.Join(err, answer.Body.Close()); err != nil && answer.StatusCode == http.StatusOK {
		return unreached(err)
	}
	return judge(c, answer.StatusCode, body)
}

const maxAnswer = 64 << 10

// unreached says why nobody answered. The cause names hosts and addresses, never the path.
func unreached(err error) error {
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	var dns *net.DNSError
	var certificate x509.CertificateInvalidError
	var authority x509.UnknownAuthorityError
	var hostname x509.HostnameError
	switch {
	case errors.Is(err, errAddress):
		return &Fault{Text: "主机名解析到不许访问的地址（内网、本机或链路地址）：请核对域名解析；确是内网的收信程序，请系统管理员用设置 alarm.networks 放行", Wait: lasting}
	case errors.As(err, &dns):
		return &Fault{Text: "主机名解析不了，请检查本机的 DNS"}
	case errors.As(err, &certificate), errors.As(err, &authority), errors.As(err, &hostname):
		return &Fault{Text: "对方的证书不可信，请核对网址，并检查本机时间与根证书", Wait: lasting}
	case errors.Is(err, context.DeadlineExceeded), os.IsTimeout(err):
		return &Fault{Text: "对方没有按时回答，请检查本机到它的网络与防火墙", Maybe: !dialled(err)}
	}
	return &Fault{Maybe: !dialled(err), Text: "连不上：" + models.OneLine(strings.TrimPrefix(models.PlainText(err), "robot: "), 120)}
}

// dialled reports whether it failed while connecting, before anything was sent.
func dialled(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

// judge says what an answer means.
func judge(c Channel, status int, body []byte) error {
	switch {
	case status >= 300 && status < 400:
		return &Fault{Text: fmt.Sprintf("对方要转到别处（HTTP %d），为安全起见不跟随：请填最终的网址", status), Wait: lasting}
	case status == http.StatusTooManyRequests:
		return &Fault{Text: "对方说太频繁（HTTP 429），稍后再发", Wait: minute}
	case status >= 500:
		return &Fault{Text: fmt.Sprintf("对方出错（HTTP %d），稍后再发", status)}
	case status < 200 || status >= 400:
		return &Fault{Text: fmt.Sprintf("对方不收（HTTP %d），请核对网址与密钥", status), Wait: lasting}
	case c.Kind == JSON:
		return nil
	}
	return judgeRobot(c.Kind, body)
}
