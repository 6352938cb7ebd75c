package robot

import (
	"net/netip"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/wenzheng/wenzheng/models"
)

// Kind is whose robot a channel is.
type Kind string

// The kinds. WeCom and DingTalk are robots of group chats, JSON is any program that takes the
// message as JSON and checks its signature.
const (
	WeCom    Kind = "wecom"
	DingTalk Kind = "dingtalk"
	JSON     Kind = "json"
)

// Title is the kind in Chinese.
func (k Kind) Title() string {
	return map[Kind]string{WeCom: "企业微信群机器人", DingTalk: "钉钉机器人", JSON: "通用 JSON"}[k]
}

// Channel is where messages go. Address and Secret are secrets both: whoever knows the address of a
// group's robot may write into the group.
type Channel struct {
	Kind    Kind
	Address string
	Secret  string // of DingTalk's sign, of JSON's; "" where there is none
}

// Host is the host of the address, which is no secret; "" where there is none.
func (c Channel) Host() string {
	u, err := url.Parse(c.Address)
	if err != nil {
		return ""
	}
	return strings.ToLower(u.Hostname())
}

const (
	maxAddress = 1024
	minSecret  = 16 // of JSON: nobody finds it by trying
	maxSecret  = 256
)

var (
	plainSecret = regexp.MustCompile(`^[\x21-\x7e]*$`)
	robotKey    = regexp.MustCompile(`^[A-Za-z0-9_-]{16,128}$`)
)

// Check says what is wrong with a channel, by field; nothing of what it holds is repeated.
func (s *Sender) Check(c Channel) (faults []models.FieldError) {
	fault := func(field, code, text string, pairs ...string) {
		faults = append(faults, models.Fault(field, code, text, pairs...))
	}
	switch c.Kind {
	case WeCom, DingTalk, JSON:
	default:
		fault("kind", "channel_kind", "应为 wecom（企业微信群机器人）、dingtalk（钉钉机器人）或 json（通用 JSON）")
		return faults
	}
	if wrong := s.addressFault(c); wrong.Field != "" {
		faults = append(faults, wrong)
	}
	switch {
	case !plainSecret.MatchString(c.Secret) || len(c.Secret) > maxSecret:
		fault("secret", "secret_form", "密钥应为不带空格的字母、数字和符号，最长 256 个")
	case c.Kind == WeCom && c.Secret != "":
		fault("secret", "secret_wecom", "企业微信群机器人没有密钥，请留空")
	case c.Kind == DingTalk && c.Secret != "" && !strings.HasPrefix(c.Secret, "SEC"):
		fault("secret", "secret_dingtalk", "钉钉“加签”的密钥以 SEC 开头，请从机器人的安全设置里复制；没有用加签则留空，并把“告警”设为关键词")
	case c.Kind == JSON && len(c.Secret) < minSecret:
		fault("secret", "secret_short", "请写至少 16 个字符的密钥，收信的程序用它核对签名，可用 openssl rand -hex 32 生成")
	}
	return faults
}

func (s *Sender) addressFault(c Channel) models.FieldError {
	u, err := url.Parse(c.Address)
	switch {
	case err != nil || u.Host == "" || u.Opaque != "" || len(c.Address) > maxAddress || !plainSecret.MatchString(c.Address):
		return models.Fault("address", "address_form", "不是网址，请从机器人的设置里原样复制 Webhook 地址")
	case u.User != nil || u.Fragment != "":
		return models.Fault("address", "address_parts", "网址里不能有用户名、密码和 #")
	case u.Scheme != "https" && u.Scheme != "http":
		return models.Fault("address", "address_https", "网址应以 https:// 开头")
	case u.Scheme == "http" && len(s.o.Networks) == 0:
		return models.Fault("address", "address_http", "网址应以 https:// 开头；内网的 http 地址须先由系统管理员用设置 alarm.networks 放行")
	case !slices.Contains(s.o.Hosts, c.Host()):
		return models.Fault("address", "address_host", "不许访问主机 {host}：请核对网址，或请系统管理员把它加进设置 alarm.egress", "host", models.OneLine(c.Host(), 64))
	}
	if ip, err := netip.ParseAddr(u.Hostname()); err == nil && !s.permits(ip, u.Scheme) {
		return models.Fault("address", "address_ip", "不许访问地址 {ip}：请系统管理员用设置 alarm.networks 放行", "ip", ip.String())
	}
	switch q := u.Query(); {
	case c.Kind == WeCom && !robotKey.MatchString(q.Get("key")):
		return models.Fault("address", "address_wecom", "企业微信群机器人的网址应带 key=…，请从机器人的设置里原样复制")
	case c.Kind == DingTalk && !robotKey.MatchString(q.Get("access_token")):
		return models.Fault("address", "address_dingtalk", "钉钉机器人的网址应带 access_token=…，请从机器人的设置里原样复制")
	}
	return models.FieldError{}
}
