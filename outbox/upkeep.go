package outbox

import (
	"context"
	"database/sql"
	"errors"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// rightOf is what it takes to send by a channel, as package wechat names it.
func rightOf(c Channel) string {
	return map[Channel]string{CustomerService: "customer_service", Template: "template", Subscription: "subscription"}[c]
}

// upkeepAtOnce bounds what one transaction of the upkeep changes.
const upkeepAtOnce = 100

// Upkeep does what follows from time and from rights alone: messages whose lease is over become
// unknown, held ones whose citizen can be reached again are queued, old windows and messages are forgotten. Any
// number of instances may do it at once; every second is often enough.
func (b *Outbox) Upkeep(ctx context.Context) error {
	err := b.readRights(ctx)
	for _, step := range []func(context.Context) error{b.expireLeases, b.release, b.releaseNotices, b.count} {
		if fault := step(ctx); fault != nil {
			err = errors.Join(err, fault)
		}
	}
	if now := b.o.Now(); now.Sub(b.forgot).Abs() >= time.Minute && err == nil {
		b.forgot = now
		err = errors.Join(b.forget(ctx), b.countLocked(ctx))
	}
	return models.Wrap("outbox: upkeep", err)
}

// rightAgain is how long after WeChat refused an account the right a message is tried again, unless the
// account is found to have the right before.
const rightAgain = time.Hour

// readRights reads by which channels accounts may not send, by what was found out and by what WeChat said
// to any instance. Unknown is tried. What is used up of customer-service messages keeps them in the queue, see due.
func (b *Outbox) readRights(ctx context.Context) error {
	all, err := b.store.Rights(ctx)
	if err != nil {
		return err
	}
	closed := map[way]bool{}
	err = b.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		var w way
		var code, until int64
		err := rows.Scan(&w.appID, &w.channel, &code, &until)
		refused := store.FromMicros(until).Add(-rightAgain)
		switch code {
		case codeUnauthorized, codeUserRefuses:
			closed[w] = closed[w] || !slices.ContainsFunc(all[w.appID], func(r models.Right) bool {
				return r.Name == rightOf(w.channel) && r.State == models.RightYes && r.CheckedAt.After(refused)
			})
		default:
			closed[w] = closed[w] || w.channel != CustomerService
		}
		return err
	}, "SELECT app_id, channel, errcode, until FROM outbox_stops WHERE until > ?", store.Micros(b.o.Now()))
	if err != nil {
		return err
	}
	for appID, rights := range all {
		for _, r := range rights {
			for _, c := range []Channel{CustomerService, Template, Subscription} {
				if r.Name == rightOf(c) && r.State == models.RightNo {
					closed[way{appID, c}] = true
				}
			}
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = closed
	return nil
}

// shut reports whether nothing can be sent by a channel of an account.
func (b *Outbox) shut(appID string, c Channel) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.closed[way{appID, c}]
}

// setShut is for what WeChat said in a call, until the rights are read again.
func (b *Outbox) setShut(w way) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed == nil {
		b.closed = map[way]bool{}
	}
	b.closed[w] = true
}

// countLocked counts the messages that this instance leaves to others because it lacks their keys.
func (b *Outbox) countLocked(ctx context.Context) error {
	n := int64(0)
	err := b.store.Query(ctx, store.Console, func(rows *sql.Rows) error { return rows.Scan(&n) },
		"SELECT COUNT(*) FROM outbox o WHERE o.state IN ('queued', 'held') AND NOT ("+b.openable()+")")
	if err == nil {
		b.locked.Store(n)
		b.metrics.locked.Set(float64(n))
	}
	return err
}

// Locked is how many messages waited, at the last look of the upkeep, that this instance can not send
// because it was not given the key of them or of their citizens.
func (b *Outbox) Locked() int64 { return b.locked.Load() }

// places reads which messages a condition names, the oldest first.
func (b *Outbox) places(ctx context.Context, where string, args ...any) (list []place, err error) {
	err = b.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		var p place
		err := rows.Scan(&p.id, &p.uid)
		list = append(list, p)
		return err
	}, "SELECT o.id, o.uid FROM outbox o WHERE "+where+" ORDER BY o.id LIMIT ?", append(args, upkeepAtOnce)...)
	return list, err
}

// expireLeases makes messages unknown whose sender never said what became of them.
func (b *Outbox) expireLeases(ctx context.Context) error {
	const over = "o.state = 'sending' AND o.lease_until <= ?"
	now := store.Micros(b.o.Now())
	list, err := b.places(ctx, over, now)
	if err != nil || len(list) == 0 {
		return err
	}
	return b.store.Transact(ctx, func(t *store.Tx) error {
		lost, err := b.lock(ctx, t, list, over, now)
		if err != nil {
			return err
		}
		var rows []models.Interaction
		for _, i := range lost {
			b.read(t, i)
			i.State, i.Reason, i.ErrCode = Unknown, ReasonLost, codeUnknown
			row := i.logRow(i.AttemptAt)
			i.rowKey = row.MsgKey
			rows = append(rows, row)
			if err := b.save(ctx, t, i); err != nil {
				return err
			}
			if err := b.followParts(ctx, t, i); err != nil {
				return err
			}
		}
		return b.waits.RecordIn(ctx, t, rows)
	})
}

// releaseDelay lets every instance forget a held text before it is sent: until then it may still be
// given as the answer to a message.
const releaseDelay = 5 * time.Second

// release queues held messages again whose citizen has an open window with a place, where the account
// may send. A message that came since the window was opened would have got them as its answer.
func (b *Outbox) release(ctx context.Context) error {
	const able = "o.state = 'held' AND o.channel <> 'pickup' AND o.reason IN ('window', 'count', 'right', 'secret', 'consent', 'told') AND EXISTS " +
		"(SELECT 1 FROM windows w WHERE w.uid = o.uid AND w.expires_at > ? AND w.used < w.quota)"
	now := b.o.Now()
	var list []place
	for appID, a := range b.sendable() {
		if a.Secret == "" || b.shut(appID, CustomerService) {
			continue
		}
		found, err := b.places(ctx, able+" AND o.app_id = ?", store.Micros(now), appID)
		if err != nil {
			return err
		}
		list = append(list, found...)
	}
	return b.queueAgain(ctx, list, able, store.Micros(now))
}

// queueAgain queues the held messages of a list that still fulfil the condition.
func (b *Outbox) queueAgain(ctx context.Context, list []place, able string, arg int64) error {
	if len(list) == 0 {
		return nil
	}
	return b.store.Transact(ctx, func(t *store.Tx) error {
		held, err := b.lock(ctx, t, list, able, arg)
		if err != nil {
			return err
		}
		for _, i := range held {
			i.State, i.Reason, i.Channel, i.NotBefore = Queued, "", CustomerService, b.o.Now().Add(releaseDelay)
			if err := b.save(ctx, t, i); err != nil {
				return err
			}
			// Its later parts wait for its arrival.
		}
		return nil
	})
}

// count brings the figures up to date.
func (b *Outbox) count(ctx context.Context) error {
	counts := map[State]float64{Queued: 0, Sending: 0, Held: 0, Unknown: 0}
	err := b.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		var state State
		var n float64
		err := rows.Scan(&state, &n)
		counts[state] = n
		return err
	}, "SELECT state, COUNT(*) FROM outbox WHERE state IN ('queued', 'sending', 'held', 'unknown') GROUP BY state")
	for state, n := range counts {
		b.metrics.waiting.WithLabelValues(string(state)).Set(n)
	}
	return err
}
