package handler

import (
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

// exchange is one delivery on its way through the door, with what is used again for the
// next. It belongs to the request's goroutine, or to the alarm while that rings.
type exchange struct {
	h     *Handler
	ctx   *cut
	alarm *watch
	delivery
}

// delivery is what an exchange knows of the request it is for.
type delivery struct {
	c       *gin.Context
	w       gin.ResponseWriter
	r       *http.Request
	began   time.Duration // by the handler's clock
	took    time.Duration // until the answer was ready, 0 = not known
	appID   string        // noAccount unless it is one of ours
	codec   Codec
	m       *models.Message
	answer  models.Answer // the request's goroutine's alone, whatever the alarm does
	outcome string

	slowFrom string // the address that a slow body is counted for, "" = none
	admitted bool   // one of the places of MaxInFlight is taken
	durable  bool
	thinking bool // the alarm bounds the brain, not the body
	decided  bool // the brain has answered in time
	ended    bool // finished: nothing may be written or counted any more

	late     []byte // what the alarm could not write itself, or nil
	lateType string
}

// exchanges is a pool: every callback needs one, with its timers.
type exchanges struct{ pool sync.Pool }

func (p *exchanges) take(h *Handler, c *gin.Context) *exchange {
	x, ok := p.pool.Get().(*exchange)
	if !ok {
		x = &exchange{h: h, ctx: newCut(h.clock, h.o.Deadline)}
		x.alarm = newWatch(h.clock, h.o.RouteLimit, x.expire)
	}
	x.c, x.w, x.r, x.began, x.appID = c, c.Writer, c.Request, h.clock(), noAccount
	return x
}

func (p *exchanges) put(x *exchange) {
	x.delivery = delivery{}
	if x.ctx.end() {
		p.pool.Put(x)
	}
}
