package handler

import (
	"net/http"

	"github.com/gin-gonic/gin"
)

// access writes one line a request: no query, no body, no header.
func (h *Handler) access(c *gin.Context) {
	start := h.o.Now()
	c.Next()
	h.o.Logger.Info("request", "method", c.Request.Method, "path", c.FullPath(), "status", c.Writer.Status(),
		"bytes", c.Writer.Size(), "took_ms", h.o.Now().Sub(start).Milliseconds())
}

// recover turns a panic into a 500 that says nothing.
func (h *Handler) recover(c *gin.Context) {
	defer func() {
		if fault := recover(); fault != nil {
			h.o.Logger.Error("request panicked", "path", c.FullPath(), "fault", fault)
			c.AbortWithStatus(http.StatusInternalServerError)
		}
	}()
	c.Next()
}
