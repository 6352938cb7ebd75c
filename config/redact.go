package config

import (
	"fmt"
	"log/slog"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"github.com/go-sql-driver/mysql"
)

// Value is one setting for people: secrets are masked, a database password is cut out.
type Value struct {
	Key    string `json:"key"`
	Value  string `json:"value"`
	Origin string `json:"origin"`
}

// Redacted lists every setting in the order of the documentation. It is safe to log.
func (s *Settings) Redacted() []Value {
	shown := s.texts()
	list := make([]Value, 0, len(s.keys))
	for _, k := range s.keys {
		list = append(list, Value{Key: k.name, Value: shown[k.name], Origin: s.origin[k.name]})
	}
	return list
}

// LogValue shows the redacted settings, so that logging Settings is always safe.
func (s *Settings) LogValue() slog.Value {
	values := s.Redacted()
	attrs := make([]slog.Attr, len(values))
	for i, v := range values {
		attrs[i] = slog.String(v.Key, v.Value)
	}
	return slog.GroupValue(attrs...)
}

// String shows the redacted settings, one "key: value" a line.
func (s *Settings) String() string {
	var b strings.Builder
	for _, v := range s.Redacted() {
		fmt.Fprintf(&b, "%s: %s\n", v.Key, v.Value)
	}
	return b.String()
}

// texts are the values in the form in which the file takes them, redacted.
func (s *Settings) texts() map[string]string {
	return map[string]string{
		"addr": s.Addr, "metrics_addr": s.MetricsAddr, "data_dir": s.DataDir,
		"database":   redactDSN(s.Database),
		"secret_key": s.SecretKey.String(), "previous_secret_key": joinSecrets(s.PreviousSecretKeys),
		"memory":      optionalSizeText(s.Memory),
		"admin_allow": joinPrefixes(s.AdminAllow), "trusted_proxies": joinPrefixes(s.TrustedProxies),

		"callback.deadline": short(s.Callback.Deadline), "callback.max_body": sizeText(s.Callback.MaxBody),
		"callback.max_skew": short(s.Callback.MaxSkew), "callback.memory": short(s.Callback.Memory),
		"callback.max_in_flight": strconv.Itoa(s.Callback.MaxInFlight),
		"callback.allow_json":    strconv.FormatBool(s.Callback.AllowJSON),
		"callback.safe_empty":    string(s.Callback.SafeEmpty), "callback.compat_plain_reply": strconv.FormatBool(s.Callback.CompatPlainReply),

		"journal.max_bytes": sizeText(s.Journal.MaxBytes), "journal.allow_volatile": strconv.FormatBool(s.Journal.AllowVolatile),
		"journal.append_timeout": short(s.Journal.AppendTimeout), "journal.direct_timeout": short(s.Journal.DirectTimeout),

		"api.token":       s.API.Token.String(),
		"console.address": s.Console.Address,
		"alarm.egress":    strings.Join(s.Alarm.Egress, ","), "alarm.networks": joinPrefixes(s.Alarm.Networks), "alarm.proxy": redactURL(s.Alarm.Proxy),
		"wechat.api_base": s.WeChat.APIBase, "wechat.egress": strings.Join(s.WeChat.Egress, ","),
		"wechat.proxy":    redactURL(s.WeChat.Proxy),
		"reply.max_bytes": strconv.Itoa(s.Reply.MaxBytes), "token.min_interval": short(s.Token.MinInterval),
		"store.require_durable": strconv.FormatBool(s.Store.RequireDurable),

		"simulator.enabled": strconv.FormatBool(s.Simulator.Enabled),
		"simulator.retries": strconv.Itoa(s.Simulator.Retries), "simulator.spacing": short(s.Simulator.Spacing),

		"bot.dialogue_ttl": short(s.Bot.DialogueTTL), "bot.default_quiet": short(s.Bot.DefaultQuiet),
		"outbox.message_count": strconv.Itoa(s.Outbox.MessageCount), "outbox.message_window": short(s.Outbox.MessageWindow),
		"outbox.event_count": strconv.Itoa(s.Outbox.EventCount), "outbox.event_window": short(s.Outbox.EventWindow),
		"outbox.per_second": strconv.Itoa(s.Outbox.PerSecond),
		"log.level":         strings.ToLower(s.Log.Level.String()), "log.format": string(s.Log.Format),
	}
}

func optionalSizeText(n int64) string {
	if n == 0 {
		return ""
	}
	return sizeText(n)
}

func joinSecrets(list []Secret) string {
	texts := make([]string, len(list))
	for i, s := range list {
		texts[i] = s.String()
	}
	return strings.Join(texts, ",")
}

func joinPrefixes(list []netip.Prefix) string {
	texts := make([]string, len(list))
	for i, p := range list {
		texts[i] = p.String()
	}
	return strings.Join(texts, ",")
}

// redactDSN keeps user, host and name of a database and drops password and parameters.
func redactDSN(database string) string {
	rest, ok := strings.CutPrefix(database, "mysql:")
	if !ok {
		return database
	}
	c, err := mysql.ParseDSN(rest)
	if err != nil {
		return "mysql:" + mask
	}
	return fmt.Sprintf("mysql:%s:%s@%s(%s)/%s", c.User, mask, c.Net, c.Addr, c.DBName)
}

// redactURL hides name and password of a URL.
func redactURL(u *url.URL) string {
	if u == nil {
		return ""
	}
	shown := url.URL{Scheme: u.Scheme, Host: u.Host}
	if u.User == nil {
		return shown.String()
	}
	return u.Scheme + "://" + mask + "@" + u.Host
}
