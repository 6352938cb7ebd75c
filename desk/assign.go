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

// assign gives what waits, the oldest first, to whoever is there. Each conversation is taken by one
// conditional change, so that of two assigners one wins.
func (d *Desk) assign(ctx context.Context, accounts map[string]*models.Account, s *staff, now time.Time) error {
	var queued []Conversation
	loads := map[string]*burden{}
	err := d.store.Read(ctx, store.Console, func(t *store.Tx) (err error) {
		if queued, err = conversations(ctx, t, "open_key IS NOT NULL AND state = 'queued' ORDER BY queued_at, id"); err != nil || len(queued) == 0 {
			return err
		}
		loads, err = readLoads(ctx, t)
		return err
	})
	if err != nil {
		return err
	}
	var failed error
	for i := range queued {
		if name := queued[i].OfferedTo; name != "" {
			loadOf(loads, name).asked = true
		}
	}
	for i := range queued {
		c := &queued[i]
		a := accounts[c.AppID]
		if a == nil || inWeChat(a, now) {
			continue
		}
		if isManual(a, now) {
			failed = errors.Join(failed, models.Wrap(fmt.Sprintf("conversation %d", c.ID), d.offer(ctx, c, s, loads, now)))
			continue
		}
		name, err := d.best(ctx, c, s, loads, now)
		if err == nil && name != "" {
			var taken bool
			if taken, err = d.give(ctx, c, name, now); taken {
				l := loadOf(loads, name)
				l.owed, l.last = l.owed+1, now
			}
		}
		failed = errors.Join(failed, models.Wrap(fmt.Sprintf("conversation %d", c.ID), err))
	}
	return failed
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

func loadOf(loads map[string]*burden, name string) *burden {
	if loads[name] == nil {
		loads[name] = &burden{}
	}
	return loads[name]
}

func readLoads(ctx context.Context, t *store.Tx) (map[string]*burden, error) {
	loads := map[string]*burden{}
	err := t.Query(ctx, func(rows *sql.Rows) error {
		var name string
		var owed, last int64
		err := rows.Scan(&name, &owed, &last)
		loads[name] = &burden{owed: int(owed), last: store.FromMicros(last)}
		return err
	}, "SELECT assignee, SUM(CASE WHEN state = 'assigned' THEN 1 ELSE 0 END), MAX(assigned_at) FROM conversations WHERE open_key IS NOT NULL AND assignee <> '' GROUP BY assignee")
	return loads, err
}

// best is whom a conversation goes to, "" while nobody can take it: who served this citizen lately,
// else who has the least to do, was given nothing for the longest, and by name. Who had it last gets it
// again only where there is nobody else, and not at all when they passed it on themselves.
func (d *Desk) best(ctx context.Context, c *Conversation, s *staff, loads map[string]*burden, now time.Time) (string, error) {
	free := slices.DeleteFunc(s.available(c.AppID), func(h handler) bool {
		l := loadOf(loads, h.Name)
		return l.owed >= load || l.asked
	})
	if others := slices.DeleteFunc(slices.Clone(free), func(h handler) bool { return h.Name == c.LostBy }); len(others) > 0 || c.Reason == ReasonTransfer {
		free = others
	}
	if len(free) == 0 {
		return "", nil
	}
	if fitting := slices.DeleteFunc(slices.Clone(free), func(h handler) bool { return !s.fits(c.AppID, h.Name, c.Topic) }); len(fitting) > 0 {
		free = fitting
	}
	served, err := d.served(ctx, c, now)
	if err != nil {
		return "", err
	}
	best := slices.MinFunc(free, func(a, b handler) int {
		la, lb := loadOf(loads, a.Name), loadOf(loads, b.Name)
		return cmp.Or(cmp.Compare(boolInt(a.Name != served), boolInt(b.Name != served)), cmp.Compare(la.owed, lb.owed), la.last.Compare(lb.last),
			cmp.Compare(a.Name, b.Name))
	})
	return best.Name, nil
}

func boolInt(b bool) int {
	if b {
		return 1
	}
	return 0
}

// served is who served this citizen within a week, "" = nobody.
func (d *Desk) served(ctx context.Context, c *Conversation, now time.Time) (name string, err error) {
	err = d.store.Query(ctx, store.Console, func(rows *sql.Rows) error { return rows.Scan(&name) },
		"SELECT assignee FROM conversations WHERE uid = ? AND id <> ? AND assignee <> '' AND answered_at > ? ORDER BY answered_at DESC LIMIT 1",
		c.UID, c.ID, store.Micros(now.Add(-servedWithin)))
	return name, err
}

// give assigns a conversation that is still as it was read, false when it is not.
func (d *Desk) give(ctx context.Context, was *Conversation, name string, now time.Time) (given bool, err error) {
	err = d.store.Transact(ctx, func(t *store.Tx) error {
		given = false
		c, err := d.lock(ctx, t, was.ID)
		if err != nil || c.Version != was.Version || c.State != Queued {
			return err
		}
		given = true
		return d.hand(ctx, t, &c, name, now)
	})
	return given, err
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
