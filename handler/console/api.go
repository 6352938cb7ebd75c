package console

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/auth"
	"github.com/wenzheng/wenzheng/desk"
	"github.com/wenzheng/wenzheng/desk/cases"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/outbox"
	"github.com/wenzheng/wenzheng/rulebook"
)

// statusGone is logged where nobody got the answer: the caller hung up.
const statusGone = 499

// headers are those of every answer: nothing is kept by caches or taken for a page. The id of the
// request stands in the answer, the process log and the audit log.
func (d *Console) headers(c *gin.Context) {
	head := c.Writer.Header()
	head.Set("Cache-Control", "no-store")
	head.Set("X-Content-Type-Options", "nosniff")
	head.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	head.Set("Referrer-Policy", "no-referrer")
	d.transport(head)
	id := rand.Text()
	head.Set(requestID, id)
	c.Set(requestID, id)
}

// transport has browsers come by https only; they heed it where they did. A demo has none.
func (d *Console) transport(head http.Header) {
	if d.cookie() == cookieName {
		head.Set("Strict-Transport-Security", "max-age=31536000")
	}
}

const requestID = "X-Request-Id"

// do adapts a handler that returns its answer or an error.
func (d *Console) do(f func(c *gin.Context) (any, error)) gin.HandlerFunc {
	return func(c *gin.Context) {
		answer, err := f(c)
		if err != nil {
			d.refuse(c, err)
			return
		}
		if f, ok := answer.(*file); ok {
			d.send(c, f)
			return
		}
		status := http.StatusOK
		if later, ok := answer.(accepted); ok {
			status, answer = http.StatusAccepted, later.answer
		}
		body, err := json.Marshal(answer)
		if err != nil {
			d.refuse(c, err)
			return
		}
		write(c, status, body)
	}
}

// accepted is an answer to what happens later.
type accepted struct{ answer any }

func write(c *gin.Context, status int, body []byte) {
	body = append(body, '\n')
	c.Header("Content-Length", strconv.Itoa(len(body)))
	c.Data(status, jsonType, body)
}

const jsonType = "application/json; charset=utf-8"

// refuse writes an error with its status. Only models.PublicError is shown; of everything else
// the log says more than the answer.
func (d *Console) refuse(c *gin.Context, err error) {
	ctx := c.Request.Context()
	var shown models.PublicError
	var fault *models.StoreFault
	switch {
	case errors.As(err, &shown):
	case errors.As(err, &fault), ctx.Err() == nil && errors.Is(err, context.DeadlineExceeded):
		d.o.Logger.WarnContext(ctx, "interface: the store does not answer", "path", c.FullPath(), "request_id", c.GetString(requestID), "error", err)
		shown = models.NewError(models.CodeUnavailable, "数据库暂时不可用，请稍后再试")
	case ctx.Err() != nil:
		c.AbortWithStatus(statusGone)
		return
	default:
		d.o.Logger.ErrorContext(ctx, "interface: request failed", "path", c.FullPath(), "request_id", c.GetString(requestID), "error", err)
		shown = models.NewError("internal", "服务内部错误，已记入运行日志，请联系管理员")
	}
	status := apiStatus(models.ErrorCode(shown))
	if status == 0 {
		status = http.StatusInternalServerError
	}
	body, unwritten := json.Marshal(shown)
	if unwritten != nil {
		c.AbortWithStatus(http.StatusInternalServerError)
		return
	}
	var locked *auth.LockedError
	switch {
	case status == http.StatusServiceUnavailable:
		c.Header("Retry-After", strconv.Itoa(5))
	case errors.As(err, &locked):
		c.Header("Retry-After", strconv.Itoa(locked.RetryAfterS))
	}
	c.Abort()
	write(c, status, body)
}

// apiStatus is the status of an error by its code, 0 for a fault of ours.
func apiStatus(code string) int {
	switch code {
	case models.CodeInvalid:
		return http.StatusBadRequest
	case auth.CodeUnauthorized, auth.CodeSignIn, auth.CodeUsedCode:
		return http.StatusUnauthorized
	case models.CodeForbidden, codeCSRF:
		return http.StatusForbidden
	case models.CodeNotFound:
		return http.StatusNotFound
	case models.CodeConflict, models.CodeSamePerson, rulebook.CodeReplayNeeded, auth.CodeOtherSession, outbox.CodeTooLate, outbox.CodeWarning,
		desk.CodeNewer, desk.CodeNotYours, desk.CodeFinal, desk.CodeWindow, desk.CodeWeChat, cases.CodeNotAllowed:
		return http.StatusConflict
	case models.CodeUnavailable:
		return http.StatusServiceUnavailable
	case auth.CodeLocked:
		return http.StatusTooManyRequests
	case auth.CodeLinkOver, models.CodeGone:
		return http.StatusGone
	case models.CodeBodyTooLarge:
		return http.StatusRequestEntityTooLarge
	case models.CodeUnsupportedType:
		return http.StatusUnsupportedMediaType
	}
	return 0
}

func (d *Console) spec(c *gin.Context) {
	c.Header("X-Content-Type-Options", "nosniff")
	c.Data(http.StatusOK, "application/yaml; charset=utf-8", d.o.Spec)
}
