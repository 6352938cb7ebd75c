package handler

import (
	"net/http"
	"net/netip"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

// trust makes gin's ClientIP take X-Forwarded-For from these proxies and from nobody else.
func trust(e *gin.Engine, proxies []netip.Prefix) {
	e.RemoteIPHeaders = []string{"X-Forwarded-For"}
	list := make([]string, len(proxies))
	for i, p := range proxies {
		list[i] = p.String()
	}
	if err := e.SetTrustedProxies(list); err != nil {
		panic("handler: prefixes are always valid proxies: " + err.Error())
	}
}

// onlyFrom lets callers from the allowed addresses pass; none = everybody. It stands before
// the console and the interface, never before WeChat's callbacks and the health pages.
func (h *Handler) onlyFrom(allowed []netip.Prefix) gin.HandlerFunc {
	return func(c *gin.Context) {
		ip, err := netip.ParseAddr(c.ClientIP())
		ip = ip.Unmap().WithZone("")
		within := func(p netip.Prefix) bool { return p.Contains(ip) }
		if len(allowed) == 0 || err == nil && slices.ContainsFunc(allowed, within) {
			c.Next()
			return
		}
		h.o.Logger.Warn("request from an address outside admin_allow", "path", c.FullPath(), "address", ip.String())
		c.AbortWithStatusJSON(http.StatusForbidden, models.NewError(models.CodeForbidden,
			"地址 "+ip.String()+" 不在允许使用管理后台和接口的范围内，请联系系统管理员（设置项 admin_allow）"))
	}
}
