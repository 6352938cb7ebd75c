package config

import (
	"net/url"
	"time"
)

// key is one setting: its dotted name, its default as text, and how text becomes a value.
type key struct {
	name    string
	initial string
	doc     string
	secret  bool
	list    bool
	// empty: "" is a value of this setting and not a mistake.
	empty bool
	// set stores the value; otherwise it says what is wrong and what to write.
	set func(v []string) string
}

// bind is the table of all settings, each bound to its field of s.
func bind(s *Settings) []key {
	return append(append(bindAlarms(s), bindCases(s)...), []key{
		str("addr", "127.0.0.1:8080", address(&s.Addr, false), "对外监听地址"),
		optional("metrics_addr", "127.0.0.1:9464", address(&s.MetricsAddr, true), "指标监听地址，留空表示关闭；切勿对公网开放"),
		str("data_dir", "data", text(&s.DataDir), "数据目录：日志缓冲、内置数据库"),
		secret("database", database(&s.Database), "数据库：sqlite:路径 或 mysql:用户:密码@tcp(主机:3306)/库名，缺省为数据目录下的 wenzheng.db"),
		secret("secret_key", secretKey(&s.SecretKey), "主密钥：32 字节的 base64，可用 openssl rand -base64 32 生成；建议用 WENZHENG_SECRET_KEY_FILE 指向仅本人可读的文件"),
		previousKeys(&s.PreviousSecretKeys),
		optional("memory", "", optionalSize(&s.Memory, 128<<20, 1<<40), "内存的软上限，如 2GiB；留空为本机（或容器）内存的四分之一"),
		many("admin_allow", "", prefixes(&s.AdminAllow), "允许使用 /api/v1 和管理后台的地址或网段，留空表示不限"),
		many("trusted_proxies", "", prefixes(&s.TrustedProxies), "可信的反向代理地址或网段，只信任其 X-Forwarded-For"),

		str("callback.deadline", "4s", duration(&s.Callback.Deadline, 100*time.Millisecond, 4900*time.Millisecond), "回调总时限，微信 5 秒后断开"),
		str("callback.max_body", "64KiB", size(&s.Callback.MaxBody, 1<<10, 1<<20), "回调报文上限"),
		str("callback.max_skew", "24h", duration(&s.Callback.MaxSkew, 0, 8760*time.Hour), "时间戳偏差上限，0 表示不检查"),
		str("callback.memory", "60s", duration(&s.Callback.Memory, 15*time.Second, time.Hour), "记住已答复消息的时长，用于识别微信重试"),
		str("callback.max_in_flight", "512", number(&s.Callback.MaxInFlight, 1, 100000), "同时处理的回调上限"),
		str("callback.allow_json", "false", boolean(&s.Callback.AllowJSON), "是否接受 JSON 报文"),
		str("callback.safe_empty", "success", choice(&s.Callback.SafeEmpty, SafeEmptySuccess, SafeEmptyZeroBytes), "安全模式下不回复时的应答：success 或 zero_bytes"),
		str("callback.compat_plain_reply", "false", boolean(&s.Callback.CompatPlainReply), "兼容模式是否用明文回复"),

		str("journal.max_bytes", "8GiB", size(&s.Journal.MaxBytes, 64<<20, 1<<40), "本地日志缓冲上限"),
		str("journal.allow_volatile", "false", boolean(&s.Journal.AllowVolatile), "是否允许放在 tmpfs、overlay 等断电即失的盘上"),
		str("journal.append_timeout", "1.5s", duration(&s.Journal.AppendTimeout, 10*time.Millisecond, 4*time.Second), "写本地缓冲的时限"),
		str("journal.direct_timeout", "1.5s", duration(&s.Journal.DirectTimeout, 10*time.Millisecond, 4*time.Second), "缓冲不可用时直写数据库的时限"),

		apiToken(&s.API.Token),

		str("session.idle", "15m", duration(&s.Session.Idle, time.Minute, time.Hour), "登录后多久不操作就退出"),
		str("session.lifetime", "8h", duration(&s.Session.Lifetime, 15*time.Minute, 24*time.Hour), "一次登录最长多久，到时须重新登录"),
		str("session.password_days", "90", number(&s.Session.PasswordDays, 0, 3650), "密码用满多少天须更换，0 表示不定期更换"),
		str("session.password_history", "5", number(&s.Session.PasswordHistory, 0, 24), "新密码不得与最近几个密码相同，0 表示只与现在的不同"),

		optional("wechat.api_base", "", baseURL(&s.WeChat.APIBase, "接口地址", "http://127.0.0.1:8090"), "微信接口地址，仅在使用模拟器时填写"),
		many("wechat.egress", "api.weixin.qq.com,open.weixin.qq.com,mmbiz.qpic.cn", hosts(&s.WeChat.Egress), "允许访问的外部主机"),
		proxy("wechat.proxy", &s.WeChat.Proxy, "访问微信接口用的代理，如 http://10.0.0.8:3128，也可为 https 或 socks5；留空表示直连"),

		str("reply.max_bytes", "2048", number(&s.Reply.MaxBytes, 64, 20480), "被动文本回复的字节上限"),
		str("token.min_interval", "1s", duration(&s.Token.MinInterval, time.Second, time.Hour), "同一账号两次获取 access_token 的最短间隔"),
		str("store.require_durable", "false", boolean(&s.Store.RequireDurable), "数据库未设为断电不丢数据时暂停入库"),

		str("simulator.enabled", "false", boolean(&s.Simulator.Enabled), "是否启用内置的微信模拟器，生产环境切勿启用"),
		str("simulator.retries", "3", number(&s.Simulator.Retries, 1, 10), "模拟器对一条消息最多投递几次"),
		str("simulator.spacing", "5s", duration(&s.Simulator.Spacing, 0, time.Minute), "模拟器的重试间隔"),

		str("bot.dialogue_ttl", "30m", duration(&s.Bot.DialogueTTL, time.Minute, 48*time.Hour), "对话（如编号菜单）的有效时长"),
		str("bot.default_quiet", "10m", duration(&s.Bot.DefaultQuiet, 0, 24*time.Hour), "同一人多久之内不重复默认回复（别的话得到简短的第二次回复），0 表示每次都答"),

		str("outbox.message_count", "5", number(&s.Outbox.MessageCount, 1, 100), "市民来一条消息后最多能发几条客服消息（微信的规定）"),
		str("outbox.message_window", "48h", duration(&s.Outbox.MessageWindow, time.Minute, 48*time.Hour), "在多久之内"),
		str("outbox.event_count", "3", number(&s.Outbox.EventCount, 1, 100), "市民点菜单、扫码、关注后最多能发几条客服消息（微信的规定）"),
		str("outbox.event_window", "60s", duration(&s.Outbox.EventWindow, time.Second, 48*time.Hour), "在多久之内"),
		str("outbox.per_second", "200", number(&s.Outbox.PerSecond, 1, 10000), "本进程每秒最多发几条"),

		str("log.level", "info", level(&s.Log.Level), "运行日志级别：debug、info、warn 或 error"),
		str("log.format", "json", choice(&s.Log.Format, LogJSON, LogText), "运行日志格式：json 或 text"),

		many("targets.reply", "", replyTargets(&s.Targets.Reply), "时限内答复率的目标，写作 时限=百分数，如 48h=95,2h=80；不设则只列数字，不作达标与否的结论"),
		optional("targets.cases", "", percent(&s.Targets.Cases), "按时办结率的目标（百分数），留空表示不设"),
		optional("targets.source", "", text(&s.Targets.Source), "目标出自哪里，印在目标旁边，如“市政府办〔2026〕3号”"),
	}...)
}

// bindAlarms are the settings of where alarms may go and of the link in them.
func bindAlarms(s *Settings) []key {
	return []key{
		optional("console.address", "", baseURL(&s.Console.Address, "网址", "https://wenzheng.example.gov.cn"), "管理后台的网址，如 https://wenzheng.example.gov.cn，写进告警的链接；留空则告警不带链接"),
		many("alarm.egress", "qyapi.weixin.qq.com,oapi.dingtalk.com", hosts(&s.Alarm.Egress), "告警只许发往这些主机"),
		many("alarm.networks", "", prefixes(&s.Alarm.Networks), "告警可以发往的内网或本机网段，如 10.1.2.0/24、127.0.0.1；留空则只发往公网"),
		proxy("alarm.proxy", &s.Alarm.Proxy, "发告警（https）用的代理，如 http://10.0.0.8:3128，也可为 https 或 socks5；留空表示直连，不看环境变量"),
	}
}

// bindCases are the settings of what is kept of cases.
func bindCases(s *Settings) []key {
	var keys []key
	for _, k := range []struct {
		name, what string
		of         *Keeping
	}{{"cases.keep_media", "市民交的照片", &s.Cases.KeepMedia}, {"cases.exact_place", "市民发来的精确位置", &s.Cases.ExactPlace}} {
		keys = append(keys,
			optional(k.name+".purpose", "", purpose(&k.of.Purpose), k.what+"保存来做什么，告诉市民；与天数一起写才保存，留空表示不保存"),
			optional(k.name+".days", "", optionalNumber(&k.of.Days, 7, 3650), k.what+"从提交起保存几天，到期删除"))
	}
	return keys
}

func str(name, initial string, set func([]string) string, doc string) key {
	return key{name: name, initial: initial, set: set, doc: doc}
}

func optional(name, initial string, set func([]string) string, doc string) key {
	return key{name: name, initial: initial, set: set, doc: doc, empty: true}
}

func many(name, initial string, set func([]string) string, doc string) key {
	return key{name: name, initial: initial, set: set, doc: doc, empty: true, list: true}
}

func previousKeys(dst *[]Secret) key {
	k := many("previous_secret_key", "", secretKeys(dst), "以前的主密钥，由新到旧，用于读取更换密钥之前的数据，最早的一个须一直保留")
	k.secret = true
	return k
}

func proxy(name string, dst **url.URL, doc string) key {
	k := optional(name, "", proxyURL(dst), doc)
	k.secret = true
	return k
}

func apiToken(dst *Secret) key {
	k := optional("api.token", "", bearer(dst), "读取全部账号的访问令牌（32 至 256 个字母、数字或 -._~+/=），可用 openssl rand -hex 32 生成；留空表示没有。给多个程序分别发令牌用 wenzheng token add")
	k.secret = true
	return k
}

func secret(name string, set func([]string) string, doc string) key {
	return key{name: name, set: set, doc: doc, secret: true}
}
