package handler

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

type decision struct {
	reply models.Reply
	match models.Match
	ok    bool
}

// router runs the brain beside the request, so that a rule that hangs or panics costs the
// citizen an answer and nobody else anything.
type router struct {
	done  chan decision
	timer *time.Timer
}

func newRouter() any {
	t := time.NewTimer(time.Hour)
	t.Stop()
	return &router{done: make(chan decision, 1), timer: t}
}

// route asks the brain and waits at most RouteLimit, or until the hard cut.
func (h *Handler) route(ctx context.Context, m *models.Message) (decision, bool) {
	r := h.routers.Get().(*router) //nolint:forcetypeassert // the pool makes nothing else
	r.timer.Reset(h.o.RouteLimit)
	go h.think(ctx, m, r.done)
	select {
	case d := <-r.done:
		r.timer.Stop()
		h.routers.Put(r)
		return d, d.ok
	case <-r.timer.C:
	case <-ctx.Done():
		r.timer.Stop()
	}
	// The brain still holds r.done: this router is not pooled again.
	return decision{}, false
}

func (h *Handler) think(ctx context.Context, m *models.Message, done chan<- decision) {
	var d decision
	defer func() {
		if fault := recover(); fault != nil {
			h.o.Logger.Error("rule panicked", "account", m.AppID, "fault", fault)
			d = decision{}
		}
		done <- d
	}()
	d.reply, d.match = h.o.Brain.Handle(ctx, m)
	d.ok = true
}
