package worker

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/wenzheng/wenzheng/accounts"
	"github.com/wenzheng/wenzheng/accounts/robot"
	"github.com/wenzheng/wenzheng/models"
)

// delivery is a message to be sent, and then what became of it.
type delivery struct {
	alarm  *models.Alarm
	target *accounts.AlarmTarget
	kind   models.AlarmKind
	again  bool // it may have arrived before

	done  *models.AlarmSend // nil: it was not tried
	fault error
}

// due are the messages to be sent now, noted as under way. A robot that several channels lead to
// hears of an alarm once; what allow refuses, because the robot was sent enough, is due later.
func (b *alarmBook) due(targets []accounts.AlarmTarget, now time.Time, allow func(robot.Channel) bool) (out []*delivery) {
	keys := slices.SortedFunc(maps.Keys(b.alarms), func(x, y alarmKey) int {
		return cmp.Or(cmp.Compare(x.appID, y.appID), cmp.Compare(x.name, y.name))
	})
	for _, key := range keys {
		m, heard := b.alarms[key], map[string]bool{}
		for i := range targets {
			t := &targets[i]
			if !hears(t, m.AppID) || heard[t.Channel.Address] {
				continue
			}
			heard[t.Channel.Address] = true
			told := m.Told[t.ID]
			if told == nil {
				told = &models.AlarmTold{}
			}
			kind := dueKind(m, told, t, now)
			if kind == "" || now.Before(told.RetryAt) || now.Before(told.Until) || !allow(t.Channel) {
				continue
			}
			out = append(out, &delivery{alarm: m, target: t, kind: kind, again: told.Sending == kind})
			told.Standing = told.Standing || kind == models.AlarmResolved
			told.Sending, told.Until, m.Told[t.ID] = kind, now.Add(alarmWithin), told
		}
	}
	return out
}

// dueKind is what a channel is to be told, "" = nothing.
func dueKind(m *models.Alarm, told *models.AlarmTold, t *accounts.AlarmTarget, now time.Time) models.AlarmKind {
	policy := policyOf(m.Name)
	switch {
	case m.Episode == "", policy.quiet && !m.ClosedAt.IsZero():
		return ""
	case !m.ClosedAt.IsZero():
		if told.Standing || told.Sending == models.AlarmFiring {
			return models.AlarmResolved
		}
		return ""
	case !t.Choice.Wants(m.Name):
		return ""
	case !told.Standing:
		return models.AlarmFiring
	case now.Sub(told.At) >= max(policy.repeat, time.Duration(t.Choice.RepeatS)*time.Second):
		return models.AlarmRepeat
	case policy.grow > 0 && m.Weight > told.Weight && now.Sub(told.At) >= policy.grow:
		return models.AlarmRepeat
	}
	return ""
}

const (
	retryFirst = 5 * time.Second
	retryLast  = 5 * time.Minute
	// keepEvery: of failures that go on, the first and then one of so many stand in the history.
	keepEvery = 20
)

// settle notes what became of a message and returns it, nil where it was not tried.
func (d *delivery) settle(now time.Time) *models.AlarmSend {
	told := d.alarm.Told[d.target.ID]
	told.Until = time.Time{}
	if d.done == nil {
		if !d.again {
			told.Sending = ""
		}
		return nil
	}
	if d.fault == nil {
		*told = models.AlarmTold{Standing: d.kind != models.AlarmResolved, At: now, Weight: d.alarm.Weight, Sends: told.Sends + 1}
		return d.done
	}
	told.Tries++
	wait := retryLast
	if told.Tries < 8 {
		wait = min(retryFirst<<(told.Tries-1), retryLast)
	}
	var fault *robot.Fault
	maybe := d.again
	if errors.As(d.fault, &fault) {
		wait, maybe = max(wait, fault.Wait), maybe || fault.Maybe
	}
	told.RetryAt = now.Add(wait)
	if !maybe {
		told.Sending = ""
	}
	d.done.Outcome, d.done.Detail = models.AlarmFailed, models.PlainText(d.fault)
	return d.done
}

// worthKeeping reports whether the history is to hold what became of the message.
func (d *delivery) worthKeeping(s *models.AlarmSend) bool {
	return s.Outcome != models.AlarmFailed || d.alarm.Told[d.target.ID].Tries%keepEvery == 1
}

// pending are the alarms that are to be written down, and those that are over: forgotten, or closed
// and told to all who heard of them.
func (b *alarmBook) pending(targets []accounts.AlarmTarget, now time.Time) (changed, over []*models.Alarm) {
	for key, m := range b.alarms {
		if !m.ClosedAt.IsZero() && b.finished(m, targets, now) {
			delete(b.alarms, key)
		}
	}
	for key, w := range b.written {
		if b.alarms[key] == nil {
			over = append(over, w.alarm)
			delete(b.written, key)
		}
	}
	for key, m := range b.alarms {
		if state := stateOf(m); state != b.written[key].state {
			changed = append(changed, m)
			b.written[key] = writtenAlarm{m, state}
		}
	}
	return changed, over
}

// finished reports whether nobody is to be told any more of an alarm that is closed. What could not be
// told in time is dropped, and the history says so.
func (b *alarmBook) finished(m *models.Alarm, targets []accounts.AlarmTarget, now time.Time) bool {
	if policyOf(m.Name).quiet {
		return true
	}
	late := now.Sub(m.ClosedAt) >= giveUpAfter
	var dropped []models.AlarmSend
	for i := range targets {
		told := m.Told[targets[i].ID]
		switch {
		case told == nil:
		case (told.Standing || told.Sending == models.AlarmFiring) && !late:
			return false
		case told.Standing:
			dropped = append(dropped, dropOf(m, &targets[i], models.AlarmResolved, "一天之内没有送到", now))
		case told.Tries > 0:
			dropped = append(dropped, dropOf(m, &targets[i], models.AlarmFiring, "没有送到之前已恢复", now))
		}
	}
	b.dropped = append(b.dropped, dropped...)
	return true
}

func dropOf(m *models.Alarm, t *accounts.AlarmTarget, kind models.AlarmKind, why string, now time.Time) models.AlarmSend {
	return models.AlarmSend{
		AppID: t.AppID, ChannelID: t.ID, Channel: t.Name, Name: m.Name, Kind: kind, Title: m.Name.Title(), Outcome: models.AlarmDropped, Detail: why, At: now,
	}
}

func (b *alarmBook) takeDropped() []models.AlarmSend {
	list := b.dropped
	b.dropped = nil
	return list
}

// sendAll sends what is due, a robot after the other and all robots at once. It returns when all have
// answered or their time is over.
func (a *alarmer) sendAll(ctx context.Context, due []*delivery) {
	byRobot := map[string][]*delivery{}
	for _, d := range due {
		byRobot[d.target.Channel.Address] = append(byRobot[d.target.Channel.Address], d)
	}
	var all sync.WaitGroup
	for _, list := range byRobot {
		all.Go(func() {
			for _, d := range list {
				if !a.send(ctx, d) {
					return
				}
			}
		})
	}
	all.Wait()
}

// send sends one message and reports whether the robot takes more.
func (a *alarmer) send(ctx context.Context, d *delivery) bool {
	m, done := a.o.Accounts.AlarmMessage(d.target, d.alarm, d.kind, d.again)
	err := a.o.Accounts.Robots().Send(ctx, d.target.Channel, m)
	d.done, d.fault = &done, err
	if err != nil {
		a.logger.Warn("an alarm was not delivered", "account", d.target.AppID, "channel", d.target.ID, "condition", string(d.alarm.Name), "error", err)
	}
	return err == nil
}
