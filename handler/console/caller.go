package console

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
)

const (
	// cookieName may be set by this host alone, over TLS (the prefix says so to browsers); a demo
	// runs over plain http and has a cookie of its own.
	cookieName = "__Host-wenzheng"
	demoCookie = "wenzheng-demo"
	// ownHeader is one that no page of another origin can send without asking first.
	ownHeader, ownValue = "X-Wenzheng", "console"
	// backgroundHeader says that nobody is there: a page that brings itself up to date.
	backgroundHeader = "X-Wenzheng-Background"
)

// codeCSRF: the request may come from another site's page.
const codeCSRF = "csrf"

// callerKey is where a request's caller is kept.
const callerKey = "caller"

// ownSite refuses what a page of another site had a browser send. Programs send none of the
// headers that browsers add, and pass with the own one.
func (d *Console) ownSite(c *gin.Context) {
	switch c.Request.Method {
	case http.MethodGet, http.MethodHead, http.MethodOptions:
		return
	}
	if d.origins.Check(c.Request) == nil && c.GetHeader(ownHeader) == ownValue {
		return
	}
	d.o.Logger.WarnContext(c.Request.Context(), "request that another site may have made", "path", c.FullPath(), "address", c.ClientIP())
	d.refuse(c, models.NewError(codeCSRF, "请求不是从本站页面发出的，已拒绝；程序请带上 X-Wenzheng: console"))
}

// may lets a caller with the permission pass, and bounds what is asked to the accounts for which
// the caller holds it: the parameter account then names them, and no other, whatever the handler
// does with it. A foreign account is not found. This is the only place where permissions are proved.
func (d *Console) may(need auth.Permission) gin.HandlerFunc {
	return func(c *gin.Context) {
		who := d.known(c)
		if who == nil {
			return
		}
		if !who.May(need) {
			d.deny(c, who, errForbidden(need))
			return
		}
		if accounts := who.Accounts(need); accounts != nil && !own(c, accounts) {
			d.deny(c, who, models.NewError(models.CodeNotFound, "没有这个账号"))
		}
	}
}

func errForbidden(need auth.Permission) *models.Error {
	return models.NewError(models.CodeForbidden, "没有这项权限："+string(need))
}

// known is who asks; nil when that is nobody, who has been told.
func (d *Console) known(c *gin.Context) *auth.Caller {
	who, err := d.identify(c, c.FullPath() != livePath && c.GetHeader(backgroundHeader) == "")
	switch {
	case models.ErrorCode(err) == auth.CodeUnauthorized:
		c.Header("WWW-Authenticate", `Bearer realm="wenzheng"`)
		d.refuse(c, models.NewError(auth.CodeUnauthorized, "请登录（尚未登录，或登录已过时）；程序请在 Authorization 头中写 Bearer 加访问令牌"))
		return nil
	case err != nil:
		d.refuse(c, err)
		return nil
	}
	c.Set(callerKey, who)
	return who
}

// deny refuses somebody who is known, and says so in the audit log.
func (d *Console) deny(c *gin.Context, who *auth.Caller, reason *models.Error) {
	d.refuse(c, d.denied(c, who, reason))
}

// denied is the reason, once the audit log has it.
func (d *Console) denied(c *gin.Context, who *auth.Caller, reason *models.Error) error {
	if d.o.Auth != nil {
		if err := d.o.Auth.Refused(c.Request.Context(), who, c.Request.Method+" "+c.FullPath(), reason.Message); err != nil {
			return err
		}
	}
	return reason
}

// signedIn lets any person with a whole session pass: these routes are about themselves.
func (d *Console) signedIn(c *gin.Context) {
	if who := d.known(c); who != nil && who.EndsAt.IsZero() {
		d.refuse(c, models.NewError(models.CodeForbidden, "这是登录的人用的，程序的令牌不行"))
	}
}

// callerOf is who asks, behind may and signedIn.
func callerOf(c *gin.Context) *auth.Caller {
	who, _ := c.MustGet(callerKey).(*auth.Caller)
	return who
}

// own reports whether what is asked about is one of the accounts: the one in the path, or those of
// the parameter account.
func own(c *gin.Context, accounts []string) bool {
	if id := c.Param("app_id"); id != "" {
		return slices.Contains(accounts, id)
	}
	return bound(c.Request.URL, accounts)
}

// bound puts the accounts that may be asked about into the address, false when another one is named.
func bound(u *url.URL, accounts []string) bool {
	const name = "account"
	values, err := url.ParseQuery(u.RawQuery)
	if err != nil || len(values[name]) > 1 {
		return true // the handler refuses it
	}
	if !values.Has(name) {
		values.Set(name, strings.Join(accounts, ","))
		u.RawQuery = values.Encode()
		return true
	}
	for item := range strings.SplitSeq(values.Get(name), ",") {
		if item = strings.TrimSpace(item); item != "" && !slices.Contains(accounts, item) {
			return false
		}
	}
	return true
}

// identify finds who asks by the bearer token, else by the cookie. use counts as being there.
func (d *Console) identify(c *gin.Context, use bool) (*auth.Caller, error) {
	ctx := c.Request.Context()
	if header := c.GetHeader("Authorization"); header != "" {
		return d.program(ctx, header, d.from(c))
	}
	if d.o.Auth == nil {
		return nil, models.NewError(auth.CodeUnauthorized, "")
	}
	return d.o.Auth.Identify(ctx, d.token(c), d.from(c), use)
}

func (d *Console) program(ctx context.Context, header string, from auth.Origin) (*auth.Caller, error) {
	scheme, token, _ := strings.Cut(header, " ")
	token = strings.TrimSpace(token)
	hash := sha256.Sum256([]byte(token))
	switch {
	case !strings.EqualFold(scheme, "Bearer"):
	case d.o.Token != "" && subtle.ConstantTimeCompare(hash[:], d.hash[:]) == 1:
		return auth.Everything(from), nil
	case d.o.Auth != nil:
		return d.o.Auth.Program(ctx, token, from)
	}
	return nil, models.NewError(auth.CodeUnauthorized, "")
}

// from is where a request came from.
func (d *Console) from(c *gin.Context) auth.Origin {
	return auth.Origin{Address: c.ClientIP(), UserAgent: c.Request.UserAgent(), RequestID: c.GetString(requestID)}
}

// cookie is the name of the session's cookie here.
func (d *Console) cookie() string {
	if d.o.Auth != nil && d.o.Auth.Demo() {
		return demoCookie
	}
	return cookieName
}

// token is that of the session's cookie, "" without one.
func (d *Console) token(c *gin.Context) string {
	cookie, err := c.Request.Cookie(d.cookie())
	if err != nil {
		return ""
	}
	return cookie.Value
}

// setToken gives the browser the token of a session; "" takes it away.
func (d *Console) setToken(c *gin.Context, token string) {
	cookie := &http.Cookie{
		Name: d.cookie(), Value: token, Path: "/", Secure: true, HttpOnly: true, SameSite: http.SameSiteStrictMode,
	}
	cookie.Secure = cookie.Name == cookieName // browsers keep none of the others from a demo's plain http
	if token == "" {
		cookie.MaxAge = -1
	}
	http.SetCookie(c.Writer, cookie)
}
