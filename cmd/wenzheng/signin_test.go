package main

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/hotp"

	"github.com/wenzheng/wenzheng"
	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/accounts/robot"
	"github.com/wenzheng/wenzheng/analytics"
	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/bot"
	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/desk/templates"
	"github.com/wenzheng/wenzheng/handler"
	"github.com/wenzheng/wenzheng/handler/console"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/rulebook"
	"github.com/wenzheng/wenzheng/rulebook/menu"
	"github.com/wenzheng/wenzheng/rulebook/texts"
	"github.com/wenzheng/wenzheng/seal"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/store/storetest"
	"github.com/wenzheng/wenzheng/waits"
)

const peoplesPassword = "Lanterns-over-7-bridges"

// front is the console's door on a database of its own, whose clock a test moves.
type front struct {
	t      *testing.T
	store  *store.Store
	auth   *auth.Auth
	waits  *waits.Waits
	outbox *outbox.Outbox
	desk   *desk.Desk
	cases  *cases.Cases
	ready  accounts.Readiness // what the service says of itself
	door   http.Handler
	hub    *console.Hub
	time   time.Time
}

func newFront(t *testing.T, demo bool) *front {
	t.Helper()
	f := &front{t: t, time: time.Date(2026, 3, 5, 4, 0, 0, 0, time.UTC), ready: accounts.Readiness{Able: true}}
	now := func() time.Time { return f.time }
	sealer, err := seal.NewSealer(masterKey())
	if err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(storetest.Folder(t), "test.db")
	current.File(t, file)
	f.store, err = store.Open(store.Options{Database: "sqlite:" + file, Sealer: sealer, AuditMAC: sealer.AuditMAC, Now: now})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.store.Close(); err != nil {
			t.Error(err)
		}
	})
	for app, name := range map[string]string{storetest.AppA: "江城政务", storetest.AppB: "江城公安"} {
		a := models.Account{AppID: app, Name: name, Kind: models.KindService, Mode: models.ModePlain, Token: "token"}
		if err := f.store.CreateAccount(t.Context(), a, operator()); err != nil {
			t.Fatal(err)
		}
	}
	f.auth = auth.New(f.store, auth.Options{Now: now, Cost: auth.Cost{Memory: 8, Passes: 1}, Demo: demo})
	logger := slog.New(slog.DiscardHandler)
	f.waits = waits.New(f.store, logger)
	f.outbox = outbox.New(f.store, f.waits, outbox.Options{Now: now})
	if f.desk, err = desk.New(f.store, f.waits, f.outbox, desk.Options{Now: now}); err != nil {
		t.Fatal(err)
	}
	f.cases, err = cases.New(f.store, f.waits, f.outbox, f.desk, cases.Options{Now: now})
	if err != nil {
		t.Fatal(err)
	}
	f.hub = console.NewHub(console.HubOptions{})
	f.door = handler.New(handler.Options{
		Console: console.New(console.Options{
			Auth: f.auth, Accounts: accounts.New(f.store, accounts.Options{Now: now, Robots: robot.New(robot.Options{Hosts: []string{"qyapi.weixin.qq.com", "127.0.0.1", "169.254.169.254"}, Now: now})}), Service: f.service(), Outbox: f.outbox, Desk: f.desk, Templates: templates.New(f.store, now, nil), Cases: f.cases, Analytics: analytics.New(f.store, f.waits, analytics.Options{Now: now}), Live: f.hub,
			Rulebook: rulebook.New(f.store, bot.Options{Now: now}), Menus: menu.New(f.store), Texts: texts.New(f.store),
			Spec: wenzheng.OpenAPI(), Logger: logger, Heartbeat: 10 * time.Millisecond,
		}),
		TrustedProxies: []netip.Prefix{netip.MustParsePrefix("10.9.9.9/32")}, Logger: logger, Now: now,
	})
	return f
}

// service is the running service as the doctor asks it; the callbacks themselves are tried in tests of
// the whole program.
func (f *front) service() accounts.Service {
	return accounts.Service{
		Verify: func(context.Context, models.Account) error { return nil },
		Ready:  func(context.Context) (accounts.Readiness, error) { return f.ready, nil },
	}
}

// browser is somebody at the console, with the cookie that the door gave last.
type browser struct {
	f            *front
	id, name     string
	seed, cookie string
	codes        []string
	accounts     []string // that are its own, where a test says so; nil = all
}

// ask sends a request as the console's own page does; change makes it another's.
func (b *browser) ask(method, path, body string, change ...func(r *http.Request)) *httptest.ResponseRecorder {
	b.f.t.Helper()
	r := httptest.NewRequestWithContext(context.Background(), method, "https://wz.example.cn/api/v1"+path, strings.NewReader(body))
	r.RemoteAddr = "10.0.0.1:4711"
	if method != http.MethodGet {
		r.Header.Set("X-Wenzheng", "console")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
		r.Header.Set("Origin", "https://wz.example.cn")
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if b.cookie != "" {
		r.AddCookie(&http.Cookie{Name: "__Host-wenzheng", Value: b.cookie})
		r.AddCookie(&http.Cookie{Name: "wenzheng-demo", Value: b.cookie})
	}
	for _, f := range change {
		f(r)
	}
	w := httptest.NewRecorder()
	b.f.door.ServeHTTP(w, r)
	response := w.Result()
	for _, c := range response.Cookies() {
		b.cookie = c.Value
	}
	if err := response.Body.Close(); err != nil {
		b.f.t.Error(err)
	}
	return w
}

// must asks and wants 200; the answer is read into a map.
func (b *browser) must(method, path, body string) map[string]any {
	b.f.t.Helper()
	w := b.ask(method, path, body)
	if w.Code != http.StatusOK {
		b.f.t.Fatalf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		b.f.t.Fatalf("%s %s: %s: %v", method, path, w.Body, err)
	}
	return out
}

func (b *browser) code() string {
	b.f.t.Helper()
	code, err := hotp.GenerateCode(b.seed, uint64(b.f.time.Unix()/30))
	if err != nil {
		b.f.t.Fatal(err)
	}
	return code
}

// settle makes an operator and takes the link through to a whole session.
func (f *front) settle(name string, role auth.Role, accounts ...string) *browser {
	f.t.Helper()
	b, link := f.invite(name, role, accounts...)
	b.must("POST", "/welcome", `{"token":"`+link+`","password":"`+peoplesPassword+`"}`)
	b.enrol()
	return b
}

func (f *front) invite(name string, role auth.Role, accounts ...string) (b *browser, link string) {
	f.t.Helper()
	i, err := f.auth.Add(f.t.Context(), operator(), auth.AddRequest{Name: name, Role: role, Accounts: accounts})
	if err != nil {
		f.t.Fatal(err)
	}
	return &browser{f: f, id: i.Operator.ID, name: name}, strings.TrimPrefix(i.Link, "/welcome#")
}

func (b *browser) enrol() map[string]any {
	b.f.t.Helper()
	b.seed, _ = b.must("POST", "/me/authenticator/begin", `{}`)["secret"].(string)
	if w := b.ask("GET", "/me/authenticator/qr", ""); w.Code != 200 || !bytes.HasPrefix(w.Body.Bytes(), []byte("\x89PNG")) {
		b.f.t.Errorf("the picture: %d", w.Code)
	}
	out := b.must("POST", "/me/authenticator", `{"code":"`+b.code()+`"}`)
	list, _ := out["recovery_codes"].([]any)
	for _, c := range list {
		text, _ := c.(string)
		b.codes = append(b.codes, text)
	}
	b.f.time = b.f.time.Add(30 * time.Second)
	return out
}

// signIn takes both steps.
func (b *browser) signIn() {
	b.f.t.Helper()
	b.must("POST", "/session", `{"name":"`+b.name+`","password":"`+peoplesPassword+`"}`)
	b.must("POST", "/session/code", `{"code":"`+b.code()+`","end_other":true}`)
	b.f.time = b.f.time.Add(30 * time.Second)
}

// lastAudit is the newest entry of the audit log.
func (f *front) lastAudit() models.AuditEntry {
	f.t.Helper()
	var last models.AuditEntry
	err := f.store.AuditEntries(context.Background(), store.AuditFilter{Newest: true, Limit: 1}, func(e models.AuditEntry) error {
		last = e
		return nil
	})
	if err != nil {
		f.t.Fatal(err)
	}
	return last
}

// TestConsole_SignIn is the whole way: link, password, authenticator, recovery codes, session, sign-out.
func TestConsole_SignIn(t *testing.T) {
	f := newFront(t, false)
	b, link := f.invite("xiaoli", auth.AccountManager, storetest.AppA)
	if got := b.must("POST", "/welcome/look", `{"token":"`+link+`"}`); got["name"] != "xiaoli" {
		t.Error(got)
	}
	w := b.ask("POST", "/welcome", `{"token":"`+link+`","password":"`+peoplesPassword+`"}`)
	for _, part := range []string{"__Host-wenzheng=", "Path=/", "HttpOnly", "Secure", "SameSite=Strict"} {
		if !strings.Contains(w.Header().Get("Set-Cookie"), part) {
			t.Errorf("cookie %q lacks %s", w.Header().Get("Set-Cookie"), part)
		}
	}
	if w := b.ask("GET", "/session", ""); w.Code != 401 || !strings.Contains(w.Body.String(), `"next":"enrol"`) {
		t.Errorf("a page loaded again: %d %s", w.Code, w.Body)
	}
	if got := b.enrol(); got["home"] != "/figures" || len(b.codes) != 10 {
		t.Error(got)
	}
	got := b.must("GET", "/session", "")
	if got["name"] != "xiaoli" || got["demo"] != false || got["idle_s"] != 900.0 || len(got["accounts"].([]any)) != 1 {
		t.Error(got)
	}
	b.must("PUT", "/me/preferences", `{"theme":"dark"}`)
	if got := b.must("GET", "/me/preferences", ""); got["theme"] != "dark" {
		t.Error(got)
	}
	b.must("POST", "/me/codes", `{"code":"`+b.code()+`"}`)
	b.must("POST", "/me/password", `{"old":"`+peoplesPassword+`","new":"Lanterns-over-8-bridges"}`)
	w = b.ask("DELETE", "/session", "")
	if w.Code != 200 || !strings.Contains(w.Header().Get("Clear-Site-Data"), "storage") {
		t.Errorf("%d %v", w.Code, w.Header())
	}
	if w := b.ask("GET", "/session", ""); w.Code != 401 || !strings.Contains(w.Body.String(), `"demo":false`) {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}
