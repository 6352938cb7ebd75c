package main

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

const (
	newApp  = "wx00000000000000ff"
	newKey  = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
	newWord = "0123456789abcdef0123456789abcdef"
)

// TestConsole_AccountPages goes through what the system administrator does with accounts, and holds
// each answer to openapi.yaml. No key is ever told, nor written into the audit log.
func TestConsole_AccountPages(t *testing.T) {
	f, doc := newFront(t, false), apiSpec(t)
	sys, manager := f.settle("ligong", auth.SysAdmin), f.settle("laozhou", auth.AccountManager, storetest.AppA)
	made := sys.described(doc, "POST", "/accounts", `{"app_id":"`+newApp+`","name":"江城医保","kind":"service","mode":"safe","token":"token1234","aes_key":"`+newKey+`","secret":"short"}`)
	if got := fmt.Sprint(made["keys"]); !strings.Contains(got, "aes_key:••••DEFG") || !strings.Contains(got, "token:••••") || strings.Contains(got, "1234") {
		t.Errorf("the keys: %s", got)
	}
	if got := fmt.Sprint(made["remarks"]); !strings.Contains(got, "AppSecret") {
		t.Errorf("a secret that can not be right: %s", got)
	}
	changed := sys.described(doc, "PUT", "/accounts/"+newApp, `{"name":"江城医保局","secret":"`+newWord+`"}`)
	if changed["name"] != "江城医保局" || changed["kind"] != "service" || !strings.Contains(fmt.Sprint(changed["keys"]), "secret:••••cdef") {
		t.Errorf("%v", changed)
	}
	if e := f.lastAudit(); e.Who.Name != "ligong" || e.Action != "account.update" || e.AppID != newApp || strings.Contains(models.JSON(e), newWord) || !strings.Contains(e.Reason, "secret") {
		t.Errorf("%+v", e)
	}
	f.ready = accounts.Readiness{Able: true, Reasons: []string{newApp + ": 近 10 分钟有 3 次回调被拒绝：请核对 Token", "clock: 服务器时钟比微信慢约 9 秒，请校准"}}
	one := sys.described(doc, "GET", "/accounts/"+newApp, "")
	if one["state"] != "attention" || !strings.Contains(fmt.Sprint(one["reasons"]), "请核对 Token") || !strings.Contains(fmt.Sprint(one["clock"]), "9 秒") {
		t.Errorf("%v", one)
	}
	if got := sys.list(t, "/accounts"); len(got) != 3 || strings.Contains(fmt.Sprint(got), newWord) || strings.Contains(fmt.Sprint(got), newKey) {
		t.Errorf("%v", got)
	}
	if got := manager.list(t, "/accounts"); len(got) != 1 || got[0]["app_id"] != storetest.AppA {
		t.Errorf("a manager sees %v", got)
	}
	lines := sys.checked(t, storetest.AppA)
	for _, l := range lines {
		if l.State == accounts.CheckFail && (l.Found == "" || !strings.HasPrefix(l.Fix, "请")) {
			t.Errorf("a fault without its fix: %+v", l)
		}
	}
	if len(lines) < 5 {
		t.Errorf("%+v", lines)
	}
	manager.described(doc, "GET", "/accounts/"+storetest.AppA+"/hours", "")
	manager.described(doc, "GET", "/accounts/"+storetest.AppA+"/limits", "")
	for _, of := range []string{"hours", "limits", "desk/held"} {
		if w := manager.ask("GET", "/accounts/"+storetest.AppB+"/"+of, ""); w.Code != http.StatusNotFound {
			t.Errorf("%s of a foreign account: %d", of, w.Code)
		}
	}
}

func (b *browser) list(t *testing.T, path string) (out []map[string]any) {
	t.Helper()
	w := b.ask("GET", path, "")
	if err := json.Unmarshal(w.Body.Bytes(), &out); w.Code != http.StatusOK || err != nil {
		t.Fatalf("%d %s %v", w.Code, w.Body, err)
	}
	return out
}

func (b *browser) checked(t *testing.T, app string) (out []accounts.CheckResult) {
	t.Helper()
	w := b.ask("POST", "/accounts/"+app+"/check", "{}")
	if err := json.Unmarshal(w.Body.Bytes(), &out); w.Code != http.StatusOK || err != nil {
		t.Fatalf("%d %s %v", w.Code, w.Body, err)
	}
	return out
}

// TestConsole_SettingsByDay: office hours and limits from a day on, and the calendar, as the commands
// change them.
func TestConsole_SettingsByDay(t *testing.T) {
	f, doc := newFront(t, false), apiSpec(t)
	sys, app := f.settle("ligong", auth.SysAdmin), "/accounts/"+storetest.AppA
	sys.described(doc, "PUT", app+"/hours", `{"from":"2026-06-01","value":"08:30-12:00,14:00-17:30"}`)
	if got := sys.described(doc, "GET", app+"/hours", ""); fmt.Sprint(got["rows"]) != "[map[usual:true valid_from: value:"+models.DefaultOfficeHours+"] map[usual:false valid_from:2026-06-01 value:08:30-12:00,14:00-17:30]]" {
		t.Errorf("%v", got)
	}
	sys.described(doc, "DELETE", app+"/hours/2026-06-01", "")
	sys.described(doc, "PUT", app+"/desk/held", `{"from":"2026-06-01","value":"exact"}`)
	if got := sys.described(doc, "GET", app+"/desk/held", ""); fmt.Sprint(got["rows"]) != "[map[usual:true valid_from: value:silent] map[usual:false valid_from:2026-06-01 value:exact]]" {
		t.Errorf("%v", got)
	}
	sys.described(doc, "DELETE", app+"/desk/held/2026-06-01", "")
	sys.described(doc, "PUT", app+"/limits", `{"from":"2026-04-01","limits":{"acceptance_s":3600,"case":{"complaint":3}}}`)
	if e := f.lastAudit(); e.Action != "account.set" || e.Who.Name != "ligong" || !strings.Contains(e.After, "3600") {
		t.Errorf("%+v", e)
	}
	if got := fmt.Sprint(sys.described(doc, "GET", app+"/limits", "")["rows"]); !strings.Contains(got, "acceptance_s:3600") || !strings.Contains(got, "complaint:3") || !strings.Contains(got, "acceptance_s:7200") {
		t.Errorf("%s", got)
	}
	sys.described(doc, "DELETE", app+"/limits/2026-04-01", "")

	sys.described(doc, "PUT", "/calendar/2027-03-15", `{"work":false,"name":"地方假日"}`)
	notice := `{"notice":{"year":2027,"papers":[],"days":[{"name":"元旦","date":"2027-01-01","isOffDay":true},{"name":"元旦","date":"2027-01-03","isOffDay":false}]}`
	for _, dry := range []bool{true, false} {
		got := sys.described(doc, "POST", "/calendar/import", notice+fmt.Sprintf(`,"dry_run":%v}`, dry))
		if got["imported"] == dry || fmt.Sprint(got["changes"]) != "[map[date:2027-01-01 was:map[name: work:true] will:map[name:元旦 work:false]] map[date:2027-01-03 was:map[name: work:false] will:map[name:元旦 work:true]]]" {
			t.Errorf("%v", got)
		}
		if year := sys.described(doc, "GET", "/calendar?year=2027", ""); year["provisional"] != dry {
			t.Errorf("dry %v: %v", dry, year)
		}
	}
	if e := f.lastAudit(); e.Action != "calendar.change" || e.Who.Name != "ligong" {
		t.Errorf("%+v", e)
	}
	sys.described(doc, "DELETE", "/calendar/2027-03-15", "")
	sys.described(doc, "DELETE", "/calendar/2027", "")
}

// TestConsole_BadSettings: each bad input is told in Chinese what to write, and nothing is audited.
func TestConsole_BadSettings(t *testing.T) {
	f := newFront(t, false)
	sys, app := f.settle("ligong", auth.SysAdmin), "/accounts/"+storetest.AppA
	for _, c := range []struct {
		method, path, body string
		status             int
		says               string
	}{
		{"POST", "/accounts", `{}`, 400, "AppID 应为"},
		{"POST", "/accounts", `{"app_id":"` + storetest.AppA + `","name":"江城","kind":"service","mode":"plain","token":"token"}`, 409, "已经登记"},
		{"POST", "/accounts", `{"app_id":"` + newApp + `","name":"江城","kind":"service","token":"token"}`, 400, "EncodingAESKey"},
		{"POST", "/accounts", `{"app_id":"` + newApp + `","name":"江城","kind":"service","token":"to ken","mode":"plain"}`, 400, "Token 应为"},
		{"POST", "/accounts", `{"app_id":"` + newApp + `","name":"","kind":"service","token":"token","mode":"plain"}`, 400, "name"},
		{"POST", "/accounts", `{"app_id":"` + newApp + `","verified_by":"x"}`, 400, "没有这一项"},
		{"PUT", app, `{"kind":"shop"}`, 400, "账号类型应为"},
		{"PUT", app, `{"mode":"none"}`, 400, "加解密方式"},
		{"PUT", app, `{"aes_key":"short","mode":"safe"}`, 400, "43 个字符"},
		{"PUT", app, `{"app_id":"` + newApp + `"}`, 400, "AppID 不能改"},
		{"PUT", app, `{"name":"` + strings.Repeat("长", 129) + `"}`, 400, "128 个字"},
		{"PUT", app, `{"created_at":"2020-01-01"}`, 400, "没有这一项"},
		{"PUT", "/accounts/" + newApp, `{"name":"江城"}`, 404, "没有这个账号"},
		{"GET", "/accounts/wx1", "", 404, "没有这个账号"},
		{"GET", "/accounts?account=" + newApp, "", 404, "没有这个账号"},
		{"GET", "/accounts?sql=1", "", 400, "没有这个参数"},
		{"POST", "/accounts/" + newApp + "/check", "{}", 404, "没有这个账号"},
		{"PUT", app + "/hours", `{"value":""}`, 400, "请写办公时间"},
		{"PUT", app + "/hours", `{"value":"nine to five"}`, 400, "办公时间"},
		{"PUT", app + "/hours", `{"value":"09:00-12:00","from":"1.6."}`, 400, "日期"},
		{"PUT", "/accounts/" + newApp + "/hours", `{"value":"09:00-12:00","from":"always"}`, 404, "没有这个账号"},
		{"DELETE", app + "/hours/2026-06-01", "", 404, "没有从这一天起的设置"},
		{"PUT", app + "/desk/held", `{"value":"loud"}`, 400, "silent 或 exact"},
		{"PUT", app + "/desk/human", `{"value":""}`, 400, "none 或 desk 或 wechat"},
		{"PUT", app + "/desk/limits", `{"value":"{}"}`, 404, "没有这项设置"},
		{"DELETE", app + "/desk/hours/always", "", 404, "没有这项设置"},
		{"DELETE", app + "/desk/held/2026-06-01", "", 404, "没有从这一天起的设置"},
		{"PUT", app + "/limits", `{"limits":{}}`, 400, "至少写一项"},
		{"PUT", app + "/limits", `{"limits":{"first_s":7300}}`, 400, "由短到长"},
		{"PUT", app + "/limits", `{"limits":{"case":{"complaint":0}}}`, 400, "1 至 366"},
		{"PUT", app + "/limits", `{"limits":{"quota":9}}`, 400, "没有这一项"},
		{"PUT", app + "/limits", `{"limits":{"at_risk_s":"44h"}}`, 400, "类型不对"},
		{"GET", "/calendar", "", 400, "请写年份"},
		{"GET", "/calendar?year=1999", "", 400, "2000 至 2099"},
		{"PUT", "/calendar/2027-02-30", `{"work":true}`, 400, "日期应写作"},
		{"PUT", "/calendar/2027-03-15", `{"name":"x"}`, 400, "true（上班）"},
		{"DELETE", "/calendar/2027-03-15", "", 404, "没有单独设过"},
		{"DELETE", "/calendar/2027", "", 404, "没有导入过"},
		{"POST", "/calendar/import", `{}`, 400, "holiday-cn"},
		{"POST", "/calendar/import", `{"notice":{"year":2027,"days":[]}}`, 400, "没有 2027 年的日子"},
		{"POST", "/calendar/import", `{"notice":{"year":2027,"days":[{"date":"2027-01-01"}]}}`, 400, "缺少 isOffDay"},
		{"POST", "/calendar/import", `{"notice":[]}`, 400, "holiday-cn"},
	} {
		before := f.auditLength()
		w := sys.ask(c.method, c.path, c.body)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.says) {
			t.Errorf("%s %s %.80s: %d %s", c.method, c.path, c.body, w.Code, w.Body)
		}
		if more := f.auditLength() - before; more > 0 {
			t.Errorf("%s %s: %d audit entries", c.method, c.path, more)
		}
	}
}
