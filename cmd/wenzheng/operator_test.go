package main

import (
	"encoding/json"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/store/storetest"
)

var oneTimeLink = regexp.MustCompile(`/welcome#[A-Za-z0-9_-]{43}\b`)

// TestInit_MakesTheAdministratorsOnce, on MySQL when its tables are there.
func TestInit_MakesTheAdministratorsOnce(t *testing.T) {
	t.Parallel()
	for _, database := range []string{"sqlite", "mysql"} {
		t.Run(database, func(t *testing.T) {
			t.Parallel()
			setting := ""
			if database == "mysql" {
				setting = "mysql:" + storetest.MariaDB(t)
			}
			o := newOffice(t, setting)
			if database == "mysql" {
				if text := o.must("init"); !strings.Contains(text, "再运行一次 wenzheng init") || oneTimeLink.MatchString(text) {
					t.Errorf("before the tables are there: %s", text)
				}
				o.must("migrate", "up")
			}
			if text := o.must("init"); len(oneTimeLink.FindAllString(text, -1)) != 3 {
				t.Errorf("init says %s", text)
			}
			if text := o.must("init"); oneTimeLink.MatchString(text) {
				t.Errorf("a second init says %s", text)
			}
			if d := cmp.Diff([]string{"auditor", "secadmin", "sysadmin"}, o.operatorNames()); d != "" {
				t.Error(d)
			}
		})
	}
}

func (o *office) operatorNames() (names []string) {
	o.t.Helper()
	var list []auth.Operator
	if err := json.Unmarshal([]byte(o.must("operator", "list", "--json")), &list); err != nil {
		o.t.Fatal(err)
	}
	for _, op := range list {
		names = append(names, op.Name)
	}
	return names
}

// TestOperator_Commands: what they print, and what they refuse.
func TestOperator_Commands(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "").open()
	o.must("init")
	app := o.account.AppID
	if text := o.must("operator", "add", "XiaoLi", "--role", "case_handler", "--account", app, "--display", "小李"); !strings.Contains(text, "xiaoli（小李）  坐席 "+app) || !oneTimeLink.MatchString(text) {
		t.Error(text)
	}
	if text := o.must("operator", "reset", "xiaoli"); !strings.Contains(text, "待安全管理员") || !oneTimeLink.MatchString(text) {
		t.Error(text)
	}
	o.must("operator", "disable", "xiaoli")
	if text := o.must("operator", "list"); !strings.Contains(text, "已停用") {
		t.Error(text)
	}
	if text := o.must("admin", "recover", "auditor"); !oneTimeLink.MatchString(text) {
		t.Error(text)
	}
	for line, want := range map[string]string{
		"operator add xiaoli --role auditor":                     "已有登录名 xiaoli",
		"operator add x --role auditor":                          "登录名应为",
		"operator add neu --role case_handler":                   "--account",
		"operator add neu --role auditor --account " + app:       "不能有账号",
		"operator add neu --role case_handler --account wx0":     "没有账号 wx0",
		"operator reset nobody":                                  "没有这位人员",
		"operator reset secadmin":                                "wenzheng admin recover secadmin",
		"admin recover xiaoli":                                   "不是三员",
		"token add 大屏 --scope audit:read":                        "audit:read",
		"token add 大屏 --scope waits:read --until 2020-01-01":     "截止时间已过",
		"token add 大屏 --scope waits:read --until morgen":         "morgen 不是日历上的日子",
		"token add 大屏 --scope waits:read --account wx1234":       "没有账号 wx1234",
		"token revoke 没有":                                        "没有这个令牌",
		"demo --addr 0.0.0.0:1 --simulator-addr 127.0.0.1:1":     "--public",
		"demo --addr 127.0.0.1:1 --simulator-addr 192.0.2.1:809": "--public",
	} {
		if r := o.run(strings.Fields(line)...); r.code != 1 || !strings.Contains(r.stderr, want) {
			t.Errorf("%s: exit %d: %s", line, r.code, r.stderr)
		}
	}
	var made auth.NewToken
	if err := json.Unmarshal([]byte(o.must("token", "add", "大屏", "--scope", "waits:read,live:read", "--until", "2099-12-31", "--json")), &made); err != nil || len(made.Secret) != 43 {
		t.Errorf("%+v, %v", made, err)
	}
	if text := o.must("token", "list"); !strings.Contains(text, "有效至 2099-12-31") || strings.Contains(text, made.Secret) {
		t.Error(text)
	}
	o.must("token", "revoke", "大屏")
	if text := o.must("token", "list"); !strings.Contains(text, "已吊销") {
		t.Error(text)
	}
	o.must("audit", "verify")
}
