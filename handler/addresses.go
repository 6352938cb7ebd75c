package handler

import (
	"net/netip"

	"github.com/gin-gonic/gin"
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
