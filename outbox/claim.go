package outbox

import (
	"context"
	"database/sql"
	"fmt"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
	"github.com/wenzheng/wenzheng/wechat"
)

// leaseFor is how long a message that was claimed may take: then its outcome is unknown.
const leaseFor = 30 * time.Second

// first holds for a message, o, that no earlier one of its citizen is before.
const first = "NOT EXISTS (SELECT 1 FROM outbox e WHERE e.uid = o.uid AND e.state IN ('queued', 'sending') AND e.id < o.id)"

// openable holds for a message, o, that this process was given the keys of: it leaves others to an
// instance that was, and they stay as they are.
func (b *Outbox) openable() string {
	return b.store.Openable("o.payload") + " AND NOT EXISTS (SELECT 1 FROM citizens c WHERE c.uid = o.uid AND NOT " + b.store.Openable("c.openid") + ")"
}

// attempt is a message that was claimed, and all that the call needs.
type attempt struct {
	*item
	account models.Account
	openID  string
	notice  *wechat.NoticeMessage // nil: it goes as a customer-service message
	without string                // why it would be held without a notice channel
}

// claim takes up to n messages whose turn it is, and commits that they are being sent: from now on
// each is sent by this process or by nobody. looked says how many were looked at, for what can not be
// sent is held without a call.
func (b *Outbox) claim(ctx context.Context, n int) (claimed []*attempt, looked int, err error) {
	accounts := b.sendable()
	if n == 0 || len(accounts) == 0 {
		return nil, 0, nil
	}
	due, err := b.due(ctx, accounts, n)
	if err != nil || len(due) == 0 {
		return nil, 0, models.Wrap("outbox: look for due messages", err)
	}
	err = b.store.Transact(ctx, func(t *store.Tx) error {
		claimed, looked = nil, 0
		list, err := b.lock(ctx, t, due, "o.state = 'queued' AND o.not_before <= ? AND "+first+" AND "+b.openable(), store.Micros(b.o.Now()))
		if err != nil {
			return err
		}
		people, err := openIDs(ctx, t, list)
		if err != nil {
			return err
		}
		for _, i := range list {
			looked++
			a := &attempt{item: i, account: accounts[i.AppID], openID: people[i.UID]}
			if err := b.begin(ctx, t, a); err != nil {
				return err
			}
			if i.State == Sending {
				claimed = append(claimed, a)
			}
		}
		return nil
	})
	if err != nil {
		return nil, 0, models.Wrap("outbox: claim", err)
	}
	return claimed, looked, nil
}

// sendable are the accounts that this process may send for now.
func (b *Outbox) sendable() map[string]models.Account {
	out := map[string]models.Account{}
	if b.o.Client == nil {
		return out
	}
	for _, a := range b.o.Accounts() {
		if !b.breaker.open(a.AppID) {
			out[a.AppID] = a
		}
	}
	return out
}

// place names a message and its citizen, who is locked before it.
type place struct {
	id  int64
	uid string
}

// due finds messages whose turn it is, the longest due first.
func (b *Outbox) due(ctx context.Context, accounts map[string]models.Account, n int) (list []place, err error) {
	now := store.Micros(b.o.Now())
	args := []any{now}
	for appID := range accounts {
		args = append(args, appID)
	}
	err = b.store.Query(ctx, store.Console, func(rows *sql.Rows) error {
		var p place
		err := rows.Scan(&p.id, &p.uid)
		list = append(list, p)
		return err
	}, "SELECT o.id, o.uid FROM outbox o WHERE o.state = 'queued' AND o.not_before <= ? AND o.app_id IN ("+store.Marks(len(accounts))+") AND "+first+" AND "+b.openable()+
		" AND NOT EXISTS (SELECT 1 FROM outbox_stops s WHERE s.app_id = o.app_id AND s.channel = 'kf' AND s.until > ? AND s.errcode NOT IN (?, ?)) ORDER BY o.not_before, o.id LIMIT ?",
		append(args, now, codeUnauthorized, codeUserRefuses, n)...)
	return list, err
}

// lock locks the citizens of messages and then reads those messages that still fulfil the condition.
func (b *Outbox) lock(ctx context.Context, t *store.Tx, which []place, condition string, args ...any) (list []*item, err error) {
	ids, uids := make([]int64, len(which)), make([]string, len(which))
	for n, p := range which {
		ids[n], uids[n] = p.id, p.uid
	}
	slices.Sort(uids)
	if _, err := t.LockCitizens(ctx, slices.Compact(uids)); err != nil {
		return nil, err
	}
	err = t.QueryIDs(ctx, func(rows *sql.Rows) error {
		var sealed []byte
		i, err := scanItem(rows, &sealed)
		i.sealed = sealed
		list = append(list, i)
		return err
	}, ids, "SELECT "+itemColumns+", payload FROM outbox o WHERE o.id IN (?) AND "+condition+" ORDER BY o.id", args...)
	return list, err
}

// openIDs are those of the citizens of messages, "" where only the pseudonym is known.
func openIDs(ctx context.Context, t *store.Tx, list []*item) (map[string]string, error) {
	uids := make([]string, len(list))
	for n, i := range list {
		uids[n] = i.UID
	}
	out := make(map[string]string, len(list))
	err := t.QueryIn(ctx, func(rows *sql.Rows) error {
		var uid string
		var sealed []byte
		if err := rows.Scan(&uid, &sealed); err != nil {
			return err
		}
		plain, err := t.Unseal("citizens", "openid", uid, sealed)
		if err == nil { // one that can not be read is as good as unknown
			out[uid] = string(plain)
		}
		return nil
	}, uids, "SELECT uid, openid FROM citizens WHERE uid IN (?)")
	return out, err
}

// begin claims one message, or holds it where it can not be sent.
func (b *Outbox) begin(ctx context.Context, t *store.Tx, a *attempt) error {
	i := a.item
	switch {
	case i.Channel == PickUp:
		i.State, i.Reason = Held, ReasonPickUp
	case a.openID == "":
		i.State, i.Reason = Failed, ReasonStranger
	case a.account.Secret == "":
		i.State, i.Reason = Held, ReasonSecret
	case !b.read(t, i):
	default:
		if err := b.take(ctx, t, a); err != nil {
			return err
		}
	}
	if err := b.save(ctx, t, i); err != nil {
		return err
	}
	return b.followParts(ctx, t, i)
}

// followParts does with the later parts of a text what becomes of an earlier one: they go out in
// order and stop at the first that did not arrive.
func (b *Outbox) followParts(ctx context.Context, t *store.Tx, i *item) error {
	if i.Part == i.Parts || i.State == Sending || i.State == Queued {
		return nil
	}
	later, err := items(ctx, t, "uid = ? AND first_part = ? AND part > ? AND state IN ('queued', 'held') ORDER BY part", i.UID, i.FirstPart, i.Part)
	if err != nil {
		return err
	}
	for _, l := range later {
		was := [2]string{string(l.State), l.Reason}
		switch {
		case i.State == Held, i.State == Unknown:
			l.State, l.Reason = Held, ReasonPart
		case i.State != Sent:
			l.State, l.Reason = Cancelled, ReasonPart
		case l.State == Held && l.Reason == ReasonPart && l.Part == i.Part+1:
			l.State, l.Reason = Held, ReasonWindow // goes on when a window is open
			if i.PickedBy == "" {
				l.State, l.Reason, l.NotBefore = Queued, "", b.o.Now()
			}
		}
		if was == [2]string{string(l.State), l.Reason} {
			continue
		}
		if err := b.save(ctx, t, l); err != nil {
			return err
		}
	}
	return nil
}

// rowKey is the key of the row of the log that tells of an attempt.
func (i *item) attemptKey() string {
	return models.DerivedKey("outbox", i.AppID, fmt.Sprint(i.ID), fmt.Sprint(i.claim))
}
