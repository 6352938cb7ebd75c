package console

import (
	"net/http"
	"net/netip"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

// admit lets callers from the allowed addresses pass; none = everybody.
func (d *Console) admit(c *gin.Context) {
	ip, err := netip.ParseAddr(c.ClientIP())
	ip = ip.Unmap().WithZone("")
	within := func(p netip.Prefix) bool { return p.Contains(ip) }
	if len(d.o.AdminAllow) == 0 || err == nil && slices.ContainsFunc(d.o.AdminAllow, within) {
		return
	}
	d.o.Logger.Warn("request from an address outside admin_allow", "path", c.FullPath(), "address", ip.String())
	c.AbortWithStatusJSON(http.StatusForbidden, models.NewError(models.CodeForbidden,
		"地址 "+ip.String()+" 不在允许使用管理后台和接口的范围内，请联系系统管理员（设置项 admin_allow）"))
}
