package config

import (
	"fmt"
	"strings"
	"testing"
)

func TestBadValues(t *testing.T) {
	t.Chdir(t.TempDir())
	cases := []struct{ key, value, says string }{
		{"addr", "8080", "主机:端口"},
		{"addr", "127.0.0.1:99999", "端口"},
		{"addr", "http://a:80", "监听地址"},
		{"addr", "", "没有值"},
		{"metrics_addr", "x", "监听地址"},
		{"metrics_addr", "0.0.0.0:8080", "同一端口"},
		{"data_dir", "", "没有值"},
		{"database", "postgres:x", "种类"},
		{"database", "sqlite:", "路径"},
		{"database", "mysql:", "库名"},
		{"database", "mysql://u:p@h/db", "mysql://"},
		{"database", "mysql:u:p@tcp(h:3306)", "连接串有误"},
		{"database", "mysql:u:p@tcp(h:3306)/", "缺少库名"},
		{"secret_key", "%%%", "base64"},
		{"secret_key", "c2hvcnQ=", "5 字节"},
		{"admin_allow", "10.0.0.0/33", "网段"},
		{"admin_allow", "10.0.0.1,example.com", "example.com"},
		{"trusted_proxies", "*", "网段"},
		{"callback.deadline", "5s", "4.9s"},
		{"callback.deadline", "4", "带单位"},
		{"callback.deadline", "-1s", "超出范围"},
		{"callback.max_body", "64", "超出范围"},
		{"callback.max_body", "1.5MiB", "不是大小"},
		{"callback.max_body", "999999999999999TiB", "超出范围"},
		{"callback.max_skew", "-1s", "超出范围"},
		{"callback.memory", "1s", "超出范围"},
		{"callback.max_in_flight", "0", "超出范围"},
		{"callback.max_in_flight", "many", "整数"},
		{"callback.allow_json", "maybe", "true 或 false"},
		{"callback.safe_empty", "nothing", "zero_bytes"},
		{"journal.max_bytes", "1KiB", "超出范围"},
		{"journal.append_timeout", "10s", "超出范围"},
		{"api.token", "short", "32 至 256"},
		{"api.token", strings.Repeat("有", 32), "32 至 256"},
		{"targets.reply", "95", "48h=95"},
		{"targets.reply", "48h=", "48h=95"},
		{"targets.reply", "48h=95,2小时=80", "2小时=80"},
		{"targets.reply", "48h=101", "48h=101"},
		{"targets.reply", "0s=95", "0s=95"},
		{"targets.cases", "很多", "百分数"},
		{"targets.cases", "NaN", "百分数"},
		{"targets.cases", "0", "百分数"},
		{"wechat.api_base", "127.0.0.1:8090", "接口地址"},
		{"wechat.api_base", "ftp://a", "接口地址"},
		{"wechat.api_base", "http://a/?x=1", "接口地址"},
		{"wechat.egress", "https://api.weixin.qq.com", "主机名"},
		{"wechat.proxy", "10.0.0.8:3128", "代理地址"},
		{"wechat.proxy", "ftp://10.0.0.8:3128", "不支持"},
		{"console.address", "wz.example.gov.cn", "网址"},
		{"console.address", "https://wz.example.gov.cn/?a=1", "网址"},
		{"alarm.egress", "https://qyapi.weixin.qq.com", "主机名"},
		{"alarm.networks", "10.0.0.0/99", "网段"},
		{"alarm.proxy", "10.0.0.8:3128", "代理地址"},
		{"wechat.proxy", "socks4://10.0.0.8:1080", "不支持"},
		{"wechat.proxy", "http://10.0.0.8", "端口"},
		{"wechat.proxy", "http://:3128", "主机"},
		{"wechat.proxy", "http://a:99999", "端口"},
		{"wechat.proxy", "http://a:3128/path", "代理地址"},
		{"reply.max_bytes", "1", "超出范围"},
		{"token.min_interval", "0s", "超出范围"},
		{"simulator.retries", "-1", "超出范围"},
		{"bot.dialogue_ttl", "1s", "超出范围"},
		{"log.level", "loud", "级别"},
		{"log.format", "xml", "选项"},
	}
	for _, c := range cases {
		t.Run(c.key+"="+c.value, func(t *testing.T) {
			for origin, o := range map[string]Options{
				"命令行 " + c.key:            {Flags: map[string]string{c.key: c.value}},
				"环境变量 " + variable(c.key): {Environ: []string{variable(c.key) + "=" + c.value}},
			} {
				_, err := Load(o)
				f := faultsOf(t, err)
				if len(f) != 1 || f[0].Key != c.key || f[0].Origin != origin || !strings.Contains(f[0].Problem, c.says) {
					t.Errorf("got %v, want one fault saying %q", f, c.says)
				}
			}
		})
	}
}

func TestBadFiles(t *testing.T) {
	cases := []struct{ name, content, line, says string }{
		{"null", "addr:\n", ":1", "没有写值"},
		{"empty text", "addr: \"\"\n", ":1", "没有值"},
		{"list for one", "log:\n  level: [info]\n", ":2", "列表"},
		{"map for one", "addr:\n  host: a\n", ":1", "应是一个值"},
		{"map in list", "admin_allow:\n  - a: b\n", ":1", "每一项"},
		{"list for section", "log: [a]\n", ":1", "一组"},
		{"list at the root", "- a\n", ":1", "一组"},
		{"text at the root", "hello\n", ":1", "一组"},
		{"twice", "addr: :1\naddr: :2\n", ":2", "两次"},
		{"alias", "addr: &a :1\ndata_dir: *a\n", ":2", "应是一个值"},
		{"null in a list", "admin_allow: [~]\n", ":1", "每一项"},
		{"broken", "addr: [\n", ":1", "YAML"},
		{"two documents", "addr: :1\n---\naddr: :2\n", ":3", "一个 YAML 文档"},
		{"dotted", "callback.deadline: 1s\n", "", ""},
		{"unknown", "log:\n  levle: info\n", ":2", "是不是 log.level"},
		{"without section", "level: info\n", ":1", "是不是 log.level"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			path := write(t, "w.yaml", c.content, 0o600)
			_, err := Load(Options{Path: path})
			if c.says == "" {
				if err != nil {
					t.Errorf("got %v", err)
				}
				return
			}
			f := faultsOf(t, err)
			if len(f) != 1 || f[0].Origin != path+c.line || !strings.Contains(f[0].Problem, c.says) {
				t.Errorf("got %v, want %s saying %q", f, c.line, c.says)
			}
		})
	}
}

func TestBadSecretFiles(t *testing.T) {
	good := write(t, "key", testKey(1), 0o600)
	cases := []struct {
		name    string
		environ []string
		says    string
	}{
		{"absent", []string{"WENZHENG_SECRET_KEY_FILE=/nonexistent/key"}, "文件不存在"},
		{"folder", []string{"WENZHENG_SECRET_KEY_FILE=" + t.TempDir()}, "不是存放密钥的文件"},
		{"empty file", []string{"WENZHENG_SECRET_KEY_FILE=" + write(t, "key", "\n", 0o600)}, "文件是空的"},
		{"empty name", []string{"WENZHENG_SECRET_KEY_FILE="}, "文件路径"},
		{"both", []string{"WENZHENG_SECRET_KEY_FILE=" + good, "WENZHENG_SECRET_KEY=" + testKey(2)}, "只留一个"},
		{"no secret", []string{"WENZHENG_ADDR_FILE=" + good}, "没有这个设置"},
		{"same as before", []string{"WENZHENG_SECRET_KEY_FILE=" + good, "WENZHENG_PREVIOUS_SECRET_KEY=" + testKey(1)}, "现在的 secret_key"},
		{"same among those before", []string{"WENZHENG_SECRET_KEY_FILE=" + good, "WENZHENG_PREVIOUS_SECRET_KEY=" + strings.Join([]string{testKey(2), testKey(1), testKey(3)}, ",")}, "现在的 secret_key"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, err := Load(Options{Environ: c.environ})
			if f := faultsOf(t, err); len(f) != 1 || !strings.Contains(f[0].Problem, c.says) {
				t.Errorf("got %v, want %q", f, c.says)
			}
		})
	}
}

func TestSizes(t *testing.T) {
	for in, want := range map[string]int64{"64KiB": 65536, "65536": 65536, "64 KiB": 65536, "65536B": 65536, "64KB": 64000, "1MiB": 1 << 20} {
		var n int64
		if problem := size(&n, 1, 1<<40)([]string{in}); problem != "" || n != want {
			t.Errorf("%s: %d %s", in, n, problem)
		}
	}
	for n, want := range map[int64]string{65536: "64KiB", 8 << 30: "8GiB", 1000: "1000B", 1 << 40: "1TiB"} {
		if got := sizeText(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
}

func TestEveryKeyHasItsOwnVariable(t *testing.T) {
	seen := map[string]string{pathVariable: "the path"}
	for _, k := range bind(&Settings{}) {
		names := []string{variable(k.name)}
		if k.secret {
			names = append(names, variable(k.name)+"_FILE")
		}
		for _, n := range names {
			if other := seen[n]; other != "" {
				t.Errorf("%s is both %s and %s", n, k.name, other)
			}
			seen[n] = k.name
		}
		if k.doc == "" {
			t.Errorf("%s has no description", k.name)
		}
	}
	if fmt.Sprint(len(seen)) == "1" {
		t.Fatal("no keys")
	}
}

// What is kept of cases has a purpose and a time, both or none.
func TestKeeping_PurposeAndDays(t *testing.T) {
	for name, c := range map[string]struct{ yaml, wrong string }{
		"nothing":    {"", ""},
		"both":       {"keep_media: {purpose: 核实现场情况, days: 90}", ""},
		"place":      {"exact_place: {purpose: 派人到现场, days: 3650}", ""},
		"no days":    {"keep_media: {purpose: 核实现场情况}", "cases.keep_media.days: 写了用途没有写保存几天"},
		"no purpose": {"exact_place: {days: 30}", "cases.exact_place.purpose: 写了保存几天没有写用途"},
		"too short":  {"keep_media: {purpose: 核实现场情况, days: 6}", "cases.keep_media.days: 6 超出范围"},
		"too long":   {"keep_media: {purpose: 核实现场情况, days: 3651}", "cases.keep_media.days: 3651 超出范围"},
		"for ever":   {"keep_media: {purpose: 核实现场情况, days: 永久}", "不是整数"},
		"no word":    {"keep_media: {purpose: '......', days: 90}", "cases.keep_media.purpose: 请用一句话写明用途"},
		"no reason":  {"keep_media: {purpose: 无, days: 90}", "cases.keep_media.purpose: 请用一句话写明用途"},
		"an essay":   {"keep_media: {purpose: " + strings.Repeat("长", 41) + ", days: 90}", "cases.keep_media.purpose: 请用一句话写明用途"},
	} {
		file := ""
		if c.yaml != "" {
			file = "cases:\n  " + c.yaml + "\n"
		}
		s, err := Load(Options{Path: write(t, "w.yaml", file, 0o600)})
		switch {
		case c.wrong == "" && err != nil, c.wrong != "" && (err == nil || !strings.Contains(err.Error(), c.wrong) || strings.Count(err.Error(), "\n") > 0):
			t.Errorf("%s: %v, want %q", name, err, c.wrong)
		case name == "both" && (s.Cases.KeepMedia != Keeping{Purpose: "核实现场情况", Days: 90} || s.Cases.ExactPlace != Keeping{}):
			t.Errorf("%+v", s.Cases)
		}
	}
}
