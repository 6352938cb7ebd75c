package platform

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// clock is a clock the test moves.
type clock struct {
	mu sync.Mutex
	at time.Time
}

func newClock() *clock { return &clock{at: time.Date(2026, 3, 2, 9, 0, 0, 0, models.Shanghai())} }

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

func (c *clock) move(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// desk calls the platform's API as an account does.
type desk struct {
	t     *testing.T
	p     *Platform
	clock *clock
	token string
}

func newDesk(t *testing.T, change func(*Options)) *desk {
	t.Helper()
	d := &desk{t: t, clock: newClock()}
	o := Options{Accounts: []models.Account{testAccount()}, Now: d.clock.now}
	if change != nil {
		change(&o)
	}
	d.p = New(o)
	t.Cleanup(d.p.Close)
	d.token = d.stable(false).AccessToken
	return d
}

func (d *desk) raw(method, path, body string) *httptest.ResponseRecorder {
	d.t.Helper()
	if d.token != "" && !strings.Contains(path, "?") {
		path += "?access_token=" + d.token
	}
	w := httptest.NewRecorder()
	d.p.ServeHTTP(w, httptest.NewRequest(method, path, strings.NewReader(body)))
	return w
}

// call returns the answer and its errcode.
func (d *desk) call(path string, body any) (map[string]any, int) {
	d.t.Helper()
	method, data := http.MethodGet, []byte(nil)
	if body != nil {
		method = http.MethodPost
		var err error
		if data, err = json.Marshal(body); err != nil {
			d.t.Fatal(err)
		}
	}
	w := d.raw(method, path, string(data))
	var answer map[string]any
	mustJSON(d.t, w.Body.Bytes(), &answer)
	code, _ := answer["errcode"].(float64)
	return answer, int(code)
}

// must is call for calls that cannot fail.
func (d *desk) must(path string, body any) map[string]any {
	d.t.Helper()
	answer, code := d.call(path, body)
	if code != 0 {
		d.t.Fatalf("%s: %v", path, answer)
	}
	return answer
}

type m = map[string]any

func (d *desk) stable(force bool) tokenAnswer {
	d.t.Helper()
	a := testAccount()
	w := d.raw(http.MethodPost, "/cgi-bin/stable_token",
		`{"grant_type":"client_credential","appid":"`+a.AppID+`","secret":"`+a.Secret+`","force_refresh":`+map[bool]string{true: "true", false: "false"}[force]+`}`)
	var answer tokenAnswer
	mustJSON(d.t, w.Body.Bytes(), &answer)
	return answer
}

func (d *desk) works(token string) int {
	d.t.Helper()
	_, code := d.call("/cgi-bin/getcallbackip?access_token="+token, nil)
	return code
}

func TestStableTokenLivesAndIsRenewed(t *testing.T) {
	d := newDesk(t, nil)
	one := d.stable(false)
	if one.ExpiresIn != 7200 || len(one.AccessToken) < 100 {
		t.Fatalf("%+v", one)
	}
	d.clock.move(114 * time.Minute)
	two := d.stable(false)
	if two.AccessToken != one.AccessToken || two.ExpiresIn != 360 {
		t.Errorf("after 114 min: same token %v, expires in %d", two.AccessToken == one.AccessToken, two.ExpiresIn)
	}
	d.clock.move(2 * time.Minute)
	three := d.stable(false)
	if three.AccessToken == one.AccessToken || three.ExpiresIn != 7200 {
		t.Error("not renewed in its last five minutes")
	}
	if d.works(one.AccessToken) != 0 || d.works(three.AccessToken) != 0 {
		t.Error("old and new token are not both good")
	}
	d.clock.move(4 * time.Minute)
	if code := d.works(one.AccessToken); code != 42001 {
		t.Errorf("old token after its end: %d", code)
	}
	if code := d.works("nonsense"); code != 40001 {
		t.Errorf("foreign token: %d", code)
	}
}

func TestForcedRefreshIsRare(t *testing.T) {
	d := newDesk(t, nil)
	old := d.token
	if d.stable(true).AccessToken == old {
		t.Error("the forced token is the old one")
	}
	if code := d.works(old); code != 42001 {
		t.Errorf("the leaked token still works: %d", code)
	}
	d.clock.move(10 * time.Second)
	if d.stable(true).AccessToken != "" {
		t.Error("refreshed twice within 30 s")
	}
	refreshed := 1
	for range 30 {
		d.clock.move(31 * time.Second)
		if d.stable(true).AccessToken != "" {
			refreshed++
		}
	}
	if refreshed != forcedPerDay {
		t.Errorf("%d forced refreshes in a day, want %d", refreshed, forcedPerDay)
	}
}

func TestTokenCallsAreChecked(t *testing.T) {
	d := newDesk(t, nil)
	a := testAccount()
	cases := []struct {
		name, method, path, body string
		code                     int
	}{
		{"wrong secret", "POST", "/cgi-bin/stable_token", `{"grant_type":"client_credential","appid":"` + a.AppID + `","secret":"x"}`, 40125},
		{"no secret", "POST", "/cgi-bin/stable_token", `{"grant_type":"client_credential","appid":"` + a.AppID + `"}`, 41004},
		{"unknown account", "POST", "/cgi-bin/stable_token", `{"grant_type":"client_credential","appid":"wxffffffffffffffff","secret":"x"}`, 40013},
		{"no app id", "POST", "/cgi-bin/stable_token", `{"grant_type":"client_credential"}`, 41002},
		{"grant type", "POST", "/cgi-bin/stable_token", `{}`, 40002},
		{"no json", "POST", "/cgi-bin/stable_token", `appid=1`, 47001},
		{"no body", "POST", "/cgi-bin/stable_token", ``, 44002},
		{"GET", "GET", "/cgi-bin/stable_token", ``, 43002},
		{"no token", "GET", "/cgi-bin/getcallbackip?x=1", ``, 41001},
		{"POST", "POST", "/cgi-bin/getcallbackip", `{}`, 43001},
		{"DELETE", "DELETE", "/cgi-bin/getcallbackip", `{}`, 43002},
		{"unknown path", "GET", "/cgi-bin/none", ``, 44},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			var got apiFault
			mustJSON(t, d.raw(tc.method, tc.path, tc.body).Body.Bytes(), &got)
			if got.Code != tc.code || got.Message == "" {
				t.Errorf("%+v, want %d", got, tc.code)
			}
		})
	}
}

func TestLegacyTokenIsApart(t *testing.T) {
	d := newDesk(t, nil)
	a := testAccount()
	path := "/cgi-bin/token?grant_type=client_credential&appid=" + a.AppID + "&secret=" + a.Secret
	one, two := d.must(path, nil)["access_token"].(string), d.must(path, nil)["access_token"].(string)
	if one == two || one == d.token {
		t.Error("the legacy token is not new")
	}
	for range legacyPerDay - 2 {
		d.must(path, nil)
	}
	if _, code := d.call(path, nil); code != 45009 {
		t.Errorf("call beyond the day's quota: %d", code)
	}
	if d.works(d.token) != 0 {
		t.Error("the stable token suffers from the legacy one")
	}
	d.clock.move(6 * time.Minute)
	if d.works(one) != 42001 {
		t.Error("a replaced legacy token is good for more than five minutes")
	}
}

func TestQuotaIsCountedAndCleared(t *testing.T) {
	d := newDesk(t, nil)
	for range 3 {
		d.must("/cgi-bin/getcallbackip", nil)
	}
	used := func() any {
		return d.must("/cgi-bin/openapi/quota/get", m{"cgi_path": "/cgi-bin/getcallbackip"})["quota"].(map[string]any)["used"]
	}
	if got := used(); got != 3.0 {
		t.Errorf("used %v, want 3", got)
	}
	appID := testAccount().AppID
	d.must("/cgi-bin/clear_quota", m{"appid": appID})
	if got := used(); got != 0.0 {
		t.Errorf("used %v after clearing", got)
	}
	for range clearsPerMonth - 1 {
		d.must("/cgi-bin/clear_quota", m{"appid": appID})
	}
	if _, code := d.call("/cgi-bin/clear_quota", m{"appid": appID}); code != 48006 {
		t.Errorf("eleventh clearing of a month: %d", code)
	}
	if _, code := d.call("/cgi-bin/clear_quota", m{"appid": "wx"}); code != 40013 {
		t.Errorf("clearing for another account: %d", code)
	}
	d.must("/cgi-bin/getcallbackip", nil)
	d.clock.move(24 * time.Hour)
	d.token = d.stable(false).AccessToken
	if got := used(); got != 0.0 {
		t.Errorf("used %v on the next day", got)
	}
}

func TestFaultsStrike(t *testing.T) {
	d := newDesk(t, nil)
	d.p.SetFaults(Fault{Path: "/cgi-bin/getcallbackip", Kind: FaultErrcode, Code: 40164, Times: 1},
		Fault{Path: "/cgi-bin/openapi", Kind: FaultStatus}, Fault{Path: "/cgi-bin/callback", Kind: FaultEmpty},
		Fault{Path: "/cgi-bin/get_api", Kind: FaultHuge, Bytes: 100_001}, Fault{Path: "/cgi-bin/stable_token", Kind: FaultExpires})
	if _, code := d.call("/cgi-bin/getcallbackip", nil); code != 40164 {
		t.Errorf("errcode %d", code)
	}
	if _, code := d.call("/cgi-bin/getcallbackip", nil); code != 0 {
		t.Errorf("errcode %d after its one time", code)
	}
	if w := d.raw("POST", "/cgi-bin/openapi/quota/get", "{}"); w.Code != 500 {
		t.Errorf("status %d", w.Code)
	}
	if w := d.raw("POST", "/cgi-bin/callback/check", "{}"); w.Body.String() != "{}" {
		t.Errorf("body %s", w.Body)
	}
	if w := d.raw("GET", "/cgi-bin/get_api_domain_ip", ""); w.Body.Len() != 100_001 {
		t.Errorf("%d bytes", w.Body.Len())
	}
	if got := d.stable(false); got.ExpiresIn != 0 || got.AccessToken == "" {
		t.Errorf("%+v", got)
	}
	hits := 0
	for _, f := range d.p.Faults() {
		hits += f.Hits
	}
	if hits != 5 {
		t.Errorf("%d hits, want 5", hits)
	}
	d.p.SetFaults()
	d.must("/cgi-bin/getcallbackip", nil)
}

func TestSilenceEndsWithTheCaller(t *testing.T) {
	d := newDesk(t, nil)
	d.p.SetFaults(Fault{Path: "/", Kind: FaultSilence})
	server := httptest.NewServer(d.p)
	defer server.Close()
	client := http.Client{Timeout: 50 * time.Millisecond}
	if res, err := client.Get(server.URL + "/cgi-bin/getcallbackip"); err == nil {
		res.Body.Close()
		t.Error("a silent platform answers")
	}
	d.p.SetFaults(Fault{Path: "/", Kind: FaultSlow, DelayMS: 60})
	start := time.Now()
	res, err := http.Get(server.URL + "/cgi-bin/getcallbackip?access_token=" + d.token)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if time.Since(start) < 60*time.Millisecond {
		t.Error("a slow platform is quick")
	}
}

func TestCallbackCheckConnects(t *testing.T) {
	d := newDesk(t, nil)
	if ping := d.must("/cgi-bin/callback/check", m{"action": "all"})["ping"].([]any)[0].(map[string]any); ping["package_loss"] != "100%" {
		t.Errorf("%v", ping)
	}
}
