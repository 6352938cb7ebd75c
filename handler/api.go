package handler

import (
	"context"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

// Measure answers what the interface asks about the log. Accounts of a question are AppIDs,
// none = all; an unknown one is an *models.Error with CodeNotFound. It is safe for
// concurrent use.
type Measure interface {
	// Indices returns the report that `wenzheng indices --format json` prints.
	Indices(ctx context.Context, q IndicesQuery) (any, error)
	// Series returns one metric over time.
	Series(ctx context.Context, q SeriesQuery) (any, error)
	// Waits returns a page of open waits.
	Waits(ctx context.Context, q WaitsQuery) (any, error)
}

// API is the JSON interface for other programs.
type API struct {
	Token   string // the bearer token; "" = the interface is off
	Measure Measure
	Live    *Hub
	Metrics []string // the names that /series knows
	Spec    []byte   // openapi.yaml
	// Zone is that of days in questions; nil = UTC.
	Zone *time.Location
	// QuestionTime is how long one question may take, default 5 s; QueueTime how long it may wait
	// for its turn, default 1 s.
	QuestionTime, QueueTime time.Duration
}

// permission is what a caller may do; the route table says where it is needed.
type permission string

const (
	readIndices permission = "indices:read"
	readWaits   permission = "waits:read"
	readLive    permission = "live:read"
)

// codeUnauthorized: no token, or not the right one.
const codeUnauthorized = "unauthorized"

// api is the interface behind its routes.
type api struct {
	h    *Handler
	o    API
	hash [sha256.Size]byte // of the token
	// turns holds one element for each question that is being answered.
	turns chan struct{}
}

// routeAPI adds the interface to the routes. This table is the list of permissions.
func (h *Handler) routeAPI(e *gin.Engine) {
	if h.o.API == nil {
		return
	}
	a := &api{h: h, o: withQuestionDefaults(*h.o.API), hash: sha256.Sum256([]byte(h.o.API.Token)), turns: make(chan struct{}, atOnce)}
	if a.o.Zone == nil {
		a.o.Zone = time.UTC
	}
	allowed := h.onlyFrom(h.o.AdminAllow)
	e.GET("/openapi.yaml", h.access, h.recover, allowed, a.spec)
	if a.o.Token == "" {
		return
	}
	v1 := e.Group("/api/v1", h.access, h.recover, a.headers, allowed)
	v1.GET("/indices", a.may(readIndices), a.do(a.queued(a.indices)))
	v1.GET("/series", a.may(readIndices), a.do(a.queued(a.series)))
	v1.GET("/waits", a.may(readWaits), a.do(a.timed(a.waits)))
	v1.GET("/live", a.may(readLive), a.live)
}

// headers are those of every answer: nothing is kept by caches or taken for a page.
func (a *api) headers(c *gin.Context) {
	head := c.Writer.Header()
	head.Set("Cache-Control", "no-store")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	head.Set("Referrer-Policy", "no-referrer")
	c.Next()
}

// may lets a caller with the permission pass. The bearer token holds all of the table.
func (a *api) may(need permission) gin.HandlerFunc {
	return func(c *gin.Context) {
		held := a.identify(c.Request)
		switch {
		case held == nil:
			c.Header("WWW-Authenticate", `Bearer realm="wenzheng"`)
			a.refuse(c, models.NewError(codeUnauthorized, "请在 Authorization 头中写 Bearer 加设置项 api.token 的值"))
		case !slices.Contains(held, need):
			a.refuse(c, models.NewError(models.CodeForbidden, "没有这项权限："+string(need)))
		default:
			c.Next()
			return
		}
		c.Abort()
	}
}

// identify returns the permissions of the caller, nil for a stranger.
func (a *api) identify(r *http.Request) []permission {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	hash := sha256.Sum256([]byte(strings.TrimSpace(token)))
	same := subtle.ConstantTimeCompare(hash[:], a.hash[:]) == 1
	if !strings.EqualFold(scheme, "Bearer") || !same {
		return nil
	}
	return []permission{readIndices, readWaits, readLive}
}

// do adapts a handler that returns its answer or an error.
func (a *api) do(f func(c *gin.Context) (any, error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		answer, err := f(c)
		if err != nil {
			a.refuse(c, err)
			return
		}
		body, err := json.Marshal(answer)
		if err != nil {
			a.refuse(c, err)
			return
		}
		write(c, http.StatusOK, body)
	}
}

func write(c *gin.Context, status int, body []byte) {
	body = append(body, '\n')
	c.Header("Content-Length", strconv.Itoa(len(body)))
	c.Data(status, jsonType, body)
}

const jsonType = "application/json; charset=utf-8"

// refuse writes an error with its status. Only *models.Error is shown; of everything else
// the log says more than the answer.
func (a *api) refuse(c *gin.Context, err error) {
	ctx := c.Request.Context()
	var shown *models.Error
	var fault *models.StoreFault
	switch {
	case errors.As(err, &shown):
	case errors.As(err, &fault), ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
		a.h.o.Logger.WarnContext(ctx, "interface: the store does not answer", "path", c.FullPath(), "error", err)
		shown = models.NewError(models.CodeUnavailable, "数据库暂时不可用，请稍后再试")
	case ctx.Err() != nil:
		c.AbortWithStatus(statusGone)
		return
	default:
		a.h.o.Logger.ErrorContext(ctx, "interface: request failed", "path", c.FullPath(), "error", err)
		shown = models.NewError("internal", "服务内部错误，已记入运行日志，请联系管理员")
	}
	status := apiStatus(shown.Code)
	if status == 0 {
		status = http.StatusInternalServerError
	}
	body, err := json.Marshal(shown)
	if err != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	if status == http.StatusServiceUnavailable {
		c.Header("Retry-After", strconv.Itoa(5))
	}
	c.Abort()
	write(c, status, body)
}

// apiStatus is the status of an error by its code, 0 for a fault of ours.
func apiStatus(code string) int {
	switch code {
	case models.CodeInvalid:
		return http.StatusBadRequest
	case codeUnauthorized:
		return http.StatusUnauthorized
	case models.CodeForbidden:
		return http.StatusForbidden
	case models.CodeNotFound:
		return http.StatusNotFound
	case models.CodeConflict:
		return http.StatusConflict
	case models.CodeUnavailable:
		return http.StatusServiceUnavailable
	}
	return 0
}

func (a *api) spec(c *gin.Context) {
	c.Header("X-Content-Type-Options", "nosniff")
	c.Data(http.StatusOK, "application/yaml; charset=utf-8", a.o.Spec)
}
