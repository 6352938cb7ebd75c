package platform

import (
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// Rules of access tokens (developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken).
const (
	tokenLife      = 2 * time.Hour
	tokenOverlap   = 5 * time.Minute  // the old token stays good this long after a renewal
	tokenRenewal   = 5 * time.Minute  // renewed this long before its end
	forcedPerDay   = 20               // forced refreshes
	forcedApart    = 30 * time.Second // between two of them
	legacyPerDay   = 2000             // calls of /cgi-bin/token
	stablePerDay   = 500_000
	clearsPerMonth = 10
	tokenBytes     = 68 // 136 hex digits, the length of the platform's
)

// credential is an access token the platform gave out.
type credential struct {
	token   string
	expires time.Time
}

type tokenAnswer struct {
	AccessToken string `json:"access_token"`
	ExpiresIn   int    `json:"expires_in"`
}

// stableToken is POST /cgi-bin/stable_token.
func stableToken(c *call) (any, error) {
	var in struct {
		GrantType    string `json:"grant_type"`
		AppID        string `json:"appid"`
		Secret       string `json:"secret"`
		ForceRefresh bool   `json:"force_refresh"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	r, err := c.identify(in.GrantType, in.AppID, in.Secret)
	if err != nil {
		return nil, err
	}
	if err := r.spend(c.r.URL.Path, stablePerDay, c.now); err != nil {
		return nil, err
	}
	if in.ForceRefresh {
		return c.forceRefresh(r)
	}
	if r.stable.expires.Sub(c.now) <= tokenRenewal {
		c.renewStable(r, tokenOverlap)
	}
	return answerToken(r.stable, c.now), nil
}

func (c *call) forceRefresh(r *realm) (any, error) {
	if c.now.Sub(r.forcedAt) < forcedApart {
		return nil, fault(45011, "api minute-quota reach limit, must slower, retry next minute")
	}
	if r.usage("force_refresh", c.now).used >= forcedPerDay {
		return nil, fault(45009, "reach max api daily quota limit")
	}
	r.usage("force_refresh", c.now).used++
	r.forcedAt = c.now
	c.renewStable(r, 0)
	return answerToken(r.stable, c.now), nil
}

// renewStable replaces the stable token; the old one stays good for keep.
func (c *call) renewStable(r *realm, keep time.Duration) {
	r.retire(r.stable, c.now.Add(keep))
	r.stable = issue(c.now)
}

// legacyToken is GET /cgi-bin/token: every call makes a new token, apart from the stable one.
func legacyToken(c *call) (any, error) {
	q := c.r.URL.Query()
	r, err := c.identify(q.Get("grant_type"), q.Get("appid"), q.Get("secret"))
	if err != nil {
		return nil, err
	}
	if err := r.spend(c.r.URL.Path, legacyPerDay, c.now); err != nil {
		return nil, err
	}
	r.retire(r.legacy, c.now.Add(tokenOverlap))
	r.legacy = issue(c.now)
	return answerToken(r.legacy, c.now), nil
}

func answerToken(t credential, now time.Time) tokenAnswer {
	return tokenAnswer{AccessToken: t.token, ExpiresIn: int(t.expires.Sub(now) / time.Second)}
}

// identify checks app id and secret of a token call.
func (c *call) identify(grant, appID, secret string) (*realm, error) {
	r, known := c.p.realms[appID]
	switch {
	case grant != "client_credential":
		return nil, fault(40002, "invalid grant_type")
	case appID == "":
		return nil, fault(41002, "appid missing")
	case !known:
		return nil, fault(40013, "invalid appid")
	case secret == "":
		return nil, fault(41004, "appsecret missing")
	case secret != r.account.Secret:
		return nil, fault(40125, "invalid appsecret")
	}
	return r, nil
}

// authorize finds the account of the access token in the query.
func (p *Platform) authorize(c *call) error {
	token := c.r.URL.Query().Get("access_token")
	if token == "" {
		return fault(41001, "access_token missing")
	}
	for _, r := range p.realms {
		switch r.standing(token, c.now) {
		case tokenGood:
			c.realm = r
			return nil
		case tokenExpired:
			return fault(42001, "access_token expired")
		case tokenUnknown:
		}
	}
	return fault(40001, "invalid credential, access_token is invalid or not latest, could get access_token by getStableAccessToken")
}

func clearQuota(c *call) (any, error) {
	var in struct {
		AppID string `json:"appid"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.AppID != c.realm.account.AppID {
		return nil, fault(40013, "invalid appid")
	}
	month := c.now.In(models.Shanghai()).Format("2006-01")
	if c.realm.clears[month] >= clearsPerMonth {
		return nil, fault(48006, "forbid to clear quota because of reaching the limit")
	}
	c.realm.clears[month]++
	clear(c.realm.used)
	return done()
}

func quotaOf(c *call) (any, error) {
	var in struct {
		Path string `json:"cgi_path"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	e, known := c.p.routes[in.Path]
	if !known {
		return nil, fault(76021, "cgi_path not found")
	}
	limit := e.daily
	if limit == 0 {
		limit = 100_000
	}
	used := c.realm.usage(in.Path, c.now).used
	type quota struct {
		Limit  int `json:"daily_limit"`
		Used   int `json:"used"`
		Remain int `json:"remain"`
	}
	return struct {
		apiFault
		Quota quota `json:"quota"`
	}{apiFault{Message: "ok"}, quota{limit, used, max(0, limit-used)}}, nil
}

func callbackIPs(*call) (any, error) {
	return map[string][]string{"ip_list": {"127.0.0.1"}}, nil
}

type dnsCheck struct {
	IP       string `json:"ip"`
	Operator string `json:"real_operator"`
}

type pingCheck struct {
	IP   string `json:"ip"`
	From string `json:"from_operator"`
	Loss string `json:"package_loss"`
	Time string `json:"time"`
}

// checkCallback is POST /cgi-bin/callback/check: it connects to the account's callback
// address from here.
func checkCallback(c *call) (any, error) {
	var in struct {
		Action   string `json:"action"`
		Operator string `json:"check_operator"`
	}
	if err := c.decode(&in); err != nil {
		return nil, err
	}
	if in.Action != "all" && in.Action != "dns" && in.Action != "ping" {
		return nil, fault(40201, "invalid action")
	}
	ping := pingCheck{IP: "127.0.0.1", From: "DEFAULT", Loss: "100%"}
	if c.p.check != nil {
		if took, err := c.p.check(c.r.Context(), c.realm.account.AppID); err == nil {
			ping.Loss, ping.Time = "0%", took.String()
		}
	}
	answer := struct {
		DNS  []dnsCheck  `json:"dns"`
		Ping []pingCheck `json:"ping"`
	}{}
	if in.Action != "ping" {
		answer.DNS = []dnsCheck{{IP: "127.0.0.1", Operator: "DEFAULT"}}
	}
	if in.Action != "dns" {
		answer.Ping = []pingCheck{ping}
	}
	return answer, nil
}

// right is what an account must be to call an endpoint.
type right int

const (
	rightAny      right = iota
	rightVerified       // a verified account
	rightService        // a verified 服务号
)

func (r *realm) may(need right) bool {
	return need == rightAny || r.account.Verified && (need == rightVerified || r.account.Kind == models.KindService)
}

func plain(get, post bool, handle func(*call) (any, error)) endpoint {
	return endpoint{get: get, post: post, handle: handle}
}

func verified(get, post bool, handle func(*call) (any, error)) endpoint {
	return endpoint{get: get, post: post, right: rightVerified, handle: handle}
}

func service(get, post bool, handle func(*call) (any, error)) endpoint {
	return endpoint{get: get, post: post, right: rightService, handle: handle}
}

func tokenRoutes(routes map[string]endpoint) {
	routes["/cgi-bin/stable_token"] = endpoint{post: true, open: true, handle: stableToken}
	routes["/cgi-bin/token"] = endpoint{get: true, post: true, open: true, handle: legacyToken}
	routes["/cgi-bin/clear_quota"] = plain(false, true, clearQuota)
	routes["/cgi-bin/openapi/quota/get"] = plain(false, true, quotaOf)
	routes["/cgi-bin/getcallbackip"] = plain(true, false, callbackIPs)
	routes["/cgi-bin/get_api_domain_ip"] = plain(true, false, callbackIPs)
	routes["/cgi-bin/callback/check"] = plain(false, true, checkCallback)
}
