package config

import (
	"encoding/base64"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"regexp"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"
)

func address(dst *string, mayBeEmpty bool) setter {
	return func(v []string) string {
		if v[0] == "" && mayBeEmpty {
			*dst = ""
			return ""
		}
		host, port, err := net.SplitHostPort(v[0])
		if err != nil {
			return fmt.Sprintf("%q 不是监听地址，请写 主机:端口，如 127.0.0.1:8080 或 :8080", v[0])
		}
		if _, err := strconv.ParseUint(port, 10, 16); err != nil {
			return fmt.Sprintf("端口 %q 有误，请写 0 至 65535 的整数", port)
		}
		if strings.ContainsAny(host, " /@") {
			return fmt.Sprintf("主机 %q 有误，请写 IP 地址或主机名，不带 http://", host)
		}
		*dst = v[0]
		return ""
	}
}

func prefixes(dst *[]netip.Prefix) setter {
	return func(v []string) string {
		list := make([]netip.Prefix, 0, len(v))
		for _, s := range v {
			p, err := netip.ParsePrefix(s)
			if a, e := netip.ParseAddr(s); e == nil && a.Zone() == "" {
				p, err = netip.PrefixFrom(a, a.BitLen()), nil
			}
			if err != nil {
				return fmt.Sprintf("%q 不是地址或网段，请写 10.1.2.3 或 10.0.0.0/8", s)
			}
			list = append(list, p.Masked())
		}
		*dst = list
		return ""
	}
}

var hostPattern = regexp.MustCompile(`^[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?(\.[A-Za-z0-9]([A-Za-z0-9-]*[A-Za-z0-9])?)*$`)

func hosts(dst *[]string) setter {
	return func(v []string) string {
		list := make([]string, 0, len(v))
		for _, s := range v {
			if !hostPattern.MatchString(s) || len(s) > 253 {
				return fmt.Sprintf("%q 不是主机名，请写 api.weixin.qq.com 这样的名称，不带协议、端口和路径", s)
			}
			list = append(list, strings.ToLower(s))
		}
		*dst = list
		return ""
	}
}

// proxyURL never repeats the value: it may hold a password.
func proxyURL(dst **url.URL) setter {
	const want = "请写 http://主机:端口、https://主机:端口 或 socks5://主机:端口，有密码则写 http://用户:密码@主机:端口"
	return func(v []string) string {
		*dst = nil
		if v[0] == "" {
			return ""
		}
		u, err := url.Parse(v[0])
		if err != nil || u.Opaque != "" || u.Path != "" && u.Path != "/" || u.RawQuery != "" || u.Fragment != "" {
			return "不是代理地址，" + want + "；密码中的特殊字符须写成 %40 这样的形式"
		}
		if u.Scheme != "http" && u.Scheme != "https" && u.Scheme != "socks5" {
			return "不支持这种代理，" + want
		}
		if port, err := strconv.ParseUint(u.Port(), 10, 16); u.Hostname() == "" || err != nil || port == 0 {
			return "代理地址缺少主机或端口，" + want
		}
		u.Path = ""
		*dst = u
		return ""
	}
}

func baseURL(dst *string, what, example string) setter {
	return func(v []string) string {
		if v[0] == "" {
			*dst = ""
			return ""
		}
		u, err := url.Parse(v[0])
		if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" {
			return "不是" + what + "，请写 " + example + " 这样的地址，不带参数"
		}
		*dst = strings.TrimRight(v[0], "/")
		return ""
	}
}

// bearerPattern is the alphabet of a bearer token (RFC 6750, 2.1), long enough that nobody guesses it.
var bearerPattern = regexp.MustCompile(`^[A-Za-z0-9._~+/=-]{32,256}$`)

func bearer(dst *Secret) setter {
	return func(v []string) string {
		if v[0] != "" && !bearerPattern.MatchString(v[0]) {
			return "应为 32 至 256 个字母、数字或 -._~+/=，可用 openssl rand -hex 32 生成；留空表示没有"
		}
		*dst = nil
		if v[0] != "" {
			*dst = Secret(v[0])
		}
		return ""
	}
}

func database(dst *string) setter {
	const want = "请写 sqlite:路径 或 mysql:用户:密码@tcp(主机:3306)/库名"
	return func(v []string) string {
		kind, rest, _ := strings.Cut(v[0], ":")
		switch kind {
		case "sqlite":
			if strings.TrimSpace(rest) == "" {
				return "缺少数据库文件的路径，" + want
			}
		case "mysql":
			if strings.HasPrefix(rest, "//") {
				return "不支持 mysql:// 形式的地址，" + want
			}
			c, err := mysql.ParseDSN(rest)
			if err != nil {
				return "MySQL 连接串有误，" + want
			}
			if c.DBName == "" {
				return "MySQL 连接串缺少库名，" + want
			}
		default:
			return "不认识的数据库种类，" + want
		}
		*dst = v[0]
		return ""
	}
}

func secretKeys(dst *[]Secret) setter {
	return func(v []string) string {
		list := make([]Secret, len(v))
		for i, s := range v {
			if problem := secretKey(&list[i])([]string{s}); problem != "" {
				return fmt.Sprintf("第 %d 个%s", i+1, problem)
			}
		}
		*dst = list
		return ""
	}
}

func secretKey(dst *Secret) setter {
	return func(v []string) string {
		b, err := base64.StdEncoding.DecodeString(v[0])
		if err != nil {
			return "不是 base64，请写 32 字节的 base64，可用 openssl rand -base64 32 生成"
		}
		if len(b) != 32 {
			return fmt.Sprintf("解码后为 %d 字节，应为 32 字节，可用 openssl rand -base64 32 生成", len(b))
		}
		*dst = b
		return ""
	}
}
