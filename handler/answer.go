package handler

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// answer asks the brain and renders what it says. It always returns an answer: a rule that
// fails, panics or takes too long is a fault, which says nothing to the citizen.
func (d *delivery) answer(ctx context.Context, m *models.Message) models.Answer {
	if !m.ParseStatus.Routable() {
		d.h.metrics.security(string(m.ParseStatus))
		d.unanswered(m)
		return models.Answer{Outcome: models.OutcomeSilent}
	}
	a, ok := d.decideWithTimeout(ctx, m)
	if !ok {
		return models.Answer{Outcome: models.OutcomeFault}
	}
	d.decided, d.match = true, a.Match.Outcome
	if a.Reply.Silent() {
		a.Outcome = models.OutcomeSilent
		return a
	}
	plain, err := d.codec.Render(m, &a.Reply)
	if err != nil {
		a.Outcome = models.OutcomeFault
		d.h.o.Logger.ErrorContext(ctx, "reply could not be rendered", "account", d.appID, "rule", a.Match.RuleID, "error", err)
		return a
	}
	a.Plain, a.Outcome = plain, models.OutcomeAnswered
	return a
}

// decideWithTimeout asks the brain in a goroutine of its own, which has RouteLimit or what
// is left to the hard cut. It returns false when the brain panicked or was late. A late
// decision stays in the channel and reaches nobody; the message must not be changed
// afterwards, for the brain may still read it. ctx ends with the callback.
func (d *delivery) decideWithTimeout(ctx context.Context, m *models.Message) (models.Answer, bool) {
	decided := make(chan *models.Answer, 1)
	go func() { decided <- d.h.decide(ctx, m, d.appID) }()
	limit := time.NewTimer(min(d.h.o.RouteLimit, d.h.o.Deadline-time.Since(d.began)))
	defer limit.Stop()
	select {
	case a := <-decided:
		if a == nil {
			return models.Answer{}, false
		}
		return *a, true
	case <-limit.C:
		d.h.o.Logger.Error("no rule answered: the brain took too long", "account", d.appID)
		return models.Answer{}, false
	}
}

// decide returns nil when the brain panicked.
func (h *Handler) decide(ctx context.Context, m *models.Message, appID string) (a *models.Answer) {
	defer func() {
		if fault := recover(); fault != nil {
			h.o.Logger.Error("rule panicked", "account", appID, "fault", fault)
			a = nil
		}
	}()
	a = &models.Answer{}
	h.o.Brain.Handle(ctx, m, a)
	return a
}
