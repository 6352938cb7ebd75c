package mysql

import (
	"net"
	"net/url"
	"slices"
	"strings"

	driver "github.com/go-sql-driver/mysql"
)

// sqlMode refuses what MySQL would otherwise change silently.
const sqlMode = "'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION'"

// dsnParams are added where the operator's DSN lacks them
// (https://github.com/go-sql-driver/mysql#parameters).
func dsnParams() [][2]string {
	return [][2]string{
		{"charset", "utf8mb4"},
		{"collation", "utf8mb4_bin"},
		{"parseTime", "true"},
		{"loc", "UTC"},
		{"timeout", "1s"},
		{"readTimeout", "3s"},
		{"writeTimeout", "3s"},
		{"interpolateParams", "true"},
		{"maxAllowedPacket", "0"},
		{"sql_mode", sqlMode},
	}
}

// Complete returns the DSN with every parameter it lacks, and warnings for people
// about weak ones it has. Parameters that would break the store are a Refusal.
func Complete(dsn string) (full string, warnings []string, err error) {
	cfg, err := driver.ParseDSN(dsn)
	if err != nil {
		// The driver's own text quotes the DSN, which holds the password.
		return "", nil, Refusal("mysql: 之后的 DSN 不能识别，应为 用户:密码@tcp(主机:端口)/库名")
	}
	if cfg.DBName == "" {
		return "", nil, Refusal("DSN 缺少库名：用户:密码@tcp(主机:端口)/库名")
	}
	_, given := splitDSN(dsn)
	if err := refuseParams(cfg, given); err != nil {
		return "", nil, err
	}
	add := map[string]string{}
	for _, p := range dsnParams() {
		if !given.Has(p[0]) {
			add[p[0]] = p[1]
		}
	}
	if !loopback(cfg) {
		switch tls := given.Get("tls"); {
		case !given.Has("tls"):
			add["tls"] = "true"
		case tls == "false" || tls == "skip-verify" || tls == "preferred":
			warnings = append(warnings, "到数据库的连接未经证书验证（tls="+tls+"），内容可能被窃听或篡改：请改用 tls=true")
		}
	}
	return withParams(dsn, add), warnings, nil
}

func refuseParams(cfg *driver.Config, given url.Values) error {
	switch {
	case cfg.MultiStatements:
		return Refusal("DSN 不得含 multiStatements=true：它使一次注入变成任意语句")
	case cfg.ClientFoundRows:
		return Refusal("DSN 不得含 clientFoundRows=true")
	case cfg.AllowAllFiles:
		return Refusal("DSN 不得含 allowAllFiles=true")
	case given.Has("parseTime") && !cfg.ParseTime:
		return Refusal("DSN 不得含 parseTime=false")
	case given.Has("charset") && !slices.Contains(strings.Split(given.Get("charset"), ","), "utf8mb4"):
		return Refusal("DSN 的 charset 应为 utf8mb4，否则表情等字符会丢失")
	}
	return nil
}

// loopback reports whether the connection cannot leave this machine.
func loopback(cfg *driver.Config) bool {
	if cfg.Net == "unix" {
		return true
	}
	host, _, err := net.SplitHostPort(cfg.Addr)
	if err != nil {
		host = cfg.Addr
	}
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// splitDSN separates the parameters, as the driver does: slashes in them are escaped.
func splitDSN(dsn string) (string, url.Values) {
	slash := strings.LastIndexByte(dsn, '/')
	name, query, found := strings.Cut(dsn[slash+1:], "?")
	if !found {
		return dsn, url.Values{}
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		values = url.Values{}
	}
	return dsn[:slash+1] + name, values
}

// withParams sets the parameters; an empty value removes one.
func withParams(dsn string, params map[string]string) string {
	if len(params) == 0 {
		return dsn
	}
	base, values := splitDSN(dsn)
	for k, v := range params {
		if v == "" {
			values.Del(k)
			continue
		}
		values.Set(k, v)
	}
	return base + "?" + values.Encode()
}
