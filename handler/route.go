package handler

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// decision is what the brain said, or not ok when it failed.
type decision struct {
	reply models.Reply
	match models.Match
	ok    bool
}

type thought struct {
	ctx context.Context //nolint:containedctx // carried to the goroutine that needs it
	m   *models.Message
}

// thinker is a goroutine that asks the brain, beside the request, so that a rule that hangs
// or panics costs the citizen an answer and nobody else anything. Thinkers are kept, because
// a new goroutine would have to grow its stack for every message.
type thinker struct {
	in    chan thought
	out   chan decision
	timer *time.Timer
}

// thinkers are the idle ones.
type thinkers chan *thinker

// idleThinkers are kept for the next message: more than ever think at once, because a rule
// takes microseconds. What a burst needed beyond them ends with it.
const idleThinkers = 16

func (h *Handler) thinker() *thinker {
	select {
	case t := <-h.idle:
		return t
	default:
	}
	t := &thinker{in: make(chan thought), out: make(chan decision, 1), timer: time.NewTimer(time.Hour)}
	t.timer.Stop()
	go h.think(t)
	return t
}

// rest keeps a thinker for the next message, or ends it.
func (h *Handler) rest(t *thinker) {
	select {
	case h.idle <- t:
	default:
		close(t.in)
	}
}

// route asks the brain and waits at most RouteLimit, or until the hard cut.
func (h *Handler) route(ctx *cut, m *models.Message) (decision, bool) {
	t := h.thinker()
	t.in <- thought{ctx, m}
	t.timer.Reset(h.o.RouteLimit)
	select {
	case d := <-t.out:
		t.timer.Stop()
		h.rest(t)
		return d, d.ok
	case <-t.timer.C:
	case <-ctx.Done():
		t.timer.Stop()
	}
	// The brain still has the message and the context; this thinker ends when it returns.
	ctx.kept = true
	close(t.in)
	return decision{}, false
}

func (h *Handler) think(t *thinker) {
	for next := range t.in {
		t.out <- h.ask(next.ctx, next.m)
	}
}

func (h *Handler) ask(ctx context.Context, m *models.Message) (d decision) {
	defer func() {
		if fault := recover(); fault != nil {
			h.o.Logger.Error("rule panicked", "account", m.AppID, "fault", fault)
			d = decision{}
		}
	}()
	d.reply, d.match = h.o.Brain.Handle(ctx, m)
	d.ok = true
	return d
}

// Close ends the goroutines that wait for a message. The server must have stopped.
func (h *Handler) Close() {
	for {
		select {
		case t := <-h.idle:
			close(t.in)
		default:
			return
		}
	}
}
