package outbox

import (
	"context"
	"database/sql"
	"slices"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// follow is what the outbox does in the transaction that stores citizens' rows: it opens windows,
// closes those of who left, and settles held texts that messages were answered with. The citizens of
// the batch are locked.
func (b *Outbox) follow(ctx context.Context, t *store.Tx, a *store.Arrival) (write func() error, err error) {
	return func() error {
		if err := b.openWindows(ctx, t, a.Fresh); err != nil {
			return err
		}
		picked, err := b.pickUps(ctx, t, a.All)
		if err == nil {
			err = b.uncertain(ctx, t, a.Fresh)
		}
		if err == nil {
			err = b.certain(ctx, t, a, picked)
		}
		for _, f := range []func(context.Context, *store.Tx, []*store.NewRow) error{b.unfollows, b.jobs, b.consents} {
			if err == nil {
				err = f(ctx, t, a.Fresh)
			}
		}
		return err
	}, nil
}

// pickUps settles the held texts that answers of the batch told, and returns their ids. Whatever has
// become of a text meanwhile, the citizen has it.
func (b *Outbox) pickUps(ctx context.Context, t *store.Tx, rows []*store.NewRow) (picked []int64, err error) {
	answers := map[int64]*store.NewRow{}
	for _, r := range rows {
		for _, id := range r.In().PickUp {
			answers[id] = r
			picked = append(picked, id)
		}
	}
	for _, id := range picked {
		r := answers[id]
		list, err := items(ctx, t, "id = ? AND uid = ? AND state <> 'sent'", id, r.In().UID)
		if err != nil {
			return nil, err
		}
		for _, i := range list {
			key, _ := r.ReplyTo()
			i.State, i.Reason, i.ErrCode = Sent, "", 0
			if !r.In().OK { // WeChat had hung up
				i.State, i.Reason, i.ErrCode = Unknown, ReasonUncertain, codeUnknown
			}
			i.AttemptAt, i.PickedBy, i.rowKey, i.claim = r.In().At, key.MsgKey, r.Key().MsgKey, 0
			if err := b.save(ctx, t, i); err != nil {
				return nil, err
			}
			if err := b.followParts(ctx, t, i); err != nil {
				return nil, err
			}
		}
	}
	return picked, nil
}

// uncertain takes the texts that a citizen's message may have been answered with, but nobody knows what
// it was answered with: the program stopped between keeping the message and keeping its answer.
func (b *Outbox) uncertain(ctx context.Context, t *store.Tx, fresh []*store.NewRow) error {
	var rows []models.Interaction
	for _, r := range fresh {
		m := r.In()
		if m.Outcome != models.OutcomeUnknown || source(m) == "" {
			continue
		}
		list, err := items(ctx, t, "uid = ? AND state = 'held' AND kind = 'text' AND updated_at <= ? ORDER BY id", m.UID, store.Micros(m.ReceivedAt))
		if err != nil {
			return err
		}
		for _, i := range list {
			b.read(t, i)
			i.State, i.Reason, i.ErrCode, i.AttemptAt = Unknown, ReasonUncertain, codeUnknown, m.At
			i.PickedBy, i.claim = r.Key().MsgKey, t.NextID()
			row := i.logRow(m.At)
			row.ReplyTo = i.PickedBy
			i.rowKey = row.MsgKey
			rows = append(rows, row)
			if err := b.save(ctx, t, i); err != nil {
				return err
			}
		}
	}
	return b.waits.RecordIn(ctx, t, rows)
}

// certain lets texts wait again of which it was not known whether a message was answered with them,
// once it is: with something else.
func (b *Outbox) certain(ctx context.Context, t *store.Tx, a *store.Arrival, picked []int64) error {
	if len(a.Settled) == 0 {
		return nil
	}
	var uids []string
	for _, r := range a.All {
		if slices.Contains(a.Settled, r.Key().MsgKey) {
			uids = append(uids, r.In().UID)
		}
	}
	var list []*item
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		i, err := scanItem(rows)
		list = append(list, i)
		return err
	}, uids, "SELECT "+itemColumns+" FROM outbox WHERE uid IN (?) AND state = 'unknown' AND reason = ?", ReasonUncertain)
	if err != nil {
		return err
	}
	for _, i := range list {
		if slices.Contains(picked, i.ID) || !slices.Contains(a.Settled, i.PickedBy) {
			continue
		}
		i.State, i.Reason, i.PickedBy = Held, ReasonWindow, ""
		if i.Channel == PickUp {
			i.Reason = ReasonPickUp
		}
		if err := b.save(ctx, t, i); err != nil {
			return err
		}
	}
	return nil
}

// unfollows closes the windows of citizens who left and cancels what waits for them: nothing can
// reach them.
func (b *Outbox) unfollows(ctx context.Context, t *store.Tx, fresh []*store.NewRow) error {
	for _, r := range fresh {
		m := r.In()
		if m.Kind != models.EventUnsubscribe || m.Dir != models.DirIn || m.UID == "" {
			continue
		}
		at := store.Micros(m.At)
		err := t.Exec(ctx, "UPDATE windows SET expires_at = ? WHERE uid = ? AND expires_at > ? AND opened_at <= ?", at, m.UID, at, at)
		if err != nil {
			return err
		}
		list, err := items(ctx, t, "uid = ? AND state IN ('queued', 'held') AND created_at < ? ORDER BY id", m.UID, at+1_000_000)
		if err != nil {
			return err
		}
		for _, i := range list {
			i.State, i.Reason = Cancelled, ReasonUnfollow
			if err := b.save(ctx, t, i); err != nil {
				return err
			}
		}
	}
	return nil
}
