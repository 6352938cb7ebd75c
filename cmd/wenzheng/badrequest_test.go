package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
)

func header(name, value string) func(*http.Request) {
	return func(r *http.Request) {
		if r.Header.Del(name); value != "" {
			r.Header.Set(name, value)
		}
	}
}

// badRequest is what must not work: its answer, and the action that the audit log says was refused,
// "" where nobody is known who could be named.
type badRequest struct {
	name         string
	as           *browser
	method, path string
	body         string
	change       func(*http.Request)
	status       int
	code         string
	audited      string
}

// auditLength is how many entries the audit log has.
func (f *front) auditLength() (n int) {
	f.t.Helper()
	err := f.store.AuditEntries(f.t.Context(), store.AuditFilter{}, func(models.AuditEntry) error {
		n++
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return n
}

// TestConsole_BadRequests is the list of requests that must not work, each with its answer and its
// audit entry. Each name and address fails too seldom to be locked, save where that is the point.
func TestConsole_BadRequests(t *testing.T) {
	f := newFront(t, false)
	nobody := &browser{f: f}
	manager, handler := f.settle("laozhou", auth.AccountManager, storetest.AppA), f.settle("xiaoli", auth.CaseHandler, storetest.AppA)
	sys, sec, aud := f.settle("ligong", auth.SysAdmin), f.settle("zhaojie", auth.SecAdmin), f.settle("qianshi", auth.Auditor)
	gone := f.settle("gone", auth.CaseHandler, storetest.AppA)
	if err := f.auth.Disable(t.Context(), operator(), gone.id); err != nil {
		t.Fatal(err)
	}
	_, expired := f.invite("expired", auth.CaseHandler, storetest.AppA)
	f.time = f.time.Add(73 * time.Hour)
	for _, b := range []*browser{manager, handler, sys, sec, aud} {
		b.signIn()
	}
	_, used := f.invite("used", auth.CaseHandler, storetest.AppA)
	(&browser{f: f}).must("POST", "/welcome", `{"token":"`+used+`","password":"`+peoplesPassword+`"}`)
	_, fresh := f.invite("fresh", auth.CaseHandler, storetest.AppA)
	halfway := &browser{f: f, name: "xiaoli", seed: handler.seed}
	halfway.must("POST", "/session", `{"name":"xiaoli","password":"`+peoplesPassword+`"}`)
	replayed := halfway.code()
	wrong := `{"name":"laozhou","password":"wrong"}`
	welcome := func(link, password string) string { return `{"token":"` + link + `","password":"` + password + `"}` }
	const signIn = "/session"
	tests := []badRequest{
		{"no own header", nobody, "POST", signIn, wrong, header("X-Wenzheng", ""), 403, "csrf", ""},
		{"another value of it", nobody, "POST", signIn, wrong, header("X-Wenzheng", "1"), 403, "csrf", ""},
		{"foreign Origin", nobody, "POST", signIn, wrong, func(r *http.Request) {
			header("Origin", "https://evil.example")(r)
			header("Sec-Fetch-Site", "")(r)
		}, 403, "csrf", ""},
		{"null Origin", nobody, "POST", signIn, wrong, func(r *http.Request) {
			header("Origin", "null")(r)
			header("Sec-Fetch-Site", "")(r)
		}, 403, "csrf", ""},
		{"cross-site", manager, "PUT", "/me/preferences", `{}`, header("Sec-Fetch-Site", "cross-site"), 403, "csrf", ""},
		{"same-site", manager, "PUT", "/me/preferences", `{}`, header("Sec-Fetch-Site", "same-site"), 403, "csrf", ""},
		{"sign-out by another site", manager, "DELETE", signIn, "", header("Sec-Fetch-Site", "cross-site"), 403, "csrf", ""},
		{"wrong password", nobody, "POST", signIn, wrong, nil, 401, "sign_in", "session.open"},
		{"name nobody has", nobody, "POST", signIn, `{"name":"nobody","password":"` + peoplesPassword + `"}`, nil, 401, "sign_in", "session.open"},
		{"disabled operator", nobody, "POST", signIn, `{"name":"gone","password":"` + peoplesPassword + `"}`, nil, 401, "sign_in", "session.open"},
		{"password of 1,000 bytes", nobody, "POST", signIn, `{"name":"laozhou","password":"` + strings.Repeat("a", 1000) + `"}`, nil, 401, "sign_in", "session.open"},
		{"password of 60,000 bytes", nobody, "POST", signIn, `{"name":"zhaojie","password":"` + strings.Repeat("a", 60000) + `"}`, nil, 401, "sign_in", "session.open"},
		{"oversize body", nobody, "POST", signIn, `{"name":"` + strings.Repeat("a", 70000) + `"}`, nil, 413, models.CodeBodyTooLarge, ""},
		{"unknown field", nobody, "POST", signIn, `{"name":"laozhou","password":"x","role":"sysadmin"}`, nil, 400, models.CodeInvalid, ""},
		{"not JSON", nobody, "POST", signIn, `name=laozhou`, nil, 400, models.CodeInvalid, ""},
		{"two objects", nobody, "POST", signIn, wrong + wrong, nil, 400, models.CodeInvalid, ""},
		{"another type of a field", nobody, "POST", signIn, `{"name":["laozhou"],"password":"x"}`, nil, 400, models.CodeInvalid, ""},
		{"a form", nobody, "POST", signIn, wrong, header("Content-Type", "application/x-www-form-urlencoded"), 415, models.CodeUnsupportedType, ""},
		{"no content type", nobody, "POST", signIn, wrong, header("Content-Type", ""), 415, models.CodeUnsupportedType, ""},
		{"text/plain, which needs no asking", nobody, "POST", signIn, wrong, header("Content-Type", "text/plain"), 415, models.CodeUnsupportedType, ""},
		{"code without a password", nobody, "POST", "/session/code", `{"code":"123456"}`, nil, 401, "unauthorized", ""},
		{"wrong code", halfway, "POST", "/session/code", `{"code":"000000"}`, nil, 401, "sign_in", "session.open"},
		{"recovery code of another", halfway, "POST", "/session/code", `{"code":"` + manager.codes[0] + `"}`, nil, 401, "sign_in", "session.open"},
		{"signed in elsewhere", halfway, "POST", "/session/code", `{"code":"` + replayed + `"}`, nil, 409, "other_session", ""},
		{"session that passed the password only", halfway, "GET", "/waits", "", nil, 401, "unauthorized", ""},
		{"preferences of half a session", halfway, "GET", "/me/preferences", "", nil, 401, "unauthorized", ""},
		{"enrolling with half a session", halfway, "POST", "/me/authenticator/begin", `{}`, nil, 401, "unauthorized", ""},
		{"expired link", nobody, "POST", "/welcome", welcome(expired, peoplesPassword), nil, 410, "link_over", ""},
		{"used link", nobody, "POST", "/welcome", welcome(used, peoplesPassword), nil, 410, "link_over", ""},
		{"look at a used link", nobody, "POST", "/welcome/look", `{"token":"` + used + `"}`, nil, 410, "link_over", ""},
		{"made-up link", nobody, "POST", "/welcome", welcome(fresh[1:]+fresh[:1], peoplesPassword), nil, 410, "link_over", ""},
		{"empty link", nobody, "POST", "/welcome/look", `{"token":""}`, nil, 410, "link_over", ""},
		{"weak password", nobody, "POST", "/welcome", welcome(fresh, "Password2026!"), nil, 400, models.CodeInvalid, ""},
		{"short password", nobody, "POST", "/welcome", welcome(fresh, "Ab1!"), nil, 400, models.CodeInvalid, ""},
		{"password with the office's name", nobody, "POST", "/welcome", welcome(fresh, "Ab1!江城政务2026x"), nil, 400, models.CodeInvalid, ""},
		{"forged cookie", &browser{f: f, cookie: strings.Repeat("A", 43)}, "GET", "/waits", "", nil, 401, "unauthorized", ""},
		{"empty cookie", &browser{f: f}, "GET", "/waits", "", header("Cookie", "__Host-wenzheng="), 401, "unauthorized", ""},
		{"the demo's cookie", &browser{f: f}, "GET", "/waits", "", header("Cookie", "wenzheng-demo="+manager.cookie), 401, "unauthorized", ""},
		{"hash of a token as the token", &browser{f: f, cookie: f.lastAudit().Who.Session}, "GET", "/waits", "", nil, 401, "unauthorized", ""},
		{"session of a disabled operator", gone, "GET", "/waits", "", nil, 401, "unauthorized", ""},
		{"session cookie as a bearer token", nobody, "GET", "/waits", "", header("Authorization", "Bearer "+manager.cookie), 401, "unauthorized", ""},
		{"wrong bearer beside a good cookie", manager, "GET", "/waits", "", header("Authorization", "Bearer x"), 401, "unauthorized", ""},
		{"missing permission", handler, "GET", "/indices", "", nil, 403, models.CodeForbidden, "access.refuse"},
		{"foreign account", manager, "GET", "/indices?account=" + storetest.AppB, "", nil, 404, models.CodeNotFound, "access.refuse"},
		{"administrator who reads messages", sys, "GET", "/waits", "", nil, 403, models.CodeForbidden, "access.refuse"},
		{"sysadmin who grants", sys, "PUT", "/grants", `{"operator_id":"` + handler.id + `","grants":[]}`, nil, 403, models.CodeForbidden, "access.refuse"},
		{"secadmin who makes operators", sec, "POST", "/operators", `{"name":"neu"}`, nil, 403, models.CodeForbidden, "access.refuse"},
		{"sysadmin on secadmin", sys, "POST", "/operators/" + sec.id + "/disable", "", nil, 403, models.CodeForbidden, ""},
		{"sysadmin on itself", sys, "POST", "/operators/" + sys.id + "/reset", "", nil, 403, models.CodeForbidden, ""},
		{"secadmin unlocks an auditor", sec, "POST", "/operators/" + aud.id + "/unlock", "", nil, 403, models.CodeForbidden, ""},
		{"role for an administrator", sec, "PUT", "/grants", `{"operator_id":"` + aud.id + `","grants":[{"role":"case_handler","app_id":"` + storetest.AppA + `"}]}`, nil, 403, models.CodeForbidden, ""},
		{"administrator's role as a grant", sec, "PUT", "/grants", `{"operator_id":"` + handler.id + `","grants":[{"role":"auditor","app_id":"` + storetest.AppA + `"}]}`, nil, 400, models.CodeInvalid, ""},
		{"grant for no account", sec, "PUT", "/grants", `{"operator_id":"` + handler.id + `","grants":[{"role":"case_handler","app_id":"wx0"}]}`, nil, 404, models.CodeNotFound, ""},
		{"operator with a role in the body", sys, "POST", "/operators", `{"name":"neu","role":"sysadmin"}`, nil, 400, models.CodeInvalid, ""},
		{"name taken", sys, "POST", "/operators", `{"name":"XiaoLi"}`, nil, 409, models.CodeConflict, ""},
		{"name with a script", sys, "POST", "/operators", `{"name":"<script>"}`, nil, 400, models.CodeInvalid, ""},
		{"unknown operator", sys, "POST", "/operators/op_x/disable", "", nil, 404, models.CodeNotFound, ""},
		{"sessions of all as staff", handler, "GET", "/sessions?all=true", "", nil, 403, models.CodeForbidden, ""},
		{"a session that is not there", handler, "DELETE", "/sessions/se_x", "", nil, 404, models.CodeNotFound, ""},
		{"scope no program may hold", sec, "POST", "/tokens", `{"name":"x","scopes":["audit:read"]}`, nil, 400, models.CodeInvalid, ""},
		{"token that is over already", sec, "POST", "/tokens", `{"name":"x","scopes":["waits:read"],"until":"2020-01-01"}`, nil, 400, models.CodeInvalid, ""},
		{"audit as secadmin", sec, "GET", "/audit", "", nil, 403, models.CodeForbidden, "access.refuse"},
		{"audit with an unknown parameter", aud, "GET", "/audit?sql=1", "", nil, 400, models.CodeInvalid, ""},
		{"preferences that are no object", manager, "PUT", "/me/preferences", `[1]`, nil, 400, models.CodeInvalid, ""},
		{"preferences without end", manager, "PUT", "/me/preferences", `{"a":"` + strings.Repeat("x", 17000) + `"}`, nil, 400, models.CodeInvalid, ""},
		{"another's old password", manager, "POST", "/me/password", `{"old":"wrong","new":"Lanterns-over-9-bridges"}`, nil, 400, models.CodeInvalid, "operator.prove"},
		{"new authenticator without the password", aud, "POST", "/me/authenticator/begin", `{}`, nil, 400, models.CodeInvalid, "operator.prove"},
		{"roles outside of a demo", nobody, "GET", "/demo/roles", "", nil, 404, models.CodeNotFound, ""},
		{"a click outside of a demo", nobody, "POST", "/demo/session", `{"name":"zhaojie"}`, nil, 404, models.CodeNotFound, ""},
		{"method override", manager, "POST", "/indices", `{}`, header("X-Http-Method-Override", "GET"), 405, "", ""},
		{"path traversal", manager, "GET", "/../../etc/passwd", "", nil, 404, "", ""},
	}
	f.refuses(tests)
	if len(tests) < 60 {
		t.Errorf("%d requests", len(tests))
	}
	// The code that was told of the other session was not used up, and passes once.
	halfway.must("POST", "/session/code", `{"code":"`+replayed+`","end_other":true}`)
	again := &browser{f: f}
	again.must("POST", "/session", `{"name":"xiaoli","password":"`+peoplesPassword+`"}`)
	if w := again.ask("POST", "/session/code", `{"code":"`+replayed+`","end_other":true}`); w.Code != 401 || !strings.Contains(w.Body.String(), "used_code") {
		t.Errorf("a replayed step: %d %s", w.Code, w.Body)
	}
}

// refuses makes requests that must not work and looks at the answers and at the audit log. Nothing of
// secret may stand in them.
func (f *front) refuses(tests []badRequest, secret ...string) {
	t := f.t
	t.Helper()
	secret = append(secret, "wrong", peoplesPassword)
	for _, c := range tests {
		before := f.auditLength()
		change := c.change
		if change == nil {
			change = func(*http.Request) {}
		}
		w := c.as.ask(c.method, c.path, c.body, change)
		var e models.Error
		_ = json.Unmarshal(w.Body.Bytes(), &e) // what is no error has no code
		if w.Code != c.status || e.Code != c.code || e.Code != "" && w.Header().Get("X-Request-Id") == "" {
			t.Errorf("%s: %d %s, want %d %s", c.name, w.Code, w.Body, c.status, c.code)
		}
		last, more := f.lastAudit(), f.auditLength()-before
		if c.audited == "" && more > 0 || c.audited != "" && (more != 1 || last.Action != c.audited || last.Result != models.AuditRefused || last.Who.IP != "10.0.0.1") {
			t.Errorf("%s: %d audit entries, the last %+v", c.name, more, last)
		}
		for _, s := range secret {
			if strings.Contains(w.Body.String(), s) {
				t.Errorf("%s: the answer repeats a secret: %s", c.name, w.Body)
			}
		}
	}
}

// TestConsole_LockSaysHowLong: by name and by address, which only the proxy may name.
func TestConsole_LockSaysHowLong(t *testing.T) {
	f := newFront(t, false)
	b := &browser{f: f}
	f.settle("xiaoli", auth.CaseHandler, storetest.AppA)
	try := func(name string, change ...func(*http.Request)) (int, http.Header, string) {
		w := b.ask("POST", "/session", `{"name":"`+name+`","password":"wrong"}`, change...)
		return w.Code, w.Header(), w.Body.String()
	}
	for n := range 5 {
		// A header that anybody may send does not make it another address.
		status, head, body := try("xiaoli", header("X-Forwarded-For", "198.51.100."+string(rune('1'+n))))
		if n < 4 && status != 401 || n == 4 && (status != 429 || head.Get("Retry-After") != "900" || !strings.Contains(body, `"retry_after_s":900`)) {
			t.Errorf("failure %d: %d %s", n+1, status, body)
		}
		if e := f.lastAudit(); e.Who.IP != "10.0.0.1" {
			t.Errorf("the audit log names %s", e.Who.IP)
		}
	}
	f.time = f.time.Add(10 * time.Minute)
	if status, _, body := try("xiaoli"); status != 429 || !strings.Contains(body, `"retry_after_s":300`) {
		t.Errorf("%d %s", status, body)
	}
	proxied := func(client string) func(*http.Request) {
		return func(r *http.Request) {
			r.RemoteAddr = "10.9.9.9:1"
			r.Header.Set("X-Forwarded-For", client)
		}
	}
	for n := range 30 {
		try("name"+string(rune('a'+n)), proxied("203.0.113.5"))
	}
	if status, _, _ := try("another", proxied("203.0.113.5")); status != 429 {
		t.Errorf("an address that fails without end: %d", status)
	}
	if status, _, _ := try("another", proxied("203.0.113.6")); status != 401 {
		t.Errorf("another address behind the proxy: %d", status)
	}
}

// TestConsole_FixationAndRotation: a cookie that was planted before signing in is worth nothing after.
func TestConsole_FixationAndRotation(t *testing.T) {
	f := newFront(t, false)
	b := f.settle("xiaoli", auth.CaseHandler, storetest.AppA)
	victim := &browser{f: f, name: "xiaoli", seed: b.seed, cookie: "planted"}
	seen := []string{"planted"}
	victim.must("POST", "/session", `{"name":"xiaoli","password":"`+peoplesPassword+`"}`)
	seen = append(seen, victim.cookie)
	victim.must("POST", "/session/code", `{"code":"`+victim.code()+`","end_other":true}`)
	for _, old := range append(seen, b.cookie) {
		if old == victim.cookie {
			t.Error("a step keeps the cookie of the one before")
		}
		if w := (&browser{f: f, cookie: old}).ask("GET", "/waits", ""); w.Code != 401 {
			t.Errorf("an old cookie: %d", w.Code)
		}
	}
	victim.must("GET", "/waits", "")
}

// TestConsole_Demo: a click is enough, over plain http, with a cookie of its own.
func TestConsole_Demo(t *testing.T) {
	f := newFront(t, true)
	f.invite("xiaoli", auth.CaseHandler, storetest.AppA)
	b := &browser{f: f}
	if w := b.ask("GET", "/session", ""); w.Code != 401 || !strings.Contains(w.Body.String(), `"demo":true`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	if w := b.ask("GET", "/demo/roles", ""); w.Code != 200 || !strings.Contains(w.Body.String(), `"name":"xiaoli"`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
	w := b.ask("POST", "/demo/session", `{"name":"xiaoli"}`)
	if cookie := w.Header().Get("Set-Cookie"); w.Code != 200 || !strings.Contains(cookie, "wenzheng-demo=") || strings.Contains(cookie, "Secure") {
		t.Errorf("%d %s %s", w.Code, w.Body, cookie)
	}
	if got := b.must("GET", "/session", ""); got["demo"] != true || got["home"] != "/desk" {
		t.Error(got)
	}
}

// TestConsole_StreamEndsWithTheSession: a stream that is open tells somebody who was disabled, or whose
// accounts changed, nothing more.
func TestConsole_StreamEndsWithTheSession(t *testing.T) {
	f := newFront(t, false)
	server := httptest.NewServer(f.door)
	t.Cleanup(server.Close)
	type heard struct {
		text []byte
		err  error
	}
	// listen opens a stream, and hands over all that was heard when it has ended.
	listen := func(b *browser) <-chan heard {
		t.Helper()
		r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/api/v1/live", http.NoBody)
		if err != nil {
			t.Fatal(err)
		}
		r.AddCookie(&http.Cookie{Name: "__Host-wenzheng", Value: b.cookie})
		all, open := make(chan heard, 1), make(chan struct{})
		go func() {
			w, err := server.Client().Do(r)
			close(open)
			if err != nil {
				all <- heard{err: err}
				return
			}
			text, err := io.ReadAll(w.Body)
			all <- heard{text, errors.Join(err, w.Body.Close())}
		}()
		<-open
		return all
	}
	gone, moved := f.settle("gone", auth.CaseHandler, storetest.AppA), f.settle("moved", auth.CaseHandler, storetest.AppA)
	streams := []<-chan heard{listen(gone), listen(moved)}
	if err := f.auth.Disable(t.Context(), operator(), gone.id); err != nil {
		t.Fatal(err)
	}
	err := f.auth.Grant(t.Context(), operator(), auth.GrantRequest{OperatorID: moved.id, Grants: []auth.Grant{{Role: auth.CaseHandler, AppID: storetest.AppB}}})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range streams {
		if got := <-s; got.err != nil || !strings.HasPrefix(string(got.text), "retry:") || !strings.Contains(string(got.text), "event: signed_out") {
			t.Errorf("%s, %v", got.text, got.err)
		}
	}
}
