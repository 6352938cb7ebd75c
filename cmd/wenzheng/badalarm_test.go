package main

import (
	"net/http"
	"strconv"
	"strings"
	"testing"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store/storetest"
)

// TestAlarms_BadRequests: what must not work about alarms, each with its answer and its audit entry, and
// nothing of an address or a secret in any of them.
func TestAlarms_BadRequests(t *testing.T) {
	f := newFront(t, false)
	nobody := &browser{f: f}
	manager, handler := f.settle("laozhou", auth.AccountManager, storetest.AppA), f.settle("xiaoli", auth.CaseHandler, storetest.AppA)
	editor := f.settle("wangjie", auth.ContentAdmin, storetest.AppA)
	sys, sec, aud := f.settle("ligong", auth.SysAdmin), f.settle("zhaojie", auth.SecAdmin), f.settle("qianshi", auth.Auditor)
	const (
		own, foreign, missing = "/accounts/" + storetest.AppA + "/alarms", "/accounts/" + storetest.AppB + "/alarms", "/accounts/wx00000000000000ff/alarms"
		key, secret           = "0ddba11c-0ffe-4bad-f00d-cafecafecafe", "geheimegeheime16"
		address               = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=" + key
		good                  = `{"kind":"wecom","name":"值班群","address":"` + address + `"}`
	)
	sys.must("POST", own, good)
	said := func(kind, address, secret string) string {
		return `{"kind":"` + kind + `","address":"` + address + `","secret":"` + secret + `"}`
	}
	const refused = "access.refuse"
	tests := []badRequest{
		{"read by nobody", nobody, "GET", own, "", nil, 401, "unauthorized", ""},
		{"added by nobody", nobody, "POST", own, good, nil, 401, "unauthorized", ""},
		{"read by a handler", handler, "GET", own, "", nil, 403, models.CodeForbidden, refused},
		{"read by an editor", editor, "GET", own, "", nil, 403, models.CodeForbidden, refused},
		{"read by secadmin", sec, "GET", own, "", nil, 403, models.CodeForbidden, refused},
		{"read by the auditor", aud, "GET", own, "", nil, 403, models.CodeForbidden, refused},
		{"added by a manager", manager, "POST", own, good, nil, 403, models.CodeForbidden, refused},
		{"deleted by a manager", manager, "DELETE", own + "/值班群", "", nil, 403, models.CodeForbidden, refused},
		{"tried by a manager", manager, "POST", own + "/值班群/test", "", nil, 403, models.CodeForbidden, refused},
		{"chosen by a handler", handler, "PUT", own, `{"repeat_s":3600}`, nil, 403, models.CodeForbidden, refused},
		{"foreign account read", manager, "GET", foreign, "", nil, 404, models.CodeNotFound, refused},
		{"foreign account chosen", manager, "PUT", foreign, `{"repeat_s":3600}`, nil, 404, models.CodeNotFound, refused},
		{"no such account read", sys, "GET", missing, "", nil, 404, models.CodeNotFound, ""},
		{"no such account added to", sys, "POST", missing, good, nil, 404, models.CodeNotFound, ""},
		{"no such account chosen for", sys, "PUT", missing, `{"repeat_s":3600}`, nil, 404, models.CodeNotFound, ""},
		{"channel of another account", sys, "POST", foreign + "/值班群/test", "", nil, 404, models.CodeNotFound, ""},
		{"channel of another account deleted", sys, "DELETE", foreign + "/值班群", "", nil, 404, models.CodeNotFound, ""},
		{"no such channel", sys, "DELETE", own + "/al_x", "", nil, 404, models.CodeNotFound, ""},
		{"no such channel tried", sys, "POST", own + "/al_x/test", "", nil, 404, models.CodeNotFound, ""},
		{"no own header", sys, "POST", own, good, header("X-Wenzheng", ""), 403, "csrf", ""},
		{"cross-site", sys, "DELETE", own + "/值班群", "", header("Sec-Fetch-Site", "cross-site"), 403, "csrf", ""},
		{"foreign Origin", sys, "PUT", own, `{}`, func(r *http.Request) {
			header("Origin", "https://evil.example")(r)
			header("Sec-Fetch-Site", "")(r)
		}, 403, "csrf", ""},
		{"a form", sys, "POST", own, good, header("Content-Type", "application/x-www-form-urlencoded"), 415, models.CodeUnsupportedType, ""},
		{"oversize", sys, "POST", own, `{"kind":"wecom","name":"` + strings.Repeat("a", 70000) + `"}`, nil, 413, models.CodeBodyTooLarge, ""},
		{"not JSON", sys, "POST", own, "kind=wecom&address=" + address, nil, 400, models.CodeInvalid, ""},
		{"two objects", sys, "POST", own, good + good, nil, 400, models.CodeInvalid, ""},
		{"unknown field", sys, "POST", own, `{"kind":"wecom","url":"` + address + `"}`, nil, 400, models.CodeInvalid, ""},
		{"id in the body", sys, "POST", own, `{"id":"al_1","kind":"wecom","address":"` + address + `"}`, nil, 400, models.CodeInvalid, ""},
		{"another type of a field", sys, "POST", own, `{"kind":"wecom","address":["` + address + `"]}`, nil, 400, models.CodeInvalid, ""},
		{"nothing", sys, "POST", own, `{}`, nil, 400, models.CodeInvalid, ""},
		{"name taken", sys, "POST", own, good, nil, 409, models.CodeConflict, ""},
		{"foreign host", sys, "POST", own, said("json", "https://evil.example/"+key, secret), nil, 400, models.CodeInvalid, ""},
		{"loopback", sys, "POST", own, said("json", "https://127.0.0.1/"+key, secret), nil, 400, models.CodeInvalid, ""},
		{"metadata of a cloud", sys, "POST", own, said("json", "https://169.254.169.254/"+key, secret), nil, 400, models.CodeInvalid, ""},
		{"http", sys, "POST", own, said("wecom", strings.Replace(address, "https", "http", 1), ""), nil, 400, models.CodeInvalid, ""},
		{"a file", sys, "POST", own, said("json", "file:///etc/passwd", secret), nil, 400, models.CodeInvalid, ""},
		{"user in the address", sys, "POST", own, said("json", "https://qyapi.weixin.qq.com@evil.example/"+key, secret), nil, 400, models.CodeInvalid, ""},
		{"header in the address", sys, "POST", own, said("wecom", address+`\r\nX-A: b`, ""), nil, 400, models.CodeInvalid, ""},
		{"wecom with a secret", sys, "POST", own, said("wecom", address, secret), nil, 400, models.CodeInvalid, ""},
		{"json without a secret", sys, "POST", own, said("json", "https://qyapi.weixin.qq.com/"+key, ""), nil, 400, models.CodeInvalid, ""},
		{"unknown condition", manager, "PUT", own, `{"conditions":["weather"]}`, nil, 400, models.CodeInvalid, ""},
		{"unknown limit", manager, "PUT", own, `{"ahead":[{"limit":"fifth","ahead_s":60}]}`, nil, 400, models.CodeInvalid, ""},
		{"ahead of nothing", manager, "PUT", own, `{"ahead":[{"limit":"first","ahead_s":180}]}`, nil, 400, models.CodeInvalid, ""},
		{"too often", manager, "PUT", own, `{"repeat_s":1}`, nil, 400, models.CodeInvalid, ""},
		{"a number too great", manager, "PUT", own, `{"repeat_s":1e30}`, nil, 400, models.CodeInvalid, ""},
		{"patch", sys, "PATCH", own, `{}`, nil, 405, "", ""},
	}
	f.refuses(tests, key, secret)
	if len(tests) < 40 {
		t.Errorf("only %s requests", strconv.Itoa(len(tests)))
	}
	if e := f.lastAudit(); strings.Contains(models.JSON(e), key) {
		t.Errorf("%+v", e)
	}
}
