package desk

import (
	"context"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

const (
	acceptWithin = 60 * time.Second // somebody takes what is offered to them, or another is asked
	mostMissed   = 2                // offers in a row that somebody lets pass before they count as busy
)

// isManual reports whether people of an account take what is offered to them by hand.
func isManual(a *models.Account, now time.Time) bool {
	v, _ := models.SettingOn(a.Settings, models.SettingAssignment, now.In(models.Shanghai()).Format(time.DateOnly))
	return v == models.AssignManual
}

// offer asks somebody to take a conversation, one person after the other, and none about two at one time.
func (d *Desk) offer(ctx context.Context, c *Conversation, r *round) error {
	missed := false
	if c.OfferedTo != "" {
		there := r.takes(c.AppID, c.OfferedTo)
		if there && r.now.Sub(c.OfferedAt) < acceptWithin {
			return nil
		}
		// Who let it pass is asked again at the next look, which knows whether they are busy by now.
		missed, r.load(c.OfferedTo).asked = there, there
	}
	after := *c
	after.OfferedTo, after.OfferedAt = "", time.Time{}
	if missed {
		after.LostBy = c.OfferedTo
	}
	name := r.best(&after)
	if name != "" {
		after.OfferedTo, after.OfferedAt = name, r.now
	}
	if after.OfferedTo == "" && c.OfferedTo == "" {
		return nil
	}
	done, err := d.offers(ctx, c, &after, missed)
	if done && name != "" {
		r.load(name).asked = true
	}
	return err
}

// offers writes an offer down, and who let the one before pass, where the conversation is still as it was read. Whose
// turn it is stays as it was, and so does the version.
func (d *Desk) offers(ctx context.Context, was, after *Conversation, missed bool) (done bool, err error) {
	err = d.store.Transact(ctx, func(t *store.Tx) error {
		done = false
		c, err := d.lockOf(ctx, t, was.ID, was.UID)
		if err != nil || c.Version != was.Version || c.OfferedTo != was.OfferedTo || !c.OfferedAt.Equal(was.OfferedAt) {
			return err
		}
		done = true
		if missed {
			if err := d.misses(ctx, t, was.OfferedTo); err != nil {
				return err
			}
		}
		return t.Exec(ctx, "UPDATE conversations SET offered_to = ?, offered_at = ?, lost_by = ?, changed_at = ? WHERE id = ?",
			after.OfferedTo, store.Micros(after.OfferedAt), after.LostBy, store.Micros(d.o.Now()), was.ID)
	})
	return done, err
}

// misses counts an offer that somebody let pass; who does so twice in a row is busy.
func (d *Desk) misses(ctx context.Context, t *store.Tx, operator string) error {
	err := t.Exec(ctx, "UPDATE presence SET missed = missed + 1 WHERE operator = ?", operator)
	if err != nil {
		return err
	}
	return t.Exec(ctx, "UPDATE presence SET state = 'busy', missed = 0 WHERE operator = ? AND missed >= ? AND state = 'online'", operator, mostMissed)
}

// attends says that somebody takes what comes.
func attends(ctx context.Context, t *store.Tx, operator string) error {
	return t.Exec(ctx, "UPDATE presence SET missed = 0 WHERE operator = ? AND missed > 0", operator)
}
