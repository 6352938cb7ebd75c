package desk

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/wenzheng/wenzheng/indices"
	"github.com/wenzheng/wenzheng/models"
	"github.com/wenzheng/wenzheng/store"
)

// Nudge is what people were last told of a conversation that waits, for as long as it does.
type Nudge string

// The nudges: its holder owes a reply, for a while and for long; nobody has taken it.
const (
	NudgeNone       Nudge = ""
	NudgeOwed       Nudge = "owed"
	NudgeOverdue    Nudge = "overdue"
	NudgeUnassigned Nudge = "unassigned"
)

const (
	owedAfter       = 100 * time.Second // in time for an answer within three minutes
	overdueAfter    = 10 * time.Minute  // of office time
	unassignedAfter = time.Hour         // of office time
)

// nudgeFor is the nudge that a conversation has come to. Out of office hours it stays what it is.
func (d *Desk) nudgeFor(c *Conversation, s *staff, a *models.Account, now time.Time) Nudge {
	switch {
	case a == nil || c.Holder == HolderWeChat || !c.Owes() || c.State == Queued && inWeChat(a, now):
		return NudgeNone
	case !d.isOpen(s.offices, a, now):
		return c.Nudge
	case c.State == Queued && d.officeTime(s.offices, a, c.OwedAt, now) >= unassignedAfter:
		return NudgeUnassigned
	case c.State == Queued:
		return NudgeNone
	case d.officeTime(s.offices, a, c.owedByHolder(), now) >= overdueAfter:
		return NudgeOverdue
	case now.Sub(c.owedByHolder()) >= owedAfter:
		return NudgeOwed
	}
	return NudgeNone
}

// owedByHolder is since when its holder owes a reply.
func (c *Conversation) owedByHolder() time.Time {
	if c.OwedAt.After(c.AssignedAt) {
		return c.OwedAt
	}
	return c.AssignedAt
}

// nudge writes down the nudges of conversations that are still as they were read. They are no change of whose turn it is,
// so versions stay and nobody's click is refused for them.
func (d *Desk) nudge(ctx context.Context, list []Conversation) error {
	for some := range slices.Chunk(list, nudgesAtOnce) { // in the order in which every instance writes them
		err := d.store.Transact(ctx, func(t *store.Tx) error {
			for i := range some {
				c := &some[i]
				err := t.Exec(ctx, "UPDATE conversations SET nudge = ?, changed_at = ? WHERE id = ? AND version = ? AND nudge <> ?",
					string(c.Nudge), store.Micros(d.o.Now()), c.ID, c.Version, string(c.Nudge)) // else another instance was first
				if err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// nudgesAtOnce are written in one transaction, which keeps nobody's message waiting for long.
const nudgesAtOnce = 50

// offices are when the offices of accounts work, each made once.
type offices map[string]*indices.Office

func (d *Desk) office(known offices, a *models.Account) *indices.Office {
	if o := known[a.AppID]; o != nil {
		return o
	}
	periods, err := models.OfficePeriods(a.Settings)
	if err != nil {
		periods, _ = models.OfficePeriods(nil) // the default hours can be read
	}
	o := d.o.Calendar.Current().Office(periods...)
	known[a.AppID] = o
	return o
}

// officeTime is how much of the office hours of an account lies between two times.
func (d *Desk) officeTime(known offices, a *models.Account, from, to time.Time) time.Duration {
	if a == nil {
		return 0
	}
	return time.Duration(d.office(known, a).Seconds(from.Unix(), to.Unix())) * time.Second
}

// isOpen reports whether a time lies in the office hours of an account.
func (d *Desk) isOpen(known offices, a *models.Account, at time.Time) bool {
	return d.office(known, a).Seconds(at.Unix(), at.Unix()+1) > 0
}

// Unassigned are conversations of an account that nobody has taken for an hour of office time.
type Unassigned struct {
	Count  int64
	Oldest time.Time // since when the first of them waits
}

// Unassigned tells of an account, false where nothing can be said: out of office hours nobody is to be called.
func (d *Desk) Unassigned(ctx context.Context, a models.Account) (u Unassigned, known bool, err error) {
	var oldest int64
	err = d.store.Query(ctx, store.Console, func(rows *sql.Rows) error { return rows.Scan(&u.Count, &oldest) },
		"SELECT COUNT(*), COALESCE(MIN(owed_at), 0) FROM conversations WHERE app_id = ? AND state = 'queued' AND nudge = 'unassigned'", a.AppID)
	u.Oldest = store.FromMicros(oldest)
	return u, u.Count == 0 || d.isOpen(offices{}, &a, d.o.Now()), models.Wrap("desk: unassigned", err)
}
