package desk

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// servedWithin is how long a citizen goes back to whoever served them.
const servedWithin = 7 * 24 * time.Hour

// round is one look at the desk, all of one moment: who is there, what is open, and who may take what waits.
type round struct {
	*staff
	open   []Conversation  // the oldest first; there are as many as people can hold, and those that wait
	queued []*Conversation // of open
	loads  map[string]*burden
	served map[string]string // who served a citizen who waits within a week, by uid
}

// assign gives what waits, the oldest first, to whoever is there. Each conversation is taken by one
// conditional change, so that of two assigners one wins.
func (d *Desk) assign(ctx context.Context, accounts map[string]*models.Account, r *round) error {
	asks := func(a *models.Account) bool { return a != nil && !inWeChat(a, r.now) && isManual(a, r.now) }
	for _, c := range r.queued {
		if c.OfferedTo != "" && asks(accounts[c.AppID]) {
			r.load(c.OfferedTo).asked = true
		}
	}
	var failed error
	for _, c := range r.queued {
		a := accounts[c.AppID]
		if a == nil || inWeChat(a, r.now) {
			continue
		}
		do := d.give
		if asks(a) {
			do = d.offer
		}
		failed = errors.Join(failed, models.Wrap(fmt.Sprintf("conversation %d", c.ID), do(ctx, c, r)))
	}
	return failed
}

func (d *Desk) round(ctx context.Context, now time.Time) (*round, error) {
	r := &round{loads: map[string]*burden{}, served: map[string]string{}}
	err := d.store.Read(ctx, store.Console, func(t *store.Tx) (err error) {
		if r.staff, err = d.staffIn(ctx, t, now); err != nil {
			return err
		}
		if r.open, err = conversations(ctx, t, "open_key IS NOT NULL ORDER BY queued_at, id"); err != nil {
			return err
		}
		for i := range r.open {
			r.see(&r.open[i])
		}
		return r.readServed(ctx, t)
	})
	return r, err
}

// see counts what somebody has, or notes that it waits.
func (r *round) see(c *Conversation) {
	if c.State == Queued {
		r.queued = append(r.queued, c)
	}
	if c.Assignee == "" {
		return
	}
	l := r.load(c.Assignee)
	if c.State == Assigned {
		l.owed++
	}
	if c.AssignedAt.After(l.last) {
		l.last = c.AssignedAt
	}
}

// inWeChat reports whether people of an account answer in WeChat's own client, which gives what waits to
// them by itself.
func inWeChat(a *models.Account, now time.Time) bool {
	v, _ := models.SettingOn(a.Settings, models.SettingHuman, now.In(models.Shanghai()).Format(time.DateOnly))
	return v == models.HumanWeChat
}

// burden is what somebody has: how many owed replies, when they were last given something, and whether they are
// asked to take something.
type burden struct {
	owed  int
	last  time.Time
	asked bool
}

func (r *round) load(name string) *burden {
	if r.loads[name] == nil {
		r.loads[name] = &burden{}
	}
	return r.loads[name]
}

// readServed reads who served the citizens who wait; what waits has nobody, and is not among what is read.
func (r *round) readServed(ctx context.Context, t *store.Tx) error {
	uids := make([]string, 0, len(r.queued))
	for _, c := range r.queued {
		uids = append(uids, c.UID)
	}
	return t.QueryIn(ctx, func(rows *sql.Rows) error {
		var uid, name string
		err := rows.Scan(&uid, &name)
		r.served[uid] = name // the last one stays
		return err
	}, uids, "SELECT uid, assignee FROM conversations WHERE uid IN (?) AND assignee <> '' AND answered_at > ? ORDER BY answered_at",
		store.Micros(r.now.Add(-servedWithin)))
}

// best is whom a conversation goes to, "" while nobody can take it: who served this citizen lately,
// else who has the least to do, was given nothing for the longest, and by name. Who had it last gets it
// again only where there is nobody else, and not at all when they passed it on themselves.
func (r *round) best(c *Conversation) string {
	free := slices.DeleteFunc(r.available(c.AppID), func(h handler) bool {
		l := r.load(h.Name)
		return l.owed >= load || l.asked
	})
	if others := slices.DeleteFunc(slices.Clone(free), func(h handler) bool { return h.Name == c.LostBy }); len(others) > 0 || c.Reason == ReasonTransfer {
		free = others
	}
	if len(free) == 0 {
		return ""
	}
	if fitting := slices.DeleteFunc(slices.Clone(free), func(h handler) bool { return !r.fits(c.AppID, h.Name, c.Topic) }); len(fitting) > 0 {
		free = fitting
	}
	served := r.served[c.UID]
	return slices.MinFunc(free, func(a, b handler) int {
		la, lb := r.load(a.Name), r.load(b.Name)
		return cmp.Or(cmp.Compare(boolInt(a.Name != served), boolInt(b.Name != served)), cmp.Compare(la.owed, lb.owed), la.last.Compare(lb.last),
			cmp.Compare(a.Name, b.Name))
	}).Name
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// give assigns a conversation that is still as it was read, where somebody can take it.
func (d *Desk) give(ctx context.Context, was *Conversation, r *round) error {
	name := r.best(was)
	if name == "" {
		return nil
	}
	given := false
	err := d.store.Transact(ctx, func(t *store.Tx) error {
		given = false
		c, err := d.lockOf(ctx, t, was.ID, was.UID)
		if err != nil || c.Version != was.Version || c.State != Queued {
			return err
		}
		given = true
		return d.hand(ctx, t, &c, name, r.now)
	})
	if given && err == nil {
		l := r.load(name)
		l.owed, l.last = l.owed+1, r.now
	}
	return err
}

// hand makes somebody the holder of a conversation and answerable for what its citizen waits for.
func (d *Desk) hand(ctx context.Context, t *store.Tx, c *Conversation, name string, now time.Time) error {
	c.Assignee, c.AssignedAt, c.Holder = name, now, HolderDesk
	c.quiet()
	if c.State == Queued {
		c.State = Assigned
	}
	if err := d.save(ctx, t, c); err != nil {
		return err
	}
	return d.waits.AssignIn(ctx, t, c.AppID, c.UID, name)
}
