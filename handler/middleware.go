package handler

import (
	"errors"
	"net/http"

	"github.com/gin-gonic/gin"
)

// statusGone is logged where nobody got the answer: the caller hung up, or took too long to read.
const statusGone = 499

// access writes one line a request: no query, no body, no header. An answer counts as given when
// the connection took it; one without a length would be sent in pieces if it were flushed.
func (h *Handler) access(c *gin.Context) {
	start := h.o.Now()
	c.Next()
	status := c.Writer.Status()
	if c.Writer.Written() && c.Writer.Header().Get("Content-Length") != "" && flush(c.Writer) != nil {
		status = statusGone
	}
	h.o.Logger.Info("request", "method", c.Request.Method, "path", c.FullPath(), "status", status,
		"bytes", c.Writer.Size(), "took_ms", h.o.Now().Sub(start).Milliseconds())
}

// flush hands what was written to the connection.
func flush(w gin.ResponseWriter) error {
	inner, ok := w.(interface{ Unwrap() http.ResponseWriter })
	if !ok {
		return nil
	}
	err := http.NewResponseController(inner.Unwrap()).Flush()
	if errors.Is(err, http.ErrNotSupported) {
		return nil
	}
	return err
}

// recover turns a panic into a 500 that says nothing; an answer that breaks off ends its connection.
func (h *Handler) recover(c *gin.Context) {
	defer func() {
		fault := recover()
		if fault == http.ErrAbortHandler { //nolint:errorlint // net/http knows this very value
			panic(fault)
		}
		if fault != nil {
			h.o.Logger.Error("request panicked", "path", c.FullPath(), "fault", fault)
			c.AbortWithStatus(http.StatusInternalServerError)
		}
	}()
	c.Next()
}
