package console

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

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

// permission is what a caller may do; the route table says where it is needed.
type permission string

const (
	readIndices permission = "indices:read"
	readWaits   permission = "waits:read"
	readLive    permission = "live:read"
)

// statusGone is logged where nobody got the answer: the caller hung up.
const statusGone = 499

// codeUnauthorized: no token, or not the right one.
const codeUnauthorized = "unauthorized"

// headers are those of every answer: nothing is kept by caches or taken for a page.
func headers(c *gin.Context) {
	head := c.Writer.Header()
	head.Set("Cache-Control", "no-store")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	head.Set("Referrer-Policy", "no-referrer")
}

// may lets a caller with the permission pass. The bearer token holds all of the table.
func (d *Console) may(need permission) gin.HandlerFunc {
	return func(c *gin.Context) {
		held := d.identify(c.Request)
		switch {
		case held == nil:
			c.Header("WWW-Authenticate", `Bearer realm="wenzheng"`)
			d.refuse(c, models.NewError(codeUnauthorized, "请在 Authorization 头中写 Bearer 加设置项 api.token 的值"))
		case !slices.Contains(held, need):
			d.refuse(c, models.NewError(models.CodeForbidden, "没有这项权限："+string(need)))
		}
	}
}

// identify returns the permissions of the caller, nil for a stranger.
func (d *Console) identify(r *http.Request) []permission {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	hash := sha256.Sum256([]byte(strings.TrimSpace(token)))
	same := subtle.ConstantTimeCompare(hash[:], d.hash[:]) == 1
	if !strings.EqualFold(scheme, "Bearer") || !same {
		return nil
	}
	return []permission{readIndices, readWaits, readLive}
}

// do adapts a handler that returns its answer or an error.
func (d *Console) do(f func(c *gin.Context) (any, error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		answer, err := f(c)
		if err != nil {
			d.refuse(c, err)
			return
		}
		body, err := json.Marshal(answer)
		if err != nil {
			d.refuse(c, err)
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
func (d *Console) refuse(c *gin.Context, err error) {
	ctx := c.Request.Context()
	var shown *models.Error
	var fault *models.StoreFault
	switch {
	case errors.As(err, &shown):
	case errors.As(err, &fault), ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
		d.o.Logger.WarnContext(ctx, "interface: the store does not answer", "path", c.FullPath(), "error", err)
		shown = models.NewError(models.CodeUnavailable, "数据库暂时不可用，请稍后再试")
	case ctx.Err() != nil:
		c.AbortWithStatus(statusGone)
		return
	default:
		d.o.Logger.ErrorContext(ctx, "interface: request failed", "path", c.FullPath(), "error", err)
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

func (d *Console) spec(c *gin.Context) {
	c.Header("X-Content-Type-Options", "nosniff")
	c.Data(http.StatusOK, "application/yaml; charset=utf-8", d.o.Spec)
}
