package console

import (
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/models"
)

// adminRoutes are those of the administrators' pages.
func (d *Console) adminRoutes(v1 gin.IRouter) {
	v1.GET("/operators", d.may(auth.ReadOperators), d.do(d.operators))
	v1.POST("/operators", d.may(auth.WriteOperators), d.do(d.addOperator))
	v1.POST("/operators/:id/disable", d.may(auth.WriteOperators), d.do(d.disableOperator))
	v1.POST("/operators/:id/enable", d.may(auth.WriteOperators), d.do(d.enableOperator))
	v1.POST("/operators/:id/reset", d.may(auth.WriteOperators), d.do(d.resetOperator))
	v1.POST("/operators/:id/unlock", d.may(auth.UnlockOperator), d.do(d.unlockOperator))
	v1.GET("/grants", d.may(auth.ReadGrants), d.do(d.grants))
	v1.PUT("/grants", d.may(auth.WriteGrants), d.do(d.grant))
	v1.GET("/policy", d.may(auth.ReadPolicy), d.do(func(*gin.Context) (any, error) { return d.o.Auth.Policy(), nil }))
	v1.GET("/tokens", d.may(auth.ReadTokens), d.do(d.tokens))
	v1.POST("/tokens", d.may(auth.WriteTokens), d.do(d.addToken))
	v1.DELETE("/tokens/:id", d.may(auth.WriteTokens), d.do(d.revokeToken))
	v1.GET("/audit", d.may(auth.ReadAudit), d.do(d.timed(d.audit)))
	v1.GET("/audit/export", d.may(auth.ReadAudit), d.auditExport)
	v1.POST("/audit/verify", d.may(auth.ReadAudit), d.do(d.auditVerify))
}

func (d *Console) operators(c *gin.Context) (any, error) {
	return d.o.Auth.Operators(c.Request.Context())
}

func (d *Console) addOperator(c *gin.Context) (any, error) {
	var q struct {
		Name        string `json:"name"`
		DisplayName string `json:"display_name"`
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	return d.o.Auth.Add(c.Request.Context(), callerOf(c).Who, auth.AddRequest{Name: q.Name, DisplayName: q.DisplayName})
}

func (d *Console) disableOperator(c *gin.Context) (any, error) {
	return done{}, d.o.Auth.Disable(c.Request.Context(), callerOf(c).Who, c.Param("id"))
}

func (d *Console) enableOperator(c *gin.Context) (any, error) {
	return done{}, d.o.Auth.Enable(c.Request.Context(), callerOf(c).Who, c.Param("id"))
}

func (d *Console) resetOperator(c *gin.Context) (any, error) {
	return d.o.Auth.Reset(c.Request.Context(), callerOf(c).Who, c.Param("id"))
}

func (d *Console) unlockOperator(c *gin.Context) (any, error) {
	return done{}, d.o.Auth.Unlock(c.Request.Context(), callerOf(c).Who, c.Param("id"))
}

// grants are who may do what, and the accounts that can be granted.
func (d *Console) grants(c *gin.Context) (any, error) { return d.o.Auth.Grants(c.Request.Context()) }

func (d *Console) grant(c *gin.Context) (any, error) {
	var q auth.GrantRequest
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	return done{}, d.o.Auth.Grant(c.Request.Context(), callerOf(c).Who, q)
}

func (d *Console) tokens(c *gin.Context) (any, error) { return d.o.Auth.Tokens(c.Request.Context()) }

func (d *Console) addToken(c *gin.Context) (any, error) {
	var q struct {
		Name     string            `json:"name"`
		Scopes   []auth.Permission `json:"scopes"`
		Accounts []string          `json:"accounts"`
		Until    string            `json:"until"`
	}
	if err := decode(c, &q); err != nil {
		return nil, err
	}
	until, err := lastDay(q.Until)
	if err != nil {
		return nil, err
	}
	return d.o.Auth.AddToken(c.Request.Context(), callerOf(c).Who, auth.TokenRequest{Name: q.Name, Scopes: q.Scopes, Accounts: q.Accounts, Until: until})
}

// lastDay is the end of a day, the zero time for "".
func lastDay(s string) (time.Time, error) {
	if s == "" {
		return time.Time{}, nil
	}
	t, err := time.ParseInLocation(time.DateOnly, s, models.Shanghai())
	if err != nil {
		return t, models.FieldFault("令牌有误", "until", "应为日期，例 2027-12-31")
	}
	return t.AddDate(0, 0, 1), nil
}

func (d *Console) revokeToken(c *gin.Context) (any, error) {
	return done{}, d.o.Auth.RevokeToken(c.Request.Context(), callerOf(c).Who, c.Param("id"))
}
