package handler

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// health is the answer of /healthz and /readyz.
type health struct {
	Status  string   `json:"status"` // ok, degraded or unable
	Reasons []string `json:"reasons"`
}

func (h *Handler) healthz(c *gin.Context) {
	c.JSON(http.StatusOK, health{Status: "ok", Reasons: []string{}})
}

// readyz is 200 as long as citizens are answered and nothing is lost, even when the
// database is away ("degraded", with reasons): a balancer that took such an instance out
// would silence the account. It is 503 only when no citizen can be answered.
func (h *Handler) readyz(c *gin.Context) {
	able, reasons := h.o.Ready(c.Request.Context())
	reasons = append(append([]string{}, reasons...), h.refusals.reasons()...)
	if off := h.skew.reason(h.o.Now()); off != "" {
		reasons = append(reasons, off)
	}
	switch {
	case !able:
		c.JSON(http.StatusServiceUnavailable, health{Status: "unable", Reasons: reasons})
	case len(reasons) > 0:
		c.JSON(http.StatusOK, health{Status: "degraded", Reasons: reasons})
	default:
		c.JSON(http.StatusOK, health{Status: "ok", Reasons: reasons})
	}
}
