package outbox

import (
	"context"
	"database/sql"
	"time"

	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// pickedKept is how long a text that was picked up is told with the message that got it, so that a
// repeated delivery of the message gets it again from any instance. WeChat delivers for 15 seconds.
const pickedKept = 2 * time.Minute

// Held returns the texts that wait for citizens' next messages, oldest first, and those that were
// picked up lately, of all accounts, with OpenIDs and texts in clear.
func (b *Outbox) Held(ctx context.Context) (list []models.HeldText, err error) {
	var unread []place
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		list, unread = nil, nil
		found, err := items(ctx, t, "kind = 'text' AND state = 'held' AND "+b.store.Openable("payload")+" ORDER BY id")
		if err != nil {
			return err
		}
		picked, err := items(ctx, t, "updated_at > ? AND state = 'sent' AND picked_by <> '' ORDER BY id", store.Micros(b.o.Now().Add(-pickedKept)))
		if err != nil {
			return err
		}
		list, unread, err = b.tellHeld(ctx, t, append(inOrder(found), picked...))
		return err
	})
	if err == nil && len(unread) > 0 {
		if fault := b.setAside(ctx, unread); fault != nil { // the others wait for nobody; these are tried again when what waits changes
			b.o.Logger.Warn("messages that can not be read are not set aside yet", "error", fault)
		}
	}
	return list, models.Wrap("outbox: held texts", err)
}

// setAside ends messages that wait and can not be read.
func (b *Outbox) setAside(ctx context.Context, unread []place) error {
	return b.store.Transact(ctx, func(t *store.Tx) error {
		list, err := b.lock(ctx, t, unread, "o.state = 'held'")
		for _, i := range list {
			if err == nil && !b.read(t, i) {
				err = b.move(ctx, t, i)
			}
		}
		return err
	})
}

// inOrder leaves out later parts of a text whose earlier part neither arrived nor waits here.
func inOrder(list []*item) []*item {
	type part struct {
		first int64
		n     int
	}
	waits := map[part]bool{}
	out := list[:0]
	for _, i := range list {
		if i.Reason != ReasonPart || waits[part{i.FirstPart, i.Part - 1}] {
			waits[part{i.FirstPart, i.Part}] = true
			out = append(out, i)
		}
	}
	return out
}

func (b *Outbox) tellHeld(ctx context.Context, t *store.Tx, from []*item) (list []models.HeldText, unread []place, err error) {
	people, err := openIDs(ctx, t, from)
	if err != nil {
		return nil, nil, err
	}
	for _, i := range from {
		switch {
		case i.open(t) != nil:
			unread = append(unread, place{i.ID, i.UID})
		case people[i.UID] != "":
			list = append(list, models.HeldText{
				ID: i.ID, AppID: i.AppID, OpenID: people[i.UID], Staff: i.Staff, Text: i.content.Reply.Text, Key: i.PickedBy,
			})
		}
	}
	return list, unread, nil
}

// HeldMark tells whether Held would say something else than when it told the same mark: it costs one
// look into an index.
func (b *Outbox) HeldMark(ctx context.Context) (mark HeldMark, err error) {
	now := b.o.Now()
	err = b.store.Query(ctx, store.Console, func(rows *sql.Rows) error { return rows.Scan(&mark.held, &mark.ids) },
		"SELECT COUNT(*), COALESCE(SUM(id % 1000003), 0) FROM outbox WHERE state = 'held'")
	if err == nil {
		err = b.store.Query(ctx, store.Console, func(rows *sql.Rows) error { return rows.Scan(&mark.picked) },
			"SELECT COUNT(*) FROM outbox WHERE updated_at > ? AND state = 'sent' AND picked_by <> ''", store.Micros(now.Add(-pickedKept)))
	}
	return mark, models.Wrap("outbox: held texts", err)
}

// HeldMark is a sum over the held messages: equal marks, equal messages.
type HeldMark struct{ held, ids, picked int64 }

// Answers are kept for citizens to read again for so long, and so many are read at once.
const (
	answersKept = 7 * 24 * time.Hour
	answersMost = 20_000
)

// Answers returns the text answers that reached citizens in the last seven days and changed after since,
// with OpenIDs and texts in clear; of very many the newest.
func (b *Outbox) Answers(ctx context.Context, since time.Time) (list []models.SentText, err error) {
	if oldest := b.o.Now().Add(-answersKept); since.Before(oldest) {
		since = oldest
	}
	err = b.store.Read(ctx, store.Console, func(t *store.Tx) error {
		list = nil
		found, err := items(ctx, t, "updated_at > ? AND state = 'sent' AND purpose = 'answer' AND kind = 'text' ORDER BY updated_at DESC LIMIT ?",
			store.Micros(since), answersMost)
		if err != nil {
			return err
		}
		people, err := openIDs(ctx, t, found)
		if err != nil {
			return err
		}
		for _, i := range found {
			if people[i.UID] == "" || i.open(t) != nil {
				continue
			}
			list = append(list, models.SentText{ID: i.ID, AppID: i.AppID, OpenID: people[i.UID], Text: i.content.Reply.Text, At: i.AttemptAt})
		}
		return nil
	})
	return list, models.Wrap("outbox: answers", err)
}
