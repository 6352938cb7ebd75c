package desk

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Tick does what the time does: conversations end or go back to the queue, and what waits is given to
// whoever is there. The worker calls it each second, every instance may: each change is made by one.
// What fails with one conversation keeps none of the others.
func (d *Desk) Tick(ctx context.Context) error {
	now := d.o.Now()
	accounts, err := d.accounts(ctx)
	if err != nil {
		return models.Wrap("desk: accounts", err)
	}
	r, err := d.round(ctx, now)
	if err != nil {
		return models.Wrap("desk: round", err)
	}
	failed := models.Wrap("desk: assign", d.assign(ctx, accounts, r)) // first: it is what citizens wait for
	returned, err := d.timers(ctx, accounts, r)
	failed = errors.Join(failed, models.Wrap("desk: timers", err))
	if !returned {
		return failed
	}
	if r, err = d.round(ctx, now); err == nil {
		err = d.assign(ctx, accounts, r)
	}
	return errors.Join(failed, models.Wrap("desk: assign", err))
}

// accounts are those with a desk, by AppID.
func (d *Desk) accounts(ctx context.Context) (map[string]*models.Account, error) {
	var list []models.Account
	if d.o.Accounts != nil {
		list = d.o.Accounts()
	} else {
		var err error
		if list, err = d.store.Accounts(ctx); err != nil {
			return nil, err
		}
	}
	out := map[string]*models.Account{}
	for i := range list {
		out[list[i].AppID] = &list[i]
	}
	return out, nil
}

// timersAtOnce are due in one look, so that who comes meanwhile does not wait until all are seen to: many are due at one
// time where many people leave.
const timersAtOnce = 20

// timers look at what is open. What changed since is left to the next time. returned: there are some in the queue again.
func (d *Desk) timers(ctx context.Context, accounts map[string]*models.Account, r *round) (returned bool, failed error) {
	open, staff, now := r.open, r.staff, r.now
	var nudges []Conversation // with their new one
	seenTo := 0
	for i := range open {
		c := &open[i]
		if _, due := d.due(c, accounts, staff, now); !due {
			if n := d.nudgeFor(c, staff, accounts[c.AppID], now); n != c.Nudge {
				c.Nudge = n
				nudges = append(nudges, *c)
			}
			continue
		}
		if seenTo == timersAtOnce {
			d.assignSoon() // the next look goes on
			break
		}
		err := d.store.Transact(ctx, func(t *store.Tx) error {
			c, err := d.lockOf(ctx, t, open[i].ID, open[i].UID)
			if err != nil || c.Version != open[i].Version {
				return err
			}
			do, due := d.due(&c, accounts, staff, now)
			if !due {
				return nil
			}
			err = do(ctx, t, &c)
			returned = returned || c.State == Queued
			return err
		})
		if err == nil { // what fails again and again keeps none of the others
			seenTo++
		}
		failed = errors.Join(failed, models.Wrap(fmt.Sprintf("conversation %d", open[i].ID), err))
	}
	return returned, errors.Join(failed, models.Wrap("nudges", d.nudge(ctx, nudges)))
}

// due is what the time does to the conversation now, false for nothing. Who took one while off duty
// keeps it until its citizen writes again.
func (d *Desk) due(c *Conversation, accounts map[string]*models.Account, staff *staff, now time.Time) (do changing, ok bool) {
	ends := func(state State, code string) (changing, bool) {
		return func(ctx context.Context, t *store.Tx, c *Conversation) error {
			c.close(state, code, "", now)
			return d.save(ctx, t, c)
		}, true
	}
	back := func(reason string) (changing, bool) {
		return func(ctx context.Context, t *store.Tx, c *Conversation) error {
			return d.release(ctx, t, c, reason, now)
		}, true
	}
	switch {
	case c.Owes() && !now.Before(c.LastInAt.Add(window)):
		return ends(Expired, "")
	case c.State == Answered && !now.Before(c.AnsweredAt.Add(quietAfter)):
		return ends(Closed, CloseQuiet)
	case c.Holder == HolderWeChat && staff.inWeChat[c.UID]:
		return nil, false
	case c.Holder == HolderWeChat && c.State == Answered:
		return ends(Closed, CloseDone)
	case c.Holder == HolderWeChat:
		return back(ReasonSession)
	case c.State != Assigned:
		return nil, false
	case !staff.here(c.Assignee):
		return back(ReasonAway)
	case !staff.onDuty(c.AppID, c.Assignee, now) && staff.onDuty(c.AppID, c.Assignee, c.AssignedAt),
		!staff.onDuty(c.AppID, c.Assignee, now) && c.OwedAt.After(c.AssignedAt):
		return back(ReasonDuty)
	case d.officeTime(staff.offices, accounts[c.AppID], c.owedByHolder(), now) >= returnIn:
		return back(ReasonReturn)
	}
	return nil, false
}
