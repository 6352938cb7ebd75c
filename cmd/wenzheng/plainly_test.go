package main

import (
	"net"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// english finds what the system or a room says to programmers.
var english = regexp.MustCompile(`no such|not a directory|is a directory|refused\b|dial |lookup|listen tcp|(simulator|sheet|store|journal|wechat): `)

// TestFaultsOfTheSystemAreSaidInChinese: what files, addresses and databases do to a
// command is told in one line that names the way out.
func TestFaultsOfTheSystemAreSaidInChinese(t *testing.T) {
	t.Parallel()
	busy, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer busy.Close()
	folder := t.TempDir()
	junk := filepath.Join(folder, "junk")
	if err := os.WriteFile(junk, []byte(strings.Repeat("no database ", 1000)), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name string
		env  map[string]string
		args []string
		want string
	}{
		{"port in use", nil, []string{"serve", "--addr", busy.Addr().String()}, "端口已被占用"},
		{"host unknown", nil, []string{"serve", "--addr", "256.0.0.1:18499"}, "找不到主机|本机没有这个地址"},
		{"chat page in use", nil, []string{"simulate", "serve", "--addr", busy.Addr().String()}, "端口已被占用"},
		{"chat page nowhere", nil, []string{"simulate", "serve", "--addr", "这里"}, "主机:端口"},
		{"junk for a database", map[string]string{"WENZHENG_DATABASE": "sqlite:" + junk}, []string{"account", "list"}, "不是 SQLite 数据库"},
		{"junk for a database of the service", map[string]string{"WENZHENG_DATABASE": "sqlite:" + junk}, []string{"serve"}, "不是 SQLite 数据库"},
		{"folder for a database", map[string]string{"WENZHENG_DATABASE": "sqlite:" + folder}, []string{"migrate", "status"}, "不是文件"},
		{"file for the data folder", map[string]string{"WENZHENG_DATA_DIR": junk}, []string{"account", "list"}, "路径"},
		{"no folder for rules", nil, []string{"rules", "import", "无此夹/规则.csv"}, "无此夹/规则.csv 不存在"},
		{"folder for a log", nil, []string{"log", "import", folder}, "是文件夹"},
		{"log missing", nil, []string{"log", "import", "无此文件.csv"}, "无此文件.csv 不存在"},
		{"callback missing", nil, simulateLine("file", "无此文件.xml"), "无此文件.xml 不存在"},
		{"folder for a callback", nil, simulateLine("file", folder), "是文件夹"},
		{"url without scheme", nil, simulateLine("send", "--url", "gov.example", "x"), "http://主机:端口"},
		{"url of another kind", nil, simulateLine("send", "--url", "ftp://gov.example", "x"), "http://主机:端口"},
		{"no key for safe mode", nil, []string{"simulate", "--account", "wx0123456789abcdef", "--token", "abcd", "--mode", "safe", "send", "x"}, "--aes-key"},
		{"rate is NaN", nil, simulateLine("load", "--rate", "NaN", "--seconds", "1"), "--rate"},
		{"rate beyond measure", nil, simulateLine("load", "--rate", "1e300", "--seconds", "1"), "--rate"},
		{"seconds beyond measure", nil, simulateLine("load", "--seconds", "1e300"), "--seconds"},
		{"account nobody knows", nil, []string{"log", "export", "--account", "wx9999999999999999"}, "没有账号 wx9999999999999999"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			o := newOffice(t, "")
			if strings.HasPrefix(tc.args[0], "simulate") && tc.args[1] == "serve" {
				o.addAccount()
			}
			for k, v := range tc.env {
				o.env[k] = v
			}
			r := o.run(tc.args...)
			lines := strings.Split(strings.TrimSpace(r.stderr), "\n")
			last := lines[len(lines)-1] // the service has begun to log
			if tc.args[0] != "serve" {
				checkRefusal(t, o, r, tc.want)
			}
			if r.code != 1 || !regexp.MustCompile(tc.want).MatchString(last) || english.MatchString(last) {
				t.Errorf("exit %d: %s", r.code, last)
			}
		})
	}
}

// TestDoctorNamesTheWayOut: what the doctor finds is said in Chinese, whatever failed.
func TestDoctorNamesTheWayOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "")
	o.addAccount()
	o.env["WENZHENG_WECHAT_API_BASE"] = "http://127.0.0.1:1"
	r := o.run("account", "check", o.account.AppID)
	if r.code != 1 || !strings.Contains(r.stdout, "连不上微信接口") || !strings.Contains(r.stdout, "wenzheng serve") || english.MatchString(r.stdout) {
		t.Errorf("exit %d: %s", r.code, r.stdout)
	}
	checkNoCanary(t, "the report", r.stdout+r.stderr)
	api := o.officialAPI()
	o.env["WENZHENG_WECHAT_API_BASE"] = api.url
	o.account.Secret = strings.Repeat("f", 32)
	o.addAccount()
	if r = o.run("account", "check", o.account.AppID); !strings.Contains(r.stdout, "AppSecret 不对") || english.MatchString(r.stdout) {
		t.Errorf("wrong secret: %s", r.stdout)
	}
}
