package handler

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/models"
)

// answer asks the brain and renders what it says. It always returns an answer: a rule that
// fails, panics or takes too long is a fault. After one that took too long the citizen gets the default reply, else nothing.
func (d *delivery) answer(ctx context.Context, m *models.Message) models.Answer {
	if !m.ParseStatus.Routable() {
		d.h.metrics.security(string(m.ParseStatus))
		d.unanswered(m)
		return models.Answer{Outcome: models.OutcomeSilent}
	}
	a := d.decideInTime(ctx, m)
	if a == nil {
		return models.Answer{Outcome: models.OutcomeFault}
	}
	d.decided, d.match = true, a.Match.Outcome
	if a.Reply.Silent() {
		a.Outcome = models.OutcomeSilent
		return *a
	}
	plain, err := d.codec.Render(m, &a.Reply)
	if err != nil {
		a.Outcome = models.OutcomeFault
		d.h.o.Logger.ErrorContext(ctx, "reply could not be rendered", "account", d.appID, "rule", a.Match.RuleID, "error", err)
		return *a
	}
	a.Plain, a.Outcome = plain, models.OutcomeAnswered
	return *a
}

// decideInTime asks the brain in a goroutine of its own, which has RouteLimit or what is left
// to the hard cut. When the brain is late it is told to stop, its decision reaches nobody and the
// default reply is taken, if time is left. It returns nil when there is nothing to send: a panic,
// or the hard cut. The message must not be changed afterwards, for a late brain may still read it.
//
// The goroutine and its channel cost 1 to 3 us of the 50 us that a callback takes from both cores at
// saturation. One watcher for all callbacks, which broke off late ones from outside, cost less and
// was a page of locks.
func (d *delivery) decideInTime(ctx context.Context, m *models.Message) *models.Answer {
	end, _ := ctx.Deadline()
	late := time.NewTimer(min(d.h.o.RouteLimit, time.Until(end)))
	defer late.Stop()
	decided := make(chan *models.Answer, 1)
	go func() {
		decided <- d.h.decide(d.appID, func(a *models.Answer) { d.h.o.Brain.Handle(ctx, m, a) })
	}()
	select {
	case a := <-decided:
		return a
	case <-late.C:
	}
	select {
	case a := <-decided: // ready all the same: it was this goroutine that came late
		return a
	default:
	}
	d.stop() // ctx has ended for the brain; of what follows only the log has it
	d.overran = true
	d.h.o.Logger.Error("no rule answered: the brain took too long", "account", d.appID)
	if !time.Now().Before(end) {
		return nil
	}
	return d.h.decide(d.appID, func(a *models.Answer) { d.h.o.Brain.Default(m, a) })
}

// decide returns nil when the brain panicked.
func (h *Handler) decide(appID string, brain func(a *models.Answer)) (a *models.Answer) {
	defer func() {
		if fault := recover(); fault != nil {
			h.o.Logger.Error("rule panicked", "account", appID, "fault", fault)
			a = nil
		}
	}()
	a = &models.Answer{}
	brain(a)
	return a
}
