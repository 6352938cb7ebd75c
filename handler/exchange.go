package handler

import (
	"net/http"
	"sync"
	"time"

	"github.com/gin-gonic/gin"

	"github.com/wenzheng/wenzheng/models"
)

// exchange is one delivery on its way through the door. It belongs to the request's
// goroutine, or to the alarm while that rings.
type exchange struct {
	h       *Handler
	w       gin.ResponseWriter
	r       *http.Request
	start   time.Time
	took    time.Duration // until the answer was ready, 0 = not known
	appID   string
	codec   Codec
	m       *models.Message
	ctx     *cut
	alarm   *alarm
	outcome string

	durable  bool
	thinking bool // the alarm bounds the brain, not the body
	ended    bool // finished: nothing may be written or counted any more

	late     []byte // what the alarm could not write itself, or nil
	lateType string
}

// exchanges is a pool: every callback needs one, with its timer.
type exchanges struct{ pool sync.Pool }

func (p *exchanges) take(h *Handler, c *gin.Context) *exchange {
	x, ok := p.pool.Get().(*exchange)
	if !ok {
		x = &exchange{}
		x.alarm = newAlarm(x.expire)
	}
	x.h, x.w, x.r, x.start, x.appID = h, c.Writer, c.Request, h.o.Now(), c.Param("app_id")
	return x
}

func (p *exchanges) put(x *exchange) {
	*x = exchange{alarm: x.alarm}
	p.pool.Put(x)
}
