package desk

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Tick does what the time does: conversations end or go back to the queue, and what waits is given to
// whoever is there. The worker calls it each second, every instance may: each change is made by one.
func (d *Desk) Tick(ctx context.Context) error {
	now := d.o.Now()
	accounts, err := d.accounts(ctx)
	if err != nil {
		return models.Wrap("desk: accounts", err)
	}
	staff, err := d.staff(ctx, now)
	if err != nil {
		return models.Wrap("desk: staff", err)
	}
	if err := d.timers(ctx, accounts, staff, now); err != nil {
		return models.Wrap("desk: timers", err)
	}
	return models.Wrap("desk: assign", d.assign(ctx, accounts, staff, now))
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

// timers look at every open conversation; there are as many as people can hold, and those that wait.
func (d *Desk) timers(ctx context.Context, accounts map[string]*models.Account, staff *staff, now time.Time) error {
	var open []Conversation
	err := d.store.Read(ctx, store.Console, func(t *store.Tx) (err error) {
		open, err = conversations(ctx, t, "open_key IS NOT NULL ORDER BY id")
		return err
	})
	if err != nil {
		return err
	}
	for i := range open {
		if !d.due(&open[i], accounts, staff, now) {
			continue
		}
		err := d.store.Transact(ctx, func(t *store.Tx) error {
			c, err := d.lock(ctx, t, open[i].ID)
			if err != nil || !d.due(&c, accounts, staff, now) {
				return err
			}
			return d.save(ctx, t, &c)
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// due changes the conversation as its time has come, false where nothing has.
func (d *Desk) due(c *Conversation, accounts map[string]*models.Account, staff *staff, now time.Time) bool {
	switch {
	case c.Owes() && !now.Before(c.LastInAt.Add(window)):
		c.close(Expired, "", "", now)
	case c.State == Answered && !now.Before(c.AnsweredAt.Add(d.o.QuietAfter)):
		c.close(Closed, CloseQuiet, "", now)
	case c.State != Assigned:
		return false
	case !staff.here(c.Assignee):
		c.release(ReasonAway)
	case !staff.onDuty(c.AppID, c.Assignee):
		c.release(ReasonDuty)
	case d.officeTime(accounts[c.AppID], c.AssignedAt, now) >= d.o.ReturnIn:
		c.release(ReasonReturn)
	default:
		return false
	}
	return true
}

// officeTime is how much of the office hours of an account lies between two times.
func (d *Desk) officeTime(a *models.Account, from, to time.Time) time.Duration {
	if a == nil {
		return 0
	}
	periods, err := models.OfficePeriods(a.Settings)
	if err != nil {
		periods, _ = models.OfficePeriods(nil) // the default hours can be read
	}
	return time.Duration(d.o.Calendar.Current().Office(periods...).Seconds(from.Unix(), to.Unix())) * time.Second
}
