package handler

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"slices"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

// Health is the answer of /healthz and /readyz.
type Health struct {
	Status   string          `json:"status"`   // ok, degraded or unable
	Reasons  []string        `json:"reasons"`  // Problems in Chinese: "what: text"
	Problems []models.Reason `json:"problems"` // never nil
	Able     bool            `json:"-"`        // citizens are answered: 200 instead of 503
}

// AskReady asks the service at base for its /readyz; its errors are for people.
func AskReady(ctx context.Context, base string) (h Health, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, base+"/readyz", http.NoBody)
	if err != nil {
		return h, fmt.Errorf("服务地址不对：%w", err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return h, fmt.Errorf("连不上 %s，请确认服务已启动：%w", base, err)
	}
	defer res.Body.Close() //nolint:errcheck // read only
	h.Able = res.StatusCode == http.StatusOK
	if err := json.NewDecoder(io.LimitReader(res.Body, 1<<16)).Decode(&h); err != nil {
		return h, fmt.Errorf("%s/readyz 的回答看不懂，那里运行的可能不是问政", base)
	}
	return h, nil
}

func (h *Handler) healthz(c *gin.Context) {
	c.JSON(http.StatusOK, Health{Status: "ok", Reasons: []string{}, Problems: []models.Reason{}})
}

// readyz is 200 as long as citizens are answered and nothing is lost, even when the
// database is away ("degraded", with reasons): a balancer that took such an instance out
// would silence the account. It is 503 only when no citizen can be answered.
func (h *Handler) readyz(c *gin.Context) {
	health, status := h.Health(c.Request.Context()), http.StatusOK
	if !health.Able {
		status = http.StatusServiceUnavailable
	}
	c.JSON(status, health)
}

// Health is what /readyz says.
func (h *Handler) Health(ctx context.Context) Health {
	able, reasons := h.o.Ready(ctx)
	problems := append([]models.Reason{}, slices.Concat(reasons, h.refusals.reasons(), h.skew.reason(h.o.Now()))...)
	health := Health{Status: "ok", Reasons: models.ReasonTexts(problems), Problems: problems, Able: able}
	switch {
	case !able:
		health.Status = "unable"
	case len(problems) > 0:
		health.Status = "degraded"
	}
	return health
}
